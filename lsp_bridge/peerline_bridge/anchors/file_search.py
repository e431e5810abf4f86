"""Looks through the workspace for files that have gone from their paths. Bounded; own thread."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from threading import Event
from typing import Final

from peerline_bridge.anchors.anchor import Anchor, normalise
from peerline_bridge.anchors.renames import recognise
from peerline_bridge.texts import file_system
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import split_lines
from peerline_bridge.texts.session_paths import Unshared

MAX_FILES: Final = 20_000
"""A workspace with more is looked through only so far."""
MAX_READ: Final = 500
"""The number of files that are read, those with a similar path first."""
MAX_BYTES: Final = 1024 * 1024
MAX_SECONDS: Final = 5.0
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "target", "dist", "build", "venv"})


def find_renamed(
    workspace: Workspace,
    gone: Mapping[str, Sequence[Anchor]],
    *,
    known: frozenset[str],
    stop: Event,
) -> dict[str, str]:
    """For files that have gone, the paths under which they are in the workspace now.

    Hidden files and folders, private ones, links, big and binary files are left out, and so are
    those that the session knows under their own paths (`known`). It ends early when `stop` is set.
    """
    deadline = time.monotonic() + MAX_SECONDS

    def is_over() -> bool:
        return stop.is_set() or time.monotonic() > deadline

    suffixes = {PurePosixPath(file).suffix for file in gone}
    names = {PurePosixPath(file).name for file in gone}
    # A file of two open folders, one inside the other, is one file.
    paths = {
        file: path
        for path in _walk(workspace, is_over)
        if path.suffix in suffixes
        and not isinstance(file := workspace.name_of(path), Unshared)
        and file not in known
    }
    ranked = sorted(paths, key=lambda file: (PurePosixPath(file).name not in names, file))
    candidates = (
        (file, lines)
        for file in ranked[:MAX_READ]
        if not is_over() and (lines := _lines(paths[file])) is not None
    )
    return recognise(gone, candidates)


def _walk(workspace: Workspace, is_over: Callable[[], bool]) -> Iterator[Path]:
    left = MAX_FILES
    for root in workspace.roots:
        for path in file_system.walk(root, enters=_is_looked_into, most=left):
            if is_over():
                return
            left -= 1
            if not path.name.startswith("."):
                yield path


def _is_looked_into(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.name not in _SKIPPED


def _lines(path: Path) -> frozenset[str] | None:
    data = file_system.read(path, MAX_BYTES)
    if isinstance(data, file_system.NotRead):
        return None
    try:
        return frozenset(normalise(line) for line in split_lines(data.decode()))
    except UnicodeDecodeError:
        return None
