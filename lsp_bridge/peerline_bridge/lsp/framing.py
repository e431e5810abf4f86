"""LSP's frames: headers, an empty line, a body (LSP 3.17, "Base Protocol"). Pure.

Whatever bytes come, the splitter goes on: a frame that makes no sense is told and skipped, up to
the next header that says how long its body is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BODY_BYTES: Final = 256 * 1024 * 1024
"""A longer body is not believed: no editor sends one, and it would have to fit into memory."""
MAX_HEADER_BYTES: Final = 16 * 1024
"""Of the headers of one frame together."""

_LENGTH: Final = re.compile(rb"Content-Length:[ \t]*([0-9]{1,19})[ \t]*\r?\n", re.IGNORECASE)

_LENGTH_LINE: Final = re.compile(rb"(?:[^\n]*\n)*?" + _LENGTH.pattern, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that are no frame were skipped; why."""

    reason: str


class FrameSplitter:
    """Cuts what an editor sends into bodies."""

    def __init__(
        self, *, max_body: int = MAX_BODY_BYTES, max_header: int = MAX_HEADER_BYTES
    ) -> None:
        self._max_body = max_body
        self._max_header = max_header
        self._buffer = bytearray()
        self._is_lost = False
        self._wanted: int | None = None
        """The length of the body that is being received."""

    @property
    def kept_bytes(self) -> int:
        """The number of bytes that wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes | Malformed]:
        """The bodies that are whole now, in order, and what was skipped between them."""
        self._buffer += data
        while True:
            if self._wanted is not None:
                if len(self._buffer) < self._wanted:
                    return
                body = bytes(self._buffer[: self._wanted])
                del self._buffer[: self._wanted]
                self._wanted = None
                yield body
            elif self._is_lost:
                if not self._find_again():
                    return
            else:
                end = self._end_of_headers()
                if end is None:
                    if len(self._buffer) <= self._max_header:
                        return
                    yield self._lose(
                        f"headers of more than {self._max_header} bytes",
                        _LENGTH.search(self._buffer, 0, self._max_header),
                    )
                elif (problem := self._take_headers(end)) is not None:
                    yield problem

    def _end_of_headers(self) -> int | None:
        """Behind the empty line; editors that end lines with a bare newline are understood too."""
        found = re.search(rb"\r?\n\r?\n", self._buffer[: self._max_header + 4])
        return None if found is None else found.end()

    def _take_headers(self, end: int) -> Malformed | None:
        headers = bytes(self._buffer[:end])
        found = _LENGTH_LINE.match(headers)
        if found is None:
            if _LENGTH.search(headers) is None:
                del self._buffer[:end]
            return self._lose("headers without a Content-Length that is a number", None)
        length = int(found.group(1))
        if length > self._max_body:
            reason = f"a body of {length} bytes; at most {self._max_body} are taken"
            return self._lose(reason, found)
        del self._buffer[:end]
        self._wanted = length
        return None

    def _lose(self, reason: str, not_again: re.Match[bytes] | None) -> Malformed:
        """Skip what cannot be understood, and look for a header behind `not_again`."""
        if not_again is not None:
            del self._buffer[: not_again.end()]
        self._is_lost = True
        return Malformed(reason)

    def _find_again(self) -> bool:
        """Skip to the next header that says how long its body is; whether there is one."""
        found = _LENGTH.search(self._buffer)
        if found is None:
            # The header may have come in part.
            del self._buffer[: max(0, len(self._buffer) - 64)]
            return False
        del self._buffer[: found.start()]
        self._is_lost = False
        return True
