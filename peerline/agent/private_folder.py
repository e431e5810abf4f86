"""The private files of an agent's folder, read again when they may have changed."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from peerline.agent.private_lines import PrivateContent, PrivateLines
from peerline.owner_only import read_file

MAX_ENTRIES: Final = 10_000
"""Files and folders that are looked at, those near the top first."""
MAX_FILES: Final = 500
MAX_FILE_BYTES: Final = 256 * 1024
REST: Final = 20.0
"""How many times as long as a look takes, none is taken after it."""
_SKIPPED: Final = frozenset(
    {".git", ".hg", ".svn", ".jj", "node_modules", ".venv", "venv", "__pycache__", ".tox"}
)
"""Folders of many files, none of which a user has written."""


class PrivateFolder:
    """Knows what the private files of a folder contain.

    Args:
        folder: The folder of the agent.
        is_private: Whether the content of a path in it must not leave the machine.
    """

    def __init__(
        self,
        folder: Path,
        is_private: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._is_private = is_private
        self._clock = clock
        self._decided: dict[str, bool] = {}
        self._read: dict[str, tuple[tuple[int, int, int], str]] = {}
        """By path, what tells one state of a file from another, and its text."""
        self._content = PrivateContent()
        self._next = float("-inf")

    def content(self) -> PrivateContent:
        """The content of the private files now."""
        began = self._clock()
        if began >= self._next:
            self._look()
            ended = self._clock()
            self._next = ended + REST * (ended - began)
        return self._content

    def _look(self) -> None:
        found: dict[str, tuple[tuple[int, int, int], str]] = {}
        for path in self._private_files():
            known = self._state(path)
            if known is not None:
                found[path] = known
        if found != self._read:
            names = frozenset(path.rpartition("/")[2].casefold() for path in found)
            self._content = PrivateContent(names, PrivateLines(text for _, text in found.values()))
            self._read = found

    def _state(self, path: str) -> tuple[tuple[int, int, int], str] | None:
        place = self._folder / path
        try:
            status = place.stat()
        except (OSError, ValueError):
            return None
        state = (status.st_mtime_ns, status.st_ino, status.st_size)
        known = self._read.get(path)
        if known is not None and known[0] == state:
            return known
        try:
            return state, read_file(place, MAX_FILE_BYTES)[0].decode("utf-8", "replace")
        except (OSError, ValueError):
            return state, ""

    def _private_files(self) -> list[str]:
        found: list[str] = []
        for path in self._files():
            is_private = self._decided.get(path)
            if is_private is None:
                if len(self._decided) >= 2 * MAX_ENTRIES:
                    self._decided.clear()
                is_private = self._decided[path] = self._is_private(path)
            if is_private:
                found.append(path)
                if len(found) == MAX_FILES:
                    break
        return found

    def _files(self) -> Iterator[str]:
        folders = deque([""])
        left = MAX_ENTRIES
        while folders and left > 0:
            inner = folders.popleft()
            try:
                with os.scandir(self._folder / inner) as entries:
                    for entry in entries:
                        left -= 1
                        if left < 0:
                            return
                        path = f"{inner}{entry.name}"
                        if entry.is_dir(follow_symlinks=False):
                            if entry.name not in _SKIPPED:
                                folders.append(f"{path}/")
                        elif entry.is_file():
                            yield path
            except OSError:
                continue
