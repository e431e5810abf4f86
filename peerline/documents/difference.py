"""The change that makes one text of another, small where that is cheap to find."""

from difflib import SequenceMatcher

from rapidfuzz.distance import Indel

from peerline.documents.delta import Delta, DeltaBuilder

MAX_EXACT = 20_000
"""The longest changed parts, in code points, that are compared code point by code point."""
MAX_LINES = 5_000
"""The most changed lines that are compared line by line; more are replaced as a whole."""


def difference(old: str, new: str) -> Delta:
    """The change from one text to the other."""
    if old == new:
        return ()
    start = _common_start(old, new)
    end = _common_start(old[start:][::-1], new[start:][::-1])
    builder = DeltaBuilder()
    builder.keep(start)
    _compare(old[start : len(old) - end], new[start : len(new) - end], builder)
    builder.keep(end)
    return builder.delta()


def _compare(old: str, new: str, builder: DeltaBuilder) -> None:
    if not old or not new or len(old) + len(new) <= MAX_EXACT:
        _compare_exactly(old, new, builder)
        return
    old_lines, new_lines = _lines(old), _lines(new)
    if max(len(old_lines), len(new_lines)) > MAX_LINES:
        builder.insert(new)
        builder.delete(len(old))
        return
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        before, after = "".join(old_lines[old_from:old_to]), "".join(new_lines[new_from:new_to])
        if tag == "equal":
            builder.keep(len(before))
        elif len(before) + len(after) <= MAX_EXACT:
            _compare_exactly(before, after, builder)
        else:
            builder.insert(after)
            builder.delete(len(before))


def _compare_exactly(old: str, new: str, builder: DeltaBuilder) -> None:
    if not old or not new:
        builder.insert(new)
        builder.delete(len(old))
        return
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            builder.keep(step.src_end - step.src_start)
        else:
            builder.insert(new[step.dest_start : step.dest_end])
            builder.delete(step.src_end - step.src_start)


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _common_start(one: str, two: str) -> int:
    """The length of the common start, by halving: comparing slices is faster than a loop."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
