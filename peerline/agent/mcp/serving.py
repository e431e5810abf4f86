"""`peerline mcp --stdio`: a session of its own for one MCP client, over the standard streams."""

import asyncio
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from peerline.agent.folder_cleaner import cleaner_of
from peerline.agent.mcp.room import Room
from peerline.client import Agent, Client, Credentials
from peerline.logs import set_up_logging
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from peerline.protocol.session import ClientInfo
from peerline_bridge.unsent.guest_tokens import keep_guest_token, kept_guest_token

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

SPEAKERS: Final = {
    "owner": frozenset[Role](),
    "hosts": frozenset({Role.HOST}),
    "editors": frozenset({Role.HOST, Role.EDITOR}),
}
"""The participants whose messages are requests to the agent, beside its owner."""
NEEDS_MCP: Final = "the tools of an agent need the package mcp: install the extra `agents`"


class ServingError(Exception):
    """The tools cannot be served; the text is for the user."""


def main(link: SessionLink, *, name: str, token: str | None, speakers: str) -> int:
    """Serve until the client ends its side; the exit code.

    Raises:
        ServingError: if there is nothing to sign in with, or the extra is missing.
    """
    if link.invite is None and token is None and kept_guest_token(link, name) is None:
        raise ServingError("the link has no invite: take one that has, or set PEERLINE_AGENT_TOKEN")
    if find_spec("mcp") is None:
        raise ServingError(NEEDS_MCP)
    set_up_logging("ERROR")
    asyncio.run(_serve(link, name, token, SPEAKERS[speakers]))
    return 0


async def _serve(
    link: SessionLink, name: str, token: str | None, speakers: frozenset[Role]
) -> None:
    cleaner = cleaner_of(Path.cwd())
    room = Room(link.session_id, Path.cwd(), speakers, cleaner)
    credentials = Credentials(
        invite=link.invite, username=name, guest_token=kept_guest_token(link, name)
    )
    info = ClientInfo(name="peerline-mcp", version=version("peerline"))
    if token is not None:
        client: Client = Agent(
            link, token, info=info, on_changes=room.on_changes, on_state=room.on_state
        )
    else:
        client = Client(
            link,
            credentials,
            info=info,
            on_changes=room.on_changes,
            on_state=room.on_state,
            on_token=lambda given: keep_guest_token(link, name, given),
        )
    room.attach(client)
    client.start()
    try:
        # Joining goes on while the SDK is imported, which takes seconds on a slow machine.
        server = await asyncio.to_thread(_make_server, room)
        await server.run_stdio_async()
    finally:
        await room.permissions.close()
        await client.leave()


def _make_server(room: Room) -> "MCPServer[None]":
    from peerline.agent.mcp.tools import make_server  # noqa: PLC0415 - an optional dependency

    return make_server(room)
