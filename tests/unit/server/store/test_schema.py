"""The migrations make the schema that the code uses."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from peerline_server.core.records import StoredSession
from peerline_server.store import database
from peerline_server.store.schema import HEAD, metadata, tables_of
from peerline_server.store.sqlite import SqliteStore


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
    metadata.create_all(engine, tables_of("sqlite"))
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


def test_an_upgrade_places_invites_and_decisions_among_the_events(tmp_path: Path) -> None:
    """A database of the version before holds times, which the upgrade turns into places."""
    engine = create_engine(f"sqlite:///{tmp_path / 'peerline.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    times = [f"2026-01-01 00:00:0{second}.000000" for second in range(9)]
    people = {"demoted": None, "removed": times[4], "substitute": None, "untouched": None}
    # Each event: its place, time and kind, its subject and its author.
    events = [
        (1, times[1], "user_joined", "demoted", "demoted"),
        (2, times[3], "role_changed", "demoted", "host"),
        (3, times[4], "participant_removed", "removed", "host"),
        (4, times[5], "role_changed", "substitute", "peerline"),
    ]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.exec_driver_sql(
            "INSERT INTO sessions (id, title, epoch, last_seq, state, created_by, created_at,"
            " updated_at) VALUES ('s', 'Old', 'e', 4, '{}', 'host', ?, ?)",
            (times[0], times[5]),
        )
        for user_id, removed_at in people.items():
            connection.exec_driver_sql(
                "INSERT INTO users (id, username, is_guest, created_at) VALUES (?, ?, 0, ?)",
                (user_id, user_id, times[0]),
            )
            connection.exec_driver_sql(
                "INSERT INTO session_participants (session_id, user_id, role, is_active,"
                " removed_at) VALUES ('s', ?, 'editor', 0, ?)",
                (user_id, removed_at),
            )
        for seq, time, kind, user_id, by in events:
            data = json.dumps({"type": kind, "user_id": user_id, "changed_by": by})
            connection.exec_driver_sql(
                "INSERT INTO session_events (session_id, seq, user_id, event_type, event_data,"
                " timestamp) VALUES ('s', ?, ?, ?, ?, ?)",
                (seq, by, kind, data, time),
            )
        for name, time in (("first", times[0]), ("older", times[2]), ("newer", times[6])):
            connection.exec_driver_sql(
                "INSERT INTO invites (id, session_id, code_hash, role, created_at, expires_at,"
                " uses) VALUES (?, 's', ?, 'host', ?, ?, 0)",
                (name, f"hash-{name}", time, times[8]),
            )
        command.upgrade(config, "head")
        decided = connection.exec_driver_sql(
            "SELECT user_id, decided_seq FROM session_participants"
        ).all()
        created = connection.exec_driver_sql("SELECT id, created_seq FROM invites").all()
    engine.dispose()
    assert dict(tuple(row) for row in decided) == {
        "demoted": 2,
        "removed": 3,
        "substitute": None,
        "untouched": None,
    }
    assert dict(tuple(row) for row in created) == {"first": 0, "older": 1, "newer": 4}


IS_OPEN_ELSEWHERE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 2**30 + 2)
    except BlockingIOError:
        print("open")
"""
"""SQLite's lock on what a process reads (https://sqlite.org/fileformat2.html, 1.2)."""


@pytest.mark.skipif(sys.platform == "win32", reason="the locks are POSIX ones")
def test_an_upgrade_by_a_command_leaves_sqlites_locks_in_place(tmp_path: Path) -> None:
    path = tmp_path / "peerline.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
    engine.dispose()

    def seen_by_another_process() -> str:
        return subprocess.run(
            [sys.executable, "-c", IS_OPEN_ELSEWHERE, str(path)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    async def upgrade() -> str:
        store = SqliteStore(tmp_path)
        await store.open()
        try:
            assert await store.count_created("bob") == 0
            return await asyncio.to_thread(seen_by_another_process)
        finally:
            await store.close()

    assert seen_by_another_process() == ""
    assert asyncio.run(upgrade()) == "open"
