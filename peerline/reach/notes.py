"""The files about ways: the user's choice, and what the keeper of a data directory has opened."""

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from peerline import user_folders
from peerline.liveness import is_alive
from peerline.owner_only import make_private_folder, read_json_object, replace_private
from peerline.reach.ways import Choice

_CHOICE: Final = "reach.json"
_KEPT: Final = "reach.json"
_END_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Kept:
    """A way that a process keeps open."""

    pid: int
    way: str
    """The choice and the port of the server, as one text."""
    address: str = ""
    """How others reach the server; empty until the way is open, and while it is closed."""
    problem: str = ""
    """Why it is not open."""


def remember(choice: Choice, environ: Mapping[str, str]) -> None:
    """Keep the choice for the next session; a computer without a home remembers none."""
    with suppress(OSError):
        path = _choice_file(environ)
        make_private_folder(path.parent)
        replace_private(path, json.dumps(choice.as_dict()) + "\n")


def remembered(environ: Mapping[str, str]) -> Choice | None:
    """The last choice of the user; None if there is none."""
    with suppress(OSError):
        return Choice.from_dict(read_json_object(_choice_file(environ)))
    return None


def _choice_file(environ: Mapping[str, str]) -> Path:
    return user_folders.config_dir(environ, instead="--reach") / _CHOICE


def write_kept(data_dir: Path, kept: Kept) -> None:
    """Note what this process keeps open.

    Raises:
        OSError: if it cannot be written.
    """
    replace_private(data_dir / _KEPT, json.dumps(asdict(kept)) + "\n")


def read_kept(data_dir: Path) -> Kept | None:
    """The way that is kept open for a data directory; None if no process keeps one."""
    noted = read_json_object(data_dir / _KEPT)
    if noted is None:
        return None
    pid = noted.get("pid")
    texts = [noted.get(field.name) for field in fields(Kept)[1:]]
    if not isinstance(pid, int) or pid <= 0 or not all(isinstance(text, str) for text in texts):
        return None
    kept = Kept(pid, *(str(text) for text in texts))
    return kept if os.name == "nt" or is_alive(pid) else None


def remove_kept(data_dir: Path) -> None:
    """Forget the way, if it was this process that noted it."""
    kept = read_kept(data_dir)
    if kept is not None and kept.pid == os.getpid():
        with suppress(OSError):
            (data_dir / _KEPT).unlink()


def end_kept(kept: Kept) -> None:
    """End the process that keeps a way open, and wait until it is gone."""
    with suppress(OSError):
        os.kill(kept.pid, signal.SIGTERM)
    deadline = time.monotonic() + _END_SECONDS
    while is_alive(kept.pid) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
