"""Files and folders that only their owner may use: private when they are made, or made so later."""

import errno
import json
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
_OTHERS: Final = 0o077
_OTHERS_OF_A_LIST: Final = 0o027
"""A list shows in the group's rights; it grants reading, and entering a folder."""
_CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
HAS_MODES: Final = os.name == "posix"
"""Windows has lists instead: what is in the user's profile is private there."""


def is_private(status: os.stat_result) -> bool:
    """Whether nobody but the owner may do anything with it."""
    return not HAS_MODES or stat.S_IMODE(status.st_mode) & _OTHERS == 0


def is_credential(path: Path, status: os.stat_result) -> bool:
    """Whether systemd has made the file for this service alone.

    Its user gets at it by a list (ACL), which shows in the mode as the group's right to read. The
    folder admits nobody else (https://systemd.io/CREDENTIALS/).
    """
    named = os.environ.get(_CREDENTIALS)
    if not HAS_MODES or not named:
        return False
    try:
        is_inside = path.resolve().parent == Path(named).resolve()
        folder = Path(named).stat()
    except OSError:
        return False
    return is_inside and all(
        each.st_uid in {0, os.geteuid()} and stat.S_IMODE(each.st_mode) & _OTHERS_OF_A_LIST == 0
        for each in (status, folder)
    )


def make_private_folder(path: Path) -> None:
    """Make a folder and those above it that are missing; only those that are new get the mode.

    Raises:
        OSError: if it cannot be made.
    """
    if path.is_dir():
        return
    if not path.parent.exists():
        make_private_folder(path.parent)
    try:
        path.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    path.chmod(FOLDER_MODE)  # the umask may have taken the owner's own rights


def open_private(path: Path, flags: int) -> int:
    """Open a file to write to, private from the first moment; a link at the path is an error.

    `flags` are those of `os.open` beside O_CREAT. A file that is there becomes private.

    Raises:
        OSError: if it cannot be opened, or is no regular file.
    """
    flags |= os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags, FILE_MODE)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK}:
            raise OSError(error.errno, "it is a symbolic link", str(path)) from None
        raise
    try:
        _make_private_file(descriptor, path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _make_private_file(descriptor: int, path: Path) -> None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    if HAS_MODES and stat.S_IMODE(status.st_mode) != FILE_MODE:
        os.fchmod(descriptor, FILE_MODE)


def read_file(path: Path, most: int = 1024 * 1024) -> tuple[bytes, os.stat_result]:
    """The content of a regular file and its status; links to one are followed.

    A pipe would have the reader wait for ever, and a device has no end.

    Raises:
        OSError: if it cannot be read, is no regular file or has more than `most` bytes.
    """
    flags: int = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is longer than {most} bytes", str(path))
    return data, status


def read_json_object(path: Path) -> dict[str, object] | None:
    """The JSON object in a file; None if there is no file, or no object in it."""
    try:
        values: object = json.loads(read_file(path)[0])
    except (OSError, ValueError, RecursionError):
        return None
    return cast("dict[str, object]", values) if isinstance(values, dict) else None


def create_private(path: Path) -> bool:
    """Make an empty file unless there is something at the path; whether it was made.

    Raises:
        OSError: if it cannot be made.
    """
    try:
        os.close(open_private(path, os.O_WRONLY | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def replace_private(path: Path, text: str) -> None:
    """Write a whole file at once: nobody sees half of it, and a link at the path is replaced.

    Raises:
        OSError: if it cannot be written; then what was there is still there.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".new")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            if HAS_MODES:
                os.fchmod(descriptor, FILE_MODE)
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def make_private(paths: Iterable[Path]) -> list[str]:
    """Take the rights of others away from what is there; each path that had some, with its mode.

    Links are left alone, and so is what belongs to another user.

    Raises:
        OSError: if a mode cannot be changed.
    """
    changed: list[str] = []
    for path in paths:
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        is_plain = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        if not is_plain or is_private(status) or not _is_ours(status):
            continue
        mode = stat.S_IMODE(status.st_mode)
        # By its path: closing a descriptor of an SQLite file would end the process' locks on it.
        path.chmod(mode & ~_OTHERS)
        changed.append(f"{path} (was {mode:04o})")
    return changed


def _is_ours(status: os.stat_result) -> bool:
    return os.geteuid() in {0, status.st_uid}
