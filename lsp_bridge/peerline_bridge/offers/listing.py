"""Looks through the open folders for what can be offered. Bounded; in a thread of its own."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from peerline.protocol.limits import MAX_DOCUMENT_BYTES
from peerline_bridge.offers.ignored import PATTERN_FILES
from peerline_bridge.offers.never_given import NeverGiven, NotGiven
from peerline_bridge.texts import file_system
from peerline_bridge.texts.file_system import Stamp
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.session_paths import Unshared

MAX_OFFERED: Final = 20_000
"""The files and folders that are looked at; a workspace with more is offered only so far."""
MAX_READ_BYTES: Final = 64 * 2**20
"""Bytes of files that are read to find out which are text, in one look. What is in the others is
looked at when they are wanted."""
_TICK_NS: Final = 50_000_000
"""Two changes of a folder within this time may leave the same time on the disk."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that can be offered.

    Attributes:
        path: The file.
        name: Its path in the session.
        stamp: Its number on the disk, which it keeps when it is renamed, its time and its size.
    """

    path: Path
    name: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """The entries of a folder that can be offered.

    Attributes:
        entries: A value that changes when the folder's entries do; None if that cannot be told.
        patterns: A value that changes when what is ignored does.
        count: The number of the entries.
        is_cut: Whether it has more than were looked at.
        files: The files that can be offered.
        folders: The folders to look into.
    """

    entries: object
    patterns: object
    count: int
    is_cut: bool
    files: tuple[FoundFile, ...]
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """All that was found at one look.

    Attributes:
        roots: The folders that were open then.
        folders: The folders that were looked into.
        is_cut: Whether there is more than is looked at.
    """

    roots: tuple[Path, ...] = ()
    folders: dict[Path, FoundFolder] = field(default_factory=dict[Path, FoundFolder])
    is_cut: bool = False

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes of the files, by their paths in the session."""
        return {file.name: file.stamp[2] for file in self._files()}

    @property
    def inodes(self) -> dict[str, int]:
        """The numbers of the files on the disk, by their paths in the session."""
        return {file.name: file.stamp[0] for file in self._files()}

    def _files(self) -> Iterable[FoundFile]:
        return (file for folder in self.folders.values() for file in folder.files)


def list_files(
    workspace: Workspace, rule: NeverGiven, is_over: Callable[[], bool], known: Listing | None
) -> Listing:
    """Look at all files; folders that have not changed since another look are taken from it.

    Args:
        workspace: The open folders.
        rule: Decides which files are given.
        is_over: Whether to stop.
        known: The look before.
    """
    roots = tuple(workspace.roots)
    if known is not None and (known.roots != roots or _patterns_changed(known)):
        known = None
    look = _Look(workspace, rule, {} if known is None else known.folders)
    found: dict[Path, FoundFolder] = {}
    left = MAX_OFFERED
    waiting = list(reversed(roots))
    is_cut = False
    while waiting and not is_cut and not is_over():
        folder = waiting.pop()
        if folder not in found:
            found[folder] = look.into(folder, left)
            left -= found[folder].count
            is_cut = found[folder].is_cut
            waiting.extend(reversed(found[folder].folders))
    return Listing(roots, found, is_cut=is_cut)


def moves(
    before: Mapping[str, int], after: Mapping[str, int], files: Iterable[str]
) -> dict[str, str]:
    """The new paths of those of these files that were renamed, given the numbers on the disk."""
    gone = {before[file]: file for file in files if file in before and file not in after}
    return {
        gone[inode]: file for file, inode in after.items() if inode in gone and file not in before
    }


class _Look:
    def __init__(
        self, workspace: Workspace, rule: NeverGiven, known: Mapping[Path, FoundFolder]
    ) -> None:
        self._workspace = workspace
        self._rule = rule
        self._known = known
        self._may_read = MAX_READ_BYTES

    def into(self, folder: Path, most: int) -> FoundFolder:
        # Before it is listed: what comes later is found by the next look.
        entries = _entries_stamp(folder)
        known = self._known.get(folder)
        is_same = known is not None and entries is not None and known.entries == entries
        # Of one with more another part may be looked at now.
        if known is not None and is_same and known.count <= most and not known.is_cut:
            return known
        before = {} if known is None else {file.path: file for file in known.files}
        files, folders, is_cut = file_system.listed(folder, most)
        return FoundFolder(
            entries,
            _patterns_stamp(folder),
            len(files) + len(folders),
            is_cut,
            tuple(found for path in files if (found := self._file(path, before)) is not None),
            tuple(
                path for path in folders if self._rule.by_plain_name(path, is_folder=True) is None
            ),
        )

    def _file(self, path: Path, before: Mapping[Path, FoundFile]) -> FoundFile | None:
        stamp = file_system.stamp(path)
        known = before.get(path)
        if known is not None and known.stamp == stamp:
            return known
        if stamp is None or stamp[2] > MAX_DOCUMENT_BYTES:
            return None
        if self._rule.by_plain_name(path) is not None:
            return None
        name = self._workspace.name_of(path)
        if isinstance(name, Unshared):
            return None
        if self._may_read > 0:
            self._may_read -= stamp[2]
            if isinstance(self._rule.by_content(path), NotGiven):
                return None
        return FoundFile(path, name, stamp)


def _patterns_changed(known: Listing) -> bool:
    return any(_patterns_stamp(path) != folder.patterns for path, folder in known.folders.items())


def _patterns_stamp(folder: Path) -> object:
    files = [folder / name for name in PATTERN_FILES] + [folder / ".git" / "info" / "exclude"]
    return tuple(file_system.stamp(path) for path in files)


def _entries_stamp(folder: Path) -> object:
    status = file_system.status(folder)
    if status is None or abs(time.time_ns() - status.st_mtime_ns) < _TICK_NS:
        return None
    return status.st_ino, status.st_mtime_ns
