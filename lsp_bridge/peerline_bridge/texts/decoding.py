"""The text of a file that is not open, as far as its encoding is known. Pure."""

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose mark it begins with."""


def decode(data: bytes) -> str | None:
    """The text, if its encoding is certain: UTF-8, or what a byte order mark says."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    return None if b"\x00" in data else _decoded(data, "utf-8")


def decode_lines(data: bytes) -> str | None:
    """A text in an encoding that is not certain: its lines are right, other characters may not be.

    In the encodings that have ASCII in them (Latin-1, Shift JIS, EUC, GBK) no other character has
    the byte of a line's end.
    """
    return None if b"\x00" in data else data.decode("latin-1")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
