"""The states of a client as editors know them, and the answer to a command that joins."""

import asyncio
from typing import Final

from peerline.client import LinkState
from peerline.protocol.editor.session import ConnectionState
from peerline.protocol.errors import ErrorCode
from peerline_bridge.errors import CommandRefused

STATES: Final = {
    LinkState.CONNECTING: ConnectionState.CONNECTING,
    LinkState.WAITING: ConnectionState.WAITING,
    LinkState.JOINED: ConnectionState.JOINED,
    LinkState.RECONNECTING: ConnectionState.RECONNECTING,
    LinkState.TOKEN_NEEDED: ConnectionState.OFFLINE,
    LinkState.CLOSED: ConnectionState.OFFLINE,
}


def answer_join(
    joining: "asyncio.Future[None] | None",
    state: LinkState,
    reason: str | None,
    code: ErrorCode | None,
) -> bool:
    """Answer the command that waits for the join, by the client's state; whether there was one."""
    if joining is None or joining.done():
        return False
    if state in {LinkState.JOINED, LinkState.WAITING}:
        # A host may take minutes to answer: the state says how it goes on.
        joining.set_result(None)
    elif state in {LinkState.CLOSED, LinkState.TOKEN_NEEDED}:
        joining.set_exception(
            CommandRefused(code or "UNREACHABLE", reason or "the session has ended")
        )
    else:
        # It goes on trying; the command shall not block until a server is started.
        text = f"{(reason or '').removesuffix('.')}; still trying"
        joining.set_exception(CommandRefused("UNREACHABLE", text))
    return True
