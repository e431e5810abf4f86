"""Changes of a text as deltas: composed, transformed and found by comparing two texts.

A delta is a tuple of operations from the start of a text on: a positive number keeps that many code
points, a negative one deletes them, a string is inserted. What follows the last operation is kept.
Deltas are in normal form: no two neighbours of a kind, no kept end, insertions before deletions. So
two deltas that do the same to every text are nearly always equal, and the empty one does nothing.
"""

from collections.abc import Iterable
from typing import TypeAlias

Operation: TypeAlias = int | str
Delta: TypeAlias = tuple[Operation, ...]


class DeltaError(ValueError):
    """A delta that reaches beyond the text."""


class DeltaBuilder:
    """Puts operations together in normal form."""

    __slots__ = ("_operations",)

    def __init__(self) -> None:
        """Begin with the delta that does nothing."""
        self._operations: list[Operation] = []

    def keep(self, count: int) -> None:
        """Keep code points."""
        if count <= 0:
            return
        last = self._operations[-1] if self._operations else None
        if isinstance(last, int) and last > 0:
            self._operations[-1] = last + count
        else:
            self._operations.append(count)

    def delete(self, count: int) -> None:
        """Delete code points."""
        if count <= 0:
            return
        last = self._operations[-1] if self._operations else None
        if isinstance(last, int) and last < 0:
            self._operations[-1] = last - count
        else:
            self._operations.append(-count)

    def insert(self, text: str) -> None:
        """Insert a text, before what is deleted at the same place."""
        if not text:
            return
        operations = self._operations
        at = len(operations)
        if at and isinstance(last := operations[-1], int) and last < 0:
            at -= 1
        if at and isinstance(before := operations[at - 1], str):
            operations[at - 1] = before + text
        else:
            operations.insert(at, text)

    def add(self, operation: Operation) -> None:
        """Add one operation."""
        if isinstance(operation, str):
            self.insert(operation)
        elif operation > 0:
            self.keep(operation)
        else:
            self.delete(-operation)

    def delta(self) -> Delta:
        """The delta so far."""
        operations = self._operations
        if operations and isinstance(last := operations[-1], int) and last > 0:
            return tuple(operations[:-1])
        return tuple(operations)


def normal(operations: Iterable[Operation]) -> Delta:
    """The same change in normal form."""
    builder = DeltaBuilder()
    for operation in operations:
        builder.add(operation)
    return builder.delta()


def replacement(at: int, deleted: int, inserted: str) -> Delta:
    """The delta that replaces `deleted` code points at a place by a text."""
    return normal((at, inserted, -deleted))


def apply(text: str, delta: Delta) -> str:
    """The text after a change.

    Raises:
        DeltaError: If the delta reaches beyond the text.
    """
    if not delta:
        return text
    parts: list[str] = []
    at = 0
    for operation in delta:
        if isinstance(operation, str):
            parts.append(operation)
            continue
        end = at + abs(operation)
        if end > len(text):
            raise DeltaError("the change reaches beyond the text")
        if operation > 0:
            parts.append(text[at:end])
        at = end
    parts.append(text[at:])
    return "".join(parts)


def length_after(length: int, delta: Delta) -> int:
    """The length of a text after a change, in code points."""
    for operation in delta:
        if isinstance(operation, str):
            length += len(operation)
        elif operation < 0:
            length += operation
    return length


def size(delta: Delta) -> int:
    """The code points that a change inserts and deletes."""
    return sum(
        len(operation) if isinstance(operation, str) else -min(0, operation) for operation in delta
    )


class _Operations:
    """The operations of a delta, taken in pieces; behind the last one everything is kept."""

    __slots__ = ("_at", "_delta", "_rest")

    def __init__(self, delta: Delta) -> None:
        self._delta = delta
        self._at = 0
        self._rest: Operation | None = delta[0] if delta else None

    @property
    def head(self) -> Operation | None:
        """The present operation, or what is left of it; None behind the last one."""
        return self._rest

    def take(self, count: int) -> Operation:
        """Take up to `count` code points of the present operation."""
        rest = self._rest
        if rest is None:
            return count
        if isinstance(rest, str):
            taken: Operation = rest[:count]
            left: Operation = rest[count:]
        elif rest > 0:
            taken = min(rest, count)
            left = rest - taken
        else:
            taken = max(rest, -count)
            left = rest - taken
        if left:
            self._rest = left
        else:
            self.skip()
        return taken

    def skip(self) -> None:
        """Go on to the next operation."""
        self._at += 1
        self._rest = self._delta[self._at] if self._at < len(self._delta) else None


def compose(first: Delta, second: Delta) -> Delta:
    """The one change that does what two do after each other."""
    if not first or not second:
        return first or second
    builder = DeltaBuilder()
    one, two = _Operations(first), _Operations(second)
    while (later := two.head) is not None:
        earlier = one.head
        if isinstance(later, str):
            builder.insert(later)
            two.skip()
        elif isinstance(earlier, int) and earlier < 0:
            builder.delete(-earlier)
            one.skip()
        elif earlier is None:
            builder.add(later)
            two.skip()
        else:
            count = min(abs(later), len(earlier) if isinstance(earlier, str) else earlier)
            two.take(count)
            piece = one.take(count)
            if later > 0:
                builder.add(piece)
            elif isinstance(piece, int):
                builder.delete(count)
    while (earlier := one.head) is not None:
        builder.add(earlier)
        one.skip()
    return builder.delta()


def composed(changes: Iterable[Delta]) -> Delta:
    """The one change that does what several do after each other."""
    parts = [*changes]
    while len(parts) > 1:
        # Neighbours, so that an edit of thousands of places is not walked through at each of them.
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [*(compose(one, two) for one, two in pairs), *parts[len(parts) // 2 * 2 :]]
    return parts[0] if parts else ()


def transform(delta: Delta, over: Delta, *, first: bool) -> Delta:
    """The same change after another one that was made to the same text.

    For each pair, `over` then `transform(delta, over, first=True)` gives the same text as `delta`
    then `transform(over, delta, first=False)`.

    Args:
        delta: The change.
        over: The other change, which comes before it now.
        first: Whether text of `delta` stands before text of `over` at the same place.
    """
    if not delta or not over:
        return delta
    builder = DeltaBuilder()
    mine, other = _Operations(delta), _Operations(over)
    while (own := mine.head) is not None:
        theirs = other.head
        if isinstance(own, str) and (first or not isinstance(theirs, str)):
            builder.insert(own)
            mine.skip()
        elif isinstance(theirs, str):
            builder.keep(len(theirs))
            other.skip()
        elif isinstance(own, str) or theirs is None:
            builder.add(own)
            mine.skip()
        else:
            count = min(abs(own), abs(theirs))
            mine.take(count)
            other.take(count)
            if theirs > 0:
                builder.add(count if own > 0 else -count)
    return builder.delta()


def moved(place: int, delta: Delta, *, behind_insertions: bool) -> int:
    """The place of a code point after a change.

    Args:
        place: The place before, counted from 0.
        delta: The change.
        behind_insertions: Whether text that is inserted exactly there comes before the place.
    """
    at = 0
    shift = 0
    for operation in delta:
        if at > place or (at == place and not (behind_insertions and isinstance(operation, str))):
            break
        if isinstance(operation, str):
            shift += len(operation)
        elif operation > 0:
            at += operation
        else:
            shift -= min(-operation, place - at)
            at -= operation
    return place + shift


def moved_back(place: int, delta: Delta) -> int:
    """The place before a change of a place after it; inside of inserted text, where that begins."""
    old = new = 0
    for operation in delta:
        if isinstance(operation, str):
            if place < new + len(operation):
                return old
            new += len(operation)
        elif operation > 0:
            if place <= new + operation:
                break
            old += operation
            new += operation
        else:
            old -= operation
    return old + place - new
