"""The check of a Yjs update before a CRDT sees it.

Update format 1 of Yjs: sections of structs, one section a client, then the deleted ranges. A plain
text needs three kinds of content (a string, a deleted text, a collected one) under one root type.
Everything else is refused, and so is what would wait for a part that is missing: an update is
taken as a whole or not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from peerline.documents.byte_reader import ByteReader
from peerline.documents.errors import UpdateError
from peerline.documents.structs import COLLECTED, CONTENT, DELETED, HAS_LEFT, HAS_RIGHT, STRING

ROOT_NAME = "text"
"""The root type that holds the text of a document."""
MAX_CLOCK = 2**31 - 1
"""The largest end of a client's structs, in UTF-16 code units."""
MAX_DELETED_RUN = 2**20
"""The longest deleted or collected struct that a participant may send, in UTF-16 code units."""

_HAS_KEY = 0x20
_SMALLEST_STRUCT = 2
_SMALLEST_SECTION = 5
_SMALLEST_RANGE = 2
_SMALLEST_RANGES = 4

_LOW_SURROGATE_FIRST = 0xDC
_LOW_SURROGATE_LAST = 0xDF
"""The high bytes of the second half of a character in UTF-16."""

_NOTHING: frozenset[int] = frozenset()
_Need: TypeAlias = tuple[int, int, int, int]
"""A struct that needs another: its client and clock, the client and clock that it needs."""


@dataclass(frozen=True, slots=True)
class CheckedUpdate:
    """An update that is sound.

    Attributes:
        clocks: The end of each client's structs after the update, for clients with structs in it.
        is_new: Whether a struct in it is not known yet.
        deletes: Whether it names deleted ranges.
        inserted: The UTF-16 code units of text in it, those that are known already included.
    """

    clocks: Mapping[int, int]
    is_new: bool
    deletes: bool
    inserted: int


def check_update(
    update: bytes,
    known: Mapping[int, int],
    *,
    may_write: Callable[[int], bool] | None = None,
    longest_deleted: int = MAX_DELETED_RUN,
    most_beside_text: int | None = None,
) -> CheckedUpdate:
    """Check an update of a plain text.

    Args:
        update: A Yjs update, format 1.
        known: The document's state vector: the end of each client's structs.
        may_write: Whether the sender may send structs under a client id; None if under any.
        longest_deleted: The longest deleted or collected struct, in UTF-16 code units.
        most_beside_text: How many bytes it may have beside the texts that it inserts, which are
            read fast; None if that does not matter.

    Raises:
        UpdateError: If any part is not sound. Nothing of the update may be used then.
    """
    reader = ByteReader(update)
    clocks: dict[int, int] = {}
    structs = _StructReader(reader, known, longest_deleted)
    if most_beside_text is not None and len(update) > most_beside_text:
        structs.most_beside_text = most_beside_text
    is_new = False
    for _ in range(reader.count(_SMALLEST_SECTION)):
        count = reader.count(_SMALLEST_STRUCT)
        client = reader.number()
        clock = reader.number()
        if not count:
            raise UpdateError("a section of it is empty")
        if client in clocks:
            raise UpdateError("it names a client twice")
        if may_write is not None and not may_write(client):
            raise UpdateError("it writes under the client id of another user")
        before = known.get(client, 0)
        if clock > before:
            raise UpdateError("a part before it is missing")
        for _ in range(count):
            clock += structs.read(client, clock)
        if clock > MAX_CLOCK:
            raise UpdateError("a clock in it is too large")
        clocks[client] = clock
        is_new = is_new or clock > before
    if structs.needs:
        _check_order(structs.needs, known, clocks)
    if structs.most_beside_text is not None:
        structs.check_beside_text(reader.left)
    deletes = _check_deleted(reader, known, clocks)
    if reader.left:
        raise UpdateError("bytes are left over at its end")
    return CheckedUpdate(clocks, is_new, deletes, structs.inserted)


class _StructReader:
    """Reads and checks structs one after the other.

    Attributes:
        needs: Structs of clients that need a struct that is not known yet.
        inserted: The UTF-16 code units of text so far.
        most_beside_text: The bytes beside the texts that are read before the update is refused.
    """

    __slots__ = (
        "_known",
        "_longest_deleted",
        "_reader",
        "_text_bytes",
        "inserted",
        "most_beside_text",
        "needs",
    )

    def __init__(self, reader: ByteReader, known: Mapping[int, int], longest_deleted: int) -> None:
        self._reader = reader
        self._known = known
        self._longest_deleted = longest_deleted
        self.needs: list[_Need] = []
        self.inserted = 0
        self.most_beside_text: int | None = None
        self._text_bytes = 0

    def check_beside_text(self, more: int = 0) -> None:
        """Check that what was read, and `more` bytes, are not too many beside the texts."""
        most = self.most_beside_text
        if most is not None and self._reader.position - self._text_bytes + more > most:
            raise UpdateError(f"it has more than {most} bytes beside the text that it inserts")

    def read(self, client: int, clock: int) -> int:
        """Read one struct of a client that starts at a clock; its length in UTF-16 code units."""
        if self.most_beside_text is not None:
            self.check_beside_text()
        info = self._reader.byte()
        content = info & CONTENT
        if info & _HAS_KEY:
            raise UpdateError("it sets a key, which a text has none of")
        if content == STRING:
            self._read_place(info, client, clock)
            return self._read_text(self._known.get(client, 0) - clock)
        if content == DELETED:
            self._read_place(info, client, clock)
        elif info != COLLECTED:
            raise UpdateError("it holds something else than text")
        length = self._reader.number()
        if not 0 < length <= self._longest_deleted:
            raise UpdateError("a deleted text in it is empty or too long")
        return length

    def _read_place(self, info: int, client: int, clock: int) -> None:
        """Read the structs between which a struct was written, or the root."""
        sides = info & (HAS_LEFT | HAS_RIGHT)
        if sides:
            left = self._read_neighbour(client, clock)
            if sides == HAS_LEFT | HAS_RIGHT and left == self._read_neighbour(client, clock):
                # pycrdt takes it, and finds another text in its own saved state.
                raise UpdateError("it is attached to both sides of one place")
            return
        if self._reader.number() != 1 or self._reader.text() != ROOT_NAME:
            raise UpdateError("it writes into something else than the document's text")

    def _read_neighbour(self, client: int, clock: int) -> tuple[int, int]:
        neighbour = self._reader.number()
        at = self._reader.number()
        if at >= self._known.get(neighbour, 0) and not (neighbour == client and at < clock):
            self.needs.append((client, clock, neighbour, at))
        return neighbour, at

    def _read_text(self, cut: int) -> int:
        """Read a text, of which the first `cut` code units are known already."""
        before = self._reader.left
        text = self._reader.text()
        self._text_bytes += before - self._reader.left
        if not text:
            raise UpdateError("it inserts an empty text")
        if text.isascii():
            length = len(text)
        else:
            units = text.encode("utf-16-le")
            length = len(units) // 2
            if (
                0 < cut < length
                and _LOW_SURROGATE_FIRST <= units[2 * cut + 1] <= _LOW_SURROGATE_LAST
            ):
                raise UpdateError("it goes on in the middle of a character")
        self.inserted += length
        return length


def _check_order(needs: list[_Need], known: Mapping[int, int], clocks: Mapping[int, int]) -> None:
    """Check that structs which need structs of other clients can be taken one after the other.

    A client's structs are taken in order, so each client stops at its first struct that needs one
    not taken yet, and goes on when that is there. If all stop, they wait for each other, or for a
    part that is missing.
    """
    waiting: dict[int, list[_Need]] = {}
    for need in needs:
        waiting.setdefault(need[0], []).append(need)
    for stops in waiting.values():
        stops.reverse()
    reached = {
        client: waiting[client][-1][1] if client in waiting else end
        for client, end in clocks.items()
    }
    woken_by: dict[int, set[int]] = {}
    ready = list(waiting)
    while ready:
        client = ready.pop()
        stops = waiting[client]
        while stops:
            _, _, origin, at = stops[-1]
            if at >= reached.get(origin, 0) and at >= known.get(origin, 0):
                woken_by.setdefault(origin, set()).add(client)
                break
            stops.pop()
        now = stops[-1][1] if stops else clocks[client]
        if now > reached[client]:
            reached[client] = now
            ready.extend(woken_by.pop(client, _NOTHING))
    if any(waiting.values()):
        raise UpdateError("it is attached to a part that is missing")


def _check_deleted(reader: ByteReader, known: Mapping[int, int], clocks: Mapping[int, int]) -> bool:
    """Read the deleted ranges; whether there are any."""
    clients: set[int] = set()
    for _ in range(reader.count(_SMALLEST_RANGES)):
        client = reader.number()
        if client in clients:
            raise UpdateError("it names a client twice")
        clients.add(client)
        end = max(known.get(client, 0), clocks.get(client, 0))
        for _ in range(reader.count(_SMALLEST_RANGE)):
            clock = reader.number()
            length = reader.number()
            if not length or clock + length > end:
                raise UpdateError("it deletes a part that is missing")
    return bool(clients)
