"""Tells the editor who saved a shared file, and whether its own text is the one that was saved."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from peerline.protocol.documents import DocumentSaved
from peerline.protocol.editor.documents import EditorDocumentSaved
from peerline_bridge import sanitize
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.shared_files import SharedFiles

HELD_SECONDS: Final = 1.0
"""How long an edit of others may be on its way to the editor until a save is told without it."""


@dataclass(frozen=True, slots=True)
class _Held:
    event: DocumentSaved
    timer: asyncio.TimerHandle


class SaveNotices:
    """Saves come just after the edits of a formatter, which the editor may not have made yet.

    Args:
        name: The name of a user.
        show: Shows one save.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        files: SharedFiles,
        name: Callable[[str], str],
        show: Callable[[EditorDocumentSaved], None],
    ) -> None:
        self._loop = loop
        self._files = files
        self._name = name
        self._show = show
        self._held: dict[str, _Held] = {}
        """By document."""

    def saved(self, event: DocumentSaved) -> None:
        """Somebody saved their file of a shared document."""
        document_id = event.document_id
        self._give_up(document_id)
        file = self._files.file(document_id)
        is_equal = _has(file, event)
        if is_equal or not _is_on_its_way(file):
            self._tell(event, is_equal=is_equal)
            return
        timer = self._loop.call_later(HELD_SECONDS, self._give_up, document_id)
        self._held[document_id] = _Held(event, timer)

    def look_again(self) -> None:
        """Something of the files has changed."""
        for document_id, held in list(self._held.items()):
            if _has(self._files.file(document_id), held.event):
                held.timer.cancel()
                del self._held[document_id]
                self._tell(held.event, is_equal=True)

    def end(self) -> None:
        """Nothing is told any more."""
        for held in self._held.values():
            held.timer.cancel()
        self._held.clear()

    def _give_up(self, document_id: str) -> None:
        """Tell a save that was held, whatever text is here by now."""
        held = self._held.pop(document_id, None)
        if held is not None:
            held.timer.cancel()
            self._tell(held.event, is_equal=_has(self._files.file(document_id), held.event))

    def _tell(self, event: DocumentSaved, *, is_equal: bool) -> None:
        shared = next((each for each in self._files.known if each.id == event.document_id), None)
        if shared is None:
            return
        file = self._files.file(shared.id)
        self._show(
            EditorDocumentSaved(
                document_id=shared.id,
                file=sanitize.line(shared.file),
                uri=self._files.paths.place_of(shared)[0] if file is None else file.uri,
                user_id=event.user_id,
                username=self._name(event.user_id),
                is_equal=is_equal,
            )
        )


def _is_on_its_way(file: OpenFile | None) -> bool:
    return file is not None and file.joined is not None and file.joined.is_waiting


def _has(file: OpenFile | None, event: DocumentSaved) -> bool:
    return file is not None and hash_of(file.text) == event.hash
