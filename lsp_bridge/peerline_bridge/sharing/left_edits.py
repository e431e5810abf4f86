"""Edits that a bridge left on the disk, in shared files that are not open in this editor.

They reach the shared document when the session is joined again, or are told to the user with a file
that has them.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from peerline.client.callbacks import ignore
from peerline.client.documents.kept import decode_kept
from peerline.documents.errors import UpdateError
from peerline.documents.shared_text import SharedText
from peerline.protocol.editor.session import NoticeLevel
from peerline.user_folders import NoHomeError
from peerline_bridge import sanitize
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import Opened, SessionDocuments
from peerline_bridge.sharing.file_notices import Notify
from peerline_bridge.sharing.keeping import FOLDER
from peerline_bridge.sharing.kept_files import KeptFile
from peerline_bridge.sharing.recovered_texts import keep_text

_log = logging.getLogger("peerline.bridge")
MAX_AT_ONCE: Final = 10
"""Documents whose edits are sent at the same time; others are looked at after the next join."""


class _Left:
    """The edits of one document that are on their way."""

    def __init__(self, kept: KeptFile) -> None:
        self.kept = kept
        self.opened: Opened | None = None
        self.is_discarded = False
        """Whether they cannot get into the shared text."""
        self.is_saved = True
        """Whether the user has what was discarded."""

    def close(self) -> None:
        """Let go of it, with what the server lacks still on the disk."""
        # A detached document keeps nothing: what is on the disk is then all that there is.
        if self.opened is not None and self.opened.state != "detached":
            if self.is_saved:
                # A text with edits that were discarded is none that both sides come from.
                text = None if self.is_discarded else self.kept.state.text
                self.kept.write(replace(self.kept.state, updates=self.opened.kept(), text=text))
            self.opened.close()
        self.kept.close()


class LeftEdits:
    """The edits that earlier bridges of this user left.

    Args:
        is_open: Whether the editor has a document open, given its id.
        notify: Shows a notice, given its level, code and text.
        state_dir: Finds the folder of the user's state.
    """

    def __init__(
        self,
        guard: Guard,
        is_open: Callable[[str], bool],
        notify: Notify,
        state_dir: Callable[[], Path],
    ) -> None:
        self._guard = guard
        self._is_open = is_open
        self._notify = notify
        self._state_dir = state_dir
        self._session = ""
        self._documents: SessionDocuments | None = None
        self._under_way: dict[str, _Left] = {}

    def begin(self, names: tuple[str, str, str], documents: SessionDocuments | None) -> None:
        """A session is at hand, given the server, the session and the person."""
        self.end()
        self._session = "\n".join(names)
        self._documents = documents

    def end(self) -> None:
        """There is no session any more."""
        for document_id in list(self._under_way):
            self.release(document_id)
        self._documents = None

    def release(self, document_id: str) -> None:
        """The editor opens the document itself, with what was kept."""
        left = self._under_way.pop(document_id, None)
        if left is not None:
            self._guard.run("keeping edits", left.close)

    def look(self) -> None:
        """The session was joined: send what was left."""
        if self._documents is None:
            return
        self._guard.run("looking for edits", self._look, self._documents)

    def _look(self, documents: SessionDocuments) -> None:
        try:
            folder = self._state_dir() / FOLDER
        except NoHomeError:
            return  # without a home nothing was kept
        for kept in KeptFile.left_in(folder):
            state = kept.state
            if state.session != self._session or state.updates is None:
                kept.close()
                continue
            try:
                document_id = decode_kept(state.updates).document_id
            except UpdateError as error:
                _log.error("kept edits cannot be read: %s", error)
                kept.close()
                continue
            if documents.get(document_id) is None:
                self._recover(kept, state.updates)
            elif self._is_open(document_id) or document_id in self._under_way:
                kept.close()
            elif len(self._under_way) < MAX_AT_ONCE:
                self._send(documents, document_id, kept, state.updates)
            else:
                kept.close()

    def _send(
        self, documents: SessionDocuments, document_id: str, kept: KeptFile, updates: bytes
    ) -> None:
        left = self._under_way[document_id] = _Left(kept)
        name = _name(kept)

        def look(opened: Opened) -> None:
            if self._under_way.get(document_id) is not left or opened is not left.opened:
                return
            if opened.state == "equal" and not opened.pending:
                self.release(document_id)
                if not left.is_discarded:
                    text = f"Your edits of {name} from before are in the shared file now."
                    self._notify(NoticeLevel.INFO, "EDITS_SENT", text)
            elif opened.state == "detached":
                del self._under_way[document_id]
                if left.is_discarded and left.is_saved:
                    kept.write(replace(kept.state, updates=None, text=None))
                    kept.close()
                elif kept.state.updates is not None:
                    self._recover(kept, kept.state.updates)

        def discard(text: str) -> None:
            if self._under_way.get(document_id) is left:
                left.is_discarded = True
                left.is_saved = self._keep(name, text, "could not be put into it")

        try:
            left.opened = documents.open(
                document_id,
                on_change=ignore,
                on_state=self._guard.wrap("edits from before", look),
                on_keep=self._guard.wrap("edits from before", look),
                on_discarded=discard,
                kept=updates,
            )
        except (UpdateError, ValueError) as error:
            _log.error("kept edits cannot be sent: %s", error)
            self.release(document_id)
            return
        look(left.opened)

    def _recover(self, kept: KeptFile, updates: bytes) -> None:
        """The document is no longer shared: the user gets the text in a file."""
        text = SharedText()
        try:
            text.apply(decode_kept(updates).state)
            if self._keep(_name(kept), text.text, "were made before its sharing ended"):
                kept.write(replace(kept.state, updates=None, text=None))
        finally:
            text.close()
            kept.close()

    def _keep(self, name: str, text: str, why: str) -> bool:
        try:
            path = keep_text(self._state_dir, name, text, datetime.now)
        except OSError as error:
            reason = error.strerror or str(error)
            lost = f"Your edits of {name} could not be kept ({reason})."
            self._notify(NoticeLevel.ERROR, "INTERNAL_ERROR", lost)
            return False
        told = f"Edits of yours in {name} {why}. Your version is kept in {path}"
        self._notify(NoticeLevel.WARNING, "VERSION_KEPT", told)
        return True


def _name(kept: KeptFile) -> str:
    return sanitize.line(kept.state.file) or "a shared file"
