"""The anchor of a comment on characters of a shared text. Pure."""

from typing import Final

from peerline.documents.ranges import PlacedText, range_at
from peerline.protocol.comments import AnchorData
from peerline.protocol.limits import MAX_CONTEXT_LINE_CHARS, MAX_SNIPPET_CHARS

CONTEXT_LINES: Final = 3
"""Lines before and after the commented ones that go with a comment."""


def anchor_of(  # noqa: PLR0913, PLR0917 - a document and a range in it
    placed: PlacedText,
    text: str,
    document_id: str,
    generation: str,
    file: str,
    start: int,
    end: int,
) -> AnchorData:
    """Return the anchor of the characters from `start` to `end`, with the lines that they are on.

    The range decides where the document is of this generation, the lines decide elsewhere.

    Raises:
        ValueError: If there are no such characters.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"the text has no characters from {start} to {end}")
    found = range_at(placed, start, end)
    assert found is not None, "there is at least one character"
    first = text.count("\n", 0, start)
    last = max(first, text.count("\n", 0, end - 1))
    lines = text.split("\n")
    return AnchorData(
        file=file,
        line=first + 1,
        end_line=last + 1,
        code_snippet="\n".join(lines[first : last + 1])[:MAX_SNIPPET_CHARS],
        context_before=_context(lines[max(0, first - CONTEXT_LINES) : first]),
        context_after=_context(lines[last + 1 : last + 1 + CONTEXT_LINES]),
        document_id=document_id,
        generation=generation,
        start=found[0],
        end=found[1],
    )


def _context(lines: list[str]) -> list[str]:
    return [line[:MAX_CONTEXT_LINE_CHARS] for line in lines]
