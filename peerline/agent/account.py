"""The account of an agent: its owner asks the server for it."""

import asyncio
import contextlib

from peerline.client import Client, ClientError, Credentials, LinkState
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink


class AccountError(Exception):
    """There is no account; the text says why."""


async def create_account(
    link: SessionLink, credentials: Credentials, request: CreateAgent
) -> tuple[AgentCreated, str | None]:
    """The agent that the owner is given, and the owner's guest token if it is a guest's.

    The owner's connection of this call ends without leaving the session: the agent would go with
    its owner.

    Raises:
        AccountError: if the owner cannot join, or may not have an agent.
    """
    loop = asyncio.get_running_loop()
    joined: asyncio.Future[None] = loop.create_future()

    def moved(state: LinkState, reason: str | None, _code: ErrorCode | None) -> None:
        if joined.done():
            return
        if state is LinkState.JOINED:
            joined.set_result(None)
        elif state in {LinkState.CLOSED, LinkState.TOKEN_NEEDED}:
            joined.set_exception(AccountError(reason or "the session was not joined"))

    client = Client(link, credentials, on_state=moved)
    client.start()
    try:
        await joined
        answer = await client.ask(request)
    except ClientError as error:
        raise AccountError(str(error)) from error
    finally:
        with contextlib.suppress(ClientError):
            await client.close()
    if not isinstance(answer, AgentCreated):
        raise AccountError("the server gave another answer than an account")
    return answer, client.guest_token
