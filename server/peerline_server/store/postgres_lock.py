"""A command that changes a whole Postgres database has it alone, by a lock of a connection.

The lock ends with the connection. If that is lost, it is taken again before anything is written.
Servers look for the lock when they start, and the command looks for servers once it has it.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from peerline_server.store.base import StoreError
from peerline_server.store.postgres_connection import ERRORS, PostgresUrl

ALREADY_RUNS: Final = "already runs on this database"
COMMAND_LOCK: Final = 0x7065_6572_0002
_NAME: Final = "peerline command"
_LOOK_SECONDS: Final = 0.2
_LOOKS: Final = 10
"""A command that was killed has its lock until Postgres notices."""
_SERVERS: Final = """
    SELECT string_agg(address, ', ' ORDER BY address) FROM nodes
    WHERE address <> '' AND lease_until >= clock_timestamp()
"""


class TakenError(StoreError):
    """Another process has the database."""


class CommandLock:
    """The right of one process to change a database that no server runs on."""

    def __init__(self, where: PostgresUrl) -> None:
        self._where = where
        self._turn = asyncio.Lock()
        self._connection: Any = None

    async def take(self) -> None:
        """Take the lock.

        Raises:
            TakenError: if another command has it.
        """
        connection = await self._where.connect(_NAME)()
        try:
            for _ in range(_LOOKS):
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", COMMAND_LOCK):
                    self._connection = connection
                    return
                await asyncio.sleep(_LOOK_SECONDS)
        except BaseException:
            connection.terminate()
            raise
        await connection.close()
        raise TakenError("another command changes this database; try again when it has ended")

    async def look_for_servers(self) -> None:
        """Once the tables are there: find those that started before the lock was taken.

        Raises:
            TakenError: if there are any.
        """
        addresses = await self._connection.fetchval(_SERVERS)
        if addresses is not None:
            raise TakenError(
                f"a server {ALREADY_RUNS} at {addresses}; end it first, or use another database"
            )

    async def keep(self) -> None:
        """Before something is written: take the lock again if its connection was lost.

        Raises:
            TakenError: if another process has the database now.
        """
        async with self._turn:
            if self._connection.is_closed():
                await self.take()
                await self.look_for_servers()

    async def release(self) -> None:
        """Let others have it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*ERRORS):
                await connection.close()
