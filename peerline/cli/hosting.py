"""Moderation from the command line: over the running server, or in the store if none runs."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from peerline.cli.addresses import local
from peerline.cli.lock_holder import server_address
from peerline.client import Client, ClientError, Credentials, LinkState, NotConnected
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline.protocol.session import EndSession
from peerline.waiting import takes_connections
from peerline_server.admin.offline import Hosted, Moderation, find_host, moderate, moderate_or_find
from peerline_server.admin.place import place_of
from peerline_server.auth.secret import load_secret, secret_problem
from peerline_server.auth.tokens import TokenIssuer

_TOKEN_SECONDS: Final = 60.0
_CONNECT_SECONDS: Final = 5.0


class HostingError(Exception):
    """It could not be done; the text says why."""


async def act_as_host(
    data_dir: Path,
    session_id: str,
    user: str | None,
    make_message: Callable[[str], Moderation],
) -> Hosted:
    """Do what a host may do, in the name of the session's host; what it was about.

    `user` is the id or the name of a participant, or None; `make_message` gets the id. A running
    server is asked, so that it holds at once on every connection. Without one the event goes into
    the store, from which the next server has it.

    Raises:
        HostingError: if the server refuses, or does not answer.
        StoreError: if there is no such session or participant, if the session has ended, if the
            store refuses, or if the data directory cannot be used.
    """
    found = await find_host(data_dir, session_id, user)
    message = make_message(found.user or "")
    where = place_of(data_dir)
    if isinstance(where, str):

        async def ask(address: str) -> bool:
            if is_there := await _listens(local(address)):
                await _ask(data_dir, SessionLink(local(address), session_id), found, message)
            return is_there

        await moderate_or_find(where, message, ask)
        return found
    address = server_address(data_dir)
    if address is not None:
        address = local(address)
    if address is None or not await _listens(address):
        await moderate(data_dir, message)
        return found
    await _ask(data_dir, SessionLink(address, session_id), found, message)
    return found


async def _ask(data_dir: Path, link: SessionLink, found: Hosted, message: Moderation) -> None:
    """Have a server do it."""
    try:
        secret = load_secret(data_dir)
    except (OSError, ValueError) as error:
        raise HostingError(secret_problem(data_dir, error)) from error
    token = TokenIssuer(secret).issue(
        found.host, found.host_name, _TOKEN_SECONDS, datetime.now(UTC)
    )
    ends: list[tuple[str | None, ErrorCode | None]] = []

    def on_state(state: LinkState, reason: str | None, error: ErrorCode | None) -> None:
        if state is LinkState.CLOSED:
            ends.append((reason, error))

    client = Client(link, Credentials(auth_token=token), on_state=on_state)
    client.start()
    try:
        await client.request(message)
    except NotConnected:
        reason, code = ends[0]
        # The end closes the connection, this one too, before it is acknowledged.
        if isinstance(message, EndSession) and code is ErrorCode.SESSION_ENDED:
            return
        raise HostingError(f"the server at {link.address} refused: {reason}") from None
    except ClientError as error:
        raise HostingError(str(error)) from error
    finally:
        await client.leave()


async def _listens(address: str) -> bool:
    """Whether somebody takes connections there.

    Raises:
        HostingError: if that cannot be told.
    """
    try:
        return await takes_connections(address, _CONNECT_SECONDS)
    except OSError as error:
        raise HostingError(f"the server at {address} does not answer: {error}") from error
