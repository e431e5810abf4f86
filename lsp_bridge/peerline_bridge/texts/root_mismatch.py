"""Notices from the others' paths that they start at another root than this user's. Pure."""

from collections.abc import Callable, Iterable
from typing import Final

ENOUGH: Final = 2
"""Different paths that must say the same where a single one may be chance (a `README.md`)."""
MAX_SEEN: Final = 1000
MEND: Final = (
    "Put an empty file .peerline.toml into the folder that you all have, or set the root of paths "
    "(the option root; peerline.root in VS Code)."
)


class RootMismatch:
    """Evidence from the paths of a session's participants; told once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._evidence: dict[str, int] = {}
        self._is_told = False

    def is_news(self, file: str) -> bool:
        """Whether a path may show something that is not known."""
        return not self._is_told and file not in self._seen and len(self._seen) < MAX_SEEN

    def observe(
        self, file: str, exists: Callable[[str], bool], mine: Iterable[str], prefixes: Iterable[str]
    ) -> str | None:
        """Take in a path of a peer; a text for the user if it shows that the roots differ.

        Args:
            file: the path.
            exists: whether there is a file of a path here.
            mine: the paths of the open documents.
            prefixes: the beginnings that all paths of an open folder have here.
        """
        if not self.is_news(file):
            return None
        self._seen.add(file)
        if exists(file):
            return None
        found = _theirs(file, exists) or _mine(file, exists, mine, prefixes)
        if found is None:
            return None
        text, is_certain = found
        self._evidence[text] = self._evidence.get(text, 0) + 1
        if not is_certain and self._evidence[text] < ENOUGH:
            return None
        self._is_told = True
        return f"{text}, so places are not shared. {MEND}"


def _theirs(file: str, exists: Callable[[str], bool]) -> tuple[str, bool] | None:
    parts = file.split("/")
    for cut in range(1, len(parts)):
        if exists("/".join(parts[cut:])):
            prefix = "/".join(parts[:cut])
            return f"The others' paths start with {prefix}, yours do not", len(parts) - cut > 1
    return None


def _mine(
    file: str, exists: Callable[[str], bool], mine: Iterable[str], prefixes: Iterable[str]
) -> tuple[str, bool] | None:
    is_certain = "/" in file
    found = [path[: -len(file) - 1] for path in mine if path.endswith(f"/{file}")]
    found += [prefix for prefix in prefixes if exists(f"{prefix}/{file}")]
    if not found:
        return None
    return f"Your paths start with {found[0]}, the others' do not", is_certain
