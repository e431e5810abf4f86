"""Lines of a file as a text quotes them: their place, and what they are between fences. Pure.

VS Code makes the same block of a selection for the chat: `vscode-extension/src/chat/quoteCode.ts`.
"""

import re
from collections.abc import Sequence
from typing import Final

from peerline.protocol.limits import MAX_QUOTED_CHARS
from peerline_bridge.texts.drafts import is_draft
from peerline_bridge.texts.positions import content_of

_TICKS: Final = re.compile("`+")
_INDENT: Final = re.compile(r"[ \t]*")


def quoted(text: str, file: str, lines: Sequence[str], rows: tuple[int, int], *, limit: int) -> str:
    """A text, and behind it these rows of a file, both inclusive, as far as the limit allows."""
    first, last = (min(row, len(lines) - 1) for row in rows)
    # Drafts are in nobody else's file.
    above = sum(is_draft(line) for line in lines[:first])
    kept = [content_of(line) for line in lines[first : last + 1] if not is_draft(line)]
    begin = first - above + 1
    end = begin + max(1, len(kept)) - 1
    place = f"`{file}:{begin}`" if end == begin else f"`{file}:{begin}-{end}`"
    with_place = f"{text}\n\n{place}"
    block = code_block("\n".join(kept))
    whole = f"{with_place}\n{block}"
    return whole if block and len(whole) <= limit else with_place


def code_block(code: str, language: str = "") -> str:
    """Code between fences that nothing in it can end; empty where there is none.

    Without the indentation that its lines have in common, and what is too long is cut.
    """
    shown = _without_indent(code.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n"))
    if not shown:
        return ""
    if len(shown) > MAX_QUOTED_CHARS:
        shown = f"{shown[:MAX_QUOTED_CHARS]}\n…"
    fence = "`" * max(3, *(len(run) + 1 for run in ["", *_TICKS.findall(shown)]))
    return f"{fence}{language}\n{shown}\n{fence}"


def _without_indent(code: str) -> str:
    lines = ["" if _INDENT.fullmatch(line) else line for line in code.split("\n")]
    indents = [found[0] for line in lines if line and (found := _INDENT.match(line))]
    # What the first and the last one in order have in common, all have.
    first, last = min(indents, default=""), max(indents, default="")
    common = next((i for i in range(len(first)) if first[i] != last[i]), len(first))
    return "\n".join(line[common:] for line in lines)
