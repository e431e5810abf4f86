"""Files that a project ignores, by git's rules (gitignore(5)) and two more files of patterns.

A repository's configuration is not asked, so that no program of a repository runs: beside the
files in its folders `.git/info/exclude` and the user's own file in its usual place count. A file
that is tracked although a pattern matches it counts as ignored.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

PATTERN_FILES: Final = (".gitignore", ".ignore", ".peerlineignore")
"""Read in every folder; a later one overrides an earlier one."""

_MAX_FOLDERS: Final = 4_096
"""The folders whose patterns are kept in memory."""
_MAX_STARS: Final = 3
"""Runs of stars in a pattern. The time that a match takes grows by a power for each."""
_STARS: Final = re.compile(r"\*+")
_NO_PATTERN: Final = (ValueError, re.error)

ReadText = Callable[[Path], str | None]


class IgnoreRules:
    """The paths below a folder that are ignored.

    Args:
        folder: An open folder, without links.
        read_text: Reads a small file of patterns; None if there is none, or it cannot be read.
        is_top: Whether a folder is the top of a repository.
        home: The user's home folder, for the user's own patterns.
    """

    def __init__(
        self, folder: Path, read_text: ReadText, is_top: Callable[[Path], bool], home: Path | None
    ) -> None:
        self._folder = folder
        self._read_text = read_text
        self._top = next((top for top in (folder, *folder.parents) if is_top(top)), None)
        self._start = self._top or folder
        self._home = home
        self._specs: dict[Path, tuple[GitIgnoreSpec, ...]] = {}
        self._folders: dict[Path, bool] = {}

    def forget(self) -> None:
        """Read the patterns again: a file of them has changed."""
        self._specs.clear()
        self._folders.clear()

    def is_ignored(self, path: Path, *, is_folder: bool = False) -> bool:
        """Whether a path below the folder is ignored, or lies in a folder that is."""
        above = path.parent
        if above not in {self._start, path} and self._is_folder_ignored(above):
            return True
        return self._matches(path, is_folder=is_folder)

    def _is_folder_ignored(self, folder: Path) -> bool:
        known = self._folders.get(folder)
        if known is None:
            if len(self._folders) >= _MAX_FOLDERS:
                self._folders.clear()
            known = self._folders[folder] = self.is_ignored(folder, is_folder=True)
        return known

    def _matches(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a path is ignored, not regarding the folders above it."""
        for folder in self._folders_above(path):
            specs = self._specs_of(folder)
            if not specs:
                continue
            name = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
            for spec in reversed(specs):
                decided = spec.check_file(name).include
                if decided is not None:
                    return decided
        return False

    def _folders_above(self, path: Path) -> Iterator[Path]:
        """The folders whose patterns count, the nearest first."""
        for folder in path.parents:
            yield folder
            if folder == self._start:
                return

    def _specs_of(self, folder: Path) -> tuple[GitIgnoreSpec, ...]:
        specs = self._specs.get(folder)
        if specs is None:
            if len(self._specs) >= _MAX_FOLDERS:
                self._specs.clear()
            specs = self._specs[folder] = tuple(self._read_specs(folder))
        return specs

    def _read_specs(self, folder: Path) -> Iterator[GitIgnoreSpec]:
        files = [folder / name for name in PATTERN_FILES]
        if folder == self._start:
            files[:0] = self._files_of_the_whole()
        for file in files:
            text = self._read_text(file)
            if text is not None:
                yield _spec(text)

    def _files_of_the_whole(self) -> Iterator[Path]:
        """The files that count for all folders, the weakest first."""
        if self._home is not None:
            yield self._home / ".config" / "git" / "ignore"
        if self._top is not None:
            yield self._top / ".git" / "info" / "exclude"


def _spec(text: str) -> GitIgnoreSpec:
    """The patterns of a file. A line that is none matches nothing, as git has it."""
    lines = [_bounded(line) for line in text.removeprefix("\ufeff").split("\n")]
    try:
        return GitIgnoreSpec.from_lines(lines)
    except _NO_PATTERN:
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except _NO_PATTERN:
        return False
    return True


def _bounded(line: str) -> str:
    """A pattern that is matched in a bounded time.

    With many stars it becomes one of the last name alone, which matches more; one that takes files
    back is left out then. So more is ignored, never less.
    """
    if len(_STARS.findall(line)) <= _MAX_STARS:
        return line
    if line.startswith("!"):
        return ""
    if "[" in line or "\\" in line:
        return "*"
    names = line.rstrip().rstrip("/").split("/")
    while names and names[-1] == "**":
        names.pop()
    if not names:
        return "*"
    stars = list(_STARS.finditer(names[-1]))
    if len(stars) <= _MAX_STARS:
        return names[-1]
    return names[-1][: stars[0].start()] + "*" + names[-1][stars[-1].end() :]
