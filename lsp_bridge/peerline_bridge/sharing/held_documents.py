"""Shared files of the user's folder that this editor has not open: what others write is kept.

The bridge never writes into a folder of the user. It follows the text, and where the sharing ends
while the file is not open it leaves the others' version in a file beside, as everywhere.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline.client.callbacks import ignore
from peerline.documents.delta import Delta
from peerline.documents.errors import UpdateError
from peerline.protocol.editor.session import NoticeLevel
from peerline_bridge import sanitize
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import Opened, SessionDocuments
from peerline_bridge.sharing.file_notices import Notify

_log = logging.getLogger("peerline.bridge")
MAX_HELD: Final = 40
"""Files that are followed at a time; the server opens 50 documents for a connection."""


@dataclass(slots=True)
class _Held:
    """A file that was shared because somebody opened it.

    Attributes:
        file: Its path in the session.
        path: The file of the user.
        seed: The hash of the text that was shared.
        opened: The document; None while the editor has it open, or it is followed no longer.
        is_told: Whether the user knows that others have changed it.
        is_left: Whether it is not followed any more, as others took its place.
    """

    file: str
    path: Path
    seed: str
    opened: Opened | None = None
    is_told: bool = False
    is_left: bool = False


class HeldDocuments:
    """The files that others opened in the folder that this editor shares.

    Args:
        is_open: Whether the editor has a document open.
        read: The text of a file on the disk, if it can be read.
        keep: Keeps a version of a file, given its path in the session and the text; the place.
        notify: Shows a notice, given its level, code and text.
    """

    def __init__(
        self,
        guard: Guard,
        is_open: Callable[[str], bool],
        read: Callable[[Path], str | None],
        keep: Callable[[str, str], Path],
        notify: Notify,
    ) -> None:
        self._guard = guard
        self._is_open = is_open
        self._read = read
        self._keep = keep
        self._notify = notify
        self._documents: SessionDocuments | None = None
        self._held: dict[str, _Held] = {}
        """By the id of the document, the one that was shared last at the end."""

    @property
    def files(self) -> dict[str, str]:
        """The paths in the session of all files, by the id of the document."""
        return {document_id: held.file for document_id, held in self._held.items()}

    def begin(self, documents: SessionDocuments | None) -> None:
        """A session is at hand."""
        self.end()
        self._documents = documents

    def end(self) -> None:
        """There is no session any more."""
        for document_id in list(self._held):
            self._guard.run("keeping a shared file", self._drop, document_id)
        self._held.clear()
        self._documents = None

    def add(self, document_id: str, file: str, path: Path, text: str) -> None:
        """A file was shared with this text because somebody wants to open it."""
        self._held.setdefault(document_id, _Held(file, path, hash_of(text)))
        self.look_again()

    def moved(self, document_id: str, file: str, path: Path) -> None:
        """The user's file has another name."""
        held = self._held.get(document_id)
        if held is not None:
            held.file, held.path = file, path

    def release(self, document_id: str) -> None:
        """The editor opens the document itself."""
        held = self._held.get(document_id)
        if held is not None and held.opened is not None:
            opened, held.opened = held.opened, None
            if opened.state != "detached":
                opened.close()

    def look_again(self) -> None:
        """Files were opened or closed, or documents are no longer shared."""
        documents = self._documents
        if documents is None or not self._held:
            return
        for document_id, held in list(self._held.items()):
            if documents.get(document_id) is None:
                self._guard.run("keeping a shared file", self._drop, document_id)
                self._held.pop(document_id, None)
            elif self._is_open(document_id):
                held.is_told = held.is_left = False
            elif held.opened is None and not held.is_left:
                self._follow(documents, document_id, held)

    def _follow(self, documents: SessionDocuments, document_id: str, held: _Held) -> None:
        followed = [each for each, other in self._held.items() if other.opened is not None]
        if len(followed) >= MAX_HELD:
            oldest = followed[0]
            self._drop(oldest)
            self._held[oldest].is_left = True

        def on_change(_: Delta) -> None:
            self._tell(held)

        try:
            held.opened = documents.open(
                document_id,
                on_change=on_change,
                on_state=ignore,
                on_keep=ignore,
                on_discarded=ignore,
            )
        except (UpdateError, ValueError):
            # The editor has just closed it, and edits are on their way: it is followed after that.
            _log.debug("a document is still open")

    def _tell(self, held: _Held) -> None:
        if held.is_told:
            return
        held.is_told = True
        text = f"Others write in {sanitize.line(held.file)}. Open it to have their changes here."
        self._notify(NoticeLevel.INFO, "SHARED_FILE_CHANGED", text)

    def _drop(self, document_id: str) -> None:
        """Follow a document no longer; what others wrote is kept if the user lacks it."""
        held = self._held[document_id]
        if held.opened is None:
            return
        text, was_opened = held.opened.text, held.opened.state != "opening"
        self.release(document_id)
        if not was_opened or hash_of(text) == held.seed or text == self._read(held.path):
            return
        name = sanitize.line(held.file)
        try:
            path = self._keep(held.file, text)
        except OSError as error:
            reason = error.strerror or str(error)
            lost = f"What others wrote in {name} could not be kept ({reason})."
            self._notify(NoticeLevel.ERROR, "INTERNAL_ERROR", lost)
            return
        kept = f"Others changed {name}, which was not open here. Their version is kept in {path}"
        self._notify(NoticeLevel.INFO, "VERSION_KEPT", kept)
