"""Text of others as an editor may show it: as text, whatever is in it. Pure.

Names, messages, file names and snippets come from peers. Everything that a surface shows of them
goes through one of these functions: terminal escapes, bidi overrides and invisible characters are
written as <U+XXXX>, and Markdown, links and commands stay the letters that they are.
"""

import re
from functools import lru_cache
from typing import Final

from peerline.protocol.text import show_block, show_line

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
"""All ASCII punctuation may be escaped (CommonMark 0.31, section 2.4)."""
_INDENT: Final = re.compile(r"(?m)^[ \t]+")
_HUGE: Final = 100_000
"""Longer than all that the wire allows: nothing is cut that came over it."""
_SHORT: Final = 256


def block(text: str, limit: int = _HUGE) -> str:
    r"""Text of several lines: only \n and tabs act, all else is visible."""
    return _cut(show_block(text), limit)


def line(text: str, limit: int = _HUGE) -> str:
    """Text in one line of at most `limit` characters; breaks and tabs become spaces."""
    # Names and paths are shown again and again.
    return _short_line(text, limit) if len(text) <= _SHORT else _line(text, limit)


@lru_cache(maxsize=8_192)
def _short_line(text: str, limit: int) -> str:
    return _line(text, limit)


def _line(text: str, limit: int) -> str:
    return _cut(show_line(text), limit)


def markdown(text: str) -> str:
    """Markdown that looks as the text does: no link, no image, no HTML, no command, no list.

    Every punctuation character is escaped, so that neither `[x](command:y)` nor a bare address
    becomes something to click on. Breaks stay breaks, indents stay indents.
    """
    escaped = _PUNCTUATION.sub(r"\\\1", block(text))
    indented = _INDENT.sub(
        lambda found: "".join("&nbsp;" * (4 if char == "\t" else 1) for char in found.group()),
        escaped,
    )
    return indented.replace("\n", "  \n")


def exact_block(text: str) -> str:
    """A block that somebody is asked to allow: each space but U+0020 is visible too."""
    return show_block(text, all_spaces=True)


def exact_line(text: str) -> str:
    """A line that somebody is asked to allow: each space but U+0020 is visible too."""
    return show_line(text, all_spaces=True)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
