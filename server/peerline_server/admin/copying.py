"""Copies everything of one database into another, empty one; and brings a database up to date."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import RowMapping, Select, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline_server.store.base import StoreError
from peerline_server.store.opening import opened_database
from peerline_server.store.schema import OF_NODES, metadata, session_messages, sessions, users
from peerline_server.store.search import note_texts
from peerline_server.store.upserts import insert_or_ignore

ROWS_AT_ONCE: Final = 500
_UNOWNED: Final = {"owner": None, "fence": 0, "claimed_at": None}


async def migrate(where: Path | str) -> None:
    """Bring the tables up to date; a server does the same when it starts.

    Raises:
        StoreError: if the database cannot be used.
    """
    async with opened_database(where, is_unlimited=True):
        pass


async def copy_all(source: Path | str, target: Path | str) -> int:
    """Copy every table, with all ids; how many sessions there are. No server may run on either.

    All of it is there afterwards, or nothing.

    Raises:
        StoreError: if a database cannot be used, or the target has sessions already.
    """
    async with (
        opened_database(source, alone=True, is_unlimited=True) as old,
        opened_database(target, alone=True, is_unlimited=True) as new,
        old.read() as reading,
        new.write() as writing,
    ):
        if await writing.scalar(select(sessions.c.id).limit(1)) is not None:
            raise StoreError("the database to copy to has sessions already; use an empty one")
        for table in metadata.sorted_tables:
            if "only" not in table.info and table.info != OF_NODES:
                await _copy(table, reading, writing)
        await _count_on(writing)
        return await writing.scalar(select(func.count()).select_from(sessions)) or 0


async def _copy(table: Table, old: AsyncConnection, new: AsyncConnection) -> None:
    query: Select[Any] = select(table)
    if table is session_messages:
        # An answer comes after what it answers.
        query = query.order_by(table.c.session_id, table.c.seq)
    # The user of the server itself is there already.
    statement = insert_or_ignore(new.dialect.name, table) if table is users else insert(table)
    async with old.stream(query) as found:
        async for rows in found.mappings().partitions(ROWS_AT_ONCE):
            await new.execute(statement, [_copied(table, row) for row in rows])
            if table is session_messages:
                texts = [(row["id"], row["content"]) for row in rows if row["deleted_at"] is None]
                await note_texts(new, texts)


def _copied(table: Table, row: RowMapping) -> dict[str, Any]:
    """A row as it is there, where no node has owned a session yet."""
    return {**row, **_UNOWNED} if table is sessions else dict(row)


async def _count_on(new: AsyncConnection) -> None:
    """Have Postgres give the next rows numbers after those that were copied."""
    if new.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or "only" in table.info:
            continue
        last = await new.scalar(select(func.max(column)))
        if last is not None:
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
            values = {"table": table.name, "column": column.name, "last": last}
            await new.execute(sequence, values)
