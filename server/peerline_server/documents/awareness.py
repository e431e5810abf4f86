"""The cursors of a document as y-protocols' awareness: read, written, kept per client id. Pure.

A state belongs to the client id of its user, and its name and colour are the server's. The cursors
of clients that send them as presence have a client id of their own here.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from zlib import crc32

from peerline.documents.byte_reader import ByteReader
from peerline.documents.errors import UpdateError
from peerline.documents.frames import encode_number
from peerline.documents.guard import ROOT_NAME
from peerline.protocol.palette import COLOR_COUNT, PALETTE
from peerline.protocol.types import DocumentCursor, RelativePosition

MAX_STATES: Final = 100
"""Client ids of one connection."""
_MAX_CLOCK: Final = 2**53 - 1
State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """The state of a client id at a clock; None once it is gone."""

    client_id: int
    clock: int
    state: State | None


@dataclass(frozen=True, slots=True)
class Person:
    """The user that states are shown with."""

    user_id: str
    name: str

    def shown(self) -> State:
        """The name and colour, as editors of Yjs expect them."""
        hue = PALETTE[crc32(self.user_id.encode()) % COLOR_COUNT]
        return {"name": self.name, "color": hue.light, "colorLight": f"{hue.light}33"}


@dataclass(slots=True)
class _Held:
    entry: Entry
    owner: object
    """The connection that it came by; a user's id for what was presence."""


@dataclass(slots=True)
class AwarenessBoard:
    """The states of one document."""

    _held: dict[int, _Held] = field(default_factory=dict[int, _Held])
    _of_presence: dict[str, int] = field(default_factory=dict[str, int])
    """The client ids of users whose cursor comes as presence."""
    _clocks: dict[int, int] = field(default_factory=dict[int, int])
    """The last clocks of presence that was removed."""

    def take(
        self,
        entries: Iterable[Entry],
        owner: object,
        person: Person,
        may_use: Callable[[int], bool],
    ) -> list[Entry]:
        """Take over the states of a connection; those that are the user's and new, as shown.

        Clients send back what they were sent of others, too: that is left out.
        """
        taken: list[Entry] = []
        mine = sum(1 for held in self._held.values() if held.owner is owner)
        for entry in entries:
            before = self._held.get(entry.client_id)
            if before is None and (entry.state is None or mine >= MAX_STATES):
                continue
            if entry.client_id in self._of_presence.values() or not may_use(entry.client_id):
                continue
            if before is not None and not _is_newer(entry, before.entry):
                if before.owner is not owner and entry.clock == before.entry.clock:
                    before.owner = owner  # a connection that came back
                continue
            mine += before is None
            state = None if entry.state is None else {**entry.state, "user": person.shown()}
            shown = Entry(entry.client_id, entry.clock, state)
            if state is None:
                self._held.pop(entry.client_id, None)
            else:
                self._held[entry.client_id] = _Held(shown, owner)
            taken.append(shown)
        return taken

    def drop(self, owner: object) -> list[Entry]:
        """The connection has gone: its states as removed."""
        gone = [client_id for client_id, held in self._held.items() if held.owner is owner]
        return [self._remove(client_id) for client_id in gone]

    def show(
        self, person: Person, at: DocumentCursor | None, new_client_id: Callable[[], int]
    ) -> list[Entry]:
        """Show a cursor that came as presence; None if it is no longer in this document."""
        client_id = self._of_presence.get(person.user_id)
        if at is None:
            if client_id is None or client_id not in self._held:
                return []
            return [self._remove(client_id)]
        if client_id is None:
            client_id = self._of_presence[person.user_id] = new_client_id()
        before = self._held.get(client_id)
        state = {"user": person.shown(), "cursor": cursor_state(at)}
        if before is not None and before.entry.state == state:
            return []
        clock = 1 if before is None else before.entry.clock + 1
        entry = Entry(client_id, max(clock, self._last_clock(client_id) + 1), state)
        self._held[client_id] = _Held(entry, person.user_id)
        return [entry]

    def renew(self) -> list[Entry]:
        """The states that came as presence with a new clock: clients forget what is not renewed."""
        renewed: list[Entry] = []
        for client_id in self._of_presence.values():
            held = self._held.get(client_id)
            if held is not None:
                entry = Entry(client_id, held.entry.clock + 1, held.entry.state)
                held.entry = entry
                renewed.append(entry)
        return renewed

    def all(self) -> list[Entry]:
        """All states, for a connection that is new."""
        return [held.entry for held in self._held.values()]

    def states_of(self, owner: object) -> list[State]:
        """The states of one connection."""
        return [
            held.entry.state
            for held in self._held.values()
            if held.owner is owner and held.entry.state is not None
        ]

    def _last_clock(self, client_id: int) -> int:
        return self._clocks.get(client_id, 0)

    def _remove(self, client_id: int) -> Entry:
        held = self._held.pop(client_id)
        entry = Entry(client_id, min(held.entry.clock + 1, _MAX_CLOCK), None)
        if client_id in self._of_presence.values():
            self._clocks[client_id] = entry.clock
        return entry


def _is_newer(entry: Entry, before: Entry) -> bool:
    """As y-protocols decides: a removal counts at the same clock."""
    if entry.clock == before.clock:
        return entry.state is None and before.state is not None
    return entry.clock > before.clock


def decode_states(data: bytes) -> list[Entry]:
    """Read an awareness update.

    Raises:
        UpdateError: if it is none.
    """
    reader = ByteReader(data)
    entries: list[Entry] = []
    for _ in range(reader.count(3)):
        client_id, clock = reader.number(), reader.number()
        try:
            state = json.loads(reader.text())
        except (ValueError, RecursionError):
            raise UpdateError("a state in it is not JSON") from None
        if state is not None and not isinstance(state, dict):
            raise UpdateError("a state in it is no object")
        entries.append(Entry(client_id, clock, cast("State | None", state)))
    if reader.left:
        raise UpdateError("bytes are left over at its end")
    return entries


def encode_states(entries: Iterable[Entry]) -> bytes:
    """Write an awareness update."""
    listed = list(entries)
    out = [encode_number(len(listed))]
    for entry in listed:
        text = json.dumps(entry.state, ensure_ascii=False, separators=(",", ":"))
        state = text.encode("utf-8", "replace")
        out += [encode_number(entry.client_id), encode_number(entry.clock)]
        out += [encode_number(len(state)), state]
    return b"".join(out)


def cursor_in(state: Mapping[str, Any], document_id: str) -> DocumentCursor | None:
    """The cursor of a state; None if it has none that can be read."""
    cursor = state.get("cursor")
    if not isinstance(cursor, dict):
        return None
    places = cast("dict[str, object]", cursor)
    head, anchor = _position(places.get("head")), _position(places.get("anchor"))
    if head is None:
        return None
    return DocumentCursor(
        document_id=document_id, head=head, anchor=None if anchor == head else anchor
    )


def cursor_state(at: DocumentCursor) -> State:
    """A cursor as editors of Yjs read it."""
    return {"anchor": _relative(at.anchor or at.head), "head": _relative(at.head)}


def _position(value: object) -> RelativePosition | None:
    """A relative position of Yjs, as JSON."""
    if not isinstance(value, dict):
        return None
    found = cast("dict[str, object]", value)
    assoc = found.get("assoc", 0)
    is_before = not isinstance(assoc, int) or assoc >= 0
    item = found.get("item")
    if item is None:
        # At the type itself: its end, or its start.
        return (0, 0, -1) if is_before else (0, 0, 0)
    if not isinstance(item, dict):
        return None
    named = cast("dict[str, object]", item)
    client, clock = named.get("client"), named.get("clock")
    if not (_is_count(client) and _is_count(clock)):
        return None
    return (cast("int", client), cast("int", clock), 0 if is_before else -1)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_CLOCK


def _relative(position: RelativePosition) -> State:
    client, clock, assoc = position
    if (client, clock) == (0, 0):
        return {"type": None, "tname": ROOT_NAME, "item": None, "assoc": 0 if assoc < 0 else -1}
    item = {"client": client, "clock": clock}
    return {"type": None, "tname": None, "item": item, "assoc": assoc}
