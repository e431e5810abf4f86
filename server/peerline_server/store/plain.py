"""Events that need nothing read but their session: which of a batch are such, and their rows. Pure.

The store remembers how far it has brought each session (its head). With that it knows the places of
such events before it asks the database, which only has to agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from peerline.protocol.chat import ChatMessageSent
from peerline.protocol.comments import CodeComment
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import FileEvent
from peerline.protocol.messages import encode_message
from peerline_server.core.records import Committed, NewEvent, NewUpdate
from peerline_server.store import projection
from peerline_server.store.backend import Item
from peerline_server.store.base import request_key

MAX_HEADS: Final = 20_000
"""Sessions that are remembered; beyond them all are forgotten, and read again."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a session was when this store last wrote to it."""

    fence: int
    seq: int


class Heads:
    """The heads of sessions. One that is out of date is noticed by the database."""

    def __init__(self, limit: int = MAX_HEADS) -> None:
        self._limit = limit
        self._heads: dict[str, Head] = {}
        self._doubtful: set[str] = set()
        """Sessions that something may yet be written to, until a later write has reached them."""

    def get(self, session_id: str) -> Head | None:
        """The head of a session, if it is remembered."""
        return self._heads.get(session_id)

    def reached(self, seqs: Mapping[str, int], fences: Mapping[str, int]) -> None:
        """Sessions were brought so far, by owners with these fences."""
        if len(self._heads) + len(seqs) > self._limit:
            self._heads.clear()
        for session_id, seq in seqs.items():
            if session_id in fences:
                self._heads[session_id] = Head(fences[session_id], seq)
        self._doubtful.difference_update(seqs)

    def loaded(self, session_id: str, fence: int, seq: int) -> None:
        """A session was read, which tells nothing if a write of before is in doubt."""
        if session_id not in self._doubtful:
            self.reached({session_id: seq}, {session_id: fence})

    def forget(self, session_id: str) -> None:
        """It is not known any longer how far a session is."""
        self._heads.pop(session_id, None)
        self._doubtful.add(session_id)


@dataclass(slots=True)
class PlainEvents:
    """A batch of such events, each with its place."""

    placed: list[tuple[NewEvent, DurableMessage]]
    before: dict[str, Head]
    """The heads that the database has to agree to."""
    seqs: dict[str, int] = field(default_factory=dict[str, int])
    """The new last place in each session."""
    moments: dict[str, Any] = field(default_factory=dict[str, Any])
    """The time of the event there."""

    @classmethod
    def of(cls, items: Sequence[Item], heads: Heads) -> "PlainEvents | None":
        """The batch, if all of it is of this kind, and how far the sessions are is known."""
        events = [item for item in items if isinstance(item, NewEvent) and _is_plain(item)]
        if len(events) < len(items):
            return None
        keys = [key for event in events if (key := request_key(event)) is not None]
        if len(set(keys)) < len(keys):
            return None
        batch = cls([], {})
        for event in events:
            session_id = event.message.session_id
            head = batch.before.get(session_id) or heads.get(session_id)
            if head is None or head.fence != event.fence:
                return None
            batch._place(event, head)
        return batch

    def _place(self, event: NewEvent, head: Head) -> None:
        session_id = event.message.session_id
        self.before[session_id] = head
        seq = self.seqs.get(session_id, head.seq) + 1
        placed = event.message.model_copy(update={"seq": seq})
        self.placed.append((event, placed))
        self.seqs[session_id], self.moments[session_id] = seq, projection.time_of(placed)

    @property
    def fences(self) -> dict[str, int]:
        """The fence of the owner of each session."""
        return {session_id: head.fence for session_id, head in self.before.items()}

    def sessions(self) -> list[tuple[Any, ...]]:
        """The sessions: id, fence, last place before and after, time."""
        return [
            (session_id, head.fence, head.seq, self.seqs[session_id], self.moments[session_id])
            for session_id, head in self.before.items()
        ]

    def events(self) -> list[tuple[Any, ...]]:
        """The rows of session_events."""
        return [
            (
                placed.session_id,
                placed.seq,
                event.user_id,
                placed.type,
                encode_message(placed).decode(),
                projection.time_of(placed),
                event.request_id,
            )
            for event, placed in self.placed
        ]

    def messages(self) -> list[projection.Row]:
        """The rows of session_messages."""
        rows = (projection.message_row(placed) for _, placed in self.placed)
        return [row for row in rows if row is not None]

    def results(self, kept: frozenset[str]) -> list[Committed | None]:
        """Of each event; None of those whose session is not among those that were `kept`."""
        return [
            Committed(placed) if placed.session_id in kept else None for _, placed in self.placed
        ]


@dataclass(slots=True)
class PlainUpdates:
    """A batch of updates of documents, each behind the one before."""

    updates: list[NewUpdate]
    first: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """The number of the first one of each generation."""
    numbers: dict[tuple[str, str], tuple[str, int]] = field(
        default_factory=dict[tuple[str, str], tuple[str, int]]
    )
    """The session and the number of the last one."""
    fences: dict[str, int] = field(default_factory=dict[str, int])
    """The fence of the owner of each session."""

    @classmethod
    def of(cls, items: Sequence[Item]) -> "PlainUpdates | None":
        """The batch, if all of it is of this kind."""
        batch = cls([])
        for item in items:
            if not isinstance(item, NewUpdate) or not batch._take(item):
                return None
        return batch

    def _take(self, update: NewUpdate) -> bool:
        key = update.key
        last = self.numbers.get(key)
        is_next = last is None or last == (update.session_id, update.number - 1)
        is_of_owner = self.fences.get(update.session_id, update.fence) == update.fence
        if update.is_late or not update.fence or not is_next or not is_of_owner:
            return False
        self.first.setdefault(key, update.number)
        self.numbers[key] = update.session_id, update.number
        self.fences[update.session_id] = update.fence
        self.updates.append(update)
        return True

    def generations(self) -> list[tuple[Any, ...]]:
        """The generations: document, generation, session, its fence, number of the first update."""
        return [
            (*key, session_id, self.fences[session_id], self.first[key])
            for key, (session_id, _) in self.numbers.items()
        ]

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of document_updates."""
        return [
            (*each.key, each.number, each.user_id, each.data, each.created_at)
            for each in self.updates
        ]

    def clients(self) -> list[tuple[Any, ...]]:
        """The rows of document_clients."""
        return [
            (*each.key, client_id, each.user_id)
            for each in self.updates
            for client_id in each.client_ids
        ]


def _is_plain(event: NewEvent) -> bool:
    """Whether nothing but the session decides on the event."""
    if event.refusal is not None:
        return False
    match event.message:
        case ChatMessageSent(message=chat):
            return chat.parent_id is None
        case CodeComment() | FileEvent():
            return True
        case _:
            return False
