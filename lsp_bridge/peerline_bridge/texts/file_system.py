"""The one way to files that a peer or a workspace chose: an odd one is not here, never an error.

A path may be too long for this disk, a loop of links, a pipe or a device, on a disk that fails, or
another file at each look. All of that is answered here, so that no other module meets it.
"""

import errno
import os
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final

ODD: Final = (OSError, ValueError, RuntimeError)
"""The errors that a path can raise: of the system, for NUL, lone surrogates and loops of links."""
_NOT_HERE: Final = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ELOOP}
)
_FLAGS: Final[int] = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
"""A pipe would wait for its writer, and a link may have taken the place of what was looked at."""

MAX_LISTED: Final = 10_000
"""The entries of a folder among which a name in another Unicode form is searched."""

Stamp = tuple[int, int, int]


class Problem(StrEnum):
    """Why a file was not read."""

    MISSING = "is not here"
    NOT_A_FILE = "is not a file"
    TOO_LONG = "is too long"
    FAILED = "cannot be read"


@dataclass(frozen=True, slots=True)
class NotRead:
    """The answer instead of a file's content."""

    problem: Problem
    reason: str
    """For the user, without the path."""


def resolve(path: Path) -> Path | None:
    """The path without links; None for a loop of them, or a name that cannot be."""
    try:
        return path.resolve()
    except ODD:
        return None


def is_file(path: Path) -> bool:
    """Whether there is a regular file."""
    return stamp(path) is not None


def status(path: Path) -> os.stat_result | None:
    """The status of a file or a folder; None if there is none."""
    try:
        return path.stat()
    except ODD:
        return None


def are_two_files(one: Path, other: Path) -> bool:
    """Whether both are there and are not the same."""
    try:
        return not one.samefile(other)
    except ODD:
        return False


def ignores_case(folder: Path) -> bool:
    """Whether the disk takes upper and lower case for the same."""
    other = folder.with_name(folder.name.swapcase()) if folder.name else folder
    if other.name == folder.name:
        return False
    try:
        return other.samefile(folder)
    except ODD:
        return False


def find_spelling(path: Path) -> Path | None:
    """The path whose names differ in their Unicode form only; None if there is none, or several."""
    found = Path(path.anchor)
    for part in path.parts[1:]:
        here = found / part
        if not part.isascii() and status(here) is None:
            wanted = unicodedata.normalize("NFC", part)
            try:
                with os.scandir(found) as entries:
                    names = [
                        entry.name
                        for entry in islice(entries, MAX_LISTED)
                        if unicodedata.normalize("NFC", entry.name) == wanted
                    ]
            except ODD:
                return None
            if len(names) != 1:
                return None
            here = found / names[0]
        found = here
    return found


def stamp(path: Path) -> Stamp | None:
    """A value that changes when a regular file does; None if there is none."""
    found = status(path)
    if found is None or not stat.S_ISREG(found.st_mode):
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(path: Path, limit: int) -> bytes | NotRead:
    """The content of a regular file of at most `limit` bytes; links are not followed.

    What grows while it is read, or turns into something else between two looks, is not read.
    """
    try:
        problem = _problem(os.lstat(path), limit)
        if problem is not None:
            return problem
        descriptor = os.open(path, _FLAGS)
        try:
            problem = _problem(os.fstat(descriptor), limit)
            if problem is not None:
                return problem
            if not _is_still(path, descriptor):
                return NotRead(Problem.NOT_A_FILE, "was replaced while it was opened")
            data = _read_up_to(descriptor, limit + 1)
        finally:
            os.close(descriptor)
    except ODD as error:
        return _not_read(error)
    return data if len(data) <= limit else _too_long(limit)


def walk(root: Path, *, enters: Callable[[Path], bool], most: int) -> Iterator[Path]:
    """The regular files below a folder, in the order of their names, folder by folder.

    It looks into folders that `enters` accepts, follows no links, and ends after `most`
    files and folders. What cannot be listed is left out.
    """
    folders = [root]
    while folders and most > 0:
        files, below, _ = listed(folders.pop(), most)
        most -= len(files) + len(below)
        yield from files
        folders += [folder for folder in reversed(below) if enters(folder)]


def listed(folder: Path, most: int) -> tuple[list[Path], list[Path], bool]:
    """The regular files and the folders in a folder, without links, of at most `most` entries.

    The last value says whether it has more entries.
    """
    files: list[Path] = []
    folders: list[Path] = []
    is_cut = False
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, most):
                if _is_folder(entry):
                    folders.append(folder / entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files.append(folder / entry.name)
            is_cut = next(entries, None) is not None
    except ODD:
        pass  # what was listed until then
    return sorted(files), sorted(folders), is_cut


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    if not entry.is_dir(follow_symlinks=False):
        return False
    if sys.platform != "win32":
        return True
    # A junction leads elsewhere as a link does.
    attributes = entry.stat(follow_symlinks=False).st_file_attributes
    return not attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT


def _problem(status: os.stat_result, limit: int) -> NotRead | None:
    if not stat.S_ISREG(status.st_mode):
        return NotRead(Problem.NOT_A_FILE, Problem.NOT_A_FILE.value)
    return _too_long(limit) if status.st_size > limit else None


def _too_long(limit: int) -> NotRead:
    return NotRead(Problem.TOO_LONG, f"is longer than {limit} bytes")


def _not_read(error: Exception) -> NotRead:
    if isinstance(error, OSError) and error.errno not in _NOT_HERE:
        return NotRead(Problem.FAILED, error.strerror or Problem.FAILED.value)
    return NotRead(Problem.MISSING, Problem.MISSING.value)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether what was opened is at the path, and no folder above it has become a link."""
    return os.path.realpath(path) == str(path) and os.path.samestat(
        os.fstat(descriptor), os.lstat(path)
    )


def _read_up_to(descriptor: int, most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0 and (part := os.read(descriptor, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def user_home() -> Path | None:
    """The user's home folder; None if there is none."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home raises where there is none
    return Path(home) if Path(home).is_absolute() else None
