"""The commands `peerline status` and `peerline stop`: the servers of this user that run."""

# ruff: noqa: PLC0415 - a command must not wait for the imports of the others

import argparse
import os
import shlex
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline.cli.arguments import FOLDER, SubCommands
from peerline.cli.data_folder import default_data_dir, run_on_store
from peerline.cli.errors import CommandError
from peerline.protocol.text import show_line
from peerline.user_folders import NoHomeError
from peerline.waiting import wait_for

STOP_SECONDS: Final = 15.0
"""A server ends within 10 seconds, whatever its clients and its disk do."""
_HELP: Final = "the server's data directory (all of yours that Peerline knows)"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs on this computer."""

    data_dir: Path
    pid: int
    address: str


def add_status(commands: SubCommands) -> None:
    """Add `peerline status`."""
    status = commands.add_parser(
        "status",
        help="show your running servers, their sessions and who is in them",
        description="Shows your servers that run on this computer: the address, the sessions that "
        "have not ended, and who is in them. The exit code is 1 if none runs.",
    )
    status.add_argument("--data-dir", dest="only", type=FOLDER, metavar="DIR", help=_HELP)
    status.set_defaults(run=_status)


def add_stop(commands: SubCommands) -> None:
    """Add `peerline stop`."""
    stop = commands.add_parser(
        "stop",
        help="stop your running server; its sessions are kept",
        description="Stops your server on this computer. Its sessions are kept: it is started "
        "again when you join one of them, or by peerline start.",
    )
    stop.add_argument("--data-dir", dest="only", type=FOLDER, metavar="DIR", help=_HELP)
    stop.set_defaults(run=_stop)


def find_servers(only: Path | None) -> list[Running]:
    """The running servers of a data directory, or of all that are known."""
    from peerline.cli.lock_holder import server_holder

    found: dict[int, Running] = {}
    for folder in _folders(only):
        holder = server_holder(folder)
        if holder is not None:
            pid, address = holder
            found.setdefault(pid, Running(folder, pid, address))
    return list(found.values())


def _folders(only: Path | None) -> list[Path]:
    from peerline.recent_sessions import RecentSessions

    if only is not None:
        return [only.absolute()]
    known = [Path(one.own.data_dir) for one in RecentSessions().listed() if one.own is not None]
    try:
        known.insert(0, default_data_dir().absolute())
    except NoHomeError:
        if not known:
            raise
    return list(dict.fromkeys(known))


def _status(options: argparse.Namespace) -> int:
    from peerline_server.admin.overview import open_sessions

    servers = find_servers(options.only)
    if not servers:
        print(_none_runs(options.only), file=sys.stderr)
        return 1
    for server in servers:
        print(f"Server on {server.address} (pid {server.pid}), data in {server.data_dir}")
        sessions = run_on_store(open_sessions(server.data_dir))
        for session in sessions:
            people = ", ".join(show_line(name) for name in session.people) or "nobody"
            print(f"  {session.id}  {show_line(session.title)}: {people}")
        if not sessions:
            print("  no open sessions")
    return 0


def _stop(options: argparse.Namespace) -> int:
    servers = find_servers(options.only)
    match servers:
        case []:
            print(_none_runs(options.only), file=sys.stderr)
            return 1
        case [server]:
            _end(server)
            print(f"Stopped the server on {server.address}. Its sessions are kept.")
            return 0
        case _:
            ways = "; ".join(
                shlex.join(["peerline", "stop", "--data-dir", str(server.data_dir)])
                for server in servers
            )
            raise CommandError(f"{len(servers)} servers run. Stop one of them: {ways}")


def _end(server: Running) -> None:
    """Have a server end, and wait until it has.

    Raises:
        CommandError: if it does not.
    """
    from peerline.cli.lock_holder import server_pid

    try:
        os.kill(server.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        text = f"the server (pid {server.pid}) belongs to another user"
        raise CommandError(text) from None
    if not wait_for(lambda: server_pid(server.data_dir) != server.pid, STOP_SECONDS):
        raise CommandError(
            f"the server (pid {server.pid}) has not ended in {STOP_SECONDS:g} seconds"
        )


def _none_runs(only: Path | None) -> str:
    if only is not None:
        return f"No server runs on {only}."
    return (
        "No server runs. For one with a data directory of its own, add --data-dir DIR; "
        "that of make run is .peerline in the clone."
    )
