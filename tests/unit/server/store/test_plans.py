"""SQLite finds what a batch needs by indexes: its cost does not grow with the history."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.documents import DocumentShared, SharedDocument
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import User, UserJoined
from peerline.protocol.roles import Role
from peerline_server.core.records import Committed, Duplicate, NewEvent, NewSession, NewUpdate, Seed
from peerline_server.store.folder import DATABASE
from peerline_server.store.loading import statement_of
from peerline_server.store.schema import tables_of
from peerline_server.store.sqlite import SqliteStore

S = "session1"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TABLES = "|".join(table.name for table in tables_of("sqlite"))
_WHOLE = re.compile(rf"SCAN ({_TABLES})\b")


class Plans:
    """The statements of a store's writer, and how SQLite carries them out."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self._file = folder / DATABASE
        self._statements: list[tuple[str, Any]] = []
        engine = store.database.writer.sync_engine
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, *of_statement: Any) -> None:
        _, _, statement, parameters, _, is_many = of_statement
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self._statements.append((statement, parameters[0] if is_many else parameters))

    def clear(self) -> None:
        """Forget what was noted."""
        self._statements.clear()

    def of_whole_tables(self) -> list[str]:
        """The statements for which a table is read from its beginning to its end."""
        assert self._statements
        with sqlite3.connect(self._file) as connection:
            return [
                statement
                for statement, parameters in self._statements
                for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                if _WHOLE.search(step)
            ]


@asynccontextmanager
async def _open(folder: Path) -> AsyncGenerator[tuple[SqliteStore, Plans]]:
    store = SqliteStore(folder)
    await store.open()
    try:
        await store.create_session(NewSession(S, "Title", "alice", NOW))
        yield store, Plans(store, folder)
    finally:
        await store.close()


def _chat(number: int) -> ChatMessageSent:
    message = ChatMessage(
        id=f"m{number}", user_id="alice", username="Alice", content="text", timestamp=NOW
    )
    return ChatMessageSent(session_id=S, seq=0, message=message)


def _join(user_id: str) -> UserJoined:
    user = User(id=user_id, username=user_id.title(), role=Role.EDITOR)
    return UserJoined(session_id=S, seq=0, user=user, timestamp=NOW)


def _shared(number: int) -> DocumentShared:
    document = SharedDocument(
        id=f"d{number}",
        file=f"{number}.py",
        generation="g",
        shared_by="alice",
        hash=f"sha256:{0:064}",
        lines=1,
    )
    return DocumentShared(session_id=S, seq=0, document=document, username="Alice", timestamp=NOW)


async def _submit(store: SqliteStore, *events: NewEvent) -> None:
    for result in await asyncio.gather(*map(store.submit, events)):
        assert isinstance(result, Committed)


def _new(message: DurableMessage, user_id: str = "alice", request: str | None = None) -> NewEvent:
    return NewEvent(message, user_id, request)


@pytest.mark.parametrize("count", [1, 2, 40])
async def test_no_batch_reads_a_whole_table(tmp_path: Path, count: int) -> None:
    async with _open(tmp_path) as (store, plans):
        await _submit(
            store,
            _new(_join("alice")),
            *(
                NewEvent(_shared(n), "alice", seed=Seed(b"seed", [n], [(1, "alice")]))
                for n in range(count)
            ),
        )
        plans.clear()
        updates = [
            store.submit_update(NewUpdate(S, f"d{n}", "g", 1, "alice", b"x", NOW))
            for n in range(count)
        ]
        await _submit(
            store,
            *(_new(_chat(n), request=f"r{n}") for n in range(count)),
            *(_new(_join(f"user{n}"), f"user{n}") for n in range(count)),
        )
        assert await asyncio.gather(*updates) == [None] * count
        assert plans.of_whole_tables() == []


async def test_requests_that_come_again_are_known_however_many_there_are(tmp_path: Path) -> None:
    async with _open(tmp_path) as (store, _):
        odd = ["r'1", 'r"2', "r,3", "]", "\\", "é", "\N{SNOWMAN}"]
        sent = [_new(_chat(n), request=request) for n, request in enumerate(odd)]
        await _submit(store, _new(_join("alice")), *sent)
        again = await asyncio.gather(*map(store.submit, sent))
        assert again == [Duplicate(seq) for seq in range(2, 2 + len(odd))]


async def test_loading_a_session_reads_no_more_of_its_events_than_are_shown(tmp_path: Path) -> None:
    async with _open(tmp_path) as (store, _):
        assert await store.load_session(S, last_messages=10) is not None
    values = {"session_id": S, "last_messages": 10}
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        steps = [
            step
            for *_, step in connection.execute(
                f"EXPLAIN QUERY PLAN {statement_of('sqlite')}", values
            )
        ]
    of_events = [step for step in steps if "session_events" in step or step.startswith("SEARCH e ")]
    assert len(of_events) == 4, "file events, prompts, questions and their answers"
    assert [
        step for step in of_events if "event_type=?" not in step and "timestamp" not in step
    ] == []
    assert [step for step in steps if _WHOLE.search(step)] == []


async def test_a_message_is_deleted_without_reading_all_others(tmp_path: Path) -> None:
    async with _open(tmp_path) as (store, _):
        await _submit(store, _new(_join("alice")), _new(_chat(1)))
    statement = "DELETE FROM session_messages WHERE id = 'm1'"
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        steps = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert len(steps) > 1, "the messages that answer it are looked for"
    assert [step for step in steps if _WHOLE.search(step)] == []
