"""Tests of store.postgres: batches whose statement fails in part, or whose answer is lost.

The statement itself is played: what fails when is what these tests are about.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg
import pytest

from peerline.protocol.chat import ChatMessageSent
from peerline_server.core.records import AppendResult, Committed, NewEvent
from peerline_server.metrics import Metrics
from peerline_server.store import postgres
from peerline_server.store.base import OutcomeUnknownError, StoreError
from peerline_server.store.postgres import PostgresDatabase
from peerline_server.store.postgres_connection import PostgresUrl
from peerline_server.store.writer import Writer
from tests.contract.stores import chat


def event(session_id: str, item: str, request: str | None) -> NewEvent:
    new = chat(item, request)
    message = new.message.model_copy(update={"session_id": session_id})
    return replace(new, message=message, fence=1)


@dataclass
class Played:
    """A Postgres of two sessions, `a` at 10 and `b` at 20, both of fence 1."""

    database: PostgresDatabase = field(
        default_factory=lambda: PostgresDatabase(PostgresUrl("postgresql://x@127.0.0.1:1/x"))
    )
    seqs: dict[str, int] = field(default_factory=lambda: {"a": 10, "b": 20})
    rows: list[str] = field(default_factory=list[str])
    is_away: bool = False

    def keep(self, session_id: str, seq: int, item: str) -> None:
        self.seqs[session_id] = seq
        self.rows.append(item)

    async def connect(self) -> "Played":
        if self.is_away:
            raise ConnectionRefusedError
        return self

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[None]:
        yield

    async def fetch(self, _query: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        return [{"id": each, "last_seq": self.seqs[each], "fence": 1} for each in ids]

    def terminate(self) -> None:
        pass


def item_of(new: NewEvent) -> str:
    assert isinstance(new.message, ChatMessageSent)
    return new.message.message.id


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    found = Played()
    where = type("Where", (), {"connect": lambda *_, **__: found.connect})()
    monkeypatch.setattr(found.database, "_where", where)
    found.database._heads.reached(  # pyright: ignore[reportPrivateUsage] - as if it had written
        {"a": 10, "b": 20}, {"a": 1, "b": 1}
    )
    return found


@asynccontextmanager
async def writing(played: Played) -> AsyncGenerator[Writer]:
    writer = Writer(played.database, max_waiting=100, metrics=Metrics())
    writer.start()
    yield writer
    await writer.close()


def committed_generally(played: Played, failures: list[Exception]) -> Any:
    async def attempt(items: Sequence[NewEvent]) -> list[AppendResult]:
        if failures:
            raise failures.pop()
        for each in items:
            session_id = each.message.session_id
            played.keep(session_id, played.seqs[session_id] + 1, item_of(each))
        return [Committed(each.message) for each in items]

    return attempt


async def test_what_is_in_doubt_is_not_taken_for_a_later_event(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SETTLE_SECONDS", 0.05)
    arrives = True

    async def statement(batch: Any) -> frozenset[str]:
        if arrives:
            for new, place in batch.placed:
                played.keep("a", place.seq, item_of(new))
        raise OutcomeUnknownError("cut")

    monkeypatch.setattr(played.database.plain, "events", statement)
    monkeypatch.setattr(played.database, "_try", committed_generally(played, []))
    async with writing(played) as writer:
        played.is_away = True
        doubtful = await asyncio.gather(
            *(writer.submit(event("a", item, item)) for item in ("m1", "m2")),
            return_exceptions=True,
        )
        assert [type(each) for each in doubtful] == [OutcomeUnknownError] * 2
        played.is_away = arrives = False
        kept = await writer.submit(event("a", "m3", "m3"))
    assert isinstance(kept, Committed)
    assert played.rows == ["m1", "m2", "m3"]


@pytest.mark.parametrize("request_id", ["r1", None])
@pytest.mark.parametrize(
    ("failure", "is_told"),
    [
        (ConnectionRefusedError(111, "refused"), False),
        (asyncpg.exceptions.DeadlockDetectedError("x"), False),
        (asyncpg.exceptions.LockNotAvailableError("x"), False),
        (asyncpg.exceptions.ForeignKeyViolationError("x"), True),
    ],
)
async def test_what_the_statement_has_kept_is_kept_once_whatever_comes_of_the_rest(
    played: Played,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    is_told: bool,
    request_id: str | None,
) -> None:
    async def statement(batch: Any) -> frozenset[str]:
        kept = [(new, place) for new, place in batch.placed if place.session_id == "a"]
        for new, place in kept:
            played.keep("a", place.seq, item_of(new))
        return frozenset({"a"} if kept else ())

    monkeypatch.setattr(played.database.plain, "events", statement)
    monkeypatch.setattr(played.database, "_try", committed_generally(played, [failure]))
    async with writing(played) as writer:
        one, two = await asyncio.gather(
            writer.submit(event("a", "one", request_id)),
            writer.submit(event("b", "two", "r2")),
            return_exceptions=True,
        )
    assert isinstance(one, Committed)
    assert isinstance(two, StoreError if is_told else Committed)
    assert played.rows == (["one"] if is_told else ["one", "two"])
