"""How long it takes: a file of 50,000 lines with one comment, with a hundred, with ten thousand."""

from collections.abc import Sequence
from random import Random
from time import process_time
from typing import Final

from benchmarks.anchors.edits import changed_lightly
from peerline.protocol.comments import Comment
from peerline.protocol.editor.base import Position, Range
from peerline_bridge.anchors.anchor import describe
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.anchors.tracked_threads import ThreadRows
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import Encoding

LINES: Final = 50_000
_KEYSTROKES: Final = 200
SLICE: Final = 1
"""As many threads as the thread presenter locates before it looks at the clock again."""


def run(files: Sequence[Sequence[str]], plan: Random) -> list[dict[str, object]]:
    """Measure, print, and return the rows of the table. Times are in milliseconds."""
    text = [line + "\n" for file in files for line in file]
    plan.shuffle(text)
    text = [f"{line[:-1]}  # {number % 997}\n" for number, line in enumerate(text)][:LINES]
    index = TextIndex(text)
    changed = [
        changed_lightly(line, plan) if plan.random() < 0.05 else line  # noqa: PLR2004
        for line in text
        if plan.random() > 0.02  # noqa: PLR2004
    ]
    results: list[dict[str, object]] = []
    print(f"\n{LINES:,} lines, milliseconds of CPU")
    print(f"{'comments':>9}{'open':>9}{'at once':>9}{'typing':>9}{'new line':>9}{'replace':>9}")
    for count in (1, 100, 10_000):
        rows = ThreadRows()
        for row in plan.sample(range(LINES), count):
            rows.add(comment_on(index, row))
        document = Document("file:///a", 1, changed)
        opened, longest = _locate_all(rows, document)
        typing = _type(rows, document, "x")
        new_line = _type(rows, document, "\n")
        start = process_time()
        edit = document.apply(TextChange("".join(text)), Encoding.UTF16)
        rows.follow(document, edit)
        replaced = process_time() - start
        result: dict[str, object] = {
            "comments": count,
            "open_ms": opened * 1e3,
            "longest_slice_ms": longest * 1e3,
            "typing_ms": typing * 1e3,
            "new_line_ms": new_line * 1e3,
            "replace_ms": replaced * 1e3,
        }
        results.append(result)
        print(
            f"{count:9,}{opened * 1e3:9.0f}{longest * 1e3:9.1f}{typing * 1e3:9.3f}"
            f"{new_line * 1e3:9.3f}{replaced * 1e3:9.0f}",
            flush=True,
        )
    return results


def _locate_all(rows: ThreadRows, document: Document) -> tuple[float, float]:
    """All of it, and the longest time without a pause."""
    start = process_time()
    longest = 0.0
    while rows.has_waiting:
        before = process_time()
        rows.locate_some(document, SLICE)
        longest = max(longest, process_time() - before)
    return process_time() - start, longest


def _type(rows: ThreadRows, document: Document, text: str) -> float:
    """One keystroke, of many."""
    place = Position(line=10, character=0)
    change = TextChange(text, Range(start=place, end=place))
    start = process_time()
    for _ in range(_KEYSTROKES):
        rows.follow(document, document.apply(change, Encoding.UTF16))
    return (process_time() - start) / _KEYSTROKES


def comment_on(index: TextIndex, row: int) -> Comment:
    """A comment, without the time it takes to count the equal lines of each."""
    start = max(0, row - 50)
    equal = index.rows_of(index.lines[row])
    return Comment.model_validate(
        {
            **describe(index.texts[start : row + 50], row - start, row - start),
            "occurrence": equal.index(row) + 1,
            "occurrences": len(equal),
            "id": f"c{row}",
            "user_id": "u",
            "username": "u",
            "content": "c",
            "file": "a",
            "line": row + 1,
            "timestamp": "2026-01-01T00:00:00Z",
        }
    )
