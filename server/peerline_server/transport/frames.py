"""WebSocket frames to send: made once, shared by every connection, plain or compressed. Pure.

RFC 6455, section 5.2; compression is permessage-deflate (RFC 7692) without context takeover, so
that one compressed frame fits every connection.
"""

import zlib
from struct import Struct
from typing import Final

_FIN_TEXT: Final = 0x81
_FIN_BINARY: Final = 0x82
_COMPRESSED: Final = 0x40
"""The bit RSV1 of a message that is compressed (RFC 7692, section 6)."""
_FIN_PONG: Final = 0x8A
_MASKED: Final = 0x80
_NO_MASK: Final = bytes(4)
_MAX_7_BIT: Final = 125
_MAX_16_BIT: Final = 0xFFFF
_head_16: Final = Struct("!BBH").pack
_head_64: Final = Struct("!BBQ").pack
_FLUSH_TAIL: Final = b"\x00\x00\xff\xff"

WINDOW_BITS: Final = 12
"""Of the compression in both directions: 4 KiB hold a message, and every peer can have them."""
MIN_COMPRESSED_BYTES: Final = 128
"""A shorter message goes out plain: there is nothing to gain."""


def text_frame(payload: bytes) -> bytes:
    """One whole, unmasked text frame."""
    return _frame(_FIN_TEXT, payload)


def binary_frame(payload: bytes) -> bytes:
    """One whole, unmasked binary frame."""
    return _frame(_FIN_BINARY, payload)


def client_text_frame(payload: bytes) -> bytes:
    """One whole text frame as a client would send it, masked with zero: the payload stays."""
    frame = bytearray(_frame(_FIN_TEXT, payload))
    frame[1] |= _MASKED
    head = len(frame) - len(payload)
    return bytes(frame[:head]) + _NO_MASK + payload


def pong_frame(payload: bytes) -> bytes:
    """The answer to a ping."""
    return _frame(_FIN_PONG, payload)


class SharedFrame:
    """A message for many connections; compressed once, when the first one wants that."""

    __slots__ = ("_deflated", "_first", "_payload", "plain")

    def __init__(self, payload: bytes, *, is_binary: bool = False) -> None:
        self._payload = payload
        self._deflated: bytes | None = None
        self._first = _FIN_BINARY if is_binary else _FIN_TEXT
        self.plain = _frame(self._first, payload)

    def bytes_for(self, *, deflates: bool) -> bytes:
        """The frame for a connection that has or has not negotiated compression."""
        if not deflates or len(self._payload) < MIN_COMPRESSED_BYTES:
            return self.plain
        if self._deflated is None:
            deflate = zlib.compressobj(level=1, wbits=-WINDOW_BITS)
            data = deflate.compress(self._payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
            self._deflated = _frame(self._first | _COMPRESSED, data.removesuffix(_FLUSH_TAIL))
        return self._deflated


def _frame(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size <= _MAX_7_BIT:
        return bytes((first, size)) + payload
    if size <= _MAX_16_BIT:
        return _head_16(first, 126, size) + payload
    return _head_64(first, 127, size) + payload
