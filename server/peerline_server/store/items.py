"""The chat messages, comments and replies that a batch writes and changes."""

from collections.abc import Sequence

from sqlalchemy import MappingResult, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.chat import ChatMessageSent, ItemChange, MessageDeleted, MessageEdited
from peerline.protocol.comments import CommentReattached, CommentResolved
from peerline.protocol.events import DurableMessage
from peerline_server.core.records import NewEvent
from peerline_server.store import projection
from peerline_server.store.schema import session_messages
from peerline_server.store.search import forget_text, note_edited_text, note_texts

_insert_message = insert(session_messages)


class Items:
    """The rows of session_messages: new ones are gathered, and written before any is read."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._known_messages: set[tuple[str, str]] = set()
        self._rows: list[projection.Row] = []

    async def look_up(self, events: Sequence[NewEvent]) -> None:
        """Read which of the messages that are answered are there."""
        parents = {
            event.message.message.parent_id
            for event in events
            if isinstance(event.message, ChatMessageSent) and event.message.message.parent_id
        }
        if not parents:
            return
        columns = session_messages.c
        rows = await self._connection.execute(
            select(columns.session_id, columns.id).where(
                columns.id.in_(parents), columns.message_type == "chat"
            )
        )
        self._known_messages = {(row.session_id, row.id) for row in rows}

    def has_parent(self, message: ChatMessageSent) -> bool:
        """Whether the message that this one answers is there, if it answers one."""
        parent = message.message.parent_id
        return parent is None or (message.session_id, parent) in self._known_messages

    def add(self, message: DurableMessage) -> None:
        """Gather the row that the event adds, if it adds one."""
        row = projection.message_row(message)
        if row is not None:
            self._rows.append(row)
        if isinstance(message, ChatMessageSent):
            self._known_messages.add((message.session_id, message.message.id))

    async def find(self, message: ItemChange) -> projection.Row | None:
        """The row of the item that the event changes, None if it is not there or was deleted."""
        await self.flush()
        columns = session_messages.c
        found = await self._connection.execute(
            select(session_messages).where(
                columns.session_id == message.session_id,
                columns.id == message.message_id,
                columns.message_type != "agent",
                columns.deleted_at.is_(None),
            )
        )
        row = found.mappings().one_or_none()
        return None if row is None else dict(row)

    async def change(self, row: projection.Row, placed: ItemChange) -> None:
        """Edit, delete or react."""
        await self._connection.execute(
            update(session_messages)
            .where(session_messages.c.id == placed.message_id)
            .values(projection.change_row(row, placed))
        )
        if isinstance(placed, MessageEdited):
            await note_edited_text(self._connection, placed.message_id, placed.content)
        elif isinstance(placed, MessageDeleted):
            await forget_text(self._connection, placed.message_id)

    async def has_thread(self, session_id: str, thread_id: str) -> bool:
        """Whether anything of a thread is left: a deleted comment stays while it has replies."""
        await self.flush()
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

    async def resolve(self, message: CommentResolved) -> CommentResolved:
        """Mark the thread; a reopened one travels whole, with every reply before this event."""
        await self.flush()
        found = await comment_rows(self._connection, message.session_id, message.comment_id)
        rows: list[projection.Row] = [dict(row) for row in found]
        thread_row = next((row for row in rows if row["id"] == message.comment_id), None)
        if thread_row is None:
            return message
        metadata = projection.resolved_metadata(thread_row, message)
        await self._connection.execute(
            update(session_messages)
            .where(session_messages.c.id == message.comment_id)
            .values(metadata=metadata, updated_at=message.timestamp)
        )
        if message.resolved:
            return message
        thread_row["metadata"] = metadata
        threads = projection.threads_from_rows(rows)
        return message.model_copy(update={"comment": threads[0] if threads else None})

    async def reattach(self, message: CommentReattached) -> None:
        """Give the thread its new anchor."""
        await self.flush()
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

    async def flush(self) -> None:
        """Write what was gathered."""
        if self._rows:
            await self._connection.execute(_insert_message, self._rows)
            texts = [(row["id"], row["content"]) for row in self._rows]
            await note_texts(self._connection, texts)
            self._rows = []


async def comment_rows(
    connection: AsyncConnection, session_id: str, thread_id: str | None = None
) -> MappingResult:
    """The comment rows of a session, or of one of its threads, in the order of their events."""
    columns = session_messages.c
    query = (
        select(session_messages)
        .where(columns.session_id == session_id, columns.message_type == "comment")
        .order_by(columns.seq)
    )
    if thread_id is not None:
        query = query.where((columns.id == thread_id) | (columns.parent_id == thread_id))
    return (await connection.execute(query)).mappings()
