"""Starting an agent's resident: its account is made by its owner, then it runs on its own."""

import argparse
import asyncio
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from peerline import processes
from peerline.agent.account import AccountError, create_account
from peerline.agent.hook_program import COMMAND_SECONDS, exchange, runtime_folder
from peerline.agent.local_server import LocalSocketError
from peerline.agent.running import AgentOptions, run_resident, socket_path
from peerline.cli.errors import CommandError
from peerline.cli.watch import given_link, token_for
from peerline.client import Credentials
from peerline.client.tokens import clean_token
from peerline.owner_only import make_private_folder, open_private
from peerline.protocol.agent_accounts import CreateAgent
from peerline.protocol.agents import Answerers
from peerline.protocol.links import LinkError, SessionLink
from peerline.protocol.text import show_line
from peerline.user_names import shown_name
from peerline_bridge.session.tokens import started_token
from peerline_bridge.unsent.guest_tokens import keep_guest_token, kept_guest_token

TOKEN: Final = "PEERLINE_AGENT_TOKEN"  # noqa: S105 - a variable's name
START_SECONDS: Final = 90.0


def start(options: argparse.Namespace) -> int:
    """Run `peerline agent start`; the exit code.

    Raises:
        CommandError: if the agent cannot join.
    """
    link, folder = place_of(options)
    token = clean_token(os.environ.get(TOKEN)) or new_token(
        link,
        options.owner_name,
        account_request(link, options, agent_policy=Answerers(options.approvers)),
    )
    if not options.foreground:
        return _start_in_background(replace(link, invite=None), token, folder, options)
    try:
        ended = asyncio.run(
            run_resident(AgentOptions(link, token, folder, options.share, options.speakers))
        )
    except LocalSocketError as error:
        raise CommandError(str(error)) from error
    if ended is not None:
        raise CommandError(ended)
    return 0


def place_of(options: argparse.Namespace) -> tuple[SessionLink, Path]:
    """The session of an agent, and its folder, in which no other one runs.

    Raises:
        CommandError: if there is no link, or an agent cannot run here.
    """
    if not hasattr(asyncio, "start_unix_server"):
        raise CommandError("agents need Unix sockets, which this system does not have")
    try:
        link = given_link(options.link)
    except LinkError as error:
        raise CommandError(str(error)) from error
    folder = (options.folder or Path.cwd()).resolve()
    if status_of(folder) is not None:
        raise CommandError("an agent of this folder runs already; peerline agent stop ends it")
    return link, folder


def status_of(folder: Path) -> dict[str, Any] | None:
    """The status of the resident of just this folder; None if none answers.

    Raises:
        NoHomeError: if there is no home to have its socket in.
    """
    path = str(socket_path(folder))
    try:
        answer = exchange(path, b'{"do":"status"}', COMMAND_SECONDS)
    except OSError:
        return None
    return json.loads(answer) if answer else None


def account_request(
    link: SessionLink,
    options: argparse.Namespace,
    *,
    prompt_policy: Answerers | None = None,
    agent_policy: Answerers | None = None,
) -> CreateAgent:
    """The request for an agent's account."""
    return CreateAgent(
        session_id=link.session_id,
        request_id=uuid4().hex,
        name=options.name or options.product,
        product=options.product,
        prompt_policy=prompt_policy,
        agent_policy=agent_policy,
    )


def new_token(link: SessionLink, owner_name: str | None, request: CreateAgent) -> str:
    """The token of an agent that its owner asks the server for.

    Raises:
        CommandError: if the owner cannot join, or may not have an agent.
    """
    owner = shown_name(owner_name)
    credentials = Credentials(
        auth_token=token_for(link) or started_token(link, owner),
        invite=link.invite,
        username=owner,
        guest_token=kept_guest_token(link, owner),
    )
    try:
        made, guest_token = asyncio.run(create_account(link, credentials, request))
    except AccountError as error:
        raise CommandError(str(error)) from error
    if guest_token is not None:
        keep_guest_token(link, owner, guest_token)
    return made.auth_token


def _start_in_background(
    link: SessionLink, token: str, folder: Path, options: argparse.Namespace
) -> int:
    command = processes.own(
        *("agent", "start", "--foreground", "--folder", str(folder)),
        *("--speakers", options.speakers, "--share", ",".join(sorted(options.share))),
    )
    # Not as arguments, which other users can see.
    environment = {**command.environment, TOKEN: token, "PEERLINE_LINK": str(link)}
    sockets = Path(runtime_folder())
    make_private_folder(sockets)
    log = socket_path(folder).with_suffix(".log")
    with os.fdopen(open_private(log, os.O_WRONLY | os.O_TRUNC), "wb") as output:
        process = processes.detach(replace(command, environment=environment), output)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            text = log.read_text(encoding="utf-8", errors="replace")
            reason = f"\n{text}".rpartition("\npeerline: ")[2].strip()  # behind what was logged
            raise CommandError(reason or "the agent has ended")
        status = status_of(folder)
        if status is not None and status["room"]["name"] is not None:
            room = status["room"]
            print(f"{show_line(room['name'])} is in session {room['session']}.")
            return 0
        time.sleep(0.05)
    process.terminate()
    raise CommandError(f"the agent did not join in time; see {log}")
