"""Completion of `@name` in what one writes. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from peerline.protocol.mentions import begins_mention, prose

_BEGUN = re.compile(r"@([^@\n]*)\Z")


@dataclass(frozen=True, slots=True)
class Completion:
    """Return the completions of `text[start:]`, the likeliest first."""

    start: int
    candidates: Sequence[str]


def completion(before: str, names: Sequence[str]) -> Completion | None:
    """The names that what stands before the cursor may become; None if it begins no name.

    Names may have spaces in them, so the part after the `@` may have too.
    """
    begun = _BEGUN.search(before)
    if begun is None or not begins_mention(before, begun.start()):
        return None
    if not any(start <= begun.start() < end for start, end in prose(before)):
        return None  # in code or in a URL
    part = begun.group(1).casefold()
    found = sorted(
        (name for name in dict.fromkeys(names) if name.casefold().startswith(part)),
        key=str.casefold,
    )
    return Completion(begun.start(), [f"@{name} " for name in found]) if found else None
