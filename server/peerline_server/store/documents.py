"""Shared documents in the database: what is shared, their generations and updates."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.protocol.documents import (
    DocumentEvent,
    DocumentRenamed,
    DocumentRenewed,
    DocumentShared,
    DocumentUnshared,
    SharedDocument,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import SERVER_USER_ID
from peerline_server.core.document_rules import already_shared
from peerline_server.core.documents import file_key
from peerline_server.core.records import (
    NewEvent,
    NewSnapshot,
    NewUpdate,
    Rejected,
    Seed,
    StoredGeneration,
)
from peerline_server.store.among import among
from peerline_server.store.base import StoreError
from peerline_server.store.schema import (
    document_clients,
    document_snapshots,
    document_updates,
    documents,
)
from peerline_server.store.upserts import insert_or_ignore

_Key = tuple[str, str]
"""A document and one of its generations."""
_insert_update = insert(document_updates)


class Documents:
    """The part of a batch that is about shared documents."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._last: dict[_Key, int] = {}
        """The number of the last update of each generation that is written to."""
        self._written: dict[_Key, tuple[str, int]] = {}
        """The session and the number of those to which this batch adds an update."""
        self._ended: set[_Key] = set()
        """Those of them that have ended."""

    @property
    def reached(self) -> dict[_Key, tuple[str, int]]:
        """The session, and the last update, of each generation that is written to."""
        return dict(self._written)

    async def look_up(self, updates: Sequence[NewUpdate]) -> None:
        """Read how far the generations of the updates have come."""
        keys = {(update.document_id, update.generation) for update in updates}
        if not keys:
            return
        snapshots, kept = document_snapshots.c, document_updates.c
        last = (
            select(func.max(kept.number))
            .where(
                kept.document_id == snapshots.document_id, kept.generation == snapshots.generation
            )
            .scalar_subquery()
        )
        columns = (snapshots.document_id, snapshots.generation)
        rows = await self._connection.execute(
            select(*columns, snapshots.ended_at, func.coalesce(last, snapshots.up_to).label("last"))
            .where(among(self._connection.dialect.name, columns, keys))
            # In one order, so that two who write never wait for each other.
            .order_by(*columns)
            .with_for_update(key_share=True)
        )
        for row in rows:
            key = (row.document_id, row.generation)
            self._last[key] = row.last
            if row.ended_at is not None:
                self._ended.add(key)

    async def write(self, updates: Sequence[NewUpdate]) -> list[StoreError | None]:
        """Write those that follow the ones before; for each None, or why not."""
        results: list[StoreError | None] = []
        rows: list[dict[str, Any]] = []
        clients: list[dict[str, Any]] = []
        for each in updates:
            key = (each.document_id, each.generation)
            # What was decided on an update that is not there must not be there either.
            if self._last.get(key) != each.number - 1:
                results.append(StoreError("an update before it is missing"))
                continue
            if key in self._ended and not each.is_late:
                results.append(StoreError("the generation has ended"))
                continue
            results.append(None)
            self._last[key] = each.number
            self._written[key] = each.session_id, each.number
            rows.append(
                {
                    "document_id": each.document_id,
                    "generation": each.generation,
                    "number": each.number,
                    "user_id": each.user_id,
                    "data": each.data,
                    "created_at": each.created_at,
                }
            )
            clients += [
                {
                    "document_id": each.document_id,
                    "generation": each.generation,
                    "client_id": client_id,
                    "user_id": each.user_id,
                }
                for client_id in each.client_ids
            ]
        if rows:
            await self._connection.execute(_insert_update, rows)
        if clients:
            await self._add_clients(clients)
        return results

    async def refusal(self, event: DocumentEvent) -> Rejected | None:
        """Why the event cannot be now, whatever was known when it was decided."""
        if isinstance(event, DocumentShared):
            return await self._taken(event.session_id, event.document.file)
        found = documents.c
        query = select(found.generation).where(
            found.id == event.document_id,
            found.session_id == event.session_id,
            found.unshared_at.is_(None),
        )
        generation = await self._connection.scalar(query)
        if generation is None:
            return Rejected(ErrorCode.DOCUMENT_NOT_FOUND)
        if isinstance(event, DocumentRenewed) and generation != event.old_generation:
            return Rejected(ErrorCode.GENERATION_MISMATCH)
        if isinstance(event, DocumentRenamed):
            return await self._taken(event.session_id, event.file, without=event.document_id)
        return None

    async def project(self, new: NewEvent, event: DocumentEvent) -> None:
        """Bring the tables up to date."""
        match event:
            case DocumentShared(document=document):
                row = document.model_dump(mode="json")
                row |= {"session_id": event.session_id, "created_at": event.timestamp}
                await self._connection.execute(insert(documents), row | {"created_seq": event.seq})
                await self._begin(document.id, document.generation, new.seed, event.timestamp)
            case DocumentUnshared():
                values = {"unshared_at": event.timestamp}
                await self._change(event.document_id, values)
                await self._end(event.document_id, event.timestamp)
            case DocumentRenamed():
                await self._change(event.document_id, {"file": event.file})
            case DocumentRenewed():
                values = event.model_dump(mode="json", include={"generation", "hash", "lines"})
                await self._change(event.document_id, values)
                await self._end(event.document_id, event.timestamp)
                await self._begin(event.document_id, event.generation, new.seed, event.timestamp)

    async def _taken(self, session_id: str, file: str, *, without: str = "") -> Rejected | None:
        """The refusal of a file that is shared already."""
        key = file_key(file)
        for document in await load_documents(self._connection, session_id):
            if file_key(document.file) == key and document.id != without:
                return already_shared(document)
        return None

    async def _begin(
        self, document_id: str, generation: str, seed: Seed | None, now: datetime
    ) -> None:
        if seed is None:
            raise StoreError("a generation begins with a text")
        key = {"document_id": document_id, "generation": generation}
        snapshot = {"up_to": 0, "data": seed.update, "runs": _encoded(seed.runs)}
        await self._connection.execute(
            insert(document_snapshots), key | snapshot | {"created_at": now}
        )
        clients = [
            key | {"client_id": client_id, "user_id": SERVER_USER_ID}
            for client_id in seed.client_ids
        ]
        if clients:
            await self._add_clients(clients)

    async def _add_clients(self, clients: list[dict[str, Any]]) -> None:
        insert_client = insert_or_ignore(self._connection.dialect.name, document_clients)
        await self._connection.execute(insert_client, clients)

    async def _end(self, document_id: str, now: datetime) -> None:
        columns = document_snapshots.c
        await self._connection.execute(
            update(document_snapshots)
            .where(columns.document_id == document_id, columns.ended_at.is_(None))
            .values(ended_at=now)
        )

    async def _change(self, document_id: str, values: dict[str, Any]) -> None:
        await self._connection.execute(
            update(documents).where(documents.c.id == document_id).values(**values)
        )


def shared_in(session_id: str) -> Select[Any]:
    """The query for the documents that are shared in a session, in the order of sharing."""
    columns = documents.c
    return (
        select(documents)
        .where(columns.session_id == session_id, columns.unshared_at.is_(None))
        .order_by(columns.created_seq)
    )


async def load_documents(connection: AsyncConnection, session_id: str) -> list[SharedDocument]:
    """The documents that are shared in a session, in the order of sharing."""
    rows = await connection.execute(shared_in(session_id))
    return [
        SharedDocument(
            id=row.id,
            file=row.file,
            generation=row.generation,
            shared_by=row.shared_by,
            hash=row.hash,
            lines=row.lines,
        )
        for row in rows
    ]


async def load_generation(
    connection: AsyncConnection, document_id: str, generation: str
) -> StoredGeneration | None:
    """A generation as it is now; None if there is none, or no longer."""
    snapshots, updates, clients = document_snapshots.c, document_updates.c, document_clients.c
    found = await connection.execute(
        select(document_snapshots).where(
            snapshots.document_id == document_id, snapshots.generation == generation
        )
    )
    snapshot = found.one_or_none()
    if snapshot is None:
        return None
    rows = await connection.execute(
        select(updates.user_id, updates.data)
        .where(updates.document_id == document_id, updates.generation == generation)
        .where(updates.number > snapshot.up_to)
        .order_by(updates.number)
    )
    owners = await connection.execute(
        select(clients.generation, clients.client_id, clients.user_id).where(
            clients.document_id == document_id
        )
    )
    known = owners.all()
    return StoredGeneration(
        data=snapshot.data,
        runs=_decoded(snapshot.runs),
        up_to=snapshot.up_to,
        updates=[(row.user_id, row.data) for row in rows],
        owners={row.client_id: row.user_id for row in known if row.generation == generation},
        retired={row.client_id: row.generation for row in known if row.generation != generation},
        has_ended=snapshot.ended_at is not None,
    )


async def write_snapshot(connection: AsyncConnection, new: NewSnapshot) -> None:
    """Keep a whole text in place of the updates that it holds."""
    snapshots, updates = document_snapshots.c, document_updates.c
    await connection.execute(
        update(document_snapshots)
        .where(snapshots.document_id == new.document_id, snapshots.generation == new.generation)
        .where(snapshots.up_to < new.up_to)
        .values(up_to=new.up_to, data=new.data, runs=_encoded(new.runs), created_at=new.created_at)
    )
    up_to = select(snapshots.up_to).where(
        snapshots.document_id == new.document_id, snapshots.generation == new.generation
    )
    await connection.execute(
        delete(document_updates).where(
            updates.document_id == new.document_id,
            updates.generation == new.generation,
            updates.number <= up_to.scalar_subquery(),
        )
    )


async def forget_generations(connection: AsyncConnection, ended_before: datetime) -> int:
    """Delete generations that have ended, but for their client ids; how many there were."""
    snapshots, updates = document_snapshots.c, document_updates.c
    columns = (snapshots.document_id, snapshots.generation)
    ended = select(*columns).where(snapshots.ended_at < ended_before)
    await connection.execute(
        delete(document_updates).where(tuple_(updates.document_id, updates.generation).in_(ended))
    )
    done = await connection.execute(
        delete(document_snapshots).where(snapshots.ended_at < ended_before)
    )
    return done.rowcount


def _encoded(runs: Sequence[tuple[int, str]]) -> str:
    return json.dumps(runs, separators=(",", ":"))


def _decoded(text: str) -> list[tuple[int, str]]:
    return [
        (length, user_id) for length, user_id in cast("list[tuple[int, str]]", json.loads(text))
    ]
