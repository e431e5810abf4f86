"""The anchor of a comment: the text of its lines and of a few lines around. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from peerline.protocol.comments import Anchor as WireAnchor
from peerline.protocol.limits import (
    LOOKALIKE_LINES,
    MAX_CONTEXT_LINE_CHARS,
    MAX_CONTEXT_LINES,
    MAX_LOOKALIKES,
    MAX_SKETCH_LINES,
    MAX_SNIPPET_CHARS,
)
from peerline_bridge.anchors.sketch import around, codes_of, from_wire, to_wire
from peerline_bridge.texts.positions import content_of

_DISTINCTIVE_CHARS: Final = 16
"""Letters and digits from which on a line is as distinctive as a line can be."""


_SCOPE_REACH: Final = 2_000
"""How many lines above a comment are looked at for those that enclose it."""
_CLOSERS_DISTINCTIVENESS: Final = 0.1
"""That of a line of closing brackets; such a line encloses nothing."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """More of the surroundings, as codes: one character for each line (see `anchors.sketch`)."""

    above: str
    """From the anchor upwards."""
    below: str
    lookalikes: tuple[str, ...] = ()
    """The surroundings of the other places with the same text: the lines above, the lines below."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The commented lines and their neighbours, each normalised, nearest neighbours inside.

    `row` is 0-based and that of the author's version: no evidence for another version. `height`
    counts the commented lines; `lines` has fewer where the text was too long to be sent.
    """

    row: int
    height: int
    lines: tuple[str, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    """The lines that enclose it by their indentation, nearest first."""
    occurrence: int | None = None
    occurrences: int | None = None
    sketch: Sketch | None = None

    @property
    def has_text(self) -> bool:
        """Whether there is anything to find the place by."""
        return any(self.lines) or any(self.before) or any(self.after)


def normalise(line: str) -> str:
    """A line as it is compared: without indentation and end, and as the wire could carry it."""
    text = storable(line[:MAX_CONTEXT_LINE_CHARS])
    return text.strip()


def storable(text: str) -> str:
    """The text without what no store can hold."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "ignore").decode()


@lru_cache(maxsize=65_536)
def distinctiveness(line: str) -> float:
    """How well a normalised line says alone where it is, from 0 to 1."""
    count = sum(map(str.isalnum, line))
    if count == 0:
        return 0.08 if line else 0.02
    return 0.1 + 0.9 * min(count, _DISTINCTIVE_CHARS) / _DISTINCTIVE_CHARS


def anchor_of(comment: WireAnchor) -> Anchor:
    """The anchor that a comment carries."""
    height = max(1, (comment.end_line or comment.line) - comment.line + 1)
    lines = comment.code_snippet.split("\n")
    if len(comment.code_snippet) >= MAX_SNIPPET_CHARS and len(lines) > 1:
        lines.pop()  # it may have been cut
    rest = lines[height:]
    return Anchor(
        row=comment.line - 1,
        height=height,
        lines=tuple(normalise(line) for line in lines[:height]),
        before=tuple(normalise(line) for line in comment.context_before),
        after=tuple(normalise(line) for line in [*rest, *comment.context_after]),
        scope=tuple(normalise(line) for line in reversed(comment.scope)),
        occurrence=comment.occurrence,
        occurrences=comment.occurrences,
        sketch=_sketch_of(comment),
    )


def _sketch_of(comment: WireAnchor) -> Sketch | None:
    if comment.sketch_before is None or comment.sketch_after is None:
        return None
    lookalikes = from_wire(comment.lookalikes or "")
    size = 2 * LOOKALIKE_LINES
    return Sketch(
        from_wire(comment.sketch_before)[::-1],
        from_wire(comment.sketch_after),
        tuple(lookalikes[at : at + size] for at in range(0, len(lookalikes), size)),
    )


def anchor_at(lines: Sequence[str], first: int, last: int) -> Anchor:
    """The anchor of the rows `first` to `last` of a text that is at hand."""
    end = last + 1
    return Anchor(
        row=first,
        height=end - first,
        lines=tuple(normalise(line) for line in lines[first:end][:40]),
        before=tuple(normalise(line) for line in lines[max(0, first - MAX_CONTEXT_LINES) : first]),
        after=tuple(normalise(line) for line in lines[end : end + MAX_CONTEXT_LINES]),
        scope=tuple(normalise(line) for line in scope_of(lines, first)),
    )


def describe(lines: Sequence[str], first: int, last: int) -> dict[str, Any]:
    """The wire's text fields of an anchor on the rows `first` to `last`, both inclusive."""
    snippet = [storable(content_of(line)) for line in lines[first : last + 1]]
    while len(snippet) > 1 and sum(map(len, snippet)) + len(snippet) > MAX_SNIPPET_CHARS:
        snippet.pop()
    before = lines[max(0, first - MAX_CONTEXT_LINES) : first]
    rows = _rows_of(lines, first, len(snippet))
    occurrence = rows.index(first)
    others = rows[max(0, occurrence - MAX_LOOKALIKES // 2) : occurrence]
    others += rows[occurrence + 1 : occurrence + 1 + MAX_LOOKALIKES // 2]
    height = last + 1 - first
    return {
        "code_snippet": "\n".join(snippet)[:MAX_SNIPPET_CHARS],
        "context_before": [_context(line) for line in before],
        "context_after": [
            _context(line) for line in lines[last + 1 : last + 1 + MAX_CONTEXT_LINES]
        ],
        "scope": [_context(line) for line in reversed(scope_of(lines, first))],
        "occurrence": occurrence + 1,
        "occurrences": len(rows),
        "sketch_before": to_wire(_codes(lines, first - MAX_SKETCH_LINES, first)),
        "sketch_after": to_wire(_codes(lines, last + 1, last + 1 + MAX_SKETCH_LINES)),
        "lookalikes": to_wire("".join([_around(lines, row, row + height) for row in others])),
    }


def scope_of(lines: Sequence[str], row: int) -> list[str]:
    """The lines that enclose a row by their indentation, nearest first, the nearest few."""
    found: list[str] = []
    depth = _depth(lines[row]) if row < len(lines) else None
    for above in range(row - 1, max(-1, row - 1 - _SCOPE_REACH), -1):
        if depth == 0 or len(found) == MAX_CONTEXT_LINES:
            break
        line = lines[above]
        here = _depth(line)
        if here is None or (depth is not None and here >= depth):
            continue
        depth = here
        if distinctiveness(normalise(line)) > _CLOSERS_DISTINCTIVENESS:
            found.append(line)
    return found


def _depth(line: str) -> int | None:
    """The width of the indentation; None for a blank line."""
    text = line.lstrip()
    return len(line) - len(text) if text else None


def _context(line: str) -> str:
    return storable(content_of(line)[:MAX_CONTEXT_LINE_CHARS])


def _codes(lines: Sequence[str], first: int, end: int) -> str:
    return codes_of(map(normalise, lines[max(0, first) : max(0, end)]))


def _around(lines: Sequence[str], first: int, end: int) -> str:
    return around(
        _codes(lines, first - LOOKALIKE_LINES, first), _codes(lines, end, end + LOOKALIKE_LINES)
    )


def _rows_of(lines: Sequence[str], first: int, count: int) -> list[int]:
    """The first rows of all places with the text of these rows, this one among them."""
    wanted = [normalise(line) for line in lines[first : first + count]]
    head = wanted[0]
    return [
        row
        for row, line in enumerate(lines)
        # To look for the head in the line is quick; what is not storable in it hides it.
        if row == first
        or (
            head in line
            and normalise(line) == head
            and [normalise(other) for other in lines[row : row + count]] == wanted
        )
    ]
