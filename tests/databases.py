"""The implementations of a store, for the contract tests, and new databases for all others.

A database without sessions is a copy: to migrate one takes longer than most tests.
"""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from peerline_server.store.base import Store
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.sqlite import SqliteStore
from tests.servers.postgres import postgres

_templates: list[Path] = []


async def make_database(data_dir: Path) -> None:
    """Put an up-to-date database into a folder that has none."""
    if not _templates:
        folder = Path(tempfile.mkdtemp(prefix="peerline-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        store = SqliteStore(folder)
        await store.open()
        await store.close()
        _templates.append(folder)
    data_dir.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    shutil.copy(_templates[0] / "peerline.db", data_dir)


class StoreKind(Protocol):
    """One implementation, and what a test does to it that no store offers."""

    @property
    def name(self) -> str: ...

    @property
    def troubles(self) -> Mapping[str, Callable[[Path], None]]:
        """Ways to make the data of a place unusable, by name."""
        ...

    @property
    def advice(self) -> str:
        """The thing that a store of unusable data tells the user to change."""
        ...

    def make(self, place: Path, **options: Any) -> Store:
        """A store on the data of a place, yet to be opened."""
        ...

    def locate(self, place: Path) -> str:
        """The data of a place, as `make_store` of another process takes it."""
        ...

    async def fill_disk(self, store: Store) -> None:
        """From now on there is no room for more."""
        ...


class SqliteKind:
    name = "sqlite"
    advice = "--data-dir"

    @property
    def troubles(self) -> Mapping[str, Callable[[Path], None]]:
        return {"no database": _write_no_database, "a file in the way": _write_a_file}

    def make(self, place: Path, **options: Any) -> Store:
        return SqliteStore(place, **options)

    def locate(self, place: Path) -> str:
        return str(place)

    async def fill_disk(self, store: Store) -> None:
        assert isinstance(store, SqliteStore)
        async with store.database.writer.connect() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def _write_no_database(place: Path) -> None:
    place.mkdir()
    (place / "peerline.db").write_bytes(b"this is no database" * 100)


def _write_a_file(place: Path) -> None:
    place.write_text("x")


class PostgresKind:
    name = "postgres"
    advice = "PEERLINE_DATABASE_URL"

    def __init__(self) -> None:
        self._urls: dict[Path, str] = {}

    @property
    def troubles(self) -> Mapping[str, Callable[[Path], None]]:
        return {"no database": self._name_none, "no server": self._name_no_server}

    def make(self, place: Path, **options: Any) -> Store:
        return PostgresStore(self.locate(place), **options)

    def locate(self, place: Path) -> str:
        if place not in self._urls:
            self._urls[place] = postgres().create(self._template())
        return self._urls[place]

    async def fill_disk(self, store: Store) -> None:
        """A server that is full ends in a state in which it takes nothing."""
        assert isinstance(store, PostgresStore)
        only_reads = "ALTER DATABASE {} SET default_transaction_read_only = on"
        postgres().sql(only_reads.format(store.database.name), database="postgres")
        postgres().cut(store.database.name)

    def _name_none(self, place: Path) -> None:
        self._urls[place] = postgres().url("nothing")

    def _name_no_server(self, place: Path) -> None:
        self._urls[place] = "postgresql://peerline@127.0.0.1:1/nothing"

    def _template(self) -> str:
        """A database with all tables, of which others are copies."""
        server = postgres()
        if server.template is None:
            url = server.create()
            # In a thread: a loop may be running in this one.
            with ThreadPoolExecutor(1) as threads:
                threads.submit(asyncio.run, _make_tables(url)).result()
            server.template = url.rpartition("/")[2]
        return server.template


async def _make_tables(url: str) -> None:
    store = PostgresStore(url)
    await store.open()
    await store.close()


STORES: dict[str, StoreKind] = {kind.name: kind for kind in (SqliteKind(), PostgresKind())}
"""Every implementation; the contract tests run over each."""
