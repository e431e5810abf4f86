"""The migrations make the schema that the code uses."""

import asyncio
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from server.store import database
from server.store.base import StoredSession
from server.store.schema import HEAD, metadata
from server.store.sqlite import SqliteStore


def _columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "alembic_", "message_texts"))
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


def test_a_database_of_the_first_version_is_upgraded_with_what_is_in_it(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'peerline.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    now = "2026-01-01 00:00:00.000000"
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO users (id, username, is_guest, created_at) VALUES ('bob', 'Bob', 0, ?)",
            (now,),
        )
        connection.exec_driver_sql(
            "INSERT INTO sessions VALUES ('s', 'Old', 'e', 0, '{}', 'bob', ?, ?)", (now, now)
        )
        connection.exec_driver_sql(
            "INSERT INTO session_participants (session_id, user_id, role, is_active)"
            " VALUES ('s', 'bob', 'host', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO session_messages"
            " (id, session_id, user_id, message_type, content, metadata, created_at, seq)"
            " VALUES ('m', 's', 'bob', 'chat', 'An old word', ?, ?, 1)",
            ('{"username": "Bob"}', now),
        )
    engine.dispose()

    async def load() -> StoredSession | None:
        store = SqliteStore(tmp_path)
        await store.open()
        try:
            assert await store.search("s", "OLD wor", None, limit=2), "not found after the upgrade"
            return await store.load_session("s", last_messages=1)
        finally:
            await store.close()

    session = asyncio.run(load())
    assert session is not None
    assert [person.user_id for person in session.participants] == ["bob"]
    assert session.banned == frozenset()
