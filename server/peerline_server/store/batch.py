"""Writes a batch of events in one transaction: places, duplicates, invites, projections."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import bindparam, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.chat import (
    ChatMessageSent,
    ItemChange,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    has_reacted,
)
from peerline.protocol.comments import CommentReattached, CommentReplied, CommentResolved
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.messages import decode_durable_message, encode_message
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserJoined, UserLeft
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionEnded, SessionUpdate, merged_context
from peerline_server.core.invites import refusal_of
from peerline_server.core.moderation import decided_seq
from peerline_server.core.records import (
    AppendResult,
    Committed,
    Duplicate,
    NewEvent,
    Rejected,
    StoredInvite,
)
from peerline_server.store import projection
from peerline_server.store.base import request_key
from peerline_server.store.participants import People
from peerline_server.store.schema import (
    invites,
    session_events,
    session_messages,
    session_participants,
    sessions,
)

_insert_event = insert(session_events)
_insert_message = insert(session_messages)
_set_seq = (
    update(sessions)
    .where(sessions.c.id == bindparam("of_session"))
    .values(last_seq=bindparam("new_seq"), updated_at=bindparam("now"))
)
_set_uses = (
    update(invites).where(invites.c.id == bindparam("of_invite")).values(uses=bindparam("new_uses"))
)


class Batch:
    """One transaction's events, in the order of their submission."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._seqs: dict[str, int] = {}
        self._known_requests: dict[tuple[str, str, str], int] = {}
        self._known_messages: set[tuple[str, str]] = set()
        self._roles: dict[tuple[str, str], Role] = {}
        self._removed: set[tuple[str, str]] = set()
        self._decided: dict[tuple[str, str], int] = {}
        self._invites: dict[tuple[str, str], StoredInvite] = {}
        self._redeemed: str | None = None
        """The invite that the join at hand uses."""
        self._used_invites: dict[str, dict[str, Any]] = {}
        self._people = People()
        self._event_rows: list[dict[str, Any]] = []
        self._message_rows: list[dict[str, Any]] = []
        self._touched: dict[str, dict[str, Any]] = {}

    async def write(self, events: Sequence[NewEvent]) -> list[AppendResult]:
        """Write all; the caller commits. A result for each event."""
        await self._look_up(events)
        results = [await self._take(event) for event in events]
        await self._flush()
        return results

    async def _look_up(self, events: Sequence[NewEvent]) -> None:
        """Everything that the batch must know beforehand, in five queries at most."""
        connection = self._connection
        ids = {event.message.session_id for event in events}
        rows = await connection.execute(
            select(sessions.c.id, sessions.c.last_seq).where(sessions.c.id.in_(ids))
        )
        self._seqs = {row.id: row.last_seq for row in rows}
        keys = [key for event in events if (key := request_key(event)) is not None]
        if keys:
            columns = session_events.c
            key_columns = (columns.session_id, columns.user_id, columns.request_id)
            rows = await connection.execute(
                select(*key_columns, columns.seq).where(tuple_(*key_columns).in_(keys))
            )
            self._known_requests = {
                (row.session_id, row.user_id, row.request_id): row.seq for row in rows
            }
        parents = {
            event.message.message.parent_id
            for event in events
            if isinstance(event.message, ChatMessageSent) and event.message.message.parent_id
        }
        if parents:
            columns = session_messages.c
            rows = await connection.execute(
                select(columns.session_id, columns.id).where(
                    columns.id.in_(parents), columns.message_type == "chat"
                )
            )
            self._known_messages = {(row.session_id, row.id) for row in rows}
        await self._look_up_joins(events)

    async def _look_up_joins(self, events: Sequence[NewEvent]) -> None:
        """The roles of those who join, and the invites that are to be redeemed."""
        joins = [
            (event.message, event.invite_hash)
            for event in events
            if isinstance(event.message, UserJoined)
        ]
        if not joins:
            return
        connection = self._connection
        columns = session_participants.c
        keys = (columns.session_id, columns.user_id)
        people = {(message.session_id, message.user.id) for message, _ in joins}
        rows = await connection.execute(
            select(*keys, columns.role, columns.removed_at, columns.decided_seq).where(
                tuple_(*keys).in_(people)
            )
        )
        for row in rows:
            key = (row.session_id, row.user_id)
            if row.decided_seq is not None:
                self._decided[key] = row.decided_seq
            if row.removed_at is None:
                self._roles[key] = Role(row.role)
            else:
                self._removed.add(key)
        codes = {code_hash for _, code_hash in joins if code_hash is not None}
        if not codes:
            return
        found = await connection.execute(select(invites).where(invites.c.code_hash.in_(codes)))
        self._invites = {(row.session_id, row.code_hash): _invite(row) for row in found}

    async def _take(self, event: NewEvent) -> AppendResult:
        message = event.message
        self._redeemed = None
        seq = self._seqs.get(message.session_id)
        if seq is None:
            return Rejected(ErrorCode.SESSION_NOT_FOUND)
        key = request_key(event)
        if key is not None and key in self._known_requests:
            return Duplicate(self._known_requests[key])
        if isinstance(message, MessageEdited | MessageDeleted | ReactionChanged):
            return await self._change_item(event, message)
        # The thread was there when this was decided, but may have been deleted since.
        if isinstance(
            message, CommentReplied | CommentResolved | CommentReattached
        ) and not await self._has_thread(message.session_id, message.comment_id):
            return Rejected(ErrorCode.COMMENT_NOT_FOUND)
        refusal = self._refusal(event)
        if refusal is not None:
            return Rejected(refusal)
        if isinstance(message, UserJoined):
            message = self._with_role(message)
        placed = message.model_copy(update={"seq": seq + 1})
        placed = await self._project(event, placed)
        return self._place(event, placed)

    def _place(self, event: NewEvent, placed: DurableMessage) -> Committed:
        """Give the event its row; it happens with the commit."""
        key = request_key(event)
        self._seqs[placed.session_id] = placed.seq
        if key is not None:
            self._known_requests[key] = placed.seq
        when = projection.time_of(placed)
        self._event_rows.append(
            {
                "session_id": placed.session_id,
                "seq": placed.seq,
                "user_id": event.user_id,
                "event_type": placed.type,
                "event_data": encode_message(placed).decode(),
                "timestamp": when,
                "request_id": event.request_id,
            }
        )
        self._touched[placed.session_id] = {
            "of_session": placed.session_id,
            "new_seq": placed.seq,
            "now": when,
        }
        return Committed(placed)

    async def _change_item(self, event: NewEvent, message: ItemChange) -> AppendResult:
        """Edit, delete or react, if the item is there and may be changed."""
        await self._flush_messages()
        columns = session_messages.c
        found = await self._connection.execute(
            select(session_messages).where(
                columns.session_id == message.session_id,
                columns.id == message.message_id,
                columns.deleted_at.is_(None),
            )
        )
        row = found.mappings().one_or_none()
        if row is None:
            return Rejected(ErrorCode.MESSAGE_NOT_FOUND)
        if event.author_only and row["user_id"] != event.user_id:
            return Rejected(ErrorCode.PERMISSION_DENIED)
        latest = self._seqs[message.session_id]
        if isinstance(message, ReactionChanged):
            item = projection.item_from_row(dict(row))
            if has_reacted(item, message.user_id, message.emoji) != message.is_removed:
                return Duplicate(latest)
        placed = message.model_copy(update={"seq": latest + 1})
        await self._connection.execute(
            update(session_messages)
            .where(columns.id == message.message_id)
            .values(projection.change_row(dict(row), placed))
        )
        if isinstance(placed, MessageDeleted):
            seqs = [row["seq"], *row["metadata"].get("edits", [])]
            await self._redact(message.session_id, seqs)
        return self._place(event, placed)

    async def _redact(self, session_id: str, seqs: Sequence[int]) -> None:
        """Take what was deleted out of the events that said it, this batch's included."""
        await self._flush_events()
        columns = session_events.c
        where = (columns.session_id == session_id) & columns.seq.in_(seqs)
        found = await self._connection.execute(
            select(columns.id, columns.seq, columns.event_data).where(where)
        )
        for row in found.all():
            said = decode_durable_message(decode_event_data(row.event_data, row.seq))
            await self._connection.execute(
                update(session_events)
                .where(columns.id == row.id)
                .values(event_data=encode_message(projection.redacted(said)).decode())
            )

    async def _has_thread(self, session_id: str, thread_id: str) -> bool:
        """Whether anything of a thread is left: a deleted comment stays while it has replies."""
        await self._flush_messages()
        columns = session_messages.c
        is_alive = (columns.session_id == session_id) & columns.deleted_at.is_(None)
        found = await self._connection.scalar(
            select(columns.id).where(columns.id == thread_id, is_alive)
        )
        if found is not None:
            return True
        reply = await self._connection.scalar(
            select(columns.id).where(columns.parent_id == thread_id, is_alive).limit(1)
        )
        return reply is not None

    def _refusal(self, event: NewEvent) -> ErrorCode | None:
        message = event.message
        if isinstance(message, ChatMessageSent):
            parent = message.message.parent_id
            if parent is not None and (message.session_id, parent) not in self._known_messages:
                return ErrorCode.MESSAGE_NOT_FOUND
        if isinstance(message, UserJoined):
            if event.invite_hash is not None:
                return self._redeem(message, event.invite_hash)
            # They were a participant when this was decided, but have been removed since.
            if (message.session_id, message.user.id) in self._removed:
                return ErrorCode.NOT_A_PARTICIPANT
        return None

    def _with_role(self, message: UserJoined) -> UserJoined:
        """The join with the role that holds now: it may have changed since it was decided.

        Unless an invite was redeemed it is the participant's own.
        """
        role = self._roles.get((message.session_id, message.user.id))
        if role is None or self._redeemed is not None:
            return message
        user = message.user.model_copy(update={"role": role})
        return message.model_copy(update={"user": user})

    def _redeem(self, message: UserJoined, code_hash: str) -> ErrorCode | None:
        """Use the invite, unless it gives nothing; why the join is refused, or None."""
        key = (message.session_id, message.user.id)
        role = self._roles.get(key)
        if not projection.rises(message.user.role, role):
            return None
        invite = self._invites.get((message.session_id, code_hash))
        refusal = refusal_of(invite, message.timestamp)
        if invite is not None and refusal is None:
            if invite.created_seq < self._decided.get(key, 0):
                refusal = ErrorCode.NOT_A_PARTICIPANT
            else:
                invite = replace(invite, uses=invite.uses + 1)
                self._invites[message.session_id, code_hash] = invite
                self._redeemed = invite.id
                self._used_invites[invite.id] = {"of_invite": invite.id, "new_uses": invite.uses}
        # A participant keeps the role, whatever became of the invite.
        return refusal if role is None else None

    async def _project(self, event: NewEvent, message: DurableMessage) -> DurableMessage:
        """Bring the tables up to date; the message as it is to be stored."""
        row = projection.message_row(message)
        if row is not None:
            self._message_rows.append(row)
        match message:
            case ChatMessageSent():
                self._known_messages.add((message.session_id, message.message.id))
            case UserJoined():
                self._roles[message.session_id, message.user.id] = message.user.role
                self._removed.discard((message.session_id, message.user.id))
                self._people.join(message, self._redeemed)
            case UserLeft():
                self._people.leave(message)
            case RoleChanged() | ParticipantRemoved():
                await self._moderate(event, message)
            case SessionUpdate():
                await self._merge_state(message)
            case SessionEnded():
                await self._end(message)
            case CommentResolved():
                return await self._resolve(message)
            case CommentReattached():
                await self._reattach(message)
            case _:
                pass
        return message

    async def _moderate(self, event: NewEvent, message: RoleChanged | ParticipantRemoved) -> None:
        key = (message.session_id, message.user_id)
        decided = decided_seq(message)
        if decided is not None:
            self._decided[key] = decided
        if isinstance(message, RoleChanged):
            self._roles[key] = message.role
        else:
            self._roles.pop(key, None)
            self._removed.add(key)
        await self._people.moderate(self._connection, message)
        if event.revokes_invite and isinstance(message, ParticipantRemoved):
            await self._revoke_invite_of(message)

    async def _revoke_invite_of(self, message: ParticipantRemoved) -> None:
        """End the link that the removed user came by."""
        await self._flush_invites()
        came_by = select(session_participants.c.invite_id).where(
            session_participants.c.session_id == message.session_id,
            session_participants.c.user_id == message.user_id,
        )
        invite_id = await self._connection.scalar(came_by)
        if invite_id is None:
            return
        await self._connection.execute(
            update(invites)
            .where(invites.c.id == invite_id, invites.c.revoked_at.is_(None))
            .values(revoked_at=message.timestamp)
        )
        for key, invite in self._invites.items():
            if invite.id == invite_id:
                self._invites[key] = replace(invite, revoked=True)

    async def _merge_state(self, message: SessionUpdate) -> None:
        found = await self._connection.scalar(
            select(sessions.c.state).where(sessions.c.id == message.session_id)
        )
        changes = message.changes.model_dump(exclude_none=True)
        if "context" in changes:
            state = cast("dict[str, Any]", found or {})
            changes["context"] = merged_context(state.get("context", {}), message.changes)
        values: dict[str, Any] = {}
        if "title" in changes:
            values["title"] = changes.pop("title")
        await self._connection.execute(
            update(sessions)
            .where(sessions.c.id == message.session_id)
            .values(state={**(found or {}), **changes}, **values)
        )

    async def _end(self, message: SessionEnded) -> None:
        await self._people.flush(self._connection)
        found = await self._connection.scalar(
            select(sessions.c.state).where(sessions.c.id == message.session_id)
        )
        when = message.timestamp
        await self._connection.execute(
            update(sessions)
            .where(sessions.c.id == message.session_id)
            .values(state={**(found or {}), "ended_at": when.isoformat()})
        )
        columns = session_participants.c
        await self._connection.execute(
            update(session_participants)
            .where(columns.session_id == message.session_id, columns.is_active)
            .values(is_active=False, left_at=when)
        )

    async def _resolve(self, message: CommentResolved) -> CommentResolved:
        """Mark the thread; a reopened one travels whole, with every reply before this event."""
        await self._flush_messages()
        columns = session_messages.c
        rows = await load_comment_rows(self._connection, message.session_id, message.comment_id)
        thread_row = next((row for row in rows if row["id"] == message.comment_id), None)
        if thread_row is None:
            return message
        metadata = projection.resolved_metadata(thread_row, message)
        await self._connection.execute(
            update(session_messages)
            .where(columns.id == message.comment_id)
            .values(metadata=metadata, updated_at=message.timestamp)
        )
        if message.resolved:
            return message
        thread_row["metadata"] = metadata
        threads = projection.threads_from_rows(rows)
        return message.model_copy(update={"comment": threads[0] if threads else None})

    async def _reattach(self, message: CommentReattached) -> None:
        """Give the thread its new anchor."""
        await self._flush_messages()
        columns = session_messages.c
        of_thread = (columns.session_id == message.session_id, columns.id == message.comment_id)
        metadata = await self._connection.scalar(select(columns.metadata).where(*of_thread))
        if metadata is None:
            return
        await self._connection.execute(
            update(session_messages)
            .where(*of_thread)
            .values(
                metadata={**metadata, **message.anchor.model_dump()}, updated_at=message.timestamp
            )
        )

    async def _flush_messages(self) -> None:
        if self._message_rows:
            await self._connection.execute(_insert_message, self._message_rows)
            self._message_rows = []

    async def _flush_events(self) -> None:
        if self._event_rows:
            await self._connection.execute(_insert_event, self._event_rows)
            self._event_rows = []

    async def _flush_invites(self) -> None:
        if self._used_invites:
            await self._connection.execute(_set_uses, list(self._used_invites.values()))
            self._used_invites = {}

    async def _flush(self) -> None:
        connection = self._connection
        await self._flush_invites()
        await self._people.flush(connection)
        await self._flush_messages()
        await self._flush_events()
        if self._touched:
            await connection.execute(_set_seq, list(self._touched.values()))


async def find_invite(
    connection: AsyncConnection, session_id: str, code_hash: str
) -> StoredInvite | None:
    """The invite of this session with this hash."""
    found = await connection.execute(
        select(invites).where(invites.c.session_id == session_id, invites.c.code_hash == code_hash)
    )
    row = found.one_or_none()
    return None if row is None else _invite(row)


def _invite(row: Any) -> StoredInvite:  # noqa: ANN401 - a row of `invites`
    return StoredInvite(
        id=row.id,
        session_id=row.session_id,
        role=Role(row.role),
        expires_at=row.expires_at,
        max_uses=row.max_uses,
        uses=row.uses,
        revoked=row.revoked_at is not None,
        created_seq=row.created_seq,
    )


async def load_comment_rows(
    connection: AsyncConnection, session_id: str, thread_id: str | None = None
) -> list[dict[str, Any]]:
    """The comment rows of a session, or of one of its threads, in the order of their events."""
    columns = session_messages.c
    query = (
        select(session_messages)
        .where(columns.session_id == session_id, columns.message_type == "comment")
        .order_by(columns.seq)
    )
    if thread_id is not None:
        query = query.where((columns.id == thread_id) | (columns.parent_id == thread_id))
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def decode_event_data(text: str, seq: int) -> dict[str, Any]:
    """The wire message of a stored event."""
    return {**json.loads(text), "seq": seq}
