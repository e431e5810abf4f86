"""The command `peerline watch`, and the link and token that it joins with."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peerline.cli.arguments import NOT_EMPTY, USERNAME, SubCommands
from peerline.cli.errors import CommandError

if TYPE_CHECKING:
    from peerline.client import Client
    from peerline.protocol.links import SessionLink
    from peerline.watch.connecting import Return
    from peerline_bridge.session.recent import Recents


def add_watch(commands: SubCommands) -> None:
    """Add `peerline watch`."""
    watch = commands.add_parser(
        "watch",
        help="show a session live in the terminal, and chat in it",
        description="Shows who is in a session and where, the chat and the open comments, live. "
        "Where the output is no terminal, it prints plain lines like `tail -f` instead.",
    )
    watch.add_argument(
        "link",
        type=NOT_EMPTY,
        metavar="LINK",
        nargs="?",
        help="peerline://HOST:PORT/SESSION?invite=CODE (PEERLINE_LINK); - reads it from standard "
        "input: the arguments of a command can be seen by other users",
    )
    watch.add_argument("--name", type=USERNAME, help="the name that others see (your user name)")
    watch.add_argument(
        "--token",
        type=NOT_EMPTY,
        help="a token of your account; better in PEERLINE_TOKEN: the arguments of a command "
        "can be seen by other users",
    )
    watch.add_argument(
        "--theme",
        choices=["dark", "light", "high-contrast", "high-contrast-light"],
        help="the colours in a terminal (light if COLORFGBG has a light background, else dark)",
    )
    watch.add_argument("--plain", action="store_true", help="print plain lines in a terminal too")
    watch.set_defaults(run=_watch)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the user joins a session from the command line."""

    link: "SessionLink"
    name: str
    token: str | None
    back: "Return"


def sign_in(link: "SessionLink", name: str | None, token: str | None) -> SignIn:
    """How the user joins the session of a link, as the person that they were there before.

    Raises:
        LinkError, CommandRefused: if the own server of the session does not start.
    """
    import asyncio

    from peerline.recent_sessions import RecentSessions
    from peerline.user_names import shown_name
    from peerline.watch.connecting import Return
    from peerline_bridge.session.recent import Recents
    from peerline_bridge.session.tokens import started_token
    from peerline_bridge.unsent.guest_tokens import kept_guest_token

    recents = Recents(RecentSessions())
    shown = shown_name(name or recents.name_for(link))
    way = asyncio.run(recents.way(link, shown))
    link = way.link
    token = token or way.token or token_for(link) or started_token(link, shown)
    back = Return(kept_guest_token(link, shown), lambda client: _keep(recents, client, link, shown))
    return SignIn(link, shown, token, back)


def _watch(options: argparse.Namespace) -> int:
    from peerline.protocol.links import LinkError
    from peerline.watch.main import WatchError
    from peerline.watch.main import main as watch
    from peerline_bridge.errors import CommandRefused

    try:
        who = sign_in(given_link(options.link), options.name, options.token)
        return watch(
            who.link,
            name=who.name,
            token=who.token,
            is_plain=options.plain,
            back=who.back,
            theme=options.theme,
        )
    except (LinkError, WatchError, CommandRefused) as error:
        raise CommandError(str(error)) from error


def _keep(recents: "Recents", client: "Client", link: "SessionLink", name: str) -> None:
    """Keep what the user needs to come back as the same person."""
    from peerline_bridge.unsent.guest_tokens import keep_guest_token

    recents.joined_as(client, link, name)
    if client.guest_token is not None:
        keep_guest_token(link, name, client.guest_token)


def token_for(link: "SessionLink") -> str | None:
    """The token in PEERLINE_TOKEN, unless the environment says that it is for another server."""
    from peerline.client.tokens import clean_token
    from peerline_bridge.session.tokens import is_named, named_servers

    named = named_servers(os.environ)
    return (
        None
        if named and not is_named(link, named)
        else clean_token(os.environ.get("PEERLINE_TOKEN"))
    )


def given_link(text: str | None) -> "SessionLink":
    """The link in the arguments, the environment or the standard input.

    Raises:
        LinkError: if there is none in it.
    """
    from peerline.protocol.links import LinkError, SessionLink

    if text == "-":
        refused = LinkError("The standard input has no link.")
        for line in sys.stdin:  # not to its end: a person types the link
            try:
                return SessionLink.parse(line)
            except LinkError as error:
                refused = error
        raise refused
    found = text or os.environ.get("PEERLINE_LINK")
    if not found:
        raise CommandError("a link is needed: as LINK, in PEERLINE_LINK, or - for standard input")
    return SessionLink.parse(found)
