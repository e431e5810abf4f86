"""The questions of hooks that wait for people, each until it is answered or settled."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeAlias

from peerline.agent.asking.question import WAIT_SECONDS, Cleaner, call_question, given_question
from peerline.agent.asking.requests import PermissionAsked, settles
from peerline.agent.fence import RoomText, fence
from peerline.agent.products.answers import Decision
from peerline.agent.room import NOBODY, Answered, Room, RoomRefused, RoomUnavailable
from peerline.protocol.approvals import Outcome
from peerline.tasks import Tasks

Json: TypeAlias = dict[str, Any]


class AskedPeople:
    """Asks people; no answer is none, so that the agent's own program goes on asking its user."""

    def __init__(self, room: Room, cleaner: Cleaner, new_id: Callable[[], str]) -> None:
        self._room = room
        self._cleaner = cleaner
        self._new_id = new_id
        self._tasks = Tasks()
        self._open: dict[asyncio.Task[Answered], PermissionAsked] = {}

    async def decide(self, asked: PermissionAsked) -> Decision | None:
        """The answer of people; None if there is none. Cancelling it withdraws the question."""
        if not self._room.can_be_answered():
            return None
        question = call_question(asked.tool, asked.title, asked.given, self._cleaner, WAIT_SECONDS)
        task = self._tasks.share(self._room.ask_approval(question), "ask people")
        self._open[task] = asked
        try:
            await asyncio.wait({task})
            return None if task.cancelled() else decision_of(task.result(), self._new_id)
        except (RoomRefused, RoomUnavailable):
            return None
        finally:
            del self._open[task]
            task.cancel()

    async def ask(self, given: Json) -> Json:
        """The end of a question of another program, or the error; cancelling it withdraws it."""
        if not self._room.can_be_answered():
            return {"error": NOBODY}
        question = given_question(given, self._cleaner, WAIT_SECONDS)
        try:
            answered = await self._room.ask_approval(question)
        except (RoomRefused, RoomUnavailable) as error:
            return {"error": str(error)}
        return {**asdict(answered), "outcome": answered.outcome.value}

    def happened(self, event: Json) -> None:
        """Withdraw what an event of the agent's program has settled, one question a call."""
        found = [task for task, asked in self._open.items() if settles(event, asked)]
        is_end = event.get("hook_event_name") in {"Stop", "SessionEnd"}
        for task in found if is_end else found[:1]:
            task.cancel()

    async def close(self) -> None:
        """Withdraw all."""
        await self._tasks.close()


def decision_of(answered: Answered, new_id: Callable[[], str]) -> Decision | None:
    """The answer to the agent's program; only an answer of a person is a decision."""
    match answered.outcome:
        case Outcome.ALLOW_ONCE:
            return Decision(is_allowed=True)
        case Outcome.DENY:
            return Decision(is_allowed=False, message=denial(answered, new_id))
        case _:
            return None


def denial(answered: Answered, new_id: Callable[[], str]) -> str:
    """The denial as a model reads it, with the person's comment as data."""
    said = "A person in the session did not allow this."
    if not answered.comment:
        return said
    text = RoomText(answered.comment, answered.sender, answered.role, "answer")
    return f"{said}\n{fence(text, new_id=new_id)}"
