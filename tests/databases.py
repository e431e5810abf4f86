"""The implementations of a store, for the contract tests, and new databases for all others.

A database without sessions is a copy: to migrate one takes longer than most tests.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from peerline_server.store.base import Store
from peerline_server.store.sqlite import SqliteStore

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

    async def fill_disk(self, store: Store) -> None:
        assert isinstance(store, SqliteStore)
        async with store._writer.connect() as connection:  # pyright: ignore[reportPrivateUsage] - it is the connection's
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def _write_no_database(place: Path) -> None:
    place.mkdir()
    (place / "peerline.db").write_bytes(b"this is no database" * 100)


def _write_a_file(place: Path) -> None:
    place.write_text("x")


STORES: dict[str, StoreKind] = {kind.name: kind for kind in (SqliteKind(),)}
"""Every implementation; the contract tests run over each."""
