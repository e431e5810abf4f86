"""The client's side of WebSocket (RFC 6455) with as little work as possible. Pure.

A generator of load must cost less than the server it loads, so frames are made and read by hand.
"""

import base64
import os
import re
import struct
from typing import Final

TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA

_FIN: Final = 0x80
_MASKED: Final = 0x80
_LENGTH: Final = 0x7F
_TWO_BYTES: Final = 126
_EIGHT_BYTES: Final = 127
_END_OF_HEAD: Final = b"\r\n\r\n"
_NO_MASK: Final = bytes(4)
"""Masking with zeros changes nothing here, and the server unmasks all the same."""

# Both servers send a cursor's line and column; only Peerline says `col`.
_CURSOR: Final = re.compile(rb'"line":(\d+),"col(?:umn)?":(\d+)')


class WireError(Exception):
    """The server sent what cannot be read; the text says what."""


def handshake(address: str, path: str, token: str | None) -> bytes:
    """The request that opens a WebSocket at `path`, signed in with `token`."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {address}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
    ]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode()


def client_frame(opcode: int, payload: bytes) -> bytes:
    """One whole, masked frame."""
    size = len(payload)
    if size < _TWO_BYTES:
        head = struct.pack("!BB", _FIN | opcode, _MASKED | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", _FIN | opcode, _MASKED | _TWO_BYTES, size)
    else:
        head = struct.pack("!BBQ", _FIN | opcode, _MASKED | _EIGHT_BYTES, size)
    return head + _NO_MASK + payload


def cursor_frame(session_id: str, sequence: int, sender: int) -> bytes:
    """A `cursor_update` that carries its number as the line and its sender as the column."""
    return client_frame(
        TEXT,
        b'{"type":"cursor_update","session_id":"%b",'
        b'"data":{"file":"src/main.py","line":%d,"column":%d}}'
        % (session_id.encode(), sequence, sender),
    )


def read_cursors(payload: bytes) -> list[tuple[int, int]]:
    """The number and the sender of each state in a message."""
    return [(int(line), int(col)) for line, col in _CURSOR.findall(payload)]


class HeadReader:
    """Takes the head of a server's answer to the handshake off the stream."""

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self.is_accepted = False

    @property
    def is_open(self) -> bool:
        """Whether the head is not complete yet."""
        return self._head is not None

    def feed(self, data: bytes) -> bytes | None:
        """The part after the head, once it is complete; None until then."""
        assert self._head is not None, "the head is complete"
        head, found, rest = (self._head + data).partition(_END_OF_HEAD)
        if not found:
            self._head = head
            return None
        self._head = None
        self.is_accepted = b" 101 " in head.split(b"\r\n", 1)[0]
        return rest


class FrameReader:
    """Takes a server's bytes apart into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The opcode and payload of each frame that is now complete.

        Raises:
            WireError: if the server fragments or masks, which neither server here does.
        """
        if self._rest:
            data = self._rest + data
        frames: list[tuple[int, bytes]] = []
        size = len(data)
        start = 0
        while size - start >= 2:  # noqa: PLR2004 - the fixed part of a frame's head
            length = data[start + 1]
            body = start + 2
            if length == _TWO_BYTES:
                body = start + 4
                length = int.from_bytes(data[start + 2 : body])
            elif length == _EIGHT_BYTES:
                body = start + 10
                length = int.from_bytes(data[start + 2 : body])
            elif length > _LENGTH:
                raise WireError("a masked frame from a server")
            end = body + length
            if size < body or size < end:
                break
            first = data[start]
            if not first & _FIN:
                raise WireError("a fragmented message")
            frames.append((first & 0x0F, data[body:end]))
            start = end
        self._rest = data[start:]
        return frames
