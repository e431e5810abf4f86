"""Opens the way by which others reach this computer's server, as `peerline start --reach` says."""

import argparse
import asyncio
import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline import processes
from peerline.cli.addresses import answers, is_loopback, local, reachable
from peerline.cli.errors import CommandError
from peerline.cli.lock_holder import server_address, server_pid
from peerline.cli.own_server import StartFailed, start_server
from peerline.cli.running import STOP_SECONDS
from peerline.owner_only import open_private
from peerline.reach import notes
from peerline.reach.keeper import Keeper, Way
from peerline.reach.ways import TUNNELS, Choice, Program, Reach, WayError, host_name_of, ssh
from peerline.runfile import is_own
from peerline.waiting import wait_for

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - asked for
LOOPBACK: Final = "127.0.0.1"
_OPEN_SECONDS: Final = 30.0
_SSH_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Opened:
    """The server as it is reached."""

    running: str
    """The address on which it listens."""
    shown: str
    """The address for links."""
    is_kept: bool = False
    """Whether a process keeps the way open, and may get another address for it."""


def choice_of(options: argparse.Namespace) -> Choice | None:
    """The choice in the options, or the one that is remembered.

    Raises:
        StartFailed: if a detail is missing or not known.
    """
    before = notes.remembered(os.environ)
    if options.reach is None:
        return before if options.host is None and options.address is None else None
    ssh_host = options.ssh_host or (before.ssh_host if before is not None else None)
    try:
        return Choice(Reach(options.reach), ssh_host, options.tunnel, options.ssh_port or None)
    except WayError as error:
        raise StartFailed(str(error)) from None


def host_for(choice: Choice | None) -> str | None:
    """The address that a server has to listen on for a choice; None if there is none."""
    if choice is None:
        return None
    return EVERYWHERE if choice.reach is Reach.NETWORK else LOOPBACK


def open_way(
    choice: Choice | None, data_dir: Path, running: str, address: str | None = None
) -> Opened:
    """See to it that others reach the server that listens on `running`.

    `address` is how they do if the user has said so: then it is not looked for.

    Raises:
        StartFailed: if there is no such way, with what to do.
    """
    if choice is None:
        return Opened(running, reachable(running))
    if choice.reach in {Reach.COMPUTER, Reach.NETWORK}:
        _end_way(data_dir)
    if choice.reach is not Reach.NETWORK and not is_loopback(running) and is_own(data_dir):
        # It was in the network before, where nobody is to reach it any longer.
        running = _listen_on(LOOPBACK, data_dir, running)
    match choice.reach:
        case Reach.COMPUTER:
            opened = Opened(running, local(running))
        case Reach.NETWORK:
            opened = _on_network(data_dir, running, address)
        case Reach.SSH:
            opened = Opened(running, _by_ssh(choice, data_dir, running), is_kept=True)
        case Reach.TUNNEL:
            opened = Opened(running, _by_tunnel(choice, data_dir, running), is_kept=True)
    notes.remember(choice, os.environ)
    return opened


def _on_network(data_dir: Path, running: str, address: str | None) -> Opened:
    if is_loopback(running):
        running = _listen_on(EVERYWHERE, data_dir, running)
    shown = address or reachable(running)
    if address is None and is_loopback(shown):
        raise StartFailed(
            "this computer is in no network: connect it, name its address with --address, or "
            "choose --reach ssh or --reach tunnel"
        )
    return Opened(running, shown)


def _listen_on(host: str, data_dir: Path, running: str) -> str:
    """Start the server again on the same port; its clients come back and go on."""
    if not is_own(data_dir):
        raise StartFailed(
            f"the server on {data_dir} listens on this computer only; stop it, and start it again "
            "with --host 0.0.0.0"
        )
    pid = server_pid(data_dir)
    if pid is not None:
        with suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    if not wait_for(lambda: server_pid(data_dir) is None, STOP_SECONDS):
        raise StartFailed("the server did not end in time; try again")
    return start_server(data_dir, host, running)


def _by_ssh(choice: Choice, data_dir: Path, running: str) -> str:
    host = choice.ssh_host or ""
    client = processes.find_program("ssh")
    if client is None:
        raise StartFailed("ssh is not installed; install OpenSSH's client, or choose another way")
    try:
        known = processes.run(processes.installed(client, "-G", "--", host), timeout=_SSH_SECONDS)
    except (OSError, processes.TimeoutExpired) as error:
        raise StartFailed("ssh does not answer") from error
    name = host_name_of(known.stdout.decode(errors="replace"), host)
    port = choice.ssh_port or int(running.rpartition(":")[2])
    shown = _kept_open(
        data_dir, running, choice, client, f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    )
    if not answers(shown):
        _end_way(data_dir)
        raise StartFailed(
            f"{host} forwards to this computer, but {shown} does not answer: set `GatewayPorts "
            "clientspecified` in its sshd_config, and open the port in its firewall"
        )
    return shown


def _by_tunnel(choice: Choice, data_dir: Path, running: str) -> str:
    names = list(TUNNELS) if choice.tunnel is None else [choice.tunnel]
    for name in names:
        if (path := processes.find_program(name)) is not None:
            chosen = Choice(Reach.TUNNEL, None, name)
            return _kept_open(data_dir, running, chosen, path, "")
    raise StartFailed(f"no tunnel program is installed: install {_either(names)}")


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _kept_open(data_dir: Path, running: str, choice: Choice, path: str, otherwise: str) -> str:
    """The address of a way that a process of its own keeps open."""
    port = int(running.rpartition(":")[2])
    way = json.dumps(
        {**choice.as_dict(), "port": port, "path": path, "otherwise": otherwise}, sort_keys=True
    )
    kept = notes.read_kept(data_dir)
    if kept is None or kept.way != way or (kept.problem and not kept.address):
        _end_way(data_dir)
        kept = None
    process = None
    if kept is None:
        arguments = ("keep-way", "--data-dir", str(data_dir), "--way", way)
        with os.fdopen(
            open_private(data_dir / "reach.log", os.O_WRONLY | os.O_APPEND), "ab"
        ) as log:
            process = processes.detach(processes.own(*arguments), log)

    def look() -> notes.Kept | None:
        kept = notes.read_kept(data_dir)
        has_result = kept is not None and kept.way == way and (kept.address or kept.problem)
        return kept if has_result else None

    kept = wait_for(look, _OPEN_SECONDS)
    if kept is not None and kept.address:
        return kept.address
    if process is not None:
        process.terminate()
        process.wait()
    raise StartFailed(
        kept.problem
        if kept is not None
        else f"{Path(path).name} did not open a way in {_OPEN_SECONDS:g} seconds"
    )


def _end_way(data_dir: Path) -> None:
    if not notes.end_kept(data_dir):
        raise StartFailed("the process that keeps a way open does not end; try again")


def keep_way(options: argparse.Namespace) -> int:
    """Keep a way open until the server has ended; the process' exit code."""
    try:
        values = dict(json.loads(options.way))
    except (TypeError, ValueError):
        values = {}
    choice = Choice.from_dict(values)
    port, path, otherwise = (values.get(name) for name in ("port", "path", "otherwise"))
    if choice is None or not isinstance(port, int) or not isinstance(path, str):
        raise CommandError("--way is made by `peerline start`")
    program = _program(choice, port)
    command = processes.installed(path, *program.arguments(port))
    text = json.dumps(values, sort_keys=True)
    keeper = Keeper(options.data_dir, Way(text, command, program, str(otherwise)))
    try:
        was_kept = asyncio.run(keeper.run(lambda: server_address(options.data_dir) is not None))
    except OSError as error:
        raise CommandError(f"cannot use {error.filename}: {error.strerror}") from error
    if not was_kept:
        raise CommandError("another process keeps a way open for this data directory")
    return 0


def _program(choice: Choice, port: int) -> Program:
    if choice.reach is Reach.SSH:
        return ssh(choice.ssh_host or "", choice.ssh_port or port)
    return TUNNELS[choice.tunnel or ""]
