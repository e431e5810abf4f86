"""The one rule for what is never given of a folder that is offered to a session.

The same answer for the tree, for opening a file and for what changes later: a file that is hidden
in the tree is not to be had by its name either.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES
from peerline_bridge.offers.ignored import PATTERN_FILES, IgnoreRules
from peerline_bridge.texts import file_system
from peerline_bridge.texts.decoding import decode
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.private_files import is_private
from peerline_bridge.texts.session_paths import Unshared, relative_parts

_MAX_PATTERN_BYTES: Final = 256 * 1024
_KEY_HEADER: Final = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-[0-9]:",
    re.MULTILINE,
)


class NotGiven(StrEnum):
    """Why a file is not given. Others are told only that it is not there."""

    OUTSIDE = "it is outside of the folders that are open"
    PRIVATE = "it may hold secrets"
    IGNORED = "the project ignores it"
    MISSING = "it is not here"
    TOO_LARGE = "it is too large to be shared"
    BINARY = "it is not a text in UTF-8"
    LINE_ENDS = "its lines end in different ways"


class NeverGiven:
    """Decides about the files of the folders that are open."""

    def __init__(
        self, workspace: Workspace, home: Callable[[], Path | None] = file_system.user_home
    ) -> None:
        self._workspace = workspace
        self._home = home
        self._rules: dict[Path, IgnoreRules] = {}

    def forget(self) -> None:
        """Read the files of patterns again."""
        self._rules.clear()

    def concerns(self, path: Path) -> bool:
        """Whether a file decides about others, so that its change makes `forget` needed."""
        return path.name in PATTERN_FILES or path.parts[-3:] == (".git", "info", "exclude")

    def by_name(self, path: Path, *, is_folder: bool = False) -> NotGiven | None:
        """Why a file or folder is not given, as far as its path tells."""
        resolved = file_system.resolve(path)
        if resolved is None:
            return NotGiven.MISSING
        roots = [root for root in self._workspace.roots if resolved.is_relative_to(root)]
        if resolved != path or not roots or resolved in roots:
            # A link is not followed, not even to a file that would be given by its own name.
            return NotGiven.OUTSIDE
        return self.by_plain_name(path, is_folder=is_folder)

    def by_plain_name(self, path: Path, *, is_folder: bool = False) -> NotGiven | None:
        """As `by_name`, of what was found below an open folder and is no link."""
        for root in self._workspace.roots:
            below = relative_parts(path, root)
            if below is None:
                continue
            if is_private("/".join(below)):
                return NotGiven.PRIVATE
            if self._rules_of(root).is_ignored(path, is_folder=is_folder):
                return NotGiven.IGNORED
        return None

    def find(self, file: str) -> Path | NotGiven:
        """The local path of a session's path, unless the file is not given by its name."""
        path = self._workspace.find(file)
        match path:
            case Unshared.PRIVATE:
                return NotGiven.PRIVATE
            case Unshared():
                return NotGiven.OUTSIDE
            case _:
                return self.by_name(path) or path

    def read(self, path: Path) -> str | NotGiven:
        """The text of a file on the disk, with LF line ends, unless it is not given."""
        return self.by_name(path) or self.by_content(path)

    def by_content(self, path: Path) -> str | NotGiven:
        """As `read`, of a file whose name was looked at."""
        data = file_system.read(path, MAX_DOCUMENT_BYTES)
        if isinstance(data, file_system.NotRead):
            is_long = data.problem is file_system.Problem.TOO_LONG
            return NotGiven.TOO_LARGE if is_long else NotGiven.MISSING
        text = decode(data)
        return NotGiven.BINARY if text is None else self.by_text(text) or text.replace("\r\n", "\n")

    def by_text(self, text: str) -> NotGiven | None:
        """Why a text is not given, whatever its file is called."""
        if "\x00" in text:
            return NotGiven.BINARY
        if _KEY_HEADER.search(text):
            return NotGiven.PRIVATE
        plain = text.replace("\r\n", "\n")
        if "\r" in plain or (plain != text and plain.count("\n") != text.count("\r\n")):
            return NotGiven.LINE_ENDS
        if plain.count("\n") >= MAX_DOCUMENT_LINES:
            return NotGiven.TOO_LARGE
        return NotGiven.TOO_LARGE if len(plain.encode()) > MAX_DOCUMENT_BYTES else None

    def _rules_of(self, root: Path) -> IgnoreRules:
        rules = self._rules.get(root)
        if rules is None:
            rules = self._rules[root] = IgnoreRules(root, _read_patterns, _is_top, self._home())
        return rules


def _read_patterns(path: Path) -> str | None:
    data = file_system.read(path, _MAX_PATTERN_BYTES)
    return None if isinstance(data, file_system.NotRead) else data.decode("utf-8", "replace")


def _is_top(folder: Path) -> bool:
    return file_system.status(folder / ".git") is not None
