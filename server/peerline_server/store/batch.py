"""Writes a batch of events in one transaction: decides on each and updates the tables."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.chat import (
    ChatMessageSent,
    ItemChange,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    has_reacted,
    may_react,
)
from peerline.protocol.comments import CommentReattached, CommentReplied, CommentResolved
from peerline.protocol.documents import DocumentEvent
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import (
    NameChanged,
    ParticipantRemoved,
    RoleChanged,
    UserJoined,
    UserLeft,
)
from peerline.protocol.session import SessionEnded, SessionUpdate
from peerline_server.core.records import (
    AppendResult,
    Duplicate,
    Fenced,
    NewEvent,
    NewUpdate,
    Rejected,
)
from peerline_server.core.refusals import TOO_MANY_REACTIONS
from peerline_server.store import projection, session_state
from peerline_server.store.base import FencedError, StoreError
from peerline_server.store.documents import Documents
from peerline_server.store.items import Items
from peerline_server.store.joins import Joins
from peerline_server.store.participants import Participants
from peerline_server.store.places import Places
from peerline_server.store.settling import Reached


class Batch:
    """One transaction's events, in the order of their submission."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._places = Places(connection)
        self._items = Items(connection)
        self._joins = Joins(connection)
        self._participants = Participants(connection)
        self._documents = Documents(connection)

    @property
    def reached(self) -> Reached:
        """How far the batch brings what it writes to."""
        return Reached(self._places.reached, self._documents.reached, self._places.fences)

    @property
    def heads(self) -> dict[str, int]:
        """The last place of every session that it has read, with what it writes."""
        return self._places.heads

    async def write(
        self, items: Sequence[NewEvent | NewUpdate]
    ) -> list[AppendResult | StoreError | None]:
        """Write all; the caller commits. A result for each.

        Of an update it is None, or the error of one that cannot be written here.
        """
        # The updates go last: the documents that they are of are there then.
        events = [item for item in items if isinstance(item, NewEvent)]
        updates = [item for item in items if isinstance(item, NewUpdate)]
        await self._places.look_up_sessions(events, updates)
        written = iter(await self._write_events(events) if events else [])
        kept = iter(await self._write_updates(updates) if updates else [])
        return [next(written if isinstance(item, NewEvent) else kept) for item in items]

    async def _write_updates(self, updates: Sequence[NewUpdate]) -> list[StoreError | None]:
        mine = [each for each in updates if not self._is_fenced(each)]
        await self._documents.look_up(mine)
        kept = iter(await self._documents.write(mine))
        return [FencedError() if self._is_fenced(each) else next(kept) for each in updates]

    def _is_fenced(self, update: NewUpdate) -> bool:
        return update.fence != 0 and self._places.is_fenced(update.session_id, update.fence)

    async def _write_events(self, events: Sequence[NewEvent]) -> list[AppendResult]:
        # All that the batch must know beforehand, in five queries at most.
        await self._places.look_up(events)
        await self._items.look_up(events)
        await self._joins.look_up(events)
        results = [await self._take(event) for event in events]
        await self._joins.flush()
        await self._participants.flush()
        await self._items.flush()
        await self._places.flush()
        return results

    async def _take(self, event: NewEvent) -> AppendResult:
        message = event.message
        latest = self._places.latest(message.session_id)
        if latest is None:
            return Rejected(ErrorCode.SESSION_NOT_FOUND)
        if self._places.is_fenced(message.session_id, event.fence):
            return Fenced()
        duplicate = self._places.duplicate(event)
        if duplicate is not None:
            return duplicate
        if event.refusal is not None:
            return event.refusal
        if isinstance(message, MessageEdited | MessageDeleted | ReactionChanged):
            return await self._change_item(event, message, latest)
        if isinstance(message, DocumentEvent):
            rejected = await self._documents.refusal(message)
            if rejected is not None:
                return rejected
        refusal = await self._refusal(event)
        if refusal is not None:
            return Rejected(refusal)
        if isinstance(message, UserJoined):
            message = self._joins.with_role(message)
        placed = message.model_copy(update={"seq": latest + 1})
        placed = await self._project(event, placed)
        return self._places.take(event, placed)

    async def _change_item(self, event: NewEvent, message: ItemChange, latest: int) -> AppendResult:
        """Edit, delete or react, if the item is there and may be changed."""
        row = await self._items.find(message)
        if row is None:
            return Rejected(ErrorCode.MESSAGE_NOT_FOUND)
        if event.author_only and row["user_id"] != event.user_id:
            return Rejected(ErrorCode.PERMISSION_DENIED)
        if isinstance(message, ReactionChanged):
            item = projection.item_from_row(row)
            if has_reacted(item, message.user_id, message.emoji) != message.is_removed:
                return Duplicate(latest)
            if not message.is_removed and not may_react(item, message.emoji):
                return Rejected(ErrorCode.LIMIT_EXCEEDED, TOO_MANY_REACTIONS)
        placed = message.model_copy(update={"seq": latest + 1})
        await self._items.change(row, placed)
        if isinstance(placed, MessageDeleted):
            seqs = [row["seq"], *row["metadata"].get("edits", [])]
            await self._places.redact(message.session_id, seqs)
        return self._places.take(event, placed)

    async def _refusal(self, event: NewEvent) -> ErrorCode | None:
        message = event.message
        match message:
            case ChatMessageSent():
                is_there = self._items.has_parent(message)
                return None if is_there else ErrorCode.MESSAGE_NOT_FOUND
            case CommentReplied() | CommentResolved() | CommentReattached():
                # The thread was there when this was decided, but may have been deleted since.
                is_there = await self._items.has_thread(message.session_id, message.comment_id)
                return None if is_there else ErrorCode.COMMENT_NOT_FOUND
            case UserJoined():
                return self._joins.refusal(message, event.invite_hash, event.max_guests)
            case _:
                return None

    async def _project(self, event: NewEvent, message: DurableMessage) -> DurableMessage:
        """Bring the tables up to date; the message as it is to be stored."""
        self._items.add(message)
        match message:
            case UserJoined():
                self._participants.join(message, self._joins.joined(message))
            case UserLeft():
                self._participants.leave(message)
            case RoleChanged() | ParticipantRemoved():
                self._joins.decided(message)
                await self._participants.moderate(message)
                if event.revokes_invite and isinstance(message, ParticipantRemoved):
                    await self._joins.revoke_invite_of(message)
            case NameChanged():
                await self._participants.rename(message)
            case SessionUpdate():
                await session_state.merge(self._connection, message)
            case SessionEnded():
                await self._participants.flush()
                await session_state.end(self._connection, message)
            case CommentResolved():
                return await self._items.resolve(message)
            case CommentReattached():
                await self._items.reattach(message)
            case _ if isinstance(message, DocumentEvent):
                await self._documents.project(event, message)
            case _:
                pass
        return message
