"""Long answers are decoded in slices: others have the event loop in between."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.comments import CodeComment, Comment, CommentReplied, CommentReply
from peerline_server.core.comments import CommentBoard
from peerline_server.core.records import NewEvent, NewSession
from peerline_server.store import slices
from peerline_server.store.base import ActivityFilter
from peerline_server.store.slices import (
    LOADING_REST,
    MAX_REST_SECONDS,
    REST,
    SLICE_SECONDS,
    in_slices,
    rest_after,
)
from peerline_server.store.sqlite import SqliteStore
from tests.unit.server.conftest import SESSION, OpenDoor

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 60


class Others:
    """Everybody else on the event loop; counts their turns."""

    def __init__(self) -> None:
        self.turns = 0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.turns += 1


@asynccontextmanager
async def others() -> AsyncGenerator[Others]:
    counting = Others()
    task = asyncio.create_task(counting.run())
    await asyncio.sleep(0)
    yield counting
    task.cancel()


@pytest.mark.parametrize(("seconds", "rows"), [(SLICE_SECONDS, 1), (SLICE_SECONDS / 4, 4)])
async def test_the_loop_rests_from_a_long_answer_after_each_slice(
    seconds: float, rows: int
) -> None:
    now = 0.0
    rests: list[float] = []

    def decode(row: int) -> int:
        nonlocal now
        now += seconds
        return -row

    async def rest(wait: float) -> None:
        nonlocal now
        rests.append(wait)
        now += wait

    found = await in_slices(range(20), decode, clock=lambda: now, rest=rest)
    assert rests == pytest.approx([REST * SLICE_SECONDS] * (20 // rows))
    assert found == [-row for row in range(20)]


async def test_what_takes_no_time_is_decoded_at_once() -> None:
    async with others() as seen:
        assert await in_slices(range(1_000), str, clock=lambda: 0.0) == [*map(str, range(1_000))]
        assert seen.turns == 0


@pytest.mark.parametrize("rests", [REST, LOADING_REST])
async def test_a_slice_that_took_long_is_followed_by_no_endless_rest(rests: float) -> None:
    waits: list[float] = []
    now = 0.0

    def decode(row: int) -> None:
        nonlocal now
        now += row / 1e3

    async def rest(wait: float) -> None:
        waits.append(wait)

    await in_slices([2, 500], decode, rests=rests, clock=lambda: now, rest=rest)
    assert waits == pytest.approx([rests * 0.002, MAX_REST_SECONDS])


@pytest.mark.parametrize(
    ("spent", "waits"),
    [
        (SLICE_SECONDS, [REST * SLICE_SECONDS]),
        (SLICE_SECONDS * 0.99, [0.0]),
        (1.0, [MAX_REST_SECONDS]),
    ],
)
async def test_the_loop_rests_after_work_that_took_longer_than_a_slice(
    spent: float, waits: list[float]
) -> None:
    rests: list[float] = []

    async def rest(wait: float) -> None:
        rests.append(wait)

    await rest_after(spent, rest=rest)
    assert rests == waits


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path)
    await store.open()
    await store.create_session(NewSession("s", "T", "host", NOW))
    sent = [
        ChatMessage(id=f"m{at}", user_id="host", username="H", content=f"word {at}", timestamp=NOW)
        for at in range(COUNT)
    ]
    events = [ChatMessageSent(session_id="s", seq=0, message=message) for message in sent]
    await asyncio.gather(*(store.submit(NewEvent(event, "host")) for event in events))
    yield store
    await store.close()


@pytest.fixture
async def commented(store: SqliteStore) -> SqliteStore:
    """The same with as many threads, each with a reply."""
    by: dict[str, Any] = {"user_id": "host", "username": "H", "content": "why?", "timestamp": NOW}
    for at in range(COUNT):
        thread = Comment(id=f"c{at}", file="a.py", line=1, **by)
        reply = CommentReply(id=f"r{at}", **by)
        await asyncio.gather(
            store.submit(NewEvent(CodeComment(session_id="s", seq=0, comment=thread), "host")),
            store.submit(
                NewEvent(
                    CommentReplied(session_id="s", seq=0, comment_id=thread.id, reply=reply),
                    "host",
                )
            ),
        )
    return store


READS: list[Callable[[SqliteStore], Awaitable[Any]]] = [
    lambda store: store.chat_before("s", None, limit=COUNT),
    lambda store: store.events_since("s", 0, limit=COUNT),
    lambda store: store.search("s", "word", None, limit=COUNT),
    lambda store: store.activity("s", ActivityFilter(), limit=COUNT),
    lambda store: store.load_session("s", last_messages=COUNT),
]


class Looks:
    """The turns that others had had at each look at the clock."""

    def __init__(self, seen: Others, monkeypatch: pytest.MonkeyPatch) -> None:
        self.turns: list[int] = []
        original = slices.time.perf_counter

        def look() -> float:
            self.turns.append(seen.turns)
            return original()

        monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)
        monkeypatch.setattr(
            slices.in_slices,
            "__kwdefaults__",
            {"rests": REST, "clock": look, "rest": asyncio.sleep},
        )


@pytest.mark.parametrize("read", READS, ids=range(len(READS)))
async def test_others_have_turns_while_a_page_is_decoded(
    store: SqliteStore,
    read: Callable[[SqliteStore], Awaitable[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with others() as seen:
        looks = Looks(seen, monkeypatch)
        await read(store)
    # A turn of the others between each row and the next one.
    assert len(set(looks.turns)) >= COUNT


async def test_others_have_turns_while_the_threads_of_a_session_are_loaded(
    commented: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with others() as seen:
        looks = Looks(seen, monkeypatch)
        session = await commented.load_session("s", last_messages=1)
    assert session is not None
    assert [(thread.id, thread.replies[0].id) for thread in session.comments] == [
        (f"c{at}", f"r{at}") for at in range(COUNT)
    ]
    # Each of the 2 * COUNT rows is read, looked at for a reply, and for a thread.
    assert len(set(looks.turns)) >= 3 * 2 * COUNT


async def test_others_have_turns_while_a_session_comes_into_memory(
    open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await open_door()
    host = await door.join("host")
    for at in range(COUNT):
        message = {"type": "add_comment", "session_id": SESSION, "request_id": f"r{at}"}
        await host.send(**message, data={"file": "a.py", "line": 1, "content": f"why {at}?"})
        await host.receive_type("ack")
    await door.server.stop()
    door = await open_door()
    taken: list[int] = []
    async with others() as seen:
        original = CommentBoard.add

        def add(board: CommentBoard, thread: Comment) -> None:
            taken.append(seen.turns)
            original(board, thread)

        monkeypatch.setattr(CommentBoard, "add", add)
        monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)
        await door.join("host")
    assert len(set(taken)) == len(taken) == COUNT
