"""The options of `peerline start` that say who can join, and the command that keeps a way open."""

import argparse
from typing import Final

from peerline.cli.arguments import LISTEN_PORT, NOT_EMPTY, SubCommands
from peerline.cli.data_folder import add_data_dir
from peerline.reach.ways import TUNNELS, Reach

SERVER: Final = "server"
"""The choice of `--reach` for a session that is not on this computer."""


def add_reach(start: argparse.ArgumentParser) -> None:
    """Add the options of `peerline start`."""
    start.add_argument(
        "--reach",
        choices=[*(reach.value for reach in Reach), SERVER],
        help="who can join: users of this computer, of your network (not encrypted), of an SSH "
        "host, on the internet by a tunnel program, or of a server elsewhere; all but the last "
        "are remembered (computer)",
    )
    start.add_argument(
        "--server",
        type=NOT_EMPTY,
        metavar="HOST",
        help="the server for --reach server, where you have an account: HOST:PORT, or https://HOST",
    )
    start.add_argument(
        "--ssh-host",
        type=NOT_EMPTY,
        metavar="HOST",
        help="the host for --reach ssh, as in `ssh HOST`",
    )
    start.add_argument(
        "--ssh-port", type=LISTEN_PORT, metavar="PORT", help="the port to use there (the server's)"
    )
    start.add_argument(
        "--tunnel",
        choices=list(TUNNELS),
        help="the program for --reach tunnel (the first that is installed)",
    )


def add_keep_way(commands: SubCommands) -> None:
    """Add `peerline keep-way`, which `peerline start` starts; people have no use for it."""
    keep = commands.add_parser("keep-way")
    keep.add_argument("--way", type=NOT_EMPTY, required=True, help="as `peerline start` has it")
    add_data_dir(keep)
    keep.set_defaults(run=_keep_way)


def _keep_way(options: argparse.Namespace) -> int:
    from peerline.cli.reach import keep_way  # noqa: PLC0415 - a command must not wait for its imports

    return keep_way(options)
