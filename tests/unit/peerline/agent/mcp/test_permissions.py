"""Tests of peerline.agent.mcp.permissions."""

import asyncio
from pathlib import PurePosixPath
from typing import Any

import pytest

from peerline.agent.asking.voices import Voice
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.mcp.attached import RoomError
from peerline.agent.mcp.permissions import Permissions
from peerline.agent.room import Answered, RoomUnavailable
from peerline.client import Client
from peerline.protocol.approvals import Outcome
from peerline.protocol.limits import MAX_APPROVALS


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

        super().__init__(joined, AgentCleaner(PurePosixPath("/w"), None, {}), lambda: None)
        self.room = room

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


async def test_a_tool_says_why_it_does_not_work() -> None:
    async def joined() -> Client:
        raise RoomError("not joined")

    async def progress(_: float) -> None: ...

    with pytest.raises(RoomError, match="not now: x"):
        await Asking(Room()).report("x", "working", [])
    cleaner = AgentCleaner(PurePosixPath("/w"), None, {})
    answer = await Permissions(joined, cleaner, lambda: None).approve("Bash", {}, progress)
    assert answer == {"behavior": "deny", "message": "Nobody in the session was asked: not joined."}
