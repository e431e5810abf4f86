"""Looks through the open folders for what can be offered. Bounded; in a thread of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from peerline.protocol.limits import MAX_DOCUMENT_BYTES
from peerline_bridge.offers.never_given import NeverGiven
from peerline_bridge.texts import file_system
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.session_paths import Unshared

MAX_OFFERED: Final = 20_000
"""The files and folders that are looked at; a workspace with more is offered only so far."""


def list_files(
    workspace: Workspace, rule: NeverGiven, is_over: Callable[[], bool]
) -> dict[str, int]:
    """The sizes of the files that can be offered, by their paths in the session.

    Files that are too large are left out; what is in a file is looked at when it is wanted.
    """
    found: dict[str, int] = {}
    left = MAX_OFFERED
    for root in workspace.roots:
        for path in file_system.walk(
            root, enters=lambda folder: rule.by_name(folder, is_folder=True) is None, most=left
        ):
            if is_over():
                return found
            left -= 1
            size = _size(path)
            if size is None or size > MAX_DOCUMENT_BYTES or rule.by_name(path) is not None:
                continue
            name = workspace.name_of(path)
            if not isinstance(name, Unshared):
                found[name] = size
    return found


def _size(path: Path) -> int | None:
    status = file_system.status(path)
    return None if status is None else status.st_size
