"""Opens the SQLite file: pragmas, transactions, migrations."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from peerline.logs import keep_content_out
from peerline_server.store.base import StoreError
from peerline_server.store.folder import DATABASE as FILE_NAME
from peerline_server.store.folder import make_data_dir
from peerline_server.store.lock import DatabaseLock
from peerline_server.store.schema import HEAD

_BUSY_SECONDS = 10.0
"""The time that a transaction waits for another process, such as `peerline invite`."""

_DISK_FAILURES = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_NOMEM,
    }
)
_LEAVE_NOTHING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CONSTRAINT,
    }
)


def is_busy(error: Exception) -> bool:
    """Whether another process holds the database; the same may succeed once it lets go."""
    return _result_code(error) == sqlite3.SQLITE_BUSY


def is_disk_failure(error: Exception) -> bool:
    """Whether nothing at all can be written, so that no smaller transaction would fare better."""
    return _result_code(error) in _DISK_FAILURES | {sqlite3.SQLITE_BUSY}


def leaves_nothing(error: Exception) -> bool:
    """Whether a commit that failed so cannot be on the disk.

    Without the lock or the room for it, the last page of a transaction, which makes it valid, was
    not written. After any other failure, such as that of a sync, it may have been.
    """
    return _result_code(error) in _LEAVE_NOTHING


def result_name(error: Exception) -> str:
    """The name of SQLite's result code, such as SQLITE_IOERR_FSYNC, else that of the error."""
    original = error.orig if isinstance(error, DBAPIError) else error
    name: str | None = getattr(original, "sqlite_errorname", None)
    return name or type(original).__name__


def _result_code(error: Exception) -> int | None:
    """The primary result code (https://sqlite.org/rescode.html), if SQLite gave one."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def make_engine(data_dir: Path, *, begin: str) -> AsyncEngine:
    """An engine with one connection whose transactions start with `begin`."""
    # They log statements with their parameters, and rows.
    keep_content_out()
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(data_dir / FILE_NAME)),
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": _BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]  # noqa: ANN401 - the driver's
        # The driver must not begin transactions: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL would lose acknowledged rows when the power fails.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

    return engine


async def prepare_database(data_dir: Path, writer: AsyncEngine, *, is_locked: bool = False) -> None:
    """Make the folder and bring the schema up to date.

    `is_locked` says that the caller has the database's lock. Else it is taken for an upgrade: a
    server that runs would not expect one.

    Raises:
        StoreError: with what to do about it.
    """
    path = make_data_dir(data_dir)
    lock = None if is_locked else DatabaseLock(path)
    try:
        async with writer.begin() as connection:
            await connection.run_sync(_migrate, lock, path)
    except (DBAPIError, sqlite3.Error) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StoreError(
            f"cannot use the database {path}: {reason}; choose another with --data-dir"
        ) from error
    finally:
        if lock is not None and lock.is_held:
            # Released earlier, it would end SQLite's own locks, before the upgrade is committed.
            await writer.dispose()
            lock.release()


def _migrate(connection: Connection, lock: DatabaseLock | None, path: Path) -> None:
    is_new = not inspect(connection).has_table("alembic_version")
    if not is_new:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if found == HEAD:
            return
    if not is_new and lock is not None:
        lock.take(server=None)
    upgrade(connection, f"the database in {path}")


def upgrade(connection: Connection, where: str) -> None:
    """Run the migrations that the database lacks.

    Raises:
        StoreError: if it is of a newer version.
    """
    # Importing Alembic takes longer than opening the store; most starts need nothing of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    location = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", location.replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"{where} is of a newer Peerline than this one; upgrade Peerline"
        ) from error
