"""Revoked tokens in the database."""

from collections.abc import Sequence

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline_server.core.records import Revocation
from peerline_server.store.schema import token_revocations


async def write_revocation(connection: AsyncConnection, revocation: Revocation) -> None:
    """Keep it.

    They are read by number, and Postgres gives numbers out before the commit: one at a time, so
    that none appears behind another that was read.
    """
    if connection.dialect.name != "sqlite":
        lock = "LOCK TABLE token_revocations IN SHARE ROW EXCLUSIVE MODE"
        await connection.execute(text(lock))
    await connection.execute(
        insert(token_revocations),
        {
            "token_id": revocation.token_id,
            "user_id": revocation.user_id,
            "issued_before": revocation.issued_before,
        },
    )


async def revocations_after(
    connection: AsyncConnection, number: int
) -> tuple[Sequence[Revocation], int]:
    """Those written after the one of this number, and the number of the last."""
    columns = token_revocations.c
    query = select(token_revocations).where(columns.id > number).order_by(columns.id)
    rows = (await connection.execute(query)).all()
    found = [Revocation(row.token_id, row.user_id, row.issued_before) for row in rows]
    return found, rows[-1].id if rows else number
