"""The ways to ask people: as the agent of an account, or by the resident of its folder."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, cast

from pydantic import ValidationError

from peerline.agent.asking.question import WAIT_SECONDS, Cleaner, given_question
from peerline.agent.hook_program import ASKING_SECONDS, COMMAND_SECONDS, GAP_SECONDS, MAX_LINE
from peerline.agent.room import NOBODY, Answered, RoomRefused, RoomUnavailable
from peerline.agent.texts import Texts
from peerline.client import Agent, Client, ClientError, LinkState, RequestRefused
from peerline.protocol.agents import AgentActivity
from peerline.protocol.approvals import ApprovalQuestion, Outcome, may_answer
from peerline.protocol.limits import MAX_DOING_CHARS, MAX_PLAN_ENTRY_CHARS

Json: TypeAlias = dict[str, Any]


class Voice(Protocol):
    """Asks and reports; each call raises RoomRefused or RoomUnavailable if it cannot."""

    async def ask(self, given: Json) -> Answered:
        """Ask about a tool and its input, or a title and a detail; wait for the end of it."""
        ...

    async def report(self, given: Json) -> None:
        """Show state, doing and plan."""
        ...


def can_be_answered(client: Client) -> bool:
    """Whether somebody is here now who may answer a question of the agent."""
    connected = client.replica.connected
    agent = None if connected is None else connected.user.agent
    if agent is None or client.state is not LinkState.JOINED:
        return False
    return any(
        may_answer(one.id, one.role, agent.owner_id, agent.agent_policy)
        for one in client.replica.participants.values()
        if not one.is_agent
    )


async def ask_as(client: Agent, question: ApprovalQuestion) -> Answered:
    """Ask as an agent; the question is withdrawn when nobody waits any more.

    Raises:
        RoomRefused: if it cannot be asked.
        RoomUnavailable: if it cannot be asked now.
    """
    try:
        answer = await client.ask_approval(question)
    except RequestRefused as refused:
        raise RoomRefused(refused.message) from None
    except ClientError as error:
        raise RoomUnavailable(str(error)) from None
    person = client.replica.participants.get(answer.by)
    if person is None:
        return Answered(answer.answer, answer.by, comment=answer.comment or "")
    return Answered(answer.answer, person.username, person.role.value, answer.comment or "")


class OwnVoice:
    """That of a client which is the agent itself."""

    def __init__(self, client: Agent, cleaner: Cleaner) -> None:
        self._client = client
        self._cleaner = cleaner
        self._text = Texts(cleaner).cut

    async def ask(self, given: Json) -> Answered:
        """Ask, if somebody is there who may answer."""
        if not can_be_answered(self._client):
            raise RoomUnavailable(NOBODY)
        return await ask_as(self._client, given_question(given, self._cleaner, WAIT_SECONDS))

    async def report(self, given: Json) -> None:
        """Show what the agent does now."""
        plan = cast("list[Json]", given.get("plan") or [])
        texts = [self._text(step["text"], MAX_PLAN_ENTRY_CHARS) for step in plan]
        steps = [
            {"text": text, "status": step["status"]}
            for text, step in zip(texts, plan, strict=True)
            if text.strip()
        ]
        doing = self._text(given["doing"], MAX_DOING_CHARS)
        fields = {"state": given["state"], "doing": doing or None, "plan": steps or None}
        try:
            self._client.report(AgentActivity.model_validate(fields))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise RoomRefused(f"{field}: {first['msg']}") from None


class ResidentVoice:
    """That of the resident which runs in the agent's folder.

    Args:
        find: Gives the path of its socket.
        gap_seconds: How long it may be silent once it has given a sign of life.
    """

    def __init__(self, find: Callable[[], str | None], gap_seconds: float = GAP_SECONDS) -> None:
        self._find = find
        self._gap_seconds = gap_seconds

    async def ask(self, given: Json) -> Answered:
        """Have the resident ask; it withdraws the question when nobody waits any more."""
        answer = await self._told({"do": "ask_approval", **given})
        try:
            return Answered(
                Outcome(answer["outcome"]), answer["sender"], answer["role"], answer["comment"]
            )
        except (KeyError, ValueError):
            raise RoomRefused("the agent of this folder is of another version") from None

    async def report(self, given: Json) -> None:
        """Have the resident report it."""
        await self._told({"do": "report", **given})

    async def _told(self, message: Json) -> Json:
        path = self._find()
        if path is None:
            raise RoomRefused(
                "an agent that has joined by an invite cannot do this: its user runs "
                "`peerline agent start LINK` in its folder"
            )
        line = json.dumps(message).encode() + b"\n"
        if len(line) > MAX_LINE:
            raise RoomRefused(f"it has at most {MAX_LINE} bytes")
        try:
            found: object = json.loads(await _exchange(path, line, self._gap_seconds) or b"{}")
        except (OSError, ValueError):
            raise RoomUnavailable("the agent of this folder does not answer") from None
        answer = cast("Json", found) if isinstance(found, dict) else {}
        if "error" in answer:
            raise RoomRefused(str(answer["error"]))
        return answer


async def _exchange(path: str, line: bytes, gap: float) -> bytes:
    """The answer of a resident, as `hook_program.exchange`, but it can be cancelled."""
    reader, writer = await asyncio.open_unix_connection(path, limit=MAX_LINE)
    try:
        writer.write(line)
        async with asyncio.timeout(COMMAND_SECONDS):
            await writer.drain()
            found = await reader.read(1)
        async with asyncio.timeout(ASKING_SECONDS):
            while not found.endswith(b"\n") and len(found) <= MAX_LINE:
                async with asyncio.timeout(gap):
                    part = await reader.read(65536)
                if not part:
                    break
                found += part
        return found.strip()
    finally:
        writer.close()
