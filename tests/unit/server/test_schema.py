"""The migrations make the schema that the code uses."""

import asyncio
import sqlite3
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from server.store import database
from server.store.schema import HEAD, metadata
from server.store.sqlite import SqliteStore


def _columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "alembic_"))
    ]
    found = {
        name: [row[1:6] for row in connection.execute(f"PRAGMA table_info({name})")]
        for name in sorted(names)
    }
    connection.close()
    return found


def test_the_migrations_end_at_head() -> None:
    config = Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_migrated_database_has_the_tables_of_the_schema(tmp_path: Path) -> None:
    async def migrate() -> None:
        store = SqliteStore(tmp_path)
        await store.open()
        await store.close()

    asyncio.run(migrate())
    engine = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(engine)
    engine.dispose()
    assert _columns(tmp_path / "peerline.db") == _columns(tmp_path / "direct.db")
