"""The paths whose content the owner of an agent keeps to themselves: `.peerlineignore`."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

from peerline.owner_only import read_file

IGNORE_FILE: Final = ".peerlineignore"


def ignored(folder: Path) -> Callable[[str], bool]:
    """Whether the owner keeps the content of a path to themselves, by `.peerlineignore`."""
    try:
        text = read_file(folder / IGNORE_FILE)[0].decode("utf-8", "replace")
        spec = GitIgnoreSpec.from_lines(text.splitlines())
    except (OSError, ValueError):
        return lambda _: False
    return spec.match_file
