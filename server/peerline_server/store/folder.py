"""The data directory of a server: made privately, and made private where an older one was not."""

import logging
import stat
from pathlib import Path
from typing import Final

from peerline.owner_only import create_private, make_private, make_private_folder
from peerline_server.store.base import StoreError
from peerline_server.store.lock import SUFFIX

_log = logging.getLogger("peerline.server")
DATABASE: Final = "peerline.db"
_WITH_DATABASE: Final = ("", "-wal", "-shm", SUFFIX)
_BESIDE: Final = ("server.json", "server.log", "server-id")
"""The secret is not among them: what others may have read is to be replaced by the operator."""


def make_data_dir(data_dir: Path) -> Path:
    """Make the folder and an empty database in it, where they are not there; the database.

    SQLite gives its other files the mode of the database.

    Raises:
        StoreError: with what to do about it.
    """
    path = data_dir / DATABASE
    advice = "choose another with --data-dir"
    try:
        make_private_folder(data_dir)
    except OSError as error:
        raise StoreError(
            f"cannot make the data directory {data_dir}: {error.strerror}; {advice}"
        ) from error
    try:
        create_private(path)
        if not path.exists():
            raise StoreError(f"{path} is a link to a file that is not there; {advice}")
        if not path.is_file():
            raise StoreError(f"{path} is not a file; {advice}")
    except OSError as error:
        raise StoreError(f"cannot use the database {path}: {error.strerror}; {advice}") from error
    return path


def close_to_others(data_dir: Path) -> None:
    """Take the rights of other users away from all that is in use; one warning says from what.

    It is done before SQLite opens the database. A folder that others need is left as it is.

    Raises:
        StoreError: if a mode cannot be changed.
    """
    try:
        database = (data_dir / DATABASE).resolve()
        files = [database.with_name(database.name + more) for more in _WITH_DATABASE]
        files += [data_dir / name for name in _BESIDE]
        folders = [] if _is_of_all(data_dir) else [data_dir.resolve()]
        changed = make_private([*folders, *files])
    except OSError as error:
        raise StoreError(
            f"cannot make {error.filename or data_dir} private: {error.strerror}; "
            "choose another data directory with --data-dir"
        ) from error
    if changed:
        names = ", ".join(changed)
        _log.warning("other users could read the server's data; made private: %s", names)


def _is_of_all(folder: Path) -> bool:
    """Whether the folder is one such as `/tmp`, `/` or the user's home."""
    found = folder.resolve()
    status = found.stat()
    return bool(status.st_mode & stat.S_ISVTX) or found == Path(found.anchor) or found == _home()


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:  # a user without one
        return None
