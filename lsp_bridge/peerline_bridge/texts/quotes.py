"""Lines of a file as a text quotes them: their place, and what they are between fences. Pure."""

import re
from collections.abc import Sequence
from textwrap import dedent
from typing import Final

from peerline_bridge.texts.drafts import is_draft
from peerline_bridge.texts.positions import content_of

MAX_QUOTED_CHARS: Final = 4_000
"""Of more lines only the place is written: it says where they are."""
_TICKS: Final = re.compile("`+")


def quoted(text: str, file: str, lines: Sequence[str], rows: tuple[int, int], *, limit: int) -> str:
    """A text, and behind it these rows of a file, both inclusive, as far as the limit allows."""
    first, last = (min(row, len(lines) - 1) for row in rows)
    # Drafts are in nobody else's file.
    above = sum(is_draft(line) for line in lines[:first])
    kept = [content_of(line) for line in lines[first : last + 1] if not is_draft(line)]
    begin = first - above + 1
    end = begin + max(1, len(kept)) - 1
    place = f"`{file}:{begin}`" if end == begin else f"`{file}:{begin}-{end}`"
    code = dedent("\n".join(kept).rstrip())
    with_place = f"{text}\n\n{place}"
    if not code.strip() or len(code) > MAX_QUOTED_CHARS:
        return with_place
    fence = "`" * max([3, *(len(run) + 1 for run in _TICKS.findall(code))])
    whole = f"{with_place}\n{fence}\n{code}\n{fence}"
    return whole if len(whole) <= limit else with_place
