"""Agents for tests: an account made by its owner, and a connection of it."""

from typing import Any

from tests.unit.server.conftest import SESSION, Door, RawClient


async def create_agent(owner: RawClient, request_id: str = "make", **fields: Any) -> dict[str, Any]:
    """The answer to the owner's request."""
    wanted = {"name": "claude", "product": "claude-code", **fields}
    await owner.send(type="create_agent", session_id=SESSION, request_id=request_id, **wanted)
    while True:
        answer = await owner.receive_type("agent_created", "error")
        if answer.get("request_id") == request_id:
            return answer


async def join_agent(door: Door, token: str, **fields: Any) -> RawClient:
    """A connection of an agent; `connected` is the answer to its join, or the error."""
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, auth_token=token, **fields)
    client.connected = await client.receive_type("connected", "error")
    return client


async def agent_of(
    door: Door, owner: RawClient, request_id: str = "make", **fields: Any
) -> RawClient:
    """An agent of this owner, in the session."""
    made = await create_agent(owner, request_id, **fields)
    client = await join_agent(door, made["auth_token"])
    assert client.connected["type"] == "connected", client.connected
    return client


async def ask(client: RawClient, kind: str, request_id: str, **fields: Any) -> dict[str, Any]:
    """Send a request; its ack or error."""
    await client.send(type=kind, session_id=SESSION, request_id=request_id, **fields)
    while True:
        answer = await client.receive_type("ack", "error")
        if answer.get("request_id") == request_id:
            return answer
