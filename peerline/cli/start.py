"""`peerline start`: a session in one step, on the running server or on one that it starts."""

import argparse
import asyncio
import http.client
import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from peerline import processes
from peerline.cli.addresses import is_loopback, local, reachable
from peerline.owner_only import make_private_folder, open_private
from peerline.protocol.links import DEFAULT_PORT, SessionLink
from peerline.protocol.roles import Role
from peerline.protocol.text import show_block
from peerline_server.admin.offline import create_invite, create_session
from peerline_server.admin.runfile import running_address
from peerline_server.auth.tokens import TokenIssuer, load_secret, secret_problem
from peerline_server.core.invites import DEFAULT_LIFETIME
from peerline_server.store.base import StoreError
from peerline_server.store.lock import ALREADY_RUNS

HOST_TOKEN_LIFETIME: Final = timedelta(days=30)
EXIT_WHEN_IDLE_SECONDS: Final = 900
"""A server that was started here ends when nobody has been connected for this many seconds."""
_START_SECONDS: Final = 30.0
_OTHER_START_SECONDS: Final = 10.0
_PROBE_SECONDS: Final = 3.0


class StartFailed(Exception):  # noqa: N818 - it is an answer, not a fault
    """No session could be started; the text is for the user."""


def main(options: argparse.Namespace) -> int:
    """Print what was started as one line of JSON; the process' exit code."""
    try:
        started = start(
            data_dir=options.data_dir,
            title=options.title,
            user=options.user,
            name=options.name,
            host=options.host,
            address=options.address,
        )
    except (StartFailed, StoreError) as error:
        print(f"peerline: {show_block(str(error))}", file=sys.stderr)
        return 1
    print(json.dumps(started))
    return 0


def start(  # noqa: PLR0913 - each has its name at the call
    *, data_dir: Path, title: str, user: str, name: str, host: str | None, address: str | None
) -> dict[str, Any]:
    """Make sure that a server runs on a data directory, and create a session on it.

    Returns:
        `link` for the host, without an invite; `token`, which signs the host in; `invite`, a link
        for an editor; `is_local`, whether the links work on this computer only.

    Raises:
        StartFailed: if no server can be started, with the server's reason.
        StoreError: if the data directory cannot be used.
    """
    data_dir = Path(os.path.realpath(data_dir))  # a loop of links is an error of the server
    running = running_server(data_dir) or _start_server(data_dir, host)
    shown = address or reachable(running)
    session_id = asyncio.run(create_session(data_dir, title, user))
    invite = asyncio.run(
        create_invite(data_dir, session_id, Role.EDITOR, address=shown, lifetime=DEFAULT_LIFETIME)
    )
    try:
        secret = load_secret(data_dir)
    except (OSError, ValueError) as error:
        raise StartFailed(secret_problem(data_dir, error)) from error
    token = TokenIssuer(secret).issue(
        user, name, HOST_TOKEN_LIFETIME.total_seconds(), datetime.now(UTC)
    )
    return {
        "link": str(SessionLink(local(running), session_id)),
        "token": token,
        "invite": str(invite),
        "is_local": is_loopback(shown),
    }


def running_server(data_dir: Path) -> str | None:
    """The address of the server on a data directory, if one runs there and answers."""
    address = running_address(data_dir)
    return address if address is not None and _is_healthy(address) else None


def _is_healthy(address: str) -> bool:
    host, _, port = local(address).rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException, ValueError, OverflowError):
        return False  # also for a name or a port that cannot be one
    finally:
        connection.close()


def _start_server(data_dir: Path, host: str | None) -> str:
    """Start `peerline serve` apart from this process; its address.

    The default port is taken if it is free, so that old links work again, else any.
    """
    problem = ""
    for port in (DEFAULT_PORT, 0):
        address, problem = _spawn(data_dir, host, port)
        if address is not None:
            return address
        if ALREADY_RUNS in problem:
            # Another `peerline start` was faster, and its server is about to listen.
            return _wait_for_server(data_dir, problem)
        if "is in use" not in problem:
            break
    raise StartFailed(problem or "the server did not start")


def _wait_for_server(data_dir: Path, problem: str) -> str:
    deadline = time.monotonic() + _OTHER_START_SECONDS
    while time.monotonic() < deadline:
        if (address := running_server(data_dir)) is not None:
            return address
        time.sleep(0.05)
    raise StartFailed(problem)


def _spawn(data_dir: Path, host: str | None, port: int) -> tuple[str | None, str]:
    log_file = data_dir / "server.log"
    try:
        make_private_folder(data_dir)
        log = os.fdopen(open_private(log_file, os.O_WRONLY | os.O_APPEND), "ab")
    except OSError as error:
        name, reason = error.filename or data_dir, error.strerror
        raise StartFailed(
            f"cannot use {name}: {reason}; choose another data directory with --data-dir"
        ) from error
    arguments = ["serve", "--port", str(port), "--data-dir", str(data_dir)]
    if host is not None:
        arguments += ["--host", host]
    environment: Mapping[str, str] = {
        "PEERLINE_EXIT_WHEN_IDLE_SECONDS": str(EXIT_WHEN_IDLE_SECONDS),
        **os.environ,
    }
    written_before = log_file.stat().st_size
    with log:
        # It outlives the editor's window: the others stay in their session.
        process = processes.detach(processes.own(*arguments, environ=environment), log)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        said = _said(log_file, written_before)
        for line in said.splitlines():
            if line.startswith("Peerline listens on "):
                return line.split()[-1], ""
        if process.poll() is not None:
            return None, said.strip().rpartition("\n")[2].removeprefix("peerline: ")
        time.sleep(0.02)
    process.terminate()
    return None, f"the server did not start in {_START_SECONDS:g} seconds; see {log_file}"


def _said(log_file: Path, offset: int) -> str:
    with log_file.open("rb") as log:
        log.seek(offset)
        return log.read().decode("utf-8", "replace")
