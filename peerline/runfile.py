"""The file by which other commands find the running server: `server.json` in the data directory.

Servers on one Postgres database may share the directory: each has its own `server-PORT.json`.
"""

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.liveness import is_alive
from peerline.owner_only import read_json_object, replace_private
from peerline.protocol.links import DEFAULT_PORT

_NAME: Final = "server.json"
_MAX_PID: Final = 2**31 - 1
_ADDRESS: Final = re.compile(r"[!-~]{1,260}:[0-9]{1,5}")


def write_runfile(
    data_dir: Path, address: str, *, is_own: bool = False, is_one_of_many: bool = False
) -> None:
    """Note where the server listens (HOST:PORT), and whether it may be restarted for its user."""
    text = json.dumps({"address": address, "pid": os.getpid(), "is_own": is_own})
    port = address.rpartition(":")[2]
    replace_private(data_dir / (f"server-{port}.json" if is_one_of_many else _NAME), text + "\n")


def mark_stopping(data_dir: Path) -> None:
    """Note that this process stops on purpose, so that nobody starts the server again."""
    for path in _paths(data_dir):
        noted = read_json_object(path)
        if noted is not None and noted.get("pid") == os.getpid():
            with suppress(OSError):
                replace_private(path, json.dumps({**noted, "is_stopping": True}) + "\n")


def read_address(data_dir: Path) -> str:
    """The address of the server, or the default one."""
    found = _read(data_dir)
    return f"127.0.0.1:{DEFAULT_PORT}" if found is None else found[0]


def noted_server(data_dir: Path) -> tuple[str, int] | None:
    """The noted address of the server on this data directory, and the id of its process."""
    found = _read(data_dir)
    return None if found is None else found[:2]


def running_address(data_dir: Path) -> str | None:
    """The noted address of the server on this data directory, unless its process is gone."""
    found = _read(data_dir)
    return found[0] if found is not None and _may_run(found[1]) else None


def was_killed(data_dir: Path) -> bool:
    """Whether the server has ended without saying so: one that stops says it first."""
    noted = read_json_object(data_dir / _NAME)
    return noted is not None and "is_stopping" not in noted


def is_own(data_dir: Path) -> bool:
    """Whether the server was started in the background for its user, not by an operator."""
    found = _read(data_dir)
    return found is not None and found[2]


def _read(data_dir: Path) -> tuple[str, int, bool] | None:
    """The address, the process' id, and whether it is the user's own; None if there is none.

    Of several servers it is one that runs, if one does.
    """
    found = [noted for path in _paths(data_dir) if (noted := _read_one(path)) is not None]
    return next((noted for noted in found if _may_run(noted[1])), found[0] if found else None)


def _paths(data_dir: Path) -> list[Path]:
    return [data_dir / _NAME, *sorted(data_dir.glob("server-*.json"))]


def _read_one(path: Path) -> tuple[str, int, bool] | None:
    """The same of one file; None if it makes no sense."""
    noted = read_json_object(path)
    if noted is None:
        return None
    address, pid = noted.get("address"), noted.get("pid")
    if not isinstance(address, str) or not isinstance(pid, int) or not 0 < pid <= _MAX_PID:
        return None
    if not _ADDRESS.fullmatch(address):
        return None
    return address, pid, noted.get("is_own") is True


def _may_run(pid: int) -> bool:
    return os.name == "nt" or is_alive(pid)  # Windows hides another user's process


def remove_runfile(data_dir: Path) -> None:
    """Forget where the server listened, if it was this process that noted it."""
    for path in _paths(data_dir):
        found = _read_one(path)
        if found is not None and found[1] == os.getpid():
            with suppress(OSError):
                path.unlink()
