"""Joins the session that a command is for, as the user, for as long as the command acts there."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from peerline.cli.errors import CommandError
from peerline.cli.session_choice import chosen_session
from peerline.cli.watch import sign_in
from peerline.protocol.links import LinkError
from peerline.watch.connecting import MakeClient, client_maker
from peerline_bridge.errors import CommandRefused


def in_session(
    options: argparse.Namespace, act: Callable[[MakeClient], Coroutine[Any, Any, int]]
) -> int:
    """Act in the session of the options `session` and `name`; the exit code.

    Raises:
        CommandError: if there is no such session, or its own server does not start.
    """
    try:
        who = sign_in(chosen_session(options.session), options.name, None)
    except (LinkError, CommandRefused) as error:
        raise CommandError(str(error)) from error
    return asyncio.run(act(client_maker(who.link, name=who.name, token=who.token, back=who.back)))
