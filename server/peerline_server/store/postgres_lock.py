"""One server for each Postgres database: a lock of a connection, which ends with it.

A connection of its own holds an advisory lock and tells its server's address as its name. If the
connection is lost, the lock is taken again before anything is written.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from peerline_server.store.base import StoreError
from peerline_server.store.postgres_connection import ERRORS, PostgresUrl

ALREADY_RUNS: Final = "already runs on this database"
_KEY: Final = 0x7065_6572_0002
_NAME: Final = "peerline server"
_HOLDER: Final = """
    SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted
    AND (l.classid::bigint << 32 | l.objid::bigint) = $1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_LOOK_SECONDS: Final = 0.2
_LOOKS: Final = 10
"""A server that was killed has its lock until Postgres notices."""


class TakenError(StoreError):
    """Another process has the database."""


class ServerLock:
    """The right of one process to be the server of a database, or to change it without one."""

    def __init__(self, where: PostgresUrl) -> None:
        self._where = where
        self._name = self._told = ""
        self._turn = asyncio.Lock()
        self._connection: Any = None

    async def take(self, *, server: str | None) -> None:
        """Take the lock, for a server at HOST:PORT or, with None, for a command.

        Raises:
            TakenError: if another process has it, in words.
        """
        self._name = f"{_NAME} {server}" if server else "peerline command"
        await self._connect()

    def note(self, address: str) -> None:
        """Tell those who look where the server listens; it is told before the next write."""
        self._name = f"{_NAME} {address}"

    async def keep(self) -> None:
        """Before something is written: take the lock again if its connection was lost.

        Raises:
            TakenError: if another process has it now.
        """
        if self._connection is None or (
            self._told == self._name and not self._connection.is_closed()
        ):
            return
        async with self._turn:
            if self._connection.is_closed():
                await self._connect()
            rename = "SELECT set_config('application_name', $1, false)"
            await self._connection.execute(rename, self._name)
            self._told = self._name

    async def release(self) -> None:
        """Let others have it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*ERRORS):
                await connection.close()

    async def _connect(self) -> None:
        connection = await self._where.connect(self._name)()
        try:
            for _ in range(_LOOKS):
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _KEY):
                    self._connection, self._told = connection, self._name
                    return
                await asyncio.sleep(_LOOK_SECONDS)
            holder = await connection.fetchval(_HOLDER, _KEY)
        except BaseException:
            connection.terminate()
            raise
        await connection.close()
        raise TakenError(_in_the_way(holder or ""))


def _in_the_way(holder: str) -> str:
    if not holder.startswith(_NAME):
        return "another command changes this database; try again when it has ended"
    address = holder.removeprefix(_NAME).strip()
    at = f" at {address}" if address else ""
    return f"a server {ALREADY_RUNS}{at}; end it first, or use another database"
