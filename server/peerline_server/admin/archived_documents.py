"""The shared documents of a session in its export: the present text of each, and who may write."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.documents.errors import UpdateError
from peerline.documents.guard import MAX_CLOCK, check_update
from peerline.protocol.documents import TextHash
from peerline.protocol.types import FilePath, ItemId, UserId
from peerline_server.store.base import StoreError
from peerline_server.store.documents import shared_in
from peerline_server.store.schema import (
    document_clients,
    document_snapshots,
    document_updates,
    documents,
)

_CONFIG = ConfigDict(
    extra="forbid", hide_input_in_errors=True, ser_json_bytes="base64", val_json_bytes="base64"
)
_Number = Annotated[int, Field(ge=0)]


class _Client(BaseModel):
    """A client id that was written under, also in a generation that is gone."""

    model_config = _CONFIG
    generation: ItemId
    client_id: _Number
    user_id: UserId


class _Update(BaseModel):
    model_config = _CONFIG
    number: Annotated[int, Field(ge=1)]
    user_id: UserId
    data: bytes
    created_at: datetime


class ArchivedDocument(BaseModel):
    """A document that is shared, in its present generation."""

    model_config = _CONFIG
    id: ItemId
    file: FilePath
    generation: ItemId
    shared_by: UserId
    hash: TextHash
    lines: _Number
    created_seq: _Number
    created_at: datetime
    up_to: _Number
    data: bytes
    runs: str
    snapshot_at: datetime
    clients: list[_Client]
    updates: list[_Update]

    def user_ids(self) -> set[str]:
        """The users that it names."""
        rows = (*self.clients, *self.updates)
        return {self.shared_by, *(row.user_id for row in rows)}


async def read_documents(connection: AsyncConnection, session_id: str) -> list[ArchivedDocument]:
    """The shared documents of a session."""
    shared = await connection.execute(shared_in(session_id))
    return [await _read(connection, dict(row)) for row in shared.mappings().all()]


async def _read(connection: AsyncConnection, document: dict[str, Any]) -> ArchivedDocument:
    snapshots, updates = document_snapshots.c, document_updates.c
    found = await connection.execute(
        select(document_snapshots).where(
            snapshots.document_id == document["id"], snapshots.generation == document["generation"]
        )
    )
    snapshot = found.one()
    written = await connection.execute(
        select(updates.number, updates.user_id, updates.data, updates.created_at)
        .where(updates.document_id == document["id"])
        .where(updates.generation == document["generation"], updates.number > snapshot.up_to)
        .order_by(updates.number)
    )
    clients = await connection.execute(
        select(
            document_clients.c.generation,
            document_clients.c.client_id,
            document_clients.c.user_id,
        ).where(document_clients.c.document_id == document["id"])
    )
    del document["session_id"], document["unshared_at"]
    return ArchivedDocument(
        **document,
        up_to=snapshot.up_to,
        data=snapshot.data,
        runs=snapshot.runs,
        snapshot_at=snapshot.created_at,
        clients=[_Client(**row) for row in clients.mappings()],
        updates=[_Update(**row) for row in written.mappings()],
    )


async def write_documents(
    connection: AsyncConnection, session_id: str, archived: list[ArchivedDocument]
) -> None:
    """Bring documents in.

    Raises:
        StoreError: if one is here already, or is not sound.
    """
    for document in archived:
        known = select(documents.c.id).where(documents.c.id == document.id)
        if await connection.scalar(known) is not None:
            raise StoreError("this session is here already, under another id")
        try:
            check_update(document.data, {}, longest_deleted=MAX_CLOCK)
        except UpdateError as error:
            raise StoreError(f"a shared document of this export makes no sense: {error}") from None
        row = document.model_dump(
            exclude={"up_to", "data", "runs", "snapshot_at", "clients", "updates"}
        )
        await connection.execute(insert(documents), row | {"session_id": session_id})
        key = {"document_id": document.id, "generation": document.generation}
        snapshot = document.model_dump(include={"up_to", "data", "runs"})
        await connection.execute(
            insert(document_snapshots), key | snapshot | {"created_at": document.snapshot_at}
        )
        for table, rows in (
            (document_clients, [client.model_dump() for client in document.clients]),
            (document_updates, [key | update.model_dump() for update in document.updates]),
        ):
            if rows:
                of_document = {"document_id": document.id}
                await connection.execute(insert(table), [each | of_document for each in rows])
