"""Hosting a shared agent: its owner makes its account, its program runs in this terminal."""

import argparse
import asyncio
import os

from peerline import processes
from peerline.agent.hosting.hosted import HostError
from peerline.agent.hosting.running import HostOptions, run_host
from peerline.agent.local_server import LocalSocketError
from peerline.cli.agent_start import TOKEN, account_request, new_token, place_of
from peerline.cli.errors import CommandError
from peerline.client.tokens import clean_token
from peerline.protocol.agents import Answerers
from peerline.protocol.text import show_line


def host(options: argparse.Namespace) -> int:
    """Run `peerline agent host`; the exit code.

    Raises:
        CommandError: if the agent cannot join, or its program cannot be run.
    """
    link, folder = place_of(options)
    request = account_request(
        link,
        options,
        prompt_policy=Answerers(options.speakers),
        agent_policy=Answerers(options.approvers),
    )
    token = clean_token(os.environ.get(TOKEN)) or new_token(link, options.owner_name, request)

    def joined(name: str) -> None:
        who = {"owner": "you", "hosts": "you and hosts", "editors": "you, hosts and editors"}
        shown = show_line(name)
        print(
            f"{shown} is in session {link.session_id}: @{shown} in the chat gives it a prompt, by "
            f"{who[options.speakers]}. Ctrl-C ends it.",
            flush=True,
        )

    try:
        ended = asyncio.run(
            run_host(
                HostOptions(
                    link=link,
                    token=token,
                    command=processes.users(options.command, folder),
                    share=options.share,
                    speakers=options.speakers,
                    approval_seconds=options.approval_seconds,
                ),
                joined,
            )
        )
    except (HostError, LocalSocketError) as error:
        raise CommandError(str(error)) from error
    if ended is not None:
        raise CommandError(ended)
    return 0
