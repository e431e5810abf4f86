"""An AI agent in the session, played over the client library."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread

from peerline.client import Client, Credentials, LinkState
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import AgentActivity, TellAgentUpdate
from peerline.protocol.links import SessionLink
from tests.e2e.conftest import ServerProcess

SECONDS = 60


@contextmanager
def with_agent(server: ServerProcess, activity: AgentActivity) -> Generator[None]:
    """An agent of the host, who is alice, is in the session and does this meanwhile."""
    loop = asyncio.new_event_loop()
    # Playwright has a loop in the test's thread, in which there cannot be another.
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        clients = asyncio.run_coroutine_threadsafe(_enter(server, activity), loop).result(SECONDS)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(_leave(clients), loop).result(SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _enter(server: ServerProcess, activity: AgentActivity) -> list[Client]:
    link = SessionLink.parse(server.invite("viewer"))
    owner = await _joined(link, Credentials(auth_token=server.token("host", "alice")))
    made = await owner.send(
        CreateAgent(
            session_id=server.session, request_id="make", name="claude", product="claude-code"
        )
    )
    assert isinstance(made, AgentCreated), made
    agent = await _joined(link, Credentials(auth_token=made.auth_token))
    await agent.send(TellAgentUpdate(session_id=server.session, data=activity))
    return [agent, owner]


async def _leave(clients: list[Client]) -> None:
    for client in clients:
        await client.leave()


async def _joined(link: SessionLink, credentials: Credentials) -> Client:
    joined = asyncio.Event()
    client = Client(
        link,
        credentials,
        on_state=lambda state, *_: joined.set() if state is LinkState.JOINED else None,
    )
    client.start()
    async with asyncio.timeout(SECONDS):
        await joined.wait()
    return client
