"""Full text search over what people wrote, with the same answers on every database.

On SQLite new messages are put into FTS5 by batch, and triggers follow what changes.
On Postgres the words of a text are kept in message_words.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.activity import ItemKind, SearchResult
from peerline_server.store.schema import message_numbers, message_words, session_messages
from peerline_server.store.slices import in_slices
from peerline_server.store.sqlite_plain import LAST_NUMBER, TEXTS
from peerline_server.store.upserts import upsert
from peerline_server.store.words import as_query, as_vector, words_of

_NOTHING = select(session_messages.c.id).where(text("1 = 0"))


async def note_texts(connection: AsyncConnection, texts: Sequence[tuple[str, str]]) -> None:
    """Have new messages found, each an id and its text; their rows are written."""
    if not texts:
        return
    if connection.dialect.name == "sqlite":
        last = await connection.scalar(text(LAST_NUMBER))
        ids = [{"message_id": message_id} for message_id, _ in texts]
        await connection.execute(insert(message_numbers), ids)
        await connection.exec_driver_sql(TEXTS, (last,))
        return
    rows = [{"message_id": message_id, "words": as_vector(text)} for message_id, text in texts]
    await connection.execute(
        upsert(connection.dialect.name, message_words, ("message_id",), ("words",)), rows
    )


async def note_edited_text(connection: AsyncConnection, message_id: str, content: str) -> None:
    """Have a message found by its new text, once its row is written."""
    if connection.dialect.name != "sqlite":
        await note_texts(connection, [(message_id, content)])


async def forget_text(connection: AsyncConnection, message_id: str) -> None:
    """A message was deleted: nothing of it is found."""
    if connection.dialect.name != "sqlite":
        of_message = message_words.c.message_id == message_id
        await connection.execute(delete(message_words).where(of_message))


async def search(  # noqa: PLR0913 - what is searched, where, and how much of it
    connection: AsyncConnection,
    session_id: str,
    words: str,
    before: int | None,
    *,
    limit: int,
    agents: bool = False,
) -> list[SearchResult]:
    """The newest items before `before` that have all the words, at most `limit`.

    Events of agents are among them if `agents` says so.
    """
    # A term without a word, such as a lone underscore, asks for nothing.
    terms = [term for term in words.split() if words_of(term)]
    in_sqlite = connection.dialect.name == "sqlite"
    found = _in_sqlite(session_id, terms) if in_sqlite else _in_postgres(terms)
    if found is None:
        return []
    item, thread = session_messages, session_messages.alias("thread")
    query = (
        select(item, thread.c.metadata.label("thread_metadata"))
        .outerjoin(thread, thread.c.id == item.c.parent_id)
        .where(item.c.session_id == session_id, item.c.deleted_at.is_(None))
        .where(item.c.id.in_(found))
        .order_by(item.c.seq.desc())
        .limit(limit)
    )
    if not agents:
        query = query.where(item.c.message_type != "agent")
    if before is not None:
        query = query.where(item.c.seq < before)
    rows = (await connection.execute(query)).mappings()
    return await in_slices(rows, lambda row: _result(dict(row)))


def _in_sqlite(session_id: str, terms: Sequence[str]) -> Select[Any] | None:
    """The ids of the messages that FTS5 finds for all terms, the last as a beginning.

    Each term is a string of FTS5, in which nothing has a meaning but the quote.
    """
    strings = [f'"{term.replace(chr(34), " ")}"' for term in terms]
    if not strings:
        return None
    expression = f'session : "{session_id}" AND content : ({" AND ".join(strings)} *)'
    matches = text("SELECT rowid FROM message_texts WHERE message_texts MATCH :expression")
    return select(message_numbers.c.message_id).where(
        message_numbers.c.number.in_(matches.bindparams(expression=expression))  # pyright: ignore[reportArgumentType] - a SELECT as text
    )


def _in_postgres(terms: Sequence[str]) -> Select[Any] | None:
    """The same by the words that are kept; None if the terms have none."""
    query = as_query(terms)
    if query is None:
        return None
    matches = text("message_words.words @@ CAST(:expression AS tsquery)")
    return select(message_words.c.message_id).where(matches.bindparams(expression=query))


def _result(row: dict[str, Any]) -> SearchResult:
    place: dict[str, Any] = {}
    kind = ItemKind.CHAT
    if row["message_type"] == "agent":
        kind = ItemKind.AGENT
    elif row["message_type"] != "chat":
        is_reply = row["parent_id"] is not None
        kind = ItemKind.REPLY if is_reply else ItemKind.COMMENT
        metadata = row["thread_metadata" if is_reply else "metadata"]
        place = {
            "comment_id": row["parent_id"] if is_reply else row["id"],
            "file": metadata["file"],
            "line": metadata["line"],
        }
    return SearchResult(
        kind=kind,
        message_id=row["id"],
        user_id=row["user_id"],
        username=row["metadata"]["username"],
        content=row["content"],
        timestamp=row["created_at"],
        seq=row["seq"],
        **place,
    )
