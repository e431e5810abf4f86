"""Drafts: what a user writes into a file for the session, in a line `peerline> …`. Pure.

An LSP client without a plugin has no box to write in, but it has a text editor. The draft stands
above the line that it is about and is taken out of the text when it was sent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from lsp_bridge.texts import content_of

MARKER: Final = "peerline>"
MAX_DRAFT_LINES: Final = 100
_DRAFT: Final = re.compile(
    r"""^\s*(?P<leader>[#/;%"'*!<>\-({]{0,4})\s*peerline>(?P<text>.*?)\s*(?:-->|\*/|\*\))?\s*$"""
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
"""What begins a comment, by the ending of the file's name; # where nothing else is known."""
_WRAPPED: Final = {
    **dict.fromkeys(("htm", "html", "md", "svg", "vue", "xml"), ("<!--", " -->")),
    "css": ("/*", " */"),
    "ml": ("(*", " *)"),
}
_WITHOUT_COMMENTS: Final = frozenset({"txt", "json", "csv"})


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows `first` to `last`, both inclusive, hold the text; `target` is the row it is about."""

    first: int
    last: int
    target: int | None
    content: str


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
    return Draft(first, last, _target(lines, first, last), "\n".join(texts).strip())


def drafts_in(lines: Sequence[str]) -> list[Draft]:
    """All drafts of a text, from the top."""
    found: list[Draft] = []
    for row, line in enumerate(lines):
        if MARKER in line and (not found or found[-1].last < row):
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
    return MARKER in line and _DRAFT.match(content_of(line)) is not None


def new_draft(line: str, uri: str) -> str:
    """The line to write a draft in, above `line`, without its end."""
    content = content_of(line)
    indent = content[: len(content) - len(content.lstrip())]
    path = PurePosixPath(unquote(urlsplit(uri).path))
    kind = path.suffix.removeprefix(".").lower()
    if kind in _WRAPPED:
        before, after = _WRAPPED[kind]
        return f"{indent}{before} {MARKER} {after}"
    leader = "" if kind in _WITHOUT_COMMENTS else _LEADERS.get(kind, "#")
    return f"{indent}{leader}{' ' if leader else ''}{MARKER} "


def _text_of(line: str) -> str:
    found = _DRAFT.match(content_of(line))
    return "" if found is None else found["text"].strip()


def _target(lines: Sequence[str], first: int, last: int) -> int | None:
    """The line under the draft; above it, where the text ends with it."""
    if last + 1 < len(lines) and not (last + 2 == len(lines) and not lines[-1].strip()):
        return last + 1
    return first - 1 if first > 0 else None
