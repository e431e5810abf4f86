"""The floods: bytes that are made once, so that sending them costs next to nothing. Pure."""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.wire import PING, PONG, TEXT, client_frame

_BLOCK_BYTES: Final = 128 * 1024
_CONTINUATION: Final = 0x0
_FIN: Final = 0x80
_COMPRESSED: Final = 0x40
_NO_MASK: Final = bytes(4)
_FRAGMENTS: Final = 900
"""Of one message: fewer than a server takes."""
_BOMB_BYTES: Final = 2 * 1024 * 1024
_PINGS_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Flood:
    """A block of frames, sent again and again."""

    name: str
    block: Callable[[str], bytes]
    """The frames, given the session's id."""
    is_viewer: bool = False
    """Whether the flooder has joined as a viewer; it has not signed in otherwise."""


def frame(first: int, payload: bytes) -> bytes:
    """A masked frame with this first byte: final bit, reserved bits and opcode."""
    whole = client_frame(0, payload)
    return bytes([first]) + whole[1:]


def bomb(*, is_final: bool) -> bytes:
    """A frame of 2 KB that inflates to 2 MiB; one that is not final stays in memory."""
    deflate = zlib.compressobj(level=9, wbits=-12)
    data = deflate.compress(bytes(_BOMB_BYTES)) + deflate.flush(zlib.Z_SYNC_FLUSH)
    data = data.removesuffix(b"\x00\x00\xff\xff") if is_final else data
    return frame((_FIN if is_final else 0) | _COMPRESSED | TEXT, data)


def _repeated(unit: bytes) -> bytes:
    return unit * max(1, _BLOCK_BYTES // len(unit))


def _fragments(_session: str) -> bytes:
    within = frame(_CONTINUATION, b"x") * _FRAGMENTS
    return _repeated(frame(TEXT, b"x") + within + frame(_FIN | _CONTINUATION, b"x"))


def _cursors(session: str) -> bytes:
    messages = (
        {
            "type": "cursor_update",
            "session_id": session,
            "data": {"file": "src/main.py", "line": line, "column": 1},
        }
        for line in range(1, 500)
    )
    return _repeated(
        b"".join(client_frame(TEXT, json.dumps(message).encode()) for message in messages)
    )


FLOODS: Final = (
    Flood("pongs", lambda _: _repeated(client_frame(PONG, b""))),
    Flood("pings", lambda _: _repeated(client_frame(PING, b""))),
    Flood("200,000 pings in one send", lambda _: client_frame(PING, b"") * _PINGS_AT_ONCE),
    Flood("empty texts", lambda _: _repeated(client_frame(TEXT, b""))),
    Flood("one-byte fragments", _fragments),
    Flood("2 KB that inflate to 2 MiB", lambda _: _repeated(bomb(is_final=True))),
    Flood("`{}`", lambda _: _repeated(client_frame(TEXT, b"{}"))),
    Flood("`{}` as a viewer", lambda _: _repeated(client_frame(TEXT, b"{}")), is_viewer=True),
    Flood("cursors as a viewer", _cursors, is_viewer=True),
    Flood("pongs as a viewer", lambda _: _repeated(client_frame(PONG, b"")), is_viewer=True),
    Flood(
        "2 KB that inflate to 2 MiB, as a viewer",
        lambda _: _repeated(bomb(is_final=True)),
        is_viewer=True,
    ),
)
