"""The change of a file as a tool call reports it: its lines counted, as a unified diff. Pure."""

import re
from difflib import unified_diff
from typing import Final

from peerline.agent.reports import TouchedFile

MAX_DIFF_CHARS: Final = 32_768
"""A longer diff is not shown at all."""
MAX_COMPARED_LINES: Final = 2_000
"""Of both texts, without what they have in common at both ends; more is one change."""
_CONTEXT_LINES: Final = 3
_START: Final = re.compile(r"(?<=[-+])\d+(?=[, ])")


def touched(file: str, old: str | None, new: str) -> TouchedFile:
    """The change from one text to another; None is a file that was not there."""
    before, after = (old or "").splitlines(), new.splitlines()
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle = before[start : len(before) - end], after[start : len(after) - end]
    if sum(map(len, middle)) > MAX_COMPARED_LINES:
        removed, added = map(len, middle)
        diff = None
    else:
        first = max(0, start - _CONTEXT_LINES)
        behind = max(0, end - _CONTEXT_LINES)
        lines = _unified(
            before[first : len(before) - behind], after[first : len(after) - behind], first
        )
        added = sum(line.startswith("+") for line in lines)
        removed = sum(line.startswith("-") for line in lines)
        shown = "\n".join(lines)
        diff = shown if 0 < len(shown) <= MAX_DIFF_CHARS else None
    return TouchedFile(
        file,
        "created" if old is None else "modified",
        lines_added=added,
        lines_removed=removed,
        diff=diff,
    )


def _unified(before: list[str], after: list[str], above: int) -> list[str]:
    """The lines of a diff, moved down by the lines that are above both texts."""
    found = list(unified_diff(before, after, lineterm="", n=_CONTEXT_LINES))[2:]
    if not above:
        return found
    return [
        _START.sub(lambda at: str(int(at[0]) + above), line) if line.startswith("@@") else line
        for line in found
    ]


def _common(one: list[str], other: list[str]) -> int:
    shorter = min(len(one), len(other))
    return next((i for i in range(shorter) if one[i] != other[i]), shorter)
