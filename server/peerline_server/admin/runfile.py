"""The file by which other commands find the running server: `server.json` in the data directory."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.owner_only import replace_private
from peerline.protocol.links import DEFAULT_PORT

_NAME: Final = "server.json"


def write_runfile(data_dir: Path, address: str) -> None:
    """Note where the server listens (HOST:PORT)."""
    text = json.dumps({"address": address, "pid": os.getpid()})
    replace_private(data_dir / _NAME, text + "\n")


def read_address(data_dir: Path) -> str:
    """The address of the server, or the default one."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((data_dir / _NAME).read_text(encoding="utf-8"))["address"]
        if isinstance(found, str):
            return found
    return f"127.0.0.1:{DEFAULT_PORT}"


def running_address(data_dir: Path) -> str | None:
    """The last known address of a server on this data directory, unless its process is gone."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((data_dir / _NAME).read_text(encoding="utf-8"))
        address, pid = found["address"], found["pid"]
        if isinstance(address, str) and isinstance(pid, int) and _may_run(pid):
            return address
    return None


def _may_run(pid: int) -> bool:
    if os.name == "nt":
        return True  # os.kill would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def remove_runfile(data_dir: Path) -> None:
    """Forget where the server listened, if it was this process that noted it."""
    path = data_dir / _NAME
    with suppress(OSError, ValueError, KeyError, TypeError):
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid():
            path.unlink()
