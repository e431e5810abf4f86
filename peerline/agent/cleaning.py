"""The cleaner of one agent: secrets, the home folder, the workspace, private files. Pure."""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, Final, cast

from peerline.agent.private_lines import NOTHING, PrivateContent
from peerline.agent.redaction import redact, secrets_of
from peerline_bridge.texts import private_files, private_patterns

MAX_COUNTED: Final = 10_000
"""Different secrets that are counted."""
MAX_NAMED_CHARS: Final = 32_768
"""Of a command or a path; what is longer counts as private."""
_WORD: Final = re.compile(r"[^\s\"'`;|&<>(){}\[\]=,:]+")
_QUOTES: Final = re.compile(r"[\"'\\]")
"""The characters that a shell leaves out of a word, as in `.e""nv`."""
_MAX_DEPTH: Final = 32


class AgentCleaner:
    """Cleans all that leaves the machine, and counts the secrets that it hides.

    Args:
        workspace: The folder of the agent.
        home: The user's home.
        environ: The environment of the agent, whose secrets are hidden wherever they appear.
        is_ignored: Whether the content of a path of the workspace must not leave the machine.
        private: What is known of the private files of the workspace, whose lines are hidden too.
    """

    def __init__(
        self,
        workspace: PurePath,
        home: PurePath | None,
        environ: Mapping[str, str],
        is_ignored: Callable[[str], bool] = lambda _: False,
        private: Callable[[], PrivateContent] = lambda: NOTHING,
    ) -> None:
        self._workspace = str(workspace).rstrip("/\\")
        self._places = [
            (place, _place_pattern(place), name)
            for place, name in ((self._workspace, ""), (str(home or "").rstrip("/\\"), "~"))
            if len(place) > 1
        ]
        self._known = secrets_of(environ)
        self._is_ignored = is_ignored
        self._private = private
        self._hidden: set[int] = set()

    @property
    def hidden(self) -> int:
        """The number of different secrets that were hidden."""
        return len(self._hidden)

    def text(self, text: str) -> str:
        """The text without secrets; paths are relative to the workspace or the home folder."""
        # First, since a line of which a part is hidden is not known again.
        found = self.redacted(self._private().lines.hide(text, self._hide))
        for place, pattern, name in self._places:
            if place in found:
                found = pattern.sub(lambda match, name=name: _shortened(match, name), found)
        return found

    def redacted(self, text: str) -> str:
        """The text without secrets, and with its paths as they are."""
        return redact(text, self._known, self._hide)

    def secrets_in(self, text: str) -> list[str]:
        """The parts of a text that `redacted` hides."""
        found: list[str] = []

        def note(kind: str, value: str) -> str:
            found.append(value)
            return self._hide(kind, value)

        redact(text, self._known, note)
        return found

    def json(self, value: object, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
        """The value with every text in it cleaned, for what no limit cuts."""
        if depth > _MAX_DEPTH:
            return None
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(one, depth + 1) for one in cast("list[object]", value)]
        if isinstance(value, dict):
            entries = cast("dict[str, object]", value)
            return {self.text(name): self.json(one, depth + 1) for name, one in entries.items()}
        return value

    def path(self, path: str) -> str | None:
        """The path in the workspace as the wire has it; None for one outside of it."""
        slashed, root = path, self._workspace
        if _is_windows(root):
            slashed, root = (text.replace("\\", "/") for text in (slashed, root))
        if slashed.startswith(root + "/"):
            slashed = slashed[len(root) + 1 :]
        elif slashed.startswith(("/", "~")) or slashed[1:2] == ":":
            return None
        parts = [part for part in slashed.split("/") if part not in {"", "."}]
        if not parts or ".." in parts or any(ord(char) < 0x20 for char in slashed):  # noqa: PLR2004
            return None
        cleaned = self.text("/".join(parts))
        return cleaned if len(cleaned) <= 512 and "\\" not in cleaned else None  # noqa: PLR2004

    def is_private(self, text: str) -> bool:
        """Whether a path, or a command, names a file whose content must not be shown."""
        if len(text) > MAX_NAMED_CHARS:
            return True
        words = {*_WORD.findall(text), *_WORD.findall(_QUOTES.sub("", text))}
        return any(map(self._names_private, words)) or private_patterns.name_private(
            text, self._private().names
        )

    def is_private_path(self, path: str) -> bool:
        """Whether the content of a path of the workspace must not leave the machine."""
        return private_files.is_private(path) or self._is_ignored(path)

    def _names_private(self, word: str) -> bool:
        root = self._workspace
        inner = word[len(root) + 1 :] if word.startswith(root + "/") else word
        plain = inner.replace("\\", "/").strip("*?/").rstrip(". ")
        plain = "/".join(part for part in plain.split("/") if part not in {"", ".", "..", "~"})
        return bool(plain) and (
            private_files.is_private(plain)
            or self._is_ignored(plain)
            or self._is_ignored(f"{plain}/")  # as a folder, which a command can go to
        )

    def _hide(self, kind: str, value: str) -> str:
        if len(self._hidden) < MAX_COUNTED:
            self._hidden.add(hash(value))
        return f"\u2039secret:{kind}\u203a"


def _place_pattern(place: str) -> re.Pattern[str]:
    """The folder as a whole name, with or without something in it."""
    return re.compile(
        rf"(?<![\w.~/\\-]){re.escape(place)}(?:(?P<into>[/\\])(?=[\w.@-])|(?P<end>[/\\]?)(?![\w-]))"
    )


def _shortened(match: re.Match[str], name: str) -> str:
    if match["into"]:
        return f"{name}{match['into']}" if name else ""
    return (name or ".") + match["end"]


def _is_windows(folder: str) -> bool:
    return folder[1:2] == ":"
