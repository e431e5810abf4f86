"""Clients that arrive at a node which does not own their session."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from peerline.client import Client, Credentials
from peerline.client.identity import LinkState
from peerline.protocol.links import SessionLink
from tests.unit.server.conftest import SESSION, RawClient

from .in_process import NodesHere


async def say(client: RawClient, content: str) -> None:
    await client.send(
        type="chat_message", session_id=SESSION, content=content, request_id=f"r{len(content)}"
    )


async def heard(client: RawClient, content: str) -> dict[str, Any]:
    while True:
        message = await client.receive_type("chat_message")
        if message["message"]["content"] == content:
            return message


async def test_people_at_two_nodes_are_in_one_session(here: NodesHere) -> None:
    one, two = await here.start(), await here.start()
    host = await here.join(one, "host")
    bob = await here.join(two, "bob")
    await host.receive_type("user_joined")
    for sender, content in ((host, "at the owner"), (bob, "passed on")):
        await say(sender, content)
        for client in (host, bob):
            assert (await heard(client, content))["seq"] > 0
    assert len(bob.connected["participants"]) == 2


@pytest.mark.parametrize("way", ["header", "subprotocol", "query", "message", "bare"])
@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_every_way_to_sign_in_works_at_every_node(
    here: NodesHere, way: str, compression: str | None
) -> None:
    one, two = await here.start(), await here.start()
    await here.join(one, "host")
    token = here.token("bob")
    path = f"/ws/session/{SESSION}?invite={here.invites[SESSION]}"
    options: dict[str, Any] = {"compression": compression}
    match way:
        case "header":
            options["additional_headers"] = {"Authorization": f"Bearer {token}"}
        case "subprotocol":
            options["subprotocols"] = ["peerline.v1", f"bearer.{token}"]
        case "query":
            path += f"&token={token}"
        case "bare":
            path = "/ws"
        case _:
            path = f"/ws/session/{SESSION}"
    client = await here.connect(two, path, **options)
    if way in {"message", "bare"}:
        await client.send(
            type="join_session", session_id=SESSION, auth_token=token, invite=here.invites[SESSION]
        )
    connected = await client.receive()
    assert connected["type"] == "connected", connected
    assert connected["user"]["id"] == "bob"
    content = "x" * 8_000
    await say(client, content)
    assert (await heard(client, content))["message"]["user_id"] == "bob"
    await (await client.socket.ping())
    await client.send(type="leave_session", session_id=SESSION)
    await client.socket.wait_closed()
    assert client.socket.close_code == 1000


async def test_a_refusal_of_the_owner_passes(here: NodesHere) -> None:
    one, two = await here.start(), await here.start()
    await here.join(one, "host")
    client = await here.connect(two)
    await client.send(type="join_session", session_id=SESSION, auth_token=here.token("stranger"))
    assert (await client.receive())["error_code"] == "NOT_A_PARTICIPANT"
    with pytest.raises(ConnectionClosed):
        await client.receive()
    assert client.socket.close_code == 4403


async def test_a_client_of_peerline_goes_on_when_the_owner_has_gone(here: NodesHere) -> None:
    """Its next try reaches a node that calls the owner in vain, and takes the session over."""
    one, two = await here.start(), await here.start()
    await here.join(one, "host")
    joined = asyncio.Event()
    states: list[LinkState] = []

    def on_state(state: LinkState, *_: object) -> None:
        states.append(state)
        if state is LinkState.JOINED:
            joined.set()

    client = Client(
        SessionLink(two.address, SESSION, None),
        Credentials(auth_token=here.token("bob"), invite=here.invites[SESSION]),
        on_state=on_state,
    )
    client.start()
    try:
        await asyncio.wait_for(joined.wait(), 30)
        joined.clear()
        await here.stop(one)
        await asyncio.wait_for(joined.wait(), 30)
        assert LinkState.CLOSED not in states
        assert {person.id for person in client.replica.participants.values()} >= {"bob"}
    finally:
        await client.close()


async def test_a_header_that_is_forged_is_refused(here: NodesHere) -> None:
    one = await here.start()
    with pytest.raises(InvalidStatus) as refused:
        await here.connect(
            one, additional_headers={"X-Peerline-Relay": "9999999999999.a.192.0.2.1.ff"}
        )
    assert refused.value.response.status_code == 403
    assert refused.value.response.headers["X-Peerline-Node"]
