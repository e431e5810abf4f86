"""The promises of every store: durable events in order, and what is read back from them.

The contract tests in tests/contract hold every implementation to it.
"""

from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from peerline.protocol.activity import ActivityEntry, SearchResult
from peerline.protocol.base import Arrival
from peerline.protocol.chat import ChatMessage
from peerline.protocol.events import DurableMessage
from peerline.protocol.moderation import Ban, Invite
from peerline_server.core.records import (
    AppendResult,
    NewCursorTrail,
    NewDocumentEdit,
    NewEvent,
    NewInvite,
    NewSession,
    NewSnapshot,
    NewUpdate,
    Revocation,
    StoredGeneration,
    StoredInvite,
    StoredSession,
)


class StoreError(Exception):
    """The store could not do it; nothing of the request was kept.

    Its text holds no content: it is for the log and for operators.
    """


class OutcomeUnknownError(StoreError):
    """The commit failed in a way in which it may still be on the disk.

    The same request sent again settles it: it is written now, or was written then. This holds for
    all that is written: an event by its request id, all else because it may be done twice.
    """


class FencedError(StoreError):
    """Another node owns the session by now: nothing was written."""

    def __init__(self) -> None:
        super().__init__("another node has taken over the session")


FencedHandler = Callable[[str, int], None]
"""Called with the id of a session and the fence with which something was to be written."""


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """The part of the activity to read; `types` are of events or `cursor_trail`, or all."""

    types: frozenset[str] = frozenset()
    user_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """The part of the activity that is kept; the last `least_events` of a session always are."""

    oldest: datetime
    least_events: int
    most_events: int
    most_trails: int


def request_key(event: NewEvent) -> tuple[str, str, str] | None:
    """The key by which a request is the same one wherever it is sent; None if it has no id."""
    if event.request_id is None:
        return None
    return (event.message.session_id, event.user_id, event.request_id)


class Store(Protocol):
    """The home of sessions. Safe for one event loop; other processes may write beside it.

    Every method raises StoreError if the store does not work, and OutcomeUnknownError if what it
    wrote may be kept all the same.
    """

    @property
    def is_stalled(self) -> bool:
        """Whether it does not write at the moment, so that nothing durable can be promised."""
        ...

    async def written(self) -> None:
        """Wait until everything that was submitted is answered."""
        ...

    async def open(self) -> None:
        """Connect and bring the schema up to date.

        Raises:
            StoreError: with a text for the user if that is not possible.
        """
        ...

    async def open_for_server(self, address: str) -> None:
        """Open it for a server at HOST:PORT.

        Raises:
            StoreError: also if another one has it, where a store has one server only.
        """
        ...

    async def open_alone(self) -> None:
        """Open it for a command that changes it without a server.

        Raises:
            StoreError: also if a server runs on it.
        """
        ...

    def note_address(self, address: str) -> None:
        """Tell those who find it in use where its server listens."""
        ...

    async def close(self) -> None:
        """Finish what was submitted, then disconnect."""
        ...

    def on_fenced(self, handler: FencedHandler) -> None:
        """Have `handler` called whenever a write finds another owner, before its result is told."""
        ...

    def on_moved(self, handler: Callable[[], None]) -> None:
        """Have `handler` called when what was committed last may be gone: sessions have new epochs.

        That is so when a standby of the database has taken over.
        """
        ...

    def submit(self, event: NewEvent, *, fence: int = 0) -> "Future[AppendResult]":
        """Queue an event for the next commit; results come in the order of submission.

        The result is there after the commit. `seq` is contiguous per session from 1. The same
        `request_id` of the same user in the same session is a Duplicate. It is Fenced if `fence` is
        not that of the session's owner; sessions that no node has claimed have the fence 0.

        Raises:
            StoreBusyError: at once if the queue is full.
            StoreError: through the future, if nothing was kept.
            OutcomeUnknownError: through the future, if it failed and may be kept all the same.
        """
        ...

    def submit_update(self, update: NewUpdate, *, fence: int = 0) -> "Future[None]":
        """Queue an update of a shared document for the next commit, among the events.

        It is kept only if the update of the number before is. A `fence` of 0 is not compared.

        Raises:
            StoreBusyError: at once if the queue is full.
            FencedError: through the future, if another node owns the session.
            StoreError: through the future, if nothing was kept.
            OutcomeUnknownError: through the future, if it failed and may be kept all the same.
        """
        ...

    async def load_generation(self, document_id: str, generation: str) -> StoredGeneration | None:
        """A generation of a shared document; None if there is none, or no longer."""
        ...

    async def write_snapshot(self, snapshot: NewSnapshot, *, fence: int = 0) -> None:
        """Keep the whole text of a generation in place of the updates that it holds.

        Raises:
            FencedError: if `fence` is not 0, and not that of the session's owner.
        """
        ...

    async def forget_generations(self, ended_before: datetime) -> int:
        """Delete generations that ended before a moment; how many there were.

        The client ids of them stay known.
        """
        ...

    async def add_document_edits(self, edits: Sequence[NewDocumentEdit]) -> None:
        """Keep for the activity who edited; those of a session that does not exist are left out."""
        ...

    async def create_session(self, session: NewSession) -> None:
        """Create a session with a fresh epoch and its host as a participant.

        One of this id and host that is there already stays as it is.

        Raises:
            StoreError: if there is one of another host.
        """
        ...

    async def count_created(self, user_id: str) -> int:
        """The number of sessions that the user has created and that have not ended."""
        ...

    async def load_session(self, session_id: str, *, last_messages: int) -> StoredSession | None:
        """The whole session, or None if there is none."""
        ...

    async def events_since(
        self, session_id: str, seq: int, *, limit: int
    ) -> Sequence[DurableMessage]:
        """The events after `seq` in order, at most `limit`."""
        ...

    async def chat_before(
        self, session_id: str, seq: int | None, *, limit: int
    ) -> Sequence[ChatMessage]:
        """The last chat messages before `seq`, or of all, oldest first, at most `limit`."""
        ...

    async def search(
        self,
        session_id: str,
        words: str,
        before: int | None,
        *,
        limit: int,
        agents: bool = False,
    ) -> Sequence[SearchResult]:
        """The newest items before `before` that have all the words, at most `limit`.

        Events of agents are among them if `agents` says so.
        """
        ...

    async def activity(
        self, session_id: str, wanted: ActivityFilter, *, limit: int
    ) -> tuple[Sequence[ActivityEntry], str | None]:
        """A page of what happened, newest first, and where the next one begins, if there is one."""
        ...

    async def add_cursor_trails(self, trails: Sequence[NewCursorTrail]) -> None:
        """Keep trails of cursors; those of a session that does not exist are left out."""
        ...

    async def forget_activity(self, retention: Retention) -> int:
        """Delete events and trails beyond what is to be kept; how many there were."""
        ...

    async def create_invite(
        self, invite: NewInvite, *, most: int | None = None, fence: int = 0
    ) -> Invite:
        """Keep an invite, unless the one with this hash is there already; that invite.

        Raises:
            FencedError: as of `write_snapshot`.
            StoreFullError: if the session has `most` usable ones already.
            StoreError: if the session does not exist.
        """
        ...

    async def usable_invites(self, session_id: str, now: datetime) -> Sequence[Invite]:
        """The invites by which somebody can still join, oldest first."""
        ...

    async def revoke_invite(
        self, session_id: str, invite_id: str, now: datetime, *, fence: int = 0
    ) -> str | None:
        """Make an invite useless, even if it is so already; its hash, or None if there is none.

        Raises:
            FencedError: as of `write_snapshot`.
        """
        ...

    async def arrivals(self, session_id: str) -> Sequence[Arrival]:
        """The invite that each participant came by, in the order of having joined."""
        ...

    async def bans(self, session_id: str) -> Sequence[Ban]:
        """The banned users, in the order of having joined."""
        ...

    async def lift_ban(self, session_id: str, user_id: str, *, fence: int = 0) -> bool:
        """Let a user come back; whether they were banned.

        Raises:
            FencedError: as of `write_snapshot`.
        """
        ...

    async def find_invite(self, session_id: str, code_hash: str) -> StoredInvite | None:
        """The invite of this session with this hash, however worn it is."""
        ...

    async def revoke(self, revocation: Revocation) -> None:
        """Keep for good that tokens hold no longer."""
        ...

    def data_version(self) -> int | None:
        """A number that differs once something was committed; None if only a look tells."""
        ...

    async def revocations_after(self, number: int) -> tuple[Sequence[Revocation], int]:
        """The revocations after the one of this number (0: all), and the number of the last."""
        ...


class StoreFullError(StoreError):
    """There are as many as there may be."""


class StoreBusyError(StoreError):
    """Too much waits to be written; try again."""
