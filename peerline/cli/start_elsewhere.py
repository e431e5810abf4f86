"""`peerline start --reach server`: a session on a server where the user has an account."""

import argparse
import asyncio
import os
from secrets import token_hex

from peerline.cli.own_server import StartFailed
from peerline.client import Client, ClientError, Credentials, LinkState, NotConnected
from peerline.protocol.links import LinkError, ServerPlace, SessionLink
from peerline.protocol.moderation import CreateInvite, InviteCreated
from peerline.protocol.session import SessionToCreate
from peerline.recent_sessions import RecentSessions
from peerline.tasks import Tasks
from peerline_bridge.session.recent import Recents
from peerline_bridge.session.tokens import TokenError, Tokens


def start_elsewhere(
    options: argparse.Namespace, title: str, name: str
) -> tuple[str, SessionLink, bool]:
    """Create a session as the user of the account.

    Returns:
        Its title, a link for editors, and whether the link opens in a browser, too.

    Raises:
        StartFailed: if it cannot be created, with the reason and what to do.
    """
    if options.server is None:
        raise StartFailed("a server is needed: --server HOST:PORT, or https://HOST")
    try:
        link = ServerPlace.parse(options.server).session(token_hex(8))
    except LinkError as error:
        raise StartFailed(f"--server: {error}") from None
    return asyncio.run(_create(link, title, name))


async def _create(link: SessionLink, title: str, name: str) -> tuple[str, SessionLink, bool]:
    try:
        token = await Tokens(os.environ, frozenset({link.server.key})).find(link, name)
    except TokenError as error:
        raise StartFailed(str(error)) from error
    if token is None:
        raise StartFailed(
            f"only an account can start a session on {link.address}: give its token in "
            "PEERLINE_TOKEN, tokens.toml or the keyring"
        )
    failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_state(state: LinkState, reason: str | None, _: object) -> None:
        # To go on trying is for a session that there is.
        is_failure = state in {LinkState.CLOSED, LinkState.RECONNECTING, LinkState.TOKEN_NEEDED}
        if is_failure and not failed.done():
            failed.set_result(reason or "the server does not answer")

    client = Client(
        link,
        Credentials(auth_token=token),
        on_state=on_state,
        create=SessionToCreate(title=title),
    )
    client.start()
    request = CreateInvite(session_id=link.session_id, request_id=client.new_request_id())
    tasks = Tasks()
    asking = tasks.share(client.ask(request), "ask for an invite")
    try:
        await asyncio.wait([asking, failed], return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise StartFailed(failed.result())
        answer = asking.result()
        assert isinstance(answer, InviteCreated)
        Recents(RecentSessions()).joined_as(client, link, name)
        connected = client.replica.connected
        has_page = connected is not None and connected.has_page
        return title, link.server.session(link.session_id, answer.code), has_page
    except NotConnected:
        raise StartFailed(failed.result()) from None
    except ClientError as error:
        raise StartFailed(str(error)) from error
    finally:
        await tasks.close()
        await client.leave()
