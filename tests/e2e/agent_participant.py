"""An AI agent in the session, played over the client library."""

import asyncio
from collections.abc import Coroutine, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

from peerline.client import Agent, Client, Credentials, LinkState
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import (
    AgentActivity,
    AgentEventData,
    Answerers,
    TellAgentUpdate,
)
from peerline.protocol.approvals import ApprovalAnswered, ApprovalQuestion
from peerline.protocol.links import SessionLink
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import joined, present

T = TypeVar("T")
SECONDS = 60


@contextmanager
def with_agent(server: ServerProcess, activity: AgentActivity) -> Generator[None]:
    """An agent of the host, who is alice, is in the session and does this meanwhile."""
    with present(_enter(server, activity)):
        yield


async def _enter(server: ServerProcess, activity: AgentActivity) -> list[Client]:
    owner, token = await _made(server, "claude", None)
    agent = await joined(Credentials(auth_token=token), server.invite("viewer"))
    await agent.send(TellAgentUpdate(session_id=server.session, data=activity))
    return [agent, owner]


async def _made(
    server: ServerProcess,
    name: str,
    policy: Answerers | None,
    speakers: Answerers | None = None,
    owner_token: str | None = None,
) -> tuple[Client, str]:
    """Its owner, the host alice unless it is another, and the token of a new agent."""
    link = server.invite("viewer")
    owner = await joined(Credentials(auth_token=owner_token or server.token("host", "alice")), link)
    made = await owner.send(
        CreateAgent(
            session_id=server.session,
            request_id=f"make-{name}",
            name=name,
            product="claude-code",
            agent_policy=policy,
            prompt_policy=speakers,
        )
    )
    assert isinstance(made, AgentCreated), made
    return owner, made.auth_token


class AskingAgent:
    """An agent that asks people, and gets their answers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, agent: Agent, owner: Client) -> None:
        self._loop = loop
        self._agent = agent
        self._owner = owner

    def ask(self, question: ApprovalQuestion) -> "Future[ApprovalAnswered]":
        """Ask; the future is the answer, and to cancel it withdraws the question."""
        return asyncio.run_coroutine_threadsafe(self._agent.ask_approval(question), self._loop)

    def report(self, activity: AgentActivity) -> None:
        """Show what it does now."""
        self._loop.call_soon_threadsafe(self._agent.report, activity)

    def did(self, *events: AgentEventData) -> None:
        """Have this kept, in order."""

        async def tell() -> None:
            for event in events:
                await self._agent.event(event)

        asyncio.run_coroutine_threadsafe(tell(), self._loop).result(SECONDS)

    async def leave(self) -> None:
        """Leave, the owner too."""
        await self._agent.leave()
        await self._owner.leave()


@contextmanager
def asking_agent(
    server: ServerProcess,
    *,
    name: str = "claude",
    policy: Answerers | None = None,
    speakers: Answerers | None = None,
    owner_token: str | None = None,
) -> Generator[AskingAgent]:
    """An agent of the host, who is alice, or of another owner, that can ask.

    `policy` lets others answer, too; with `speakers` it is shared, and they may prompt it.
    """
    loop = asyncio.new_event_loop()
    # The tests run in Playwright's own loop, in which there cannot be another.
    thread = Thread(target=loop.run_forever)
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(SECONDS)

    async def enter() -> AskingAgent:
        owner, token = await _made(server, name, policy, speakers, owner_token)
        is_here = asyncio.Event()
        agent = Agent(
            SessionLink.parse(server.invite("viewer")),
            token,
            on_state=lambda state, *_: is_here.set() if state is LinkState.JOINED else None,
        )
        agent.start()
        await is_here.wait()
        return AskingAgent(loop, agent, owner)

    try:
        agent = run(enter())
        try:
            yield agent
        finally:
            run(agent.leave())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
