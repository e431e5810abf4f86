"""A session is loaded by one statement, on each database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.comments import CodeComment, Comment
from peerline_server.core.records import Committed, NewEvent, NewSession
from peerline_server.store.plain import Head, Heads
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.schema import sessions
from peerline_server.store.sql import SqlStore
from peerline_server.store.sqlite import SqliteStore
from tests.databases import STORES

NOW = datetime(2026, 1, 1, 12, 30, 15, 250_000, UTC)


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = STORES[request.param].make(tmp_path)
    assert isinstance(store, SqlStore)
    await store.open()
    await store.create_session(NewSession("s", "Title", "host", NOW))
    yield store
    await store.close()


def readers(store: SqlStore) -> Any:
    """The engine that reads."""
    match store:
        case SqliteStore():
            return store.database._reader  # pyright: ignore[reportPrivateUsage]
        case PostgresStore():
            return store.database._askers  # pyright: ignore[reportPrivateUsage]
        case _:
            raise TypeError(store)


async def test_all_of_a_session_is_read_by_one_statement(store: SqlStore) -> None:
    by: dict[str, Any] = {"user_id": "host", "username": "H", "timestamp": NOW}
    chat = ChatMessage(id="m", content='why "so"?\n🎉\\', mentions=["host"], **by)
    thread = Comment(id="c", content="look", file="a.py", line=3, end_line=4, **by)
    await store.submit(NewEvent(ChatMessageSent(session_id="s", seq=0, message=chat), "host"))
    await store.submit(NewEvent(CodeComment(session_id="s", seq=0, comment=thread), "host"))
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement.split(maxsplit=1)[0])

    event.listen(readers(store).sync_engine, "before_cursor_execute", note)
    found = await store.load_session("s", last_messages=10)
    assert said.count("SELECT") == 1, said
    assert found is not None
    assert found.messages == [chat.model_copy(update={"seq": 1})]
    assert found.comments == [thread]
    # Times have their zone and all of their digits, and are written as before.
    assert found.info.created_at == found.updated_at == NOW
    assert '"timestamp":"2026-01-01T12:30:15.250Z"' in found.messages[0].model_dump_json()


async def test_the_first_event_after_a_takeover_is_one_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = [PostgresStore(STORES["postgres"].locate(tmp_path)) for _ in range(2)]
    for store in stores:
        await store.open()
    await stores[0].create_session(NewSession("s", "Title", "host", NOW))
    await stores[0].submit(message("m1"), fence=0)
    async with stores[0].backend.write() as connection:
        await connection.execute(update(sessions).values(fence=7))
    found = await stores[1].load_session("s", last_messages=10)
    assert found is not None
    assert (found.fence, found.seq) == (7, 1)
    monkeypatch.setattr(stores[1].database, "commit_generally", None)
    assert isinstance(await stores[1].submit(message("m2"), fence=7), Committed)
    for store in stores:
        await store.close()


def test_a_session_with_a_write_in_doubt_is_not_taken_for_where_it_was_read() -> None:
    heads = Heads()
    heads.loaded("s", 7, 1)
    assert heads.get("s") == Head(7, 1)
    heads.forget("s")
    heads.loaded("s", 7, 1)
    assert heads.get("s") is None
    heads.reached({"s": 2}, {"s": 7})
    heads.loaded("s", 7, 2)
    assert heads.get("s") == Head(7, 2)


def message(item: str) -> NewEvent:
    chat = ChatMessage(id=item, user_id="host", username="H", content="so", timestamp=NOW)
    return NewEvent(ChatMessageSent(session_id="s", seq=0, message=chat), "host")


async def test_a_session_that_does_not_exist_is_none(store: SqlStore) -> None:
    assert await store.load_session("other", last_messages=10) is None
