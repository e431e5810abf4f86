"""The change that makes one text of another, small where that is cheap to find."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel

from peerline.documents.delta import Delta, DeltaBuilder
from peerline.protocol.client_defaults import MAX_EXACT, MAX_LINES


def difference(old: str, new: str, at: int = 0) -> Delta:
    """The change from one text to the other, which begin at an offset of a longer text."""
    if old == new:
        return ()
    start = _common_start(old, new)
    end = _common_start(old[start:][::-1], new[start:][::-1])
    if len(old) + len(new) - 2 * (start + end) > MAX_EXACT:
        # Whole lines are compared then.
        start = old.rfind("\n", 0, start) + 1
        behind = old.find("\n", len(old) - end) + 1
        end = len(old) - behind if behind else 0
    builder = DeltaBuilder()
    builder.keep(at + start)
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
    # Numbers for lines: of two that are not the same, the hashes could be.
    numbers: dict[str, int] = {}
    old_numbers, new_numbers = (
        [numbers.setdefault(line, len(numbers)) for line in lines]
        for lines in (old_lines, new_lines)
    )
    before, after = 0, 0
    for step in (*Indel.opcodes(old_numbers, new_numbers), None):
        if step is not None and step.tag != "equal":
            continue
        old_end = len(old_lines) if step is None else step.src_start
        new_end = len(new_lines) if step is None else step.dest_start
        _compare_changed(old_lines[before:old_end], new_lines[after:new_end], builder)
        if step is not None:
            before, after = step.src_end, step.dest_end
            builder.keep(sum(map(len, old_lines[old_end:before])))


def _compare_changed(old: Sequence[str], new: Sequence[str], builder: DeltaBuilder) -> None:
    """Compare lines that have nothing in common with those of the other text in their place."""
    before, after = "".join(old), "".join(new)
    if len(before) + len(after) <= MAX_EXACT:
        _compare_exactly(before, after, builder)
    elif len(old) == len(new) > 1:
        # As after an indent or a substitution, which change each line a little.
        for one, other in zip(old, new, strict=True):
            _compare_changed([one], [other], builder)
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
