"""Messages of a client to each kind of server, and how it knows that it has joined. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.awareness import authentication, awareness_update, varbytes
from benchmarks.wire import BINARY, client_frame, cursor_frame


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server's messages."""

    move: Callable[[str, int, int], bytes]
    """(session, sequence, sender) to the frame of the sender's next state."""
    hello: Callable[[str], bytes]
    """The messages to send after the handshake."""
    is_welcome: Callable[[bytes], bool]
    """Whether a message says that the client is in."""


def _no_hello(_session_id: str) -> bytes:
    return b""


def _yjs_move(_session_id: str, sequence: int, sender: int) -> bytes:
    return client_frame(BINARY, awareness_update(sequence, sender))


def _hocuspocus_move(session_id: str, sequence: int, sender: int) -> bytes:
    return client_frame(BINARY, varbytes(session_id.encode()) + awareness_update(sequence, sender))


def _hocuspocus_hello(session_id: str) -> bytes:
    return client_frame(BINARY, authentication(session_id.encode()))


JSON: Final = Dialect(cursor_frame, _no_hello, lambda message: b'"type":"connected"' in message)
YJS: Final = Dialect(_yjs_move, _no_hello, lambda message: message[:1] == b"\x00")
"""In with the server's first step of synchronisation."""
HOCUSPOCUS: Final = Dialect(
    _hocuspocus_move, _hocuspocus_hello, lambda message: b"read-write" in message
)
