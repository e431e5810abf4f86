"""One connection to Postgres, opened again when it is lost."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from peerline_server.store.base import StoreBusyError
from peerline_server.store.postgres_connection import (
    ERRORS,
    Connect,
    as_store_error,
    is_busy,
    is_cut,
)

ANSWER_SECONDS: Final = 5.0
"""A connection that says nothing for longer is given up."""


class Line:
    """Runs one statement after the other. Each is a transaction of its own."""

    def __init__(self, connect: Connect, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._connect = connect
        self._answer_seconds = answer_seconds
        self._connection: Any = None
        self._turn = asyncio.Lock()

    async def value(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - asyncpg gives no types
        """The first value of the first row, None if there is no row."""
        return await self._run(lambda connection: connection.fetchval(statement, *values))

    async def row(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - asyncpg gives no types
        """The first row, None if there is none."""
        return await self._run(lambda connection: connection.fetchrow(statement, *values))

    async def rows(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - asyncpg gives no types
        """All rows."""
        return await self._run(lambda connection: connection.fetch(statement, *values))

    async def within(self, work: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - asyncpg gives no types
        """Run several in one transaction."""

        async def transaction(connection: Any) -> Any:  # noqa: ANN401 - asyncpg gives no types
            async with connection.transaction():
                return await work(connection)

        return await self._run(transaction)

    async def close(self) -> None:
        """Disconnect."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*ERRORS):
                await connection.close(timeout=self._answer_seconds)

    async def _run(self, work: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - asyncpg gives no types
        """Once more if a connection that was there before is found to be lost.

        Raises:
            StoreBusyError: if others are in the way, such as one who has locked the row.
            StoreError: if Postgres does not do it.
        """
        async with self._turn:
            was_there = self._connection is not None
            try:
                try:
                    return await self._try(work)
                except ERRORS as error:
                    if not was_there or not is_cut(error):
                        raise
                    return await self._try(work)
            except ERRORS as error:
                failure = as_store_error(error)
                raise (StoreBusyError(str(failure)) if is_busy(error) else failure) from None

    async def _try(self, work: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - asyncpg gives no types
        try:
            async with asyncio.timeout(self._answer_seconds):
                if self._connection is None:
                    self._connection = await self._connect()
                return await work(self._connection)
        except (*ERRORS, asyncio.CancelledError) as error:
            if not isinstance(error, Exception) or not is_busy(error):
                self._give_up()
            raise

    def _give_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
