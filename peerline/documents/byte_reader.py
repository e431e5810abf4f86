"""A reader of lib0's encoding, bounded by the bytes that are there.

lib0 (the encoding of Yjs) writes unsigned integers in groups of seven bits, the lowest first, and
strings as their length in bytes and UTF-8.
"""

from peerline.documents.errors import UpdateError

MAX_NUMBER = 2**53 - 1
"""The largest integer that JavaScript counts exactly."""
_MAX_SHIFT = 49
"""Eight groups of seven bits hold 56 bits, enough for `MAX_NUMBER`."""


class ByteReader:
    """Reads numbers, bytes and strings one after the other.

    Every method raises `UpdateError` where the data ends too early, and allocates nothing before it
    knows that the data is there.
    """

    __slots__ = ("_data", "_end", "position")

    def __init__(self, data: bytes) -> None:
        """Begin at the first byte."""
        self._data = data
        self._end = len(data)
        self.position = 0

    @property
    def left(self) -> int:
        """The number of bytes that are not read yet."""
        return self._end - self.position

    def byte(self) -> int:
        """Read one byte."""
        position = self.position
        if position >= self._end:
            raise UpdateError("it is cut off")
        self.position = position + 1
        return self._data[position]

    def number(self) -> int:
        """Read an unsigned integer up to `MAX_NUMBER`."""
        data = self._data
        position = self.position
        end = self._end
        if position >= end:
            raise UpdateError("it is cut off")
        byte = data[position]
        position += 1
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says that more follows
            self.position = position
            return byte
        value = byte & 0x7F
        shift = 7
        while True:
            if position >= end:
                raise UpdateError("it is cut off")
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004
                break
            shift += 7
            if shift > _MAX_SHIFT:
                raise UpdateError("a number is too large")
        if value > MAX_NUMBER:
            raise UpdateError("a number is too large")
        self.position = position
        return value

    def count(self, smallest: int) -> int:
        """Read how many things follow, each of which takes at least `smallest` bytes."""
        count = self.number()
        if count * smallest > self._end - self.position:
            raise UpdateError("it announces more than it holds")
        return count

    def bytes(self) -> bytes:
        """Read a string of bytes."""
        size = self.number()
        start = self.position
        stop = start + size
        if stop > self._end:
            raise UpdateError("it is cut off")
        self.position = stop
        return self._data[start:stop]

    def text(self) -> str:
        """Read a string."""
        try:
            return str(self.bytes(), "utf-8")
        except UnicodeDecodeError:
            raise UpdateError("a text in it is not UTF-8") from None
