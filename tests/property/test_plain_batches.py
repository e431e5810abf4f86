"""Batches of events and updates have the same effect in every store, however they are written."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select, text, update

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.comments import CodeComment, Comment
from peerline.protocol.documents import DocumentShared, SharedDocument
from peerline.protocol.file_events import FileChange, FileEvent, FileEventData
from peerline.protocol.roles import Role
from peerline_server.core.records import (
    Committed,
    Duplicate,
    Fenced,
    NewEvent,
    NewSession,
    NewUpdate,
    Seed,
)
from peerline_server.store.plain import PlainEvents
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.schema import (
    document_clients,
    document_snapshots,
    document_updates,
    session_events,
    session_messages,
    sessions,
)
from peerline_server.store.sql import SqlStore
from peerline_server.store.sqlite import SqliteStore
from tests.contract.stores import NOW, S, chat, join, seq_of
from tests.databases import STORES

OTHER = "session2"
FENCE = 3
TABLES: list[tuple[Table, set[str]]] = [
    (session_events, {"id"}),
    (session_messages, set()),
    (sessions, {"epoch"}),
    (document_updates, set()),
    (document_clients, set()),
]
"""The tables that are compared, and what is another in each database."""
WORDS = ["alpha", "Beta", "Ümlaut", "foo.bar", "'quoted'", "1,5"]


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[dict[str, SqlStore]]:
    """Each with two claimed sessions of a host, who shares two documents in each."""
    async with AsyncExitStack() as stack:
        made: dict[str, SqlStore] = {}
        for name, kind in STORES.items():
            store = kind.make(tmp_path)
            assert isinstance(store, SqlStore)
            await store.open()
            stack.push_async_callback(store.close)
            await _fill(store)
            made[name] = store
        yield made


async def _fill(store: SqlStore) -> None:
    for session_id in (S, OTHER):
        await store.create_session(NewSession(session_id, "Title", "alice", NOW))
    async with store.backend.write() as connection:
        await connection.execute(update(sessions).values(fence=FENCE))
    for session_id in (S, OTHER):
        message = join("alice", Role.HOST).message.model_copy(update={"session_id": session_id})
        await store.submit(NewEvent(message, "alice"), fence=FENCE)
        for number in (1, 2):
            document = SharedDocument(
                id=f"{session_id}-{number}",
                file=f"{number}.py",
                generation="g1",
                shared_by="alice",
                hash=f"sha256:{0:064}",
                lines=1,
            )
            shared = DocumentShared(
                session_id=session_id, seq=0, document=document, username="Alice", timestamp=NOW
            )
            seed = Seed(b"seed", [1], [(1, "alice")])
            result = await store.submit(NewEvent(shared, "alice", seed=seed), fence=FENCE)
            assert isinstance(result, Committed)


class Plan:
    """Random batches: most of them plain, some with everything that is not."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a plan, not a secret
        self._ids = (f"item{number}" for number in count())
        self._said = ["none"]
        self._requests = (f"request{number}" for number in count())
        self._asked = [""]
        self._numbers: dict[str, int] = {}

    def batch(self, number: int) -> list[tuple[NewEvent | NewUpdate, int]]:
        """Items to submit at once, each with its fence."""
        of_updates = self._random.random() < 0.4
        moment = NOW + timedelta(seconds=number)
        return [
            self._update(moment) if of_updates else self._event(moment)
            for _ in range(self._random.randrange(1, 6))
        ]

    def _event(self, moment: Any) -> tuple[NewEvent, int]:
        plan = self._random
        strange = plan.random() < 0.15
        session_id = plan.choice([S, S, OTHER])
        request = next(self._requests) if plan.random() < 0.8 else None
        if strange and plan.random() < 0.4:
            request = plan.choice(self._asked) or None
        fence = FENCE - 1 if strange and plan.random() < 0.3 else FENCE
        if strange and plan.random() < 0.2:
            session_id = "none"
        if request is not None:
            self._asked.append(request)
        head: dict[str, Any] = {"session_id": session_id, "seq": 0}
        item: dict[str, Any] = {
            "id": next(self._ids),
            "user_id": "alice",
            "username": "Alice",
            "content": " ".join(plan.choices(WORDS, k=3)),
            "timestamp": moment,
        }
        kind = plan.random()
        if kind < 0.6:
            parent = plan.choice(self._said) if strange else None
            message = ChatMessageSent(**head, message=ChatMessage(**item, parent_id=parent))
            self._said.append(item["id"])
        elif kind < 0.8:
            message = CodeComment(
                **head, comment=Comment(**item, file="a.py", line=plan.randrange(1, 9))
            )
        else:
            data = FileEventData(file="a.py", change=FileChange.MODIFIED)
            message = FileEvent(
                **head, user_id="alice", username="Alice", data=data, timestamp=moment
            )
        return NewEvent(message, "alice", request), fence

    def _update(self, moment: Any) -> tuple[NewUpdate, int]:
        plan = self._random
        session_id = plan.choice([S, OTHER])
        document = f"{session_id}-{plan.choice([1, 2])}"
        strange = plan.random() < 0.15
        number = self._numbers.get(document, 0) + 1
        fence = FENCE
        if not strange:
            self._numbers[document] = number
        elif plan.random() < 0.5:
            fence = FENCE - 1
        else:
            number += plan.choice([-1, 1])
        clients = [plan.randrange(1, 5)] if plan.random() < 0.3 else []
        made = NewUpdate(
            session_id, document, "g1", number, "alice", b"%d" % number, moment, clients
        )
        return made, fence


async def submitted(store: SqlStore, batch: list[tuple[NewEvent | NewUpdate, int]]) -> list[Any]:
    """The results, of which those that are errors are their type and text."""
    futures: list[asyncio.Future[Any]] = [
        store.submit(item, fence=fence)
        if isinstance(item, NewEvent)
        else store.submit_update(item, fence=fence)
        for item, fence in batch
    ]
    results = await asyncio.gather(*futures, return_exceptions=True)
    return [repr(each) if isinstance(each, Exception) else each for each in results]


async def contents(store: SqlStore) -> dict[str, list[dict[str, Any]]]:
    """All rows of the tables."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with store.backend.read() as connection:
        for table, left_out in TABLES:
            rows = (await connection.execute(select(table))).mappings().all()
            kept = [{k: v for k, v in row.items() if k not in left_out} for row in rows]
            found[table.name] = sorted(kept, key=repr)
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_batches_have_the_same_effect_in_every_store(
    stores: dict[str, SqlStore], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = stores["postgres"]
    assert isinstance(postgres, PostgresStore)
    line = postgres.database.plain
    counts = {"events": 0, "updates": 0}
    for name in counts:
        write = getattr(line, name)

        async def counted(batch: Any, name: str = name, write: Any = write) -> Any:
            kept = await write(batch)
            counts[name] += len(kept)
            return kept

        monkeypatch.setattr(line, name, counted)
    plan = Plan(seed)
    for number in range(40):
        batch = plan.batch(number)
        results = [await submitted(store, batch) for store in stores.values()]
        assert results[0] == results[1], batch
    first, second = [await contents(store) for store in stores.values()]
    assert first == second
    found = [
        [
            (each.message_id, each.seq)
            for word in WORDS
            for each in await store.search(S, word, None, limit=100)
        ]
        for store in stores.values()
    ]
    assert found[0] == found[1] != []
    assert min(counts.values()) > 5, "most batches are one statement"


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[list[SqliteStore]]:
    """Two stores on SQLite, of which the second writes everything the general way."""
    async with AsyncExitStack() as stack:
        made: list[SqliteStore] = []
        for name in ("plain", "general"):
            store = SqliteStore(tmp_path / name)
            await store.open()
            stack.push_async_callback(store.close)
            await _fill(store)
            made.append(store)
        yield made


@pytest.mark.parametrize("seed", range(6))
async def test_plain_batches_have_the_same_effect_on_sqlite_in_one_call(
    pair: list[SqliteStore], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, general = pair
    taken: list[bool] = []
    write = plain.database.write_plain

    async def counted(events: PlainEvents) -> bool:
        taken.append(await write(events))
        return taken[-1]

    async def never(_events: PlainEvents) -> bool:
        return False

    monkeypatch.setattr(plain.database, "write_plain", counted)
    monkeypatch.setattr(general.database, "write_plain", never)
    plan = Plan(seed)
    for number in range(40):
        batch = plan.batch(number)
        assert await submitted(plain, batch) == await submitted(general, batch), batch
    assert await contents(plain) == await contents(general)
    found = [
        [await store.search(S, word, None, limit=100) for word in WORDS]
        for store in (plain, general)
    ]
    assert found[0] == found[1] != [[]] * len(WORDS)
    assert taken.count(True) > 5, "most batches are one call"


async def test_a_head_on_sqlite_that_is_out_of_date_is_noticed(pair: list[SqliteStore]) -> None:
    """A command has written to the session beside the server."""
    store = pair[0]
    assert seq_of(await store.submit(chat("m1"), fence=FENCE)) == 4
    async with store.database.write() as connection:
        await connection.execute(update(sessions).values(last_seq=100))
    assert seq_of(await store.submit(chat("m2"), fence=FENCE)) == 101
    assert seq_of(await store.submit(chat("m3"), fence=FENCE)) == 102
    async with store.database.write() as connection:
        await connection.execute(update(sessions).values(fence=FENCE + 1))
    assert await store.submit(chat("m4"), fence=FENCE) == Fenced()


async def test_a_request_that_comes_again_on_sqlite_is_known(pair: list[SqliteStore]) -> None:
    store = pair[0]
    first = await store.submit(replace(chat("m1"), request_id="r"), fence=FENCE)
    again = await store.submit(replace(chat("m2"), request_id="r"), fence=FENCE)
    assert again == Duplicate(seq_of(first))
    assert seq_of(await store.submit(chat("m3"), fence=FENCE)) == seq_of(first) + 1


async def test_a_head_that_is_out_of_date_is_noticed(stores: dict[str, SqlStore]) -> None:
    """Somebody else has written to the session, or has claimed it."""
    store = stores["postgres"]
    assert seq_of(await store.submit(chat("m1"), fence=FENCE)) == 4
    async with store.backend.write() as connection:
        await connection.execute(update(sessions).values(last_seq=100))
    assert seq_of(await store.submit(chat("m2"), fence=FENCE)) == 101
    async with store.backend.write() as connection:
        await connection.execute(update(sessions).values(fence=FENCE + 1))
    assert await store.submit(chat("m3"), fence=FENCE) == Fenced()
    assert seq_of(await store.submit(chat("m3"), fence=FENCE + 1)) == 102


async def test_sessions_are_locked_before_their_documents(stores: dict[str, SqlStore]) -> None:
    store = stores["postgres"]
    one = NewUpdate(S, f"{S}-1", "g1", 1, "alice", b"first", NOW)
    async with store.backend.write() as connection:
        await connection.execute(select(sessions.c.id).where(sessions.c.id == S).with_for_update())
        written = store.submit_update(one, fence=FENCE)
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while await connection.scalar(waits) == 0:
            pass
        columns = document_snapshots.c
        free = select(columns.up_to).where(columns.document_id == f"{S}-1")
        assert await connection.scalar(free.with_for_update(nowait=True)) == 0
        assert not written.done()
    assert await written is None
