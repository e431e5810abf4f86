"""`peerline start`: a session in one step, on the running server or on one that it starts."""

import argparse
import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from peerline.cli.addresses import is_loopback, local
from peerline.cli.free_port import run_here
from peerline.cli.own_server import (
    EXIT_WHEN_IDLE_SECONDS,
    StartFailed,
    running_server,
    start_server,
)
from peerline.cli.pasting import ROLE_DEEDS, where_to_paste
from peerline.cli.reach import Opened, choice_of, host_for, open_way
from peerline.cli.reach_options import SERVER
from peerline.protocol.limits import MAX_TITLE_CHARS
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from peerline.protocol.text import clean_name, show_block, show_line
from peerline.reach.ways import Choice
from peerline.recent_sessions import OwnServer, RecentSession, RecentSessions, bare
from peerline.runfile import write_runfile
from peerline.tasks import Tasks
from peerline.user_names import shown_name, user_id_of
from peerline_bridge.session.tokens import TokenError, keep_started
from peerline_server.admin.offline import create_invite, create_session, title_of
from peerline_server.app import Server
from peerline_server.auth.secret import load_secret, secret_problem
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.core.invites import DEFAULT_LIFETIME
from peerline_server.gateway.page_files import is_built
from peerline_server.settings import Settings, SettingsError
from peerline_server.store.base import StoreError

HOST_TOKEN_LIFETIME: Final = timedelta(days=30)
_FOR_OTHERS: Final = "Send the link to the people you want to work with."
_ON_RUNNING_SERVER: Final = (
    "The session is on your server that runs already. To stop that: peerline stop"
)
_IN_THE_BACKGROUND: Final = (
    "The server runs in the background until nobody has been connected for "
    f"{EXIT_WHEN_IDLE_SECONDS // 60} minutes;\nthe session is kept. To stop it now: peerline stop"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """The session that is asked for, and its server."""

    data_dir: Path
    title: str
    user: str
    name: str
    host: str | None
    address: str | None
    session: str | None = None
    """A session of this data directory to go on with instead."""
    choice: Choice | None = None
    """The way by which others reach it."""

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Wish":
        """Read the options; the title comes from the folder and the name from the user."""
        name, choice = shown_name(options.name), choice_of(options)
        return cls(
            data_dir=Path(os.path.realpath(options.data_dir)),
            title=options.title or _folder_title(name),
            user=options.user or user_id_of(name),
            name=name,
            host=options.host or host_for(choice),
            address=options.address,
            session=options.session,
            choice=choice,
        )


@dataclass(frozen=True, slots=True)
class Started:
    """A session that was just created."""

    title: str
    name: str
    link: SessionLink
    """For the host, without an invite."""
    token: str
    """Signs the host in."""
    invite: SessionLink
    """For editors."""
    is_local: bool
    """Whether the invite works on this computer only."""

    def as_json(self) -> dict[str, Any]:
        """The answer for editors."""
        return {
            "link": str(self.link),
            "token": self.token,
            "invite": str(self.invite),
            "is_local": self.is_local,
        }


def main(options: argparse.Namespace) -> int:
    """Start a session, and print how to join it; the process' exit code."""
    try:
        if options.reach == SERVER or (options.reach is None and options.server is not None):
            return _elsewhere(options)
        wish = Wish.of(options)
        if options.json:
            print(json.dumps(start(wish).as_json()))
            return 0
        if running_server(wish.data_dir) is not None:
            _announce(start(wish), _ON_RUNNING_SERVER)
            return 0
        if options.background:
            _announce(start(wish), _IN_THE_BACKGROUND)
            return 0
        return _in_the_foreground(wish)
    except (StartFailed, StoreError) as error:
        print(f"peerline: {show_block(str(error))}", file=sys.stderr)
        return 1


def _elsewhere(options: argparse.Namespace) -> int:
    from peerline.cli.start_elsewhere import start_elsewhere  # noqa: PLC0415 - seldom wanted

    name = shown_name(options.name)
    title, invite, has_page = start_elsewhere(options, options.title or _folder_title(name), name)
    if options.json:
        print(json.dumps({"link": str(replace(invite, invite=None)), "invite": str(invite)}))
        return 0
    _print_started(
        title,
        invite,
        "You are its host: join with your account on the server, by its token.",
        _FOR_OTHERS,
        has_page=has_page,
    )
    return 0


def start(wish: Wish) -> Started:
    """Make sure that a server runs on a data directory, and create a session on it.

    Raises:
        StartFailed: if no server can be started, with the server's reason.
        StoreError: if the data directory cannot be used.
    """
    running = running_server(wish.data_dir) or start_server(
        wish.data_dir, wish.host, _listened(wish)
    )
    try:
        opened = open_way(wish.choice, wish.data_dir, running, wish.address)
    except StartFailed:
        if wish.session is None:
            raise
        opened = open_way(None, wish.data_dir, running)  # the session goes on nevertheless
    return asyncio.run(create(wish, opened))


async def create(wish: Wish, opened: Opened) -> Started:
    """Create a session in the data directory of the server that was opened.

    Raises:
        StartFailed: if the secret cannot be used.
        StoreError: if the data directory cannot be used.
    """
    running, shown, is_kept = opened.running, wish.address or opened.shown, opened.is_kept
    if wish.session is None:
        title = wish.title
        session_id = await create_session(wish.data_dir, title, wish.user)
    else:
        title, session_id = await title_of(wish.data_dir, wish.session), wish.session
    invite = await create_invite(
        wish.data_dir, session_id, Role.EDITOR, address=shown, lifetime=DEFAULT_LIFETIME
    )
    try:
        secret = load_secret(wish.data_dir)
    except (OSError, ValueError) as error:
        raise StartFailed(secret_problem(wish.data_dir, error)) from error
    token = TokenIssuer(secret).issue(
        wish.user, wish.name, HOST_TOKEN_LIFETIME.total_seconds(), datetime.now(UTC)
    )
    link = SessionLink(local(running), session_id)
    RecentSessions().note(
        RecentSession(
            session_id=session_id,
            title=title,
            link=bare(link),
            username=wish.name,
            user_id=wish.user,
            last_joined=datetime.now(UTC),
            own=OwnServer(
                data_dir=str(wish.data_dir),
                listen=running,
                shown=shown,
                is_kept=is_kept and wish.address is None,
                is_named=wish.address is not None,
            ),
            other_links=(bare(invite),) if bare(invite) != bare(link) else (),
        )
    )
    return Started(title, wish.name, link, token, invite, is_loopback(shown))


def _listened(wish: Wish) -> str | None:
    """The address at which the server of a session listened before."""
    for known in RecentSessions().listed():
        if known.session_id == wish.session and known.own is not None:
            return known.own.listen if known.own.data_dir == str(wish.data_dir) else None
    return None


def _in_the_foreground(wish: Wish) -> int:
    """Run the server until Ctrl-C."""
    try:
        settings = Settings.from_environment(host=wish.host, port=None, data_dir=wish.data_dir)
    except SettingsError as error:
        print(f"peerline: {error}", file=sys.stderr)
        return 2
    has_failed = False

    def fail(error: BaseException) -> None:
        nonlocal has_failed
        has_failed = True
        print(f"peerline: {show_block(str(error))}", file=sys.stderr)
        signal.raise_signal(signal.SIGINT)

    tasks = Tasks(fail)

    async def announce(server: Server) -> None:
        opened = await asyncio.to_thread(
            open_way, wish.choice, wish.data_dir, server.address, wish.address
        )
        _announce(
            await create(wish, opened),
            "Ctrl-C stops the server; the session is kept. To keep the server running: "
            "peerline start --background",
        )

    def begin(server: Server) -> None:
        write_runfile(settings.data_dir, server.address)
        tasks.spawn(announce(server), "announce")

    code = run_here(settings, begin, before_stop=tasks.close)
    return 1 if has_failed else code


def _announce(started: Started, last: str) -> None:
    for known in (started.link, started.invite):
        with suppress(TokenError):  # then the host joins as a guest
            keep_started(known, started.name, started.token)
    reach = (
        "The link works on this computer only. For one that others can use, start the\n"
        "session with --reach network, ssh, tunnel or server."
        if started.is_local
        else _FOR_OTHERS
    )
    host = f"You are its host, as {show_line(started.name)}: join under this name."
    _print_started(started.title, started.invite, f"{host}\n{reach}", last, has_page=_serves_page())


def _serves_page() -> bool:
    """Whether a server that is started here opens sessions in a browser."""
    with suppress(SettingsError):
        settings = Settings.from_environment(host=None, port=None, data_dir=Path())
        return settings.web and is_built()
    return False


def _print_started(title: str, invite: SessionLink, who: str, last: str, *, has_page: bool) -> None:
    page = invite.page_url if has_page else None
    places = where_to_paste(terminal="peerline watch LINK", browser=page)
    print(
        f"""
The session "{show_line(title)}" has started. Its link, for you and for others:

    {invite}

Others join with it as editors, who {ROLE_DEEDS[Role.EDITOR]}. Where to paste it:

{places}

{who}

{last}
""",
        flush=True,
    )


def _folder_title(name: str) -> str:
    try:
        folder = Path.cwd().name
    except OSError:  # it was deleted
        folder = ""
    return clean_name(folder)[:MAX_TITLE_CHARS] or f"{name}'s session"
