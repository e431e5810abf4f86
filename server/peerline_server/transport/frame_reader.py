"""Splits what a client sends into frames and unmasks plain messages itself. Pure.

Nearly every frame of a client is one whole message. Those are read here, several times faster
than by websockets' parser, and so are pings and pongs, of which a flood should cost little.
Everything else (fragments, close frames, compression, breaches of the protocol) is passed on to it
untouched, cut at the borders of frames. RFC 6455, section 5.2.
"""

from typing import Final, NamedTuple

try:
    from websockets.speedups import apply_mask
except ImportError:  # the extension in C is not built everywhere
    from websockets.utils import apply_mask

_FIN_TEXT: Final = 0x81
_FIN_BINARY: Final = 0x82
_FIN_PING: Final = 0x89
_FIN_PONG: Final = 0x8A
_OPCODE: Final = 0x0F
_MASKED: Final = 0x80
_LENGTH: Final = 0x7F
_LENGTH_16: Final = 126
_LENGTH_64: Final = 127
_MASK_BYTES: Final = 4
_SHORTEST_HEAD: Final = 2 + _MASK_BYTES
_HEAD_16: Final = 4 + _MASK_BYTES


class Piece(NamedTuple):
    """Part of the stream: a whole message or control frame, unmasked, or bytes for the parser."""

    is_message: bool
    data: bytes
    opcode: int = 0
    """Of a message, a ping or a pong."""


class FrameReader:
    """Give it the stream from the first byte after the handshake."""

    __slots__ = ("_at", "_data", "_is_stuck", "_owed", "max_bytes")

    def __init__(self, max_message_bytes: int) -> None:
        self.max_bytes = max_message_bytes
        """A longer message is left to the parser."""
        self._data = b""
        self._at = 0
        self._owed = 0
        self._is_stuck = False

    @property
    def is_empty(self) -> bool:
        """Whether all that was added has been read."""
        return self._at >= len(self._data)

    @property
    def has_frame(self) -> bool:
        """Whether `next` may have a piece; what is left otherwise is part of a frame's head."""
        return not self._is_stuck and self._at < len(self._data)

    @property
    def rest(self) -> bytes | None:
        """The bytes that were not read, from the border of a frame; None within a frame."""
        return None if self._owed else self._data[self._at :]

    def add(self, data: bytes) -> None:
        """Append what was received."""
        self._is_stuck = False
        self._data = self._data[self._at :] + data if self._at < len(self._data) else data
        self._at = 0

    def only_text(self, data: bytes) -> bytes | None:
        """The payload if `data` is one whole plain text message and nothing else is unread.

        It is what nearly every read of a socket brings, so it has a way of its own; `add` and
        `next` would give the same. None leaves everything to them.
        """
        size = len(data)
        if self._at < len(self._data) or self._owed or size < _SHORTEST_HEAD:
            return None
        second = data[1]
        length, head = second & _LENGTH, _SHORTEST_HEAD
        if length == _LENGTH_16 and size > _HEAD_16:
            length, head = data[2] << 8 | data[3], _HEAD_16
        if (
            data[0] != _FIN_TEXT
            or not second & _MASKED
            or size != head + length
            or second & _LENGTH == _LENGTH_64
            or length > self.max_bytes
        ):
            return None
        return apply_mask(data[head:], data[head - _MASK_BYTES : head])

    def next(self, *, takes_messages: bool, takes_control: bool = False) -> Piece | None:
        """The next piece, or None until more is added.

        Without `takes_messages` (within a fragmented message, or once the socket is closing) all
        messages are for the parser; without `takes_control` (once it is closing) all the rest is.
        """
        data, at = self._data, self._at
        have = len(data) - at
        if self._owed:
            return self._pass_on(min(self._owed, have)) if have else None
        if have < 2:  # noqa: PLR2004 - the shortest head
            self._is_stuck = True
            return None
        second = data[at + 1]
        length = second & _LENGTH
        head = 2
        if length >= _LENGTH_16:
            head = 4 if length == _LENGTH_16 else 10
            if have < head:
                self._is_stuck = True
                return None
            length = int.from_bytes(data[at + 2 : at + head], "big")
        if second & _MASKED:
            head += _MASK_BYTES
        size = head + length
        if (
            takes_messages
            and (data[at] == _FIN_TEXT or data[at] == _FIN_BINARY)
            and have >= size
            and second & _MASKED
            and second & _LENGTH != _LENGTH_64
            and length <= self.max_bytes
        ):
            start = at + head
            self._at = at + size
            payload = apply_mask(data[start : at + size], data[start - 4 : start])
            return Piece(True, payload, data[at] & _OPCODE)  # noqa: FBT003
        if (
            takes_control
            and (data[at] == _FIN_PING or data[at] == _FIN_PONG)
            and have >= size
            and second & _MASKED
            and length < _LENGTH_16
        ):
            start = at + head
            self._at = at + size
            payload = apply_mask(data[start : at + size], data[start - 4 : start])
            return Piece(False, payload, data[at] & _OPCODE)  # noqa: FBT003
        self._owed = size
        return self._pass_on(min(size, have))

    def _pass_on(self, count: int) -> Piece:
        start = self._at
        self._at += count
        self._owed -= count
        return Piece(False, self._data[start : self._at])  # noqa: FBT003
