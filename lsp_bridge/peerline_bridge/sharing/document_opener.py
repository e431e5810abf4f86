"""Opens shared documents at the server, and lets go of them when all edits are there."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from peerline.documents.delta import Delta
from peerline.documents.errors import UpdateError
from peerline.tasks import Tasks
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import Opened, SessionDocuments
from peerline_bridge.sharing.disk_text import disk_text
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.sharing.keeping import Keeping, KeepingParts, keeping_of
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.server_checks import ServerChecks

_log = logging.getLogger("peerline.bridge")


class DocumentOpener:
    """The documents of one editor.

    Args:
        state_dir: Finds the folder of the user's state.
        link: The editor; None if it cannot be asked.
        on_change: Called when something that is shown may have changed.

    Attributes:
        names: The server, the session and the person.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        guard: Guard,
        state_dir: Callable[[], Path],
        link: EditorLink | None,
        on_change: Callable[[], None],
    ) -> None:
        self.names: tuple[str, str, str] = ("", "", "")
        self._loop = loop
        self._guard = guard
        self._state_dir = state_dir
        self._link = link
        self._on_change = on_change
        self._tasks = Tasks()
        self._leaving: dict[str, tuple[Opened, Keeping | None]] = {}
        """Documents of closed files whose last edits the server has not confirmed."""

    def open(
        self, file: OpenFile, documents: SessionDocuments, on_discarded: Callable[[str], None]
    ) -> None:
        """Open the document of a file.

        Args:
            file: The file.
            documents: The documents of the session.
            on_discarded: Gets the text of edits that are not kept in the shared text.
        """
        guard = self._guard.wrap
        document_id = file.document_id
        if document_id in self._leaving:
            _part(*self._leaving.pop(document_id), keeps=True)
        file.keeping = self._keeping(file, documents)
        if file.keeping is not None and not file.saved_hash:
            file.saved_hash = file.keeping.found.saved
            disk = disk_text(file.uri) if file.saved_hash else None
            if disk is not None and hash_of(disk) == file.saved_hash:
                file.saved_text = disk

        checks = ServerChecks(self._loop, self._tasks, lambda: file.opened)

        def on_change(change: Delta) -> None:
            file.on_remote(change)
            checks.changed()

        def on_keep(opened: Opened) -> None:
            self._kept_changed(file, opened)
            checks.changed()

        def open_with(kept: bytes | None) -> Opened:
            return documents.open(
                document_id,
                on_change=guard("an edit of others", on_change),
                on_state=guard("the state of a document", file.on_state),
                on_keep=on_keep,
                on_discarded=guard("keeping a text", on_discarded),
                kept=kept,
            )

        try:
            file.opened = open_with(None if file.keeping is None else file.keeping.found.updates)
        except UpdateError as error:
            _log.error("the kept edits of a document cannot be read: %s", error)
            file.opened = open_with(None)

    def end(self) -> None:
        """There is no session any more: what the server lacks stays on the disk."""
        for opened, keeping in self._leaving.values():
            _part(opened, keeping, keeps=bool(opened.pending))
        self._leaving.clear()

    def leave(self, file: OpenFile) -> None:
        """Let go of a file that is closed, once the server has all of its edits."""
        file.close()
        opened, keeping = file.opened, file.keeping
        if opened is None:
            return
        if opened.state != "detached" and opened.pending:
            self._leaving[file.document_id] = opened, keeping
        else:
            _part(opened, keeping, keeps=False)

    def _kept_changed(self, file: OpenFile, opened: Opened) -> None:
        """The server has confirmed edits, or lacks others."""
        if file.keeping is not None:
            file.keeping.changed()
        if not opened.pending and file.document_id in self._leaving:
            _part(*self._leaving.pop(file.document_id), keeps=False)
        self._on_change()

    def _keeping(self, file: OpenFile, documents: SessionDocuments) -> Keeping | None:
        assert self._link is not None, "checked by the callers"

        def name() -> str:
            shared = documents.get(file.document_id)
            return "" if shared is None else shared.file

        parts = KeepingParts(self._loop, self._guard, self._state_dir, self.names, self._link.name)
        return keeping_of(
            parts,
            file.document_id,
            lambda: file.opened,
            file.common_text,
            lambda: file.saved_hash,
            name,
            lambda: file.question,
        )


def _part(opened: Opened, keeping: Keeping | None, *, keeps: bool) -> None:
    """Let go of a document, with what the server lacks on the disk or without."""
    if keeping is not None:
        keeping.close(keeps=keeps)
    if opened.state != "detached":
        opened.close()
