"""The file by which other commands find the running server: `server.json` in the data directory."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

DEFAULT_PORT: Final = 8377
_NAME: Final = "server.json"


def write_runfile(data_dir: Path, address: str) -> None:
    """Note where the server listens (HOST:PORT)."""
    text = json.dumps({"address": address, "pid": os.getpid()})
    (data_dir / _NAME).write_text(text + "\n", encoding="utf-8")


def read_address(data_dir: Path) -> str:
    """Where the server listens, or would by default."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((data_dir / _NAME).read_text(encoding="utf-8"))["address"]
        if isinstance(found, str):
            return found
    return f"127.0.0.1:{DEFAULT_PORT}"


def remove_runfile(data_dir: Path) -> None:
    """Forget where the server listened, if it was this process that noted it."""
    path = data_dir / _NAME
    with suppress(OSError, ValueError, KeyError, TypeError):
        if json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid():
            path.unlink()
