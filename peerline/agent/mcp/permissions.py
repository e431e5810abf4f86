"""The tools by which an agent asks people for a permission, and shows what it does."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from peerline.agent.asking.people import denial
from peerline.agent.asking.question import WAIT_SECONDS, Cleaner, digest
from peerline.agent.asking.voices import OwnVoice, ResidentVoice, Voice
from peerline.agent.fence import new_fence_id
from peerline.agent.mcp.attached import RoomError
from peerline.agent.mcp.limits import PROGRESS_SECONDS
from peerline.agent.mcp.results import Done, Permission, PlanStep
from peerline.agent.reports import State
from peerline.agent.room import Answered, RoomRefused, RoomUnavailable
from peerline.client import Agent, Client
from peerline.protocol.approvals import Outcome
from peerline.protocol.limits import MAX_APPROVALS, MAX_PLAN_ENTRIES
from peerline.tasks import Tasks

Json: TypeAlias = dict[str, Any]

_WAITING: Final = (
    "Nobody has answered yet: you may not do it. Call ask_approval again with the same title and "
    "detail to go on waiting for the answer, which may take minutes."
)
_ALLOWED: Final = "You may do this once, as you have described it, and nothing beyond it."
_DENIED: Final = "Do not do it."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question; its answer can be fetched until its time is over."""

    task: asyncio.Task[Answered]
    until: float


class Permissions:
    """Asks as the agent itself if its account can, else by the resident of its folder."""

    def __init__(
        self,
        joined: Callable[[], Awaitable[Client]],
        cleaner: Cleaner,
        find_resident: Callable[[], str | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._joined = joined
        self._cleaner = cleaner
        self._find = find_resident
        self._tasks = Tasks()
        self._clock = clock
        self._asked: dict[str, _Asked] = {}
        """The questions whose answer was not fetched yet, by their digest."""

    async def close(self) -> None:
        """Withdraw what is asked."""
        await self._tasks.close()

    async def ask(self, title: str, detail: str, seconds: float) -> Permission:
        """Ask, or go on waiting for the same question; returns within the given seconds."""
        given = {"title": title, "detail": detail}
        key = digest(given)
        voice = await self._voice()
        self._forget_old()
        asked = self._asked.get(key)
        if asked is None:
            if sum(not one.task.done() for one in self._asked.values()) >= MAX_APPROVALS:
                raise RoomError(f"wait for the answers to your {MAX_APPROVALS} questions first")
            task = self._tasks.share(voice.ask(given), "ask people")
            asked = self._asked[key] = _Asked(task, self._clock() + WAIT_SECONDS)
        task = asked.task
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            return Permission(state="waiting", allowed=False, what_next=_WAITING)
        if self._asked.get(key) is not asked:
            raise RoomError("you may not do it: another call of yours has this answer")
        del self._asked[key]
        try:
            answered = task.result()
        except (RoomRefused, RoomUnavailable) as error:
            raise RoomError(f"you may not do it: {error}") from None
        match answered.outcome:
            case Outcome.ALLOW_ONCE:
                return Permission(state="allowed", allowed=True, what_next=_ALLOWED)
            case Outcome.DENY:
                text = denial(answered, new_fence_id)
                return Permission(state="denied", allowed=False, text=text, what_next=_DENIED)
            case _:
                return Permission(state="no_answer", allowed=False, what_next=_DENIED)

    async def approve(
        self, tool: str, given: Json, progress: Callable[[float], Awaitable[None]]
    ) -> Json:
        """The answer to an agent's program that asks for a permission; no answer is no."""
        try:
            voice = await self._voice()
            answered = await self._waited(voice.ask({"tool": tool, "input": given}), progress)
        except (RoomError, RoomRefused, RoomUnavailable) as error:
            return {"behavior": "deny", "message": f"Nobody in the session was asked: {error}."}
        match answered.outcome:
            case Outcome.ALLOW_ONCE:
                return {"behavior": "allow", "updatedInput": given}
            case Outcome.DENY:
                return {"behavior": "deny", "message": denial(answered, new_fence_id)}
            case _:
                return {"behavior": "deny", "message": "Nobody in the session answered in time."}

    async def report(self, doing: str, state: State, plan: Sequence[PlanStep]) -> Done:
        """Show what the agent does."""
        if len(plan) > MAX_PLAN_ENTRIES:
            raise RoomError(f"plan: has at most {MAX_PLAN_ENTRIES} steps")
        given: Json = {"doing": doing, "state": state}
        if plan:
            given["plan"] = [step.model_dump() for step in plan]
        try:
            await (await self._voice()).report(given)
        except (RoomRefused, RoomUnavailable) as error:
            raise RoomError(str(error)) from None
        return Done()

    def _forget_old(self) -> None:
        """Drop results that were not fetched in time: what was allowed then is not for now."""
        now = self._clock()
        self._asked = {
            key: asked
            for key, asked in self._asked.items()
            if asked.until > now or not asked.task.done()
        }

    async def _voice(self) -> Voice:
        client = await self._joined()
        me = client.replica.connected
        if isinstance(client, Agent) and me is not None and me.user.agent is not None:
            return OwnVoice(client, self._cleaner)
        return ResidentVoice(self._find)

    async def _waited(
        self, asking: Coroutine[Any, Any, Answered], progress: Callable[[float], Awaitable[None]]
    ) -> Answered:
        """Wait for an answer, and tell now and then that it is waited for."""
        task = self._tasks.share(asking, "ask people")
        waited = 0.0
        try:
            while not (await asyncio.wait({task}, timeout=PROGRESS_SECONDS))[0]:
                waited += PROGRESS_SECONDS
                await progress(waited)
            return task.result()
        finally:
            task.cancel()
