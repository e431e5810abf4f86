"""The files about ways: the user's choice, and what the keeper of a data directory has opened."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from peerline import user_folders
from peerline.file_locks import is_locked, is_taken, lock_file
from peerline.owner_only import make_private_folder, open_private, read_json_object, replace_private
from peerline.reach.ways import Choice
from peerline.waiting import wait_for

_CHOICE: Final = "reach.json"
_KEPT: Final = "reach.json"
_LOCK: Final = "reach.lock"
_END: Final = "reach.end"
"""Asks one keeper to end by its name, since a process id may be another's by now."""
_END_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A way that a process keeps open."""

    keeper: str
    """Chosen at random by the process, so that no other ends when this one is asked to."""
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


class KeeperLock:
    """The right of one process to keep a way open for a data directory.

    What it has noted counts only as long as it has the lock, which dies with it: whatever process
    has the number of a killed one, nobody takes it for the keeper.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock; whether no other process has it. What the last one noted is forgotten.

        Raises:
            OSError: if the file cannot be opened or locked.
        """
        descriptor = open_private(self._data_dir / _LOCK, os.O_RDWR)
        try:
            lock_file(descriptor)
        except OSError as error:
            os.close(descriptor)
            if is_taken(error):
                return False
            raise
        self._descriptor = descriptor
        _forget(self._data_dir)
        return True

    def release(self) -> None:
        """Forget what was noted, and let the next process have the lock."""
        if self._descriptor is not None:
            _forget(self._data_dir)
            os.close(self._descriptor)
            self._descriptor = None


def _forget(data_dir: Path) -> None:
    for name in (_KEPT, _END):
        with suppress(OSError):
            (data_dir / name).unlink()


def write_kept(data_dir: Path, kept: Kept) -> None:
    """Note what this process, which has the lock, keeps open.

    Raises:
        OSError: if it cannot be written.
    """
    replace_private(data_dir / _KEPT, json.dumps(asdict(kept)) + "\n")


def read_kept(data_dir: Path) -> Kept | None:
    """The way that is kept open for a data directory; None if no process keeps one."""
    return _noted(data_dir) if _has_keeper(data_dir) else None


def _has_keeper(data_dir: Path) -> bool:
    """Whether a process has the lock; if none has, what the last one noted is forgotten."""
    if not (data_dir / _LOCK).exists():
        return False
    try:
        descriptor = open_private(data_dir / _LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        if is_locked(descriptor):
            return True
        _forget(data_dir)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _noted(data_dir: Path) -> Kept | None:
    noted = read_json_object(data_dir / _KEPT)
    if noted is None:
        return None
    keeper, *others = (noted.get(field.name) for field in fields(Kept))
    if not isinstance(keeper, str) or not all(isinstance(text, str) for text in others):
        return None
    return Kept(keeper, *(str(text) for text in others))


def end_kept(data_dir: Path) -> bool:
    """Have the process that keeps a way open end, and wait for it; whether none is there now."""
    asked = ""

    def has_ended() -> bool:
        nonlocal asked
        if not _has_keeper(data_dir):
            return True
        kept = _noted(data_dir)
        if kept is not None and kept.keeper != asked:
            asked = kept.keeper
            with suppress(OSError):
                replace_private(data_dir / _END, json.dumps({"keeper": asked}) + "\n")
        return False

    return wait_for(has_ended, _END_SECONDS)


def is_asked_to_end(data_dir: Path, keeper: str) -> bool:
    """Whether another process wants this keeper to end."""
    asked = read_json_object(data_dir / _END)
    return asked is not None and asked.get("keeper") == keeper
