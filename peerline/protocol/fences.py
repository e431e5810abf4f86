"""Fenced code in a text, as CommonMark 0.31 finds it (section 4.5). Pure.

One difference: a fence that is not closed, with nothing after it, is text, since it is mostly one
that somebody is about to type. `ui/model/fences.ts` has the same rules; tests/cases/fences.json
holds both to them. Blocks inside of quotations and lists are not found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_OPENING: Final = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})(?P<info>.*)", re.DOTALL)
_CLOSING: Final = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t\r]*")


@dataclass(frozen=True, slots=True)
class FencedBlock:
    """One block; its rows count from 0."""

    first: int
    """The row of the opening fence."""
    last: int
    """The row of the closing fence, or of the end of the text."""
    is_closed: bool
    info: str
    """The text behind the opening fence: mostly the language."""
    lines: tuple[str, ...]
    """The lines inside, without the indentation of the opening fence."""


def fenced_blocks(lines: Sequence[str]) -> Iterator[FencedBlock]:
    """The blocks of a text in its lines, one after the other."""
    row = 0
    while row < len(lines):
        opening = _OPENING.fullmatch(lines[row])
        if opening is None or (opening["fence"][0] == "`" and "`" in opening["info"]):
            row += 1
            continue
        end = _end_of(lines, row + 1, opening["fence"])
        inside = lines[row + 1 : end]
        if end is None and not any(line.strip() for line in inside):
            return
        indent = len(opening["indent"])
        yield FencedBlock(
            first=row,
            last=len(lines) - 1 if end is None else end,
            is_closed=end is not None,
            info=opening["info"].strip(),
            lines=tuple(_outdented(line, indent) for line in inside),
        )
        row = len(lines) if end is None else end + 1


def _end_of(lines: Sequence[str], row: int, fence: str) -> int | None:
    for number in range(row, len(lines)):
        closing = _CLOSING.fullmatch(lines[number])
        if closing is not None and closing["fence"].startswith(fence):
            return number
    return None


def _outdented(line: str, indent: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(indent, spaces) :]
