"""Lines out of a stream of bytes; a line that is too long is left out whole. Pure."""

from collections.abc import Iterator
from typing import Final

MAX_LINE_BYTES: Final = 64 * 1024 * 1024


class LineSplitter:
    """Splits one way of a stream into its lines, without their ends."""

    def __init__(self, most: int = MAX_LINE_BYTES) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._is_skipping = False
        self.left_out = 0
        """Lines that were too long, or of which a part is missing."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that are whole now."""
        first, *others = data.split(b"\n")
        self._add(first)
        for part in others:
            line = self._end_line()
            if line:
                yield line
            self._add(part)

    def cut(self) -> None:
        """Something is missing here: leave out the line that it belongs to."""
        self._skip()

    def _add(self, part: bytes) -> None:
        if self._is_skipping or not part:
            return
        self._size += len(part)
        if self._size > self._most:
            self._skip()
            return
        self._parts.append(part)

    def _skip(self) -> None:
        self._is_skipping = True
        self._parts.clear()

    def _end_line(self) -> bytes:
        line = b"".join(self._parts)
        self.left_out += self._is_skipping
        self._parts.clear()
        self._size = 0
        self._is_skipping = False
        return line.rstrip(b"\r")
