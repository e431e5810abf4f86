"""Starts a session: on a server elsewhere, with an account there, or on one of this computer."""

from contextlib import suppress
from secrets import token_hex

from peerline.protocol.editor.moderation import CreateInviteArguments
from peerline.protocol.editor.session import JoinArguments, StartSessionArguments
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import LinkError, ServerPlace, SessionLink
from peerline.protocol.session import SessionToCreate
from peerline.user_names import user_id_of
from peerline_bridge.commands.moderation import create_invite
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.own_server import peerline_start
from peerline_bridge.session.tokens import TokenError, keep_started


@command("peerline.startSession", StartSessionArguments)
async def start_session(bridge: Bridge, arguments: StartSessionArguments) -> Result:
    """Make a session, join it as its host, and answer with its links.

    `link` is the host's own, `invite` lets an editor in, and `is_local` says whether it works on
    this computer only.
    """
    server = arguments.server or bridge.settings.server
    title = arguments.title or f"{bridge.user.name(arguments.username)}'s session"
    if server is None:
        return await _start_here(bridge, arguments, title)
    link = link_on(server, token_hex(8))
    token = arguments.auth_token or await bridge.user.token_for(
        link, bridge.user.name(arguments.username)
    )
    if token is None:
        raise CommandRefused(
            ErrorCode.AUTH_REQUIRED,
            f"only an account can start a session on {link.address}: give its token in "
            "PEERLINE_TOKEN, tokens.toml or the keyring",
        )
    join = JoinArguments(link=str(link), username=arguments.username, auth_token=token)
    was_in_session = bridge.is_in_session
    try:
        await bridge.join(join, create=SessionToCreate(title=title))
    except CommandRefused:
        # To go on trying is for a session that there is; the one at hand stays.
        if not was_in_session:
            await bridge.leave()
        raise
    invite = await create_invite(bridge, CreateInviteArguments())
    return {
        "session_id": link.session_id,
        "link": str(link),
        "invite": invite["link"],
        "is_local": False,
    }


def link_on(server: str, session_id: str) -> SessionLink:
    """The link of a session on a server, which is HOST, HOST:PORT or a link without a session.

    Raises:
        CommandRefused: if it is none of these.
    """
    try:
        return ServerPlace.parse(server).session(session_id)
    except LinkError:
        text = f"server: {server!r} is not HOST:PORT, peerline://HOST:PORT or peerlines://HOST"
        raise CommandRefused("INVALID_LINK", text) from None


def _reach_options(arguments: StartSessionArguments) -> list[str]:
    reach = arguments.reach or ("network" if arguments.listen == "network" else None)
    given = {"reach": reach, "ssh-host": arguments.ssh_host, "tunnel": arguments.tunnel}
    return [f"--{name}={value}" for name, value in given.items() if value is not None]


async def _start_here(bridge: Bridge, arguments: StartSessionArguments, title: str) -> Result:
    name = bridge.user.name(arguments.username)
    started = await peerline_start(
        *("--title", title, "--user", user_id_of(name), "--name", name),
        *_reach_options(arguments),
    )
    link, invite = SessionLink.parse(started["link"]), SessionLink.parse(started["invite"])
    with suppress(TokenError):  # then the host comes back as a guest
        for known in (link, invite):
            keep_started(known, name, started["token"])
    join = JoinArguments(
        link=started["link"], username=arguments.username, auth_token=started["token"]
    )
    await bridge.join(join)
    return {
        "session_id": link.session_id,
        "link": started["link"],
        "invite": started["invite"],
        "is_local": started["is_local"],
    }
