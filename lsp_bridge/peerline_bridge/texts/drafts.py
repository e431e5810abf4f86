"""Drafts: what a user writes into a file for the session, in a line `peerline> …`. Pure.

An LSP client without a plugin has no box to write in, but it has a text editor. The draft stands
above the line that it is about and is taken out of the text when it was sent. `peerline[3]> …` is
about three lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from peerline_bridge.texts.positions import content_of

MARKER: Final = "peerline>"
WORD: Final = "peerline"
"""In every draft."""
MAX_DRAFT_LINES: Final = 100
_DRAFT: Final = re.compile(
    r"""^\s*(?P<leader>[#/;%"'*!<>\-({]{0,4})\s*peerline(?:\[(?P<height>[0-9]{1,4})\])?>(?P<text>.*?)\s*(?:-->|\*/|\*\))?\s*$"""
)
_KINDS: Final = {
    "//": "c cc cpp cs cxx d dart fs go h hpp java js jsx kt less m mjs php proto rs scala scss sol"
    " swift ts tsx v zig",
    "--": "ada adb ads elm hs lua sql vhd",
    ";;": "asm clj el ini lisp scm",
    "%": "erl tex",
    '"': "vim",
}
_LEADERS: Final = {kind: leader for leader, kinds in _KINDS.items() for kind in kinds.split()}
"""The start of a comment, by the ending of the file's name; # where nothing else is known."""
_WRAPPED: Final = {
    **dict.fromkeys(("htm", "html", "md", "svg", "vue", "xml"), ("<!--", " -->")),
    "css": ("/*", " */"),
    "ml": ("(*", " *)"),
}
_WITHOUT_COMMENTS: Final = frozenset({"txt", "json", "csv"})


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows `first` to `last` hold the text; it is about the rows `target` to `target_last`.

    All inclusive; the targets are None in a file that has nothing but drafts.
    """

    first: int
    last: int
    target: int | None
    target_last: int | None
    content: str

    @property
    def target_name(self) -> str:
        """The lines that it is about, for the user: `line 3`, or `lines 3-5`."""
        assert self.target is not None, "asked of drafts that have one"
        assert self.target_last is not None, "the same"
        return name_of_rows(self.target, self.target_last)


def draft_at(lines: Sequence[str], row: int) -> Draft | None:
    """The draft that the row is part of: consecutive lines make one."""
    if not 0 <= row < len(lines) or not is_draft(lines[row]):
        return None
    first = last = row
    while first > 0 and row - first < MAX_DRAFT_LINES and is_draft(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and last - row < MAX_DRAFT_LINES and is_draft(lines[last + 1]):
        last += 1
    texts = [_text_of(line) for line in lines[first : last + 1]]
    target, target_last = _target(lines, first, last)
    return Draft(first, last, target, target_last, "\n".join(texts).strip())


def drafts_in(lines: Sequence[str]) -> list[Draft]:
    """All drafts of a text, from the top."""
    found: list[Draft] = []
    for row, line in enumerate(lines):
        if WORD in line and (not found or found[-1].last < row):
            draft = draft_at(lines, row)
            if draft is not None:
                found.append(draft)
    return found


def without_drafts(lines: Sequence[str], row: int) -> tuple[list[str], int]:
    """The lines as others know them, and where a row of them is."""
    kept = [line for line in lines if not is_draft(line)]
    moved = row - sum(is_draft(line) for line in lines[:row])
    return kept, max(0, min(moved, len(kept) - 1))


def is_draft(line: str) -> bool:
    """Whether a line belongs to a draft."""
    return WORD in line and _DRAFT.match(content_of(line)) is not None


def name_of_rows(first: int, last: int) -> str:
    """Rows as the user counts lines: `line 3`, or `lines 3-5`."""
    return f"line {first + 1}" if first == last else f"lines {first + 1}-{last + 1}"


def new_draft(line: str, uri: str, height: int = 1) -> str:
    """The line to write a draft in, above `line`, without its end; about `height` lines."""
    marker = MARKER if height == 1 else f"{WORD}[{height}]>"
    content = content_of(line)
    indent = content[: len(content) - len(content.lstrip())]
    path = PurePosixPath(unquote(urlsplit(uri).path))
    kind = path.suffix.removeprefix(".").lower()
    if kind in _WRAPPED:
        before, after = _WRAPPED[kind]
        return f"{indent}{before} {marker} {after}"
    leader = "" if kind in _WITHOUT_COMMENTS else _LEADERS.get(kind, "#")
    return f"{indent}{leader}{' ' if leader else ''}{marker} "


def _text_of(line: str) -> str:
    found = _DRAFT.match(content_of(line))
    return "" if found is None else found["text"].strip()


def _target(lines: Sequence[str], first: int, last: int) -> tuple[int | None, int | None]:
    """The lines under the draft; the one above it, where the text ends with the draft."""
    bottom = len(lines) - 1 if lines[-1].strip() else len(lines) - 2
    if last < bottom:
        found = _DRAFT.match(content_of(lines[first]))
        height = int(found["height"] or 1) if found is not None else 1
        target = end = last + 1
        # The next draft is no line of the file.
        while end < min(last + height, bottom) and not is_draft(lines[end + 1]):
            end += 1
        return target, end
    return (first - 1, first - 1) if first > 0 else (None, None)
