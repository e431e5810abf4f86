"""Makes the store that a folder or a URL means; the only module that names an implementation."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from peerline_server.metrics import Metrics
from peerline_server.store.backend import Backend
from peerline_server.store.base import Store, StoreError
from peerline_server.store.sql import SqlStore
from peerline_server.store.sqlite import SqliteDatabase


def make_store(where: Path | str, *, metrics: Metrics | None = None) -> Store:
    """The store in such a database; it is yet to be opened.

    Raises:
        StoreError: as `make_database` does.
    """
    return SqlStore(make_database(where, metrics=metrics), metrics=metrics)


def make_database(
    where: Path | str, *, is_unlimited: bool = False, metrics: Metrics | None = None
) -> Backend:
    """The database of a data directory, given as a folder or `file:` URL, or `postgresql:` one.

    It is yet to be opened. `is_unlimited` as for `opened_database`.

    Raises:
        StoreError: for a URL of another kind, or if asyncpg is not installed.
    """
    if not is_postgres(where):
        return SqliteDatabase(_folder(where))
    try:
        # A server on SQLite need not have asyncpg.
        from peerline_server.store.postgres import PostgresDatabase  # noqa: PLC0415
        from peerline_server.store.postgres_connection import PostgresUrl  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise StoreError(
            "Postgres needs the package asyncpg; install it with pip install 'peerline[postgres]'"
        ) from None
    node = None if metrics is None else metrics.node
    return PostgresDatabase(PostgresUrl(str(where)), is_unlimited=is_unlimited, metrics=node)


@asynccontextmanager
async def opened_database(
    where: Path | str, *, alone: bool = False, is_unlimited: bool = False
) -> AsyncGenerator[Backend]:
    """A database for one command, past the store; `alone` as for `opened`.

    With `is_unlimited` a statement may take as long as it needs: for what reads or writes much.

    Raises:
        StoreError: if it cannot be used, or does not take what is written.
    """
    database = make_database(where, is_unlimited=is_unlimited)
    try:
        if alone:
            await database.open_alone()
        else:
            await database.open()
        yield database
    except (*database.errors, OverflowError) as error:
        raise database.described(error) from error
    finally:
        await database.close()


def is_postgres(where: Path | str) -> bool:
    """Whether it is the URL of a Postgres database."""
    return isinstance(where, str) and where.startswith(("postgresql://", "postgres://"))


@asynccontextmanager
async def opened(where: Path | str, *, alone: bool = False) -> AsyncGenerator[Store]:
    """A store for one command; `alone` keeps servers and other such commands out meanwhile.

    Raises:
        StoreError: if it cannot be used, or with `alone` if a server runs on it.
    """
    store = make_store(where)
    try:
        if alone:
            await store.open_alone()
        else:
            await store.open()
        yield store
    finally:
        await store.close()


def _folder(where: Path | str) -> Path:
    if isinstance(where, Path) or "://" not in where:
        return Path(where)
    url = urlsplit(where)
    if url.scheme == "file" and url.netloc in {"", "localhost"}:
        return Path(url2pathname(url.path))
    # Not the URL itself: it may hold a password.
    raise StoreError(
        f"a {url.scheme}: URL is no store; use a folder, the file: URL of one, or postgresql://"
    )
