"""Suggestions in a comment: fenced blocks of the language `suggestion`. Pure.

They are found as CommonMark 0.31 finds fenced code (section 4.5), but a block that is not closed is
no suggestion: its text may go on with prose. Neither is one inside another block or in a quotation.
"""

import re
from dataclasses import dataclass
from typing import Final

_LANGUAGE: Final = "suggestion"
_OPENING: Final = re.compile(r"^(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_CLOSING: Final = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines to replace the commented ones; without any, those are to be deleted."""

    lines: tuple[str, ...]
    first: int
    """The line of the comment's text with the opening fence, from 0."""
    last: int
    """The line with the closing fence."""


def suggestions_of(content: str) -> list[Suggestion]:
    """The suggestions in a comment's text, in their order."""
    lines = content.split("\n")
    found: list[Suggestion] = []
    row = 0
    while row < len(lines):
        opening = _OPENING.match(lines[row])
        if opening is None or (opening["fence"][0] == "`" and "`" in opening["info"]):
            row += 1
            continue
        end = _end_of(lines, row + 1, opening["fence"])
        if end is None:
            break  # the rest of the text is in this block
        if opening["info"].strip().lower() == _LANGUAGE:
            indent = len(opening["indent"])
            inside = tuple(_outdented(line, indent) for line in lines[row + 1 : end])
            found.append(Suggestion(inside, row, end))
        row = end + 1
    return found


def _end_of(lines: list[str], row: int, fence: str) -> int | None:
    for number in range(row, len(lines)):
        closing = _CLOSING.match(lines[number])
        if closing is not None and closing["fence"].startswith(fence):
            return number
    return None


def _outdented(line: str, indent: int) -> str:
    """The line without as much of its indentation as the opening fence has."""
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(indent, spaces) :]
