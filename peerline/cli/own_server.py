"""The server of this computer: found if it runs, started apart from this process if not."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from peerline import processes
from peerline.cli.addresses import answers
from peerline.cli.lock_holder import server_address
from peerline.owner_only import make_private_folder, open_private
from peerline.protocol.links import DEFAULT_PORT
from peerline.waiting import wait_for
from peerline_server.store.lock import ALREADY_RUNS

EXIT_WHEN_IDLE_SECONDS: Final = 900
"""A server that was started here ends when nobody has been connected for this many seconds."""
_START_SECONDS: Final = 30.0
_OTHER_START_SECONDS: Final = 10.0


class StartFailed(Exception):  # noqa: N818 - it is an answer, not a fault
    """No session could be started; the text is for the user."""


def running_server(data_dir: Path) -> str | None:
    """The address of the server on a data directory, if one runs there and answers."""
    address = server_address(data_dir)
    return address if address is not None and answers(address) else None


def start_server(data_dir: Path, host: str | None, listened: str | None = None) -> str:
    """Start `peerline serve` apart from this process; its address.

    The port is that of `listened`, where the server was before, if it is free, so that old links
    work again; else the default one, else any.

    Raises:
        StartFailed: if it does not start, with its reason.
    """
    problem = ""
    for where, port in _places(host, listened):
        address, problem = _spawn(data_dir, where, port)
        if address is not None:
            return address
        if ALREADY_RUNS in problem:
            # Another `peerline start` was faster, and its server is about to listen.
            return _wait_for_server(data_dir, problem)
        if "is in use" not in problem:
            break
    raise StartFailed(problem or "the server did not start")


def _places(host: str | None, listened: str | None) -> list[tuple[str | None, int]]:
    """The places to listen at, the best first."""
    places: list[tuple[str | None, int]] = []
    if listened is not None:
        before, _, port = listened.rpartition(":")
        host = host or before.strip("[]")
        places.append((host, int(port)))
    places += [(host, port) for port in (DEFAULT_PORT, 0) if (host, port) not in places]
    return places


def _wait_for_server(data_dir: Path, problem: str) -> str:
    address = wait_for(lambda: running_server(data_dir), _OTHER_START_SECONDS)
    if address is None:
        raise StartFailed(problem)
    return address


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

    def look() -> tuple[str | None, str] | None:
        has_ended = process.poll() is not None
        said = _said(log_file, written_before)
        for line in said.splitlines():
            if line.startswith("Peerline listens on "):
                return line.split()[-1], ""
        return (
            (None, said.strip().rpartition("\n")[2].removeprefix("peerline: "))
            if has_ended
            else None
        )

    found = wait_for(look, _START_SECONDS)
    if found is None:
        process.terminate()
        return None, f"the server did not start in {_START_SECONDS:g} seconds; see {log_file}"
    return found


def _said(log_file: Path, offset: int) -> str:
    with log_file.open("rb") as log:
        log.seek(offset)
        return log.read().decode("utf-8", "replace")
