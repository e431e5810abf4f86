"""Whether git has just put another version of the files on the disk."""

from pathlib import Path
from stat import S_ISDIR
from typing import Final

from peerline_bridge.coediting.meeting import GIT_SECONDS
from peerline_bridge.texts import file_system

_MAX_NAME: Final = 4096
"""Of the file that names another folder."""


def has_git_changed(path: Path, since: float) -> bool:
    """Whether HEAD or the index of a file's repository was written just before a time, or later.

    Args:
        path: The file.
        since: Seconds since the epoch.
    """
    for folder in path.parents:
        found = _git_folder(folder)
        if found is not None:
            times = (file_system.status(found / name) for name in ("HEAD", "index"))
            return any(
                status is not None and since - status.st_mtime < GIT_SECONDS for status in times
            )
    return False


def _git_folder(folder: Path) -> Path | None:
    """The folder with git's files; of a worktree it is elsewhere, and a file names it."""
    git = folder / ".git"
    found = file_system.status(git)
    if found is None:
        return None
    if S_ISDIR(found.st_mode):
        return git
    data = file_system.read(git, _MAX_NAME)
    text = data.decode(errors="replace") if isinstance(data, bytes) else ""
    name = text.removeprefix("gitdir:").strip()
    return folder / name if text.startswith("gitdir:") and name else None
