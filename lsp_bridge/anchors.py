"""Where a comment belongs in this version of a text: on its line, or nowhere. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lsp_bridge.texts import content_of
from peerline.protocol.payloads import Comment

CONTEXT_LINES: Final = 3
_TELLING_CHARS: Final = 8
"""A line with less says too little to be recognised without its neighbours."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The commented lines' text with their neighbours; `row` is 0-based, a hint only."""

    row: int
    lines: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def anchor_of(comment: Comment) -> Anchor:
    """The anchor that a comment carries."""
    return Anchor(
        row=comment.line - 1,
        lines=tuple(part.strip() for part in comment.code_snippet.split("\n")),
        before=tuple(line.strip() for line in comment.context_before),
        after=tuple(line.strip() for line in comment.context_after),
    )


def describe(lines: Sequence[str], first: int, last: int) -> tuple[str, list[str], list[str]]:
    """The snippet and the context of the rows `first` to `last`, both inclusive."""
    texts = [content_of(line) for line in lines]
    snippet = "\n".join(texts[first : last + 1])
    return (
        snippet,
        texts[max(0, first - CONTEXT_LINES) : first],
        texts[last + 1 : last + 1 + CONTEXT_LINES],
    )


def locate(anchor: Anchor, lines: Sequence[str], *, hint: int | None = None) -> int | None:
    """The row of the anchor in `lines`; None if it cannot be told for sure.

    Exact text at one place wins if its neighbours speak for it, or if it is the only place and
    says enough by itself. Of several places the one with most of its neighbours wins; a tie is
    decided for the hinted row only. Never a guess.
    """
    texts = [content_of(line).strip() for line in lines]
    row = anchor.row if hint is None else hint
    if anchor.lines == ("",) and not anchor.before and not anchor.after:
        # Whoever sent no text gave nothing to check the line by.
        return row if row < len(texts) else None
    count = len(anchor.lines)
    first = anchor.lines[0]
    places = [
        index
        for index, text in enumerate(texts)
        if text == first and tuple(texts[index : index + count]) == anchor.lines
    ]
    if not places:
        return None
    scores = {index: _score(anchor, texts, index) for index in places}
    best = max(scores.values())
    winners = [index for index in places if scores[index] == best]
    has_context = bool(anchor.before or anchor.after)
    is_telling = len("".join(anchor.lines)) >= _TELLING_CHARS
    if len(winners) > 1:
        return row if row in winners and (best > 0 or not has_context) else None
    if best > 0 or not has_context or is_telling:
        return winners[0]
    return None


def _score(anchor: Anchor, texts: Sequence[str], row: int) -> int:
    """How many neighbours are the same, counted outwards from the anchor."""
    above = 0
    for distance, text in enumerate(reversed(anchor.before), start=1):
        if row - distance < 0 or texts[row - distance] != text:
            break
        above += 1
    below = 0
    end = row + len(anchor.lines)
    for distance, text in enumerate(anchor.after):
        if end + distance >= len(texts) or texts[end + distance] != text:
            break
        below += 1
    return above + below


def follow(row: int, *, start: int, end: int, new_lines: int) -> int | None:
    """Where a row is once rows `start` to `end` became `new_lines` rows; None if it was in them."""
    if row < start:
        return row
    if row > end:
        return row + new_lines - (end - start + 1)
    return None
