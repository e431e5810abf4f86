"""The marks of the root of paths on this disk: `.peerline.toml` and `.git`, and their owners."""

import os
import sys
import tomllib
from pathlib import Path, PurePath
from typing import Final

from peerline_bridge.texts import file_system
from peerline_bridge.texts.session_paths import Look

FILE_NAME: Final = ".peerline.toml"
MAX_FILE_BYTES: Final = 16 * 1024


def home() -> Path:
    """The home folder, above which nothing is searched; the disk's root if there is none."""
    try:
        found = Path.home()
    except RuntimeError:
        found = Path(Path().absolute().anchor)
    return file_system.resolve(found) or found


def without_tilde(path: str) -> Path:
    """A path of a setting, in which `~` is the home folder."""
    first, _, rest = path.partition("/")
    return home() / rest if first == "~" else Path(path)


def look(folder: PurePath) -> Look | None:
    """The properties of a folder for the search for a root; None if it cannot be looked at."""
    here = file_system.status(Path(folder))
    if here is None:
        return None
    mark = file_system.status(Path(folder) / FILE_NAME)
    repository = file_system.status(Path(folder) / ".git")
    found = [status for status in (here, mark, repository) if status is not None]
    is_mine = sys.platform == "win32" or all(status.st_uid == os.geteuid() for status in found)
    return Look(
        device=here.st_dev,
        is_mine=is_mine,
        is_marked=mark is not None,
        root=None if mark is None else _named_root(Path(folder) / FILE_NAME),
        is_repository=repository is not None,
    )


def _named_root(path: Path) -> str | None:
    data = file_system.read(path, MAX_FILE_BYTES)
    if isinstance(data, file_system.NotRead):
        return None
    try:
        root = tomllib.loads(data.decode("utf-8-sig")).get("root")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None  # it is reported where the session is read from it
    return root if isinstance(root, str) else None
