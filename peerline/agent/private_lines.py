"""The lines of private files, to be hidden wherever they turn up, whatever has read them. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from peerline.agent.redaction import secrets_of

MIN_CHARS: Final = 8
"""Shorter lines are ordinary elsewhere."""
MAX_CHARS: Final = 256
"""Of a longer line these first ones are looked for; all of the line is hidden then."""
MAX_LINES: Final = 20_000
KIND: Final = "private file"
_ASSIGNED: Final = re.compile(
    r"""\s*(?:export\s+)?["']?(?P<name>[\w.-]{1,100})["']?\s*[:=]\s*(?P<value>[^\r\n]+)"""
)


class PrivateLines:
    """Finds the lines of some texts, and what is assigned in them to a name that says secret."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        for text in texts:
            lines = text.splitlines()[: MAX_LINES - len(self._known)]
            found = [line.strip() for line in lines]
            found += [value for line in lines for value in _secrets(line)]
            # A line of marks alone is a ruler.
            self._known.update(
                one[:MAX_CHARS]
                for one in found
                if len(one) >= MIN_CHARS and any(map(str.isalnum, one))
            )
        lengths: dict[str, set[int]] = {}
        for line in self._known:
            lengths.setdefault(line[:MIN_CHARS], set()).add(len(line))
        self._lengths = {start: sorted(each, reverse=True) for start, each in lengths.items()}

    def hide(self, text: str, hide: Callable[[str, str], str]) -> str:
        """The text without the lines; `hide` gives what stands for one."""
        if not self._known or len(text) < MIN_CHARS:
            return text
        parts: list[str] = []
        done = at = 0
        last = len(text) - MIN_CHARS
        while at <= last:
            end = self._end(text, at)
            if end is None:
                at += 1
                continue
            parts += [text[done:at], hide(KIND, text[at:end])]
            done = at = end
        return "".join([*parts, text[done:]]) if parts else text

    def _end(self, text: str, at: int) -> int | None:
        """The end of the line that begins at this place."""
        for length in self._lengths.get(text[at : at + MIN_CHARS], ()):
            if text[at : at + length] in self._known:
                if length < MAX_CHARS:
                    return at + length
                end = text.find("\n", at)
                return len(text) if end < 0 else end
        return None


def _secrets(line: str) -> tuple[str, ...]:
    found = _ASSIGNED.match(line)
    if found is None:
        return ()
    value = found["value"].strip().rstrip(",;").strip("\"'`")
    return secrets_of({found["name"]: value})


@dataclass(frozen=True, slots=True)
class PrivateContent:
    """The names and lines of the private files of a folder."""

    names: frozenset[str] = frozenset()
    """In lower case, without the folders that they are in."""
    lines: PrivateLines = field(default_factory=PrivateLines)


NOTHING: Final = PrivateContent()
