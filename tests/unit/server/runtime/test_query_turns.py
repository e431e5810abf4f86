"""Tests of peerline_server.runtime.query_turns, and of a flood of queries on a real server."""

import asyncio
from collections.abc import Sequence

import pytest

from peerline.protocol.roles import Role
from peerline_server.gateway import participant_requests
from peerline_server.runtime.query_turns import QueryTurns
from tests.unit.server.conftest import SESSION, Door


class Asked:
    """Queries that begin when they have their turn, and end when they are told to."""

    def __init__(self, turns: QueryTurns) -> None:
        self._turns = turns
        self.begun: list[str] = []
        self.running: dict[str, asyncio.Future[None]] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def ask(self, *names: str) -> None:
        """Ask as a user, who is the first letter of a query's name."""
        for name in names:
            self.tasks[name] = asyncio.create_task(self._run(name))

    async def _run(self, name: str) -> None:
        async with self._turns.turn(name[0]):
            self.begun.append(name)
            self.running[name] = asyncio.get_running_loop().create_future()
            try:
                await self.running[name]
            finally:
                del self.running[name]

    async def settle(self) -> None:
        """Let every task go on until it waits."""
        for _ in range(5):
            await asyncio.sleep(0)

    async def finish_all(self) -> Sequence[str]:
        """End those that run, one after the other, until none is left; the order of beginning."""
        await self.settle()
        while self.running:
            next(iter(self.running.values())).set_result(None)
            await self.settle()
        return self.begun


async def test_who_asks_much_waits_behind_the_others() -> None:
    asked = Asked(QueryTurns(most=1))
    asked.ask("a1", "a2", "a3", "a4", "b1", "c1", "b2")
    assert await asked.finish_all() == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_a_user_has_one_query_under_way_and_all_have_so_many() -> None:
    asked = Asked(QueryTurns(most=2))
    asked.ask("a1", "a2", "b1", "c1")
    await asked.settle()
    assert list(asked.running) == ["a1", "b1"]
    assert await asked.finish_all() == ["a1", "b1", "a2", "c1"]


@pytest.mark.parametrize("gone", ["a1", "a2", "b1"])
async def test_what_is_given_up_holds_up_nobody(gone: str) -> None:
    asked = Asked(QueryTurns(most=1))
    asked.ask("a1", "a2", "b1", "c1")
    await asked.settle()
    asked.tasks[gone].cancel()
    begun = await asked.finish_all()
    assert set(begun) | {gone} == {"a1", "a2", "b1", "c1"}
    assert all(task.done() for task in asked.tasks.values())


async def test_a_turn_that_is_given_up_as_it_comes_goes_to_the_next() -> None:
    asked = Asked(QueryTurns(most=1))
    asked.ask("a1", "b1", "c1")
    await asked.settle()
    asked.running["a1"].set_result(None)
    await asyncio.sleep(0)  # a1 has ended, and b1 has its turn without knowing it
    asked.tasks["b1"].cancel()
    assert "c1" in await asked.finish_all()


async def test_a_query_that_fails_ends_its_turn() -> None:
    turns = QueryTurns(most=1)
    with pytest.raises(ValueError, match="wrong"):
        async with turns.turn("a"):
            raise ValueError("wrong")
    async with asyncio.timeout(5), turns.turn("b"):
        pass


async def test_a_flood_of_queries_holds_up_no_query_of_another(door: Door) -> None:
    mallory = await door.join("mallory", Role.EDITOR)
    bob = await door.join("bob", Role.VIEWER)
    for number in range(40):
        message = {"type": "chat_message", "session_id": SESSION, "content": "word " * 1_000}
        await mallory.send(**message, request_id=str(number))
        await mallory.receive_type("ack")
    count = 200
    for number in range(count):
        flood = {"type": "search", "session_id": SESSION, "query": "wor", "limit": 40}
        await mallory.send(**flood, request_id=f"flood{number}")
    await mallory.receive_type("search_results")
    await bob.send(type="get_history", session_id=SESSION, request_id="mine")
    answers = 0
    mine = asyncio.create_task(bob.receive_type("history"))
    async with asyncio.timeout(60):
        while not mine.done():
            await mallory.receive_type("search_results")
            answers += 1
        assert (await mine)["request_id"] == "mine"
    # Some came before bob's query was read; it did not wait for all of them.
    assert answers < count / 2


async def test_a_hosts_decision_does_not_wait_for_those_who_read(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's query is under way, and does not end."""
    goes_on = asyncio.Event()
    begun = asyncio.Event()

    async def never(*_: object) -> object:
        begun.set()
        await goes_on.wait()
        raise asyncio.CancelledError

    monkeypatch.setattr(participant_requests, "answer", never)
    host = await door.join("host")
    bob = await door.join("bob", Role.VIEWER)
    await bob.send(type="get_history", session_id=SESSION, request_id="slow")
    await begun.wait()
    await host.send(type="create_invite", session_id=SESSION, role="viewer", request_id="r")
    assert (await host.receive_type("invite_created"))["request_id"] == "r"
    goes_on.set()
