"""An AI agent in the session, played over the client library."""

from collections.abc import Generator
from contextlib import contextmanager

from peerline.client import Client, Credentials
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import AgentActivity, TellAgentUpdate
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import joined, present


@contextmanager
def with_agent(server: ServerProcess, activity: AgentActivity) -> Generator[None]:
    """An agent of the host, who is alice, is in the session and does this meanwhile."""
    with present(_enter(server, activity)):
        yield


async def _enter(server: ServerProcess, activity: AgentActivity) -> list[Client]:
    link = server.invite("viewer")
    owner = await joined(Credentials(auth_token=server.token("host", "alice")), link)
    made = await owner.send(
        CreateAgent(
            session_id=server.session, request_id="make", name="claude", product="claude-code"
        )
    )
    assert isinstance(made, AgentCreated), made
    agent = await joined(Credentials(auth_token=made.auth_token), link)
    await agent.send(TellAgentUpdate(session_id=server.session, data=activity))
    return [agent, owner]
