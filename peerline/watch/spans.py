"""Lines of styled text: what the pure part gives and a terminal shows. Pure.

A style is a name for what the text is (`dim`, `good`, `user-3` …); what it looks like, the terminal
decides. All text of others comes through `safe`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from peerline.protocol.text import reveal_controls

_TAB = "    "


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line, all in one style."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def safe(text: str, *, all_spaces: bool = False) -> str:
    """Text of others for one line: no control character reaches the terminal.

    With `all_spaces` each space but U+0020 is written out too, for text that somebody is asked to
    allow.
    """
    return reveal_controls(text.replace("\t", _TAB), keep="", all_spaces=all_spaces)


def safe_lines(text: str, *, all_spaces: bool = False) -> list[str]:
    """Text of others, line by line; at least one."""
    lines = text.replace("\r\n", "\n").split("\n")
    return [safe(line, all_spaces=all_spaces) for line in lines]


def first_line(text: str, limit: int) -> str:
    """The first line, cut to `limit` characters."""
    lines = text.strip().split("\n")
    cut = safe(lines[0])
    is_whole = len(lines) == 1 and len(cut) <= limit
    return cut if is_whole else cut[: limit - 1] + "…"


def plain(line: Line) -> str:
    """The line's text alone."""
    return "".join(span.text for span in line)


def joined(parts: Iterable[Span | None], separator: str) -> Line:
    """The parts that are there, with a dim separator between them."""
    spans: list[Span] = []
    for part in parts:
        if part is not None:
            spans.extend([Span(separator, "dim"), part] if spans else [part])
    return tuple(spans)


def clock(moment: datetime, zone: tzinfo | None) -> str:
    """The time of day in a zone, that of this machine if it is None."""
    return moment.astimezone(zone).strftime("%H:%M")
