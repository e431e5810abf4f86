"""Remembers which texts of a user's files came from shared ones, so that they join silently.

A file that is closed has the text of its last save, or of its closing. All of that is in the
history of the shared text: nothing in it is the user's own. Hashes are kept, also on the disk.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from peerline.owner_only import make_private_folder, replace_private
from peerline_bridge.coediting.text_hash import hash_of

_log = logging.getLogger("peerline.bridge")
NAME: Final = "seen-documents.json"
MAX_DOCUMENTS: Final = 200
"""Documents that are remembered: those that were closed last."""
MAX_BYTES: Final = 256 * 1024
"""A file that is longer is none of ours."""


class SeenTexts:
    """The hashes of the texts of closed files, by document.

    Args:
        state_dir: Finds the folder of the user's state.
    """

    def __init__(self, state_dir: Callable[[], Path]) -> None:
        self._state_dir = state_dir
        self._saved: dict[str, str] = {}

    def saved(self, document_id: str, saved_hash: str) -> None:
        """A file was saved while it had its part in the shared text."""
        self._saved[document_id] = saved_hash

    def closed(self, document_id: str, text: str) -> None:
        """A file was closed with a text that was all shared."""
        hashes = {hash_of(text), self._saved.pop(document_id, hash_of(text))}
        try:
            path = self._path()
            known = _read(path)
            known.pop(document_id, None)
            known[document_id] = sorted(hashes)
            make_private_folder(path.parent)
            replace_private(path, json.dumps(dict([*known.items()][-MAX_DOCUMENTS:])))
        except OSError as error:
            _log.warning("the text of a closed file is not remembered: %s", error.strerror or error)

    def has(self, document_id: str, text: str) -> bool:
        """Whether a file with this text has nothing of the user's own in it."""
        try:
            return hash_of(text) in _read(self._path()).get(document_id, ())
        except OSError:
            return False

    def _path(self) -> Path:
        return self._state_dir() / NAME


def _read(path: Path) -> dict[str, list[str]]:
    """The content of the file; whatever makes no sense in it counts as nothing."""
    try:
        content: object = json.loads(path.read_bytes()) if path.stat().st_size <= MAX_BYTES else {}
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    known = cast("dict[str, Any]", content)
    return {
        document_id: [each for each in cast("list[Any]", hashes) if isinstance(each, str)]
        for document_id, hashes in known.items()
        if isinstance(hashes, list)
    }
