"""Patterns of a shell that could stand for a private file, as `.e*` does. Pure, in linear time."""

import re
from collections.abc import Collection
from fnmatch import translate
from typing import Final

from peerline_bridge.texts.private_files import EXAMPLES, is_private

MAX_PATTERNS: Final = 500
"""Different patterns of a text that are looked at; with more it counts as private."""
_WORD: Final = re.compile(r"[^\s\"'`;|&<>()=:]+")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_BRACES: Final = re.compile(r"\{[^{}]*\}")
_CHARACTERS: Final = re.compile(r"\[[^\[\]/]+\]")
_STARS: Final = re.compile(r"\*+")
_ANY: Final = re.compile(r"[*?.]*")
_KIND: Final = re.compile(r"[*?]+\.[\w-]+")
_LONGEST: Final = max(map(len, EXAMPLES))


def name_private(text: str, names: Collection[str] = ()) -> bool:
    """Whether a pattern in a command, or in a path, could stand for a private file.

    One for all files (`*`) does not: it is about others. One for all of an ordinary kind (`*.py`)
    only does if there is such a file: `names` are those of the private files that are known, in
    lower case.
    """
    # In quotes `.*` is a regular expression.
    if any(_is_all_hidden(part) for part in _parts(_QUOTED.sub(" ", text))):
        return True
    found = _parts(text)
    return len(found) > MAX_PATTERNS or any(_stands_for_private(part, names) for part in found)


def _parts(text: str) -> set[str]:
    """The parts of paths in which something stands for other characters, as `*` or `?`."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        if "*" in word or "?" in word or "[" in word or "{" in word:
            plain = _CHARACTERS.sub("?", _BRACES.sub("*", word)).casefold()
            parts = re.split(r"[/\\,]", _STARS.sub("*", plain))
            found.update(part for part in parts if "*" in part or "?" in part)
    return found


def _is_all_hidden(part: str) -> bool:
    return part.startswith(".") and _ANY.fullmatch(part) is not None


def _stands_for_private(part: str, names: Collection[str]) -> bool:
    if _ANY.fullmatch(part) is not None:
        return False
    matches = re.compile(translate(part)).match
    if any(map(matches, names)):
        return True
    if len(part.replace("*", "")) > _LONGEST:
        return False
    if is_private(part.replace("*", "x").replace("?", "x")):
        return True
    if _KIND.fullmatch(part) is not None:
        return False
    return any(map(matches, EXAMPLES))
