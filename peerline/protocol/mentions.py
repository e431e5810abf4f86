"""The mentions in a text: `@name`, but not in code or in a URL. Pure.

`ui/model/richText.ts` draws them by the same rules; tests/cases/mentions.json holds both to them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from peerline.protocol.fences import fenced_blocks

_TICKS: Final = re.compile(r"`+")
_URL: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:[A-Za-z][A-Za-z0-9+.-]*://|www\.|mailto:)"
    r"[^\s<>\"'`\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
_WITHOUT_SPACES: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U00020000-\U0003ffff]"
)
"""Scripts in which words, or a name and its particle, follow each other without a space."""
_JOINERS: Final = frozenset("-.@")
"""Between two letters these join them to one word, such as ann-bot."""


class Mention(NamedTuple):
    """A mention: from its `@` to the end of the name, exclusive."""

    start: int
    end: int
    user_id: str


class Names:
    """The names that can be mentioned. Of two with one name, the later one."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` are pairs of a name and a user id."""
        self._ids: dict[str, str] = {}
        lengths: set[int] = set()
        for name, user_id in names:
            forms = {name}
            if not name.isascii():
                forms |= {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}
            for form in forms:
                self._ids[form.lower()] = user_id
                lengths.add(len(form))
        self._lengths = sorted(lengths - {0}, reverse=True)

    def longest_at(self, text: str, start: int) -> tuple[int, str] | None:
        """The end of the longest name that the text has at a place, and whose it is."""
        for length in self._lengths:
            end = start + length
            if end > len(text):
                continue
            user_id = self._ids.get(text[start:end].lower())
            if user_id is not None and _ends_word(text, end):
                return end, user_id
        return None


def find_mentions(text: str, names: Names, *, most: int) -> list[Mention]:
    """The mentions, in their order; only the first `most` places with an `@` are looked at."""
    found: list[Mention] = []
    end = looked_at = 0
    for start, stop in prose(text) if "@" in text else ():
        at = text.find("@", start, stop)
        while at >= 0 and looked_at < most:
            if at >= end and begins_mention(text, at):
                looked_at += 1
                name = names.longest_at(text[:stop], at + 1)
                if name is not None:
                    end, user_id = name
                    found.append(Mention(at, end, user_id))
            at = text.find("@", at + 1, stop)
    return found


def begins_mention(text: str, at: int) -> bool:
    """Whether the `@` at a place may begin a mention: it is no part of a word or an address."""
    before = text[at - 1] if at > 0 else ""
    return before != "@" and (not _is_word(before) or _is_without_spaces(before))


def prose(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that are neither code nor a URL, as places from start to end."""
    lines = text.split("\n")
    code = {row for block in fenced_blocks(lines) for row in range(block.first, block.last + 1)}
    place = 0
    for row, line in enumerate(lines):
        start, place = place, place + len(line) + 1
        if row not in code:
            yield from _outside_of_code(line, start)


def _outside_of_code(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Without what is between backticks of equal number, in linear time."""
    opened: dict[int, re.Match[str]] = {}
    begin = 0
    for ticks in _TICKS.finditer(line):
        length = len(ticks[0])
        first = opened.get(length)
        if first is None or not line[first.end() : ticks.start()].strip():
            opened[length] = ticks
        else:
            yield from _outside_of_urls(line, begin, first.start(), start)
            begin = ticks.end()
            opened.clear()
    yield from _outside_of_urls(line, begin, len(line), start)


def _outside_of_urls(line: str, begin: int, end: int, start: int) -> Iterator[tuple[int, int]]:
    for url in _URL.finditer(line, begin, end):
        yield start + begin, start + url.start()
        begin = url.end()
    yield start + begin, start + end


def _ends_word(text: str, end: int) -> bool:
    """Whether a name that the text has up to `end` is not the beginning of a longer word."""
    last, after = text[end - 1], text[end : end + 2]
    if not after or not _is_word(last):
        return True
    following = after[1:] if after[0] in _JOINERS else after[0]
    if not _is_word(following):
        return True
    return _is_without_spaces(following) or (following == after[0] and _is_without_spaces(last))


def _is_without_spaces(char: str) -> bool:
    return _WITHOUT_SPACES.match(char) is not None


def _is_word(char: str) -> bool:
    return char == "_" or (char != "" and unicodedata.category(char)[0] in "LNM")
