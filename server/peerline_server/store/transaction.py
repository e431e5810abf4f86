"""One transaction that says of a failed commit whether anything of it can be on the disk."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from peerline_server.store.base import OutcomeUnknownError, StoreError
from peerline_server.store.database import leaves_nothing, result_name

DRIVER_ERRORS = (SQLAlchemyError, sqlite3.Error)
"""The errors of the database, through SQLAlchemy or past it."""


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Commit what is done inside, or nothing of it.

    Raises:
        OutcomeUnknownError: if the commit failed and may be on the disk all the same.
    """
    async with engine.connect() as connection:
        attempt = await connection.begin()
        try:
            yield connection
        except BaseException:
            # The error that is under way says more than that of the rollback.
            with suppress(*DRIVER_ERRORS):
                await attempt.rollback()
            raise
        try:
            await attempt.commit()
        except Exception as error:
            if leaves_nothing(error) and await _is_undone(connection):
                raise
            # Whatever state the connection is in, the next transaction begins with a fresh one.
            with suppress(*DRIVER_ERRORS):
                await connection.invalidate()
            raise OutcomeUnknownError(
                f"the commit failed and may be on the disk ({result_name(error)})"
            ) from error


async def _is_undone(connection: AsyncConnection) -> bool:
    """Roll back what could not be committed; whether that went well."""
    with suppress(*DRIVER_ERRORS):
        # SQLAlchemy takes a transaction for over once its commit was tried.
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None, "it is connected"
        await driver.rollback()
        return not driver.in_transaction
    return False


def as_store_error(error: Exception) -> StoreError:
    """An error of the database as one of the store: its code and no content."""
    if isinstance(error, StoreError):
        return error
    return StoreError(f"the database failed ({result_name(error)})")


async def write_back(engine: AsyncEngine) -> None:
    """Bring what the log holds into the database and have it synced.

    What another process, or this one before a failure, has left in the log need not be on the
    disk yet, whatever SQLite reads from it.
    """
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None, "it is connected"
        # Past SQLAlchemy, which would begin a transaction, in which this cannot be done.
        async with driver.execute("PRAGMA wal_checkpoint(PASSIVE)") as cursor:
            await cursor.fetchall()
