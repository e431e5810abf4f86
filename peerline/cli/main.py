"""The command line `peerline`: its parser, and how a command ends."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

from peerline.cli import (
    acp,
    agent,
    agent_ask,
    approvals,
    archives,
    databases,
    invites,
    mcp,
    nvim_path,
    programs,
    running,
    sessions,
    tokens,
    trailers,
    watch,
)
from peerline.cli.arguments import Parser, UsageError
from peerline.cli.data_folder import default_data_dir
from peerline.cli.errors import CommandError
from peerline.cli.reach_options import add_keep_way
from peerline.cli.streams import prepare_streams
from peerline.protocol.text import show_block

_BROKEN_PIPE: Final = 141
_INTERRUPTED: Final = 130
"""As shells have it: 128 and the number of the signal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the process' exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    prepare_streams()
    try:
        if given[:2] == ["acp", "--"]:
            return acp.run(given[2:])  # the rest is another's command, to the letter
        given, command = agent.split_command(given)
        options = _parser().parse_args(given)
        if command:
            options.command = command
        options.is_default_data_dir = False
        if getattr(options, "data_dir", Path()) is None:
            options.data_dir = default_data_dir()
            options.is_default_data_dir = not os.environ.get("PEERLINE_DATA_DIR")
        code: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except CommandError as error:
        # It may name what peers wrote, such as the names of participants.
        print(f"peerline: {show_block(str(error))}", file=sys.stderr)
        return error.code
    except BrokenPipeError:
        _write_no_more()
        return _BROKEN_PIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"peerline: {where}{error.strerror or error}", file=sys.stderr)
        _write_no_more()
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _write_no_more() -> None:
    """Nobody reads what is printed: keep the interpreter from trying again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> Parser:
    parser = Parser(
        prog="peerline",
        description="Real-time collaboration for coding sessions, in everybody's own editor.",
    )
    parser.add_argument("--version", action="version", version=f"peerline {version('peerline')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    programs.add_serve(commands)
    programs.add_start(commands)
    add_keep_way(commands)
    running.add_status(commands)
    running.add_stop(commands)
    programs.add_lsp(commands)
    mcp.add_mcp(commands)
    acp.add_acp(commands)
    tokens.add_token(commands)
    session = commands.add_parser("session", help="create, list, show, moderate and end sessions")
    session_commands = session.add_subparsers(required=True, metavar="COMMAND")
    sessions.add_create(session_commands)
    sessions.add_list(session_commands)
    archives.add_show(session_commands)
    sessions.add_moderation(session_commands)
    archives.add_export_and_import(commands)
    databases.add_copy_and_migrate(commands)
    databases.add_cluster(commands)
    invites.add_invite(commands)
    watch.add_watch(commands)
    approvals.add_approve(commands)
    approvals.add_deny(commands)
    trailers.add_trailers(commands)
    agent.add_agent(commands)
    agent.add_hook(commands)
    agent_ask.add_ask(commands)
    programs.add_demo(commands)
    nvim_path.add_nvim_path(commands)
    return parser
