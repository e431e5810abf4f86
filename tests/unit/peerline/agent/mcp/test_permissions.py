"""Tests of peerline.agent.mcp.permissions."""

import asyncio
from pathlib import PurePosixPath
from typing import Any

import pytest

from peerline.agent.asking.question import WAIT_SECONDS
from peerline.agent.asking.voices import Voice
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.mcp.attached import RoomError
from peerline.agent.mcp.permissions import Permissions
from peerline.agent.mcp.results import PlanStep
from peerline.agent.room import Answered, RoomUnavailable
from peerline.client import Client
from peerline.protocol.approvals import Outcome
from peerline.protocol.limits import MAX_APPROVALS, MAX_PLAN_ENTRIES


class Room:
    """Answers each question when it is let."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.has_asked = asyncio.Event()
        self.answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()

    async def ask(self, given: dict[str, Any]) -> Answered:
        self.asked.append(given)
        self.has_asked.set()
        return await asyncio.shield(self.answer)

    async def report(self, given: dict[str, Any]) -> None:
        raise RoomUnavailable(f"not now: {given['doing']}")


class Asking(Permissions):
    """With a voice in that room."""

    def __init__(self, room: Room) -> None:
        async def joined() -> Client:
            raise RoomError("not joined")

        cleaner = AgentCleaner(PurePosixPath("/w"), None, {})
        super().__init__(joined, cleaner, lambda: None, clock=lambda: self.now)
        self.room = room
        self.now = 1000.0

    async def _voice(self) -> Voice:
        return self.room


async def test_what_was_allowed_once_is_told_once() -> None:
    room = Room()
    asking = Asking(room)
    calls = [asyncio.ensure_future(asking.ask("Deploy", "", 20)) for _ in range(2)]
    await room.has_asked.wait()
    room.answer.set_result(Answered(Outcome.ALLOW_ONCE, "Bob", "host"))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert len(room.asked) == 1
    assert sorted(isinstance(result, RoomError) for result in results) == [False, True]


@pytest.mark.parametrize("outcome", [Outcome.EXPIRED, Outcome.WITHDRAWN])
async def test_no_answer_is_no(outcome: Outcome) -> None:
    room = Room()
    room.answer.set_result(Answered(outcome, comment="allowed"))
    found = await Asking(room).ask("Deploy", "", 20)
    assert (found.state, found.allowed) == ("no_answer", False)

    async def progress(_: float) -> None: ...

    answer = await Asking(room).approve("Bash", {"command": "ls"}, progress)
    assert answer["behavior"] == "deny"


async def test_an_agent_has_as_many_open_questions_as_the_session_takes() -> None:
    asking = Asking(Room())
    for number in range(MAX_APPROVALS):
        assert (await asking.ask(str(number), "", 0)).state == "waiting"
    with pytest.raises(RoomError, match="first"):
        await asking.ask("one more", "", 0)
    await asking.close()


async def test_questions_that_have_ended_do_not_count_though_nobody_fetched_the_answers() -> None:
    room = Room()
    asking = Asking(room)
    for number in range(MAX_APPROVALS):
        await asking.ask(str(number), "", 0)
    room.answer.set_result(Answered(Outcome.DENY, "Bob", "host"))
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "ask people"))
    assert (await asking.ask("one more", "", 20)).state == "denied"


@pytest.mark.parametrize(("seconds", "questions"), [(WAIT_SECONDS - 1, 1), (WAIT_SECONDS, 2)])
async def test_an_answer_is_there_until_the_time_of_its_question_is_over(
    seconds: int, questions: int
) -> None:
    room = Room()
    asking = Asking(room)
    assert (await asking.ask("Deploy", "", 0)).state == "waiting"
    room.answer.set_result(Answered(Outcome.ALLOW_ONCE, "Bob", "host"))
    await asking.ask("Another", "", 20)
    asking.now += seconds
    assert (await asking.ask("Deploy", "", 20)).allowed
    assert [given["title"] for given in room.asked].count("Deploy") == questions


async def test_a_question_that_is_still_open_is_not_asked_twice_however_old() -> None:
    room = Room()
    asking = Asking(room)
    await asking.ask("Deploy", "", 0)
    asking.now += WAIT_SECONDS + 1
    await asking.ask("Deploy", "", 0)
    room.answer.set_result(Answered(Outcome.DENY, "Bob", "host"))
    assert (await asking.ask("Deploy", "", 20)).state == "denied"
    assert len(room.asked) == 1


async def test_a_plan_has_as_many_steps_as_the_session_takes() -> None:
    step = PlanStep(text="x", status="pending")
    asking = Asking(Room())
    with pytest.raises(RoomError, match="not now: x"):
        await asking.report("x", "working", [step] * MAX_PLAN_ENTRIES)
    with pytest.raises(RoomError, match="plan: has at most"):
        await asking.report("x", "working", [step] * (MAX_PLAN_ENTRIES + 1))


async def test_a_tool_says_why_it_does_not_work() -> None:
    async def joined() -> Client:
        raise RoomError("not joined")

    async def progress(_: float) -> None: ...

    with pytest.raises(RoomError, match="not now: x"):
        await Asking(Room()).report("x", "working", [])
    cleaner = AgentCleaner(PurePosixPath("/w"), None, {})
    answer = await Permissions(joined, cleaner, lambda: None).approve("Bash", {}, progress)
    assert answer == {"behavior": "deny", "message": "Nobody in the session was asked: not joined."}
