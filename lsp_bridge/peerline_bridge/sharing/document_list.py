"""The list of shared documents, as the editor shows it."""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline.client import Replica
from peerline.protocol.documents import SharedDocument
from peerline.protocol.editor.documents import (
    DocumentReader,
    DocumentState,
    EditorDocument,
    EditorDocuments,
)
from peerline.protocol.roles import Role
from peerline_bridge import sanitize
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.shared_files import SharedFiles

SHOW_SECONDS: Final = 0.05
"""Changes within this time are shown at once."""
WAITING_SECONDS: Final = 1.0
"""A text that waits for the editor is shown as waiting after this time."""


class DocumentList:
    """Shows the list whenever it has changed.

    Args:
        show: Shows the list.
        replica: The session at hand.
        color_and_name: The color and the name of a user.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        files: Callable[[], SharedFiles],
        guard: Guard,
        show: Callable[[EditorDocuments], None],
        replica: Callable[[], Replica | None],
        color_and_name: Callable[[str], tuple[int, str]],
    ) -> None:
        self._loop = loop
        self._files = files
        self._guard = guard
        self._show = show
        self._replica = replica
        self._color_and_name = color_and_name
        self._shown: EditorDocuments | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: dict[str, float] = {}
        """The times since which texts wait."""

    def changed(self) -> None:
        """Something of it may have changed."""
        if self._timer is None:
            self._timer = self._loop.call_later(
                SHOW_SECONDS, self._guard.wrap("showing shared documents", self._show_now)
            )

    def begin(self) -> None:
        """Another session: show the list also if it is the same."""
        self._shown = None
        self.changed()

    def close(self) -> None:
        """Show nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def listed(self) -> EditorDocuments:
        """The list now."""
        return EditorDocuments(documents=[self._document(each) for each in self._files().known])

    def _show_now(self) -> None:
        self._timer = None
        documents = self.listed()
        if self._waiting:
            self._timer = self._loop.call_later(
                WAITING_SECONDS, self._guard.wrap("showing shared documents", self._show_now)
            )
        if documents != self._shown:
            self._shown = documents
            self._show(documents)

    def _document(self, shared: SharedDocument) -> EditorDocument:
        files = self._files()
        file = files.file(shared.id)
        state = DocumentState.CLOSED if file is None else self._lasting(shared.id, file.state)
        opened = None if file is None else file.opened
        replica = self._replica()
        me = None if replica is None or replica.connected is None else replica.connected.user
        role = None if me is None else me.role
        uri, has_file = files.paths.place_of(shared)
        return EditorDocument(
            document_id=shared.id,
            generation=shared.generation,
            file=sanitize.line(shared.file),
            uri=uri if file is None else file.uri,
            is_open=file is not None,
            has_file=has_file,
            state=state,
            reason=None if file is None or file.reason is None else sanitize.line(file.reason),
            pending=0 if opened is None else opened.pending,
            can_edit=role is not Role.VIEWER and (opened is None or opened.can_edit),
            can_unshare=me is not None and (role is Role.HOST or me.id == shared.shared_by),
            shared_by=shared.shared_by,
            shared_by_name=self._color_and_name(shared.shared_by)[1],
            open_by=self._readers(replica, shared.id, None if me is None else me.id),
        )

    def _lasting(self, document_id: str, state: DocumentState) -> DocumentState:
        """A text that waits only for a moment is shown as equal: it comes with every key."""
        if state is not DocumentState.WAITING:
            self._waiting.pop(document_id, None)
            return state
        now = self._loop.time()
        since = self._waiting.setdefault(document_id, now)
        return state if now - since >= WAITING_SECONDS else DocumentState.EQUAL

    def _readers(
        self, replica: Replica | None, document_id: str, me: str | None
    ) -> list[DocumentReader]:
        readers: list[DocumentReader] = []
        for person in () if replica is None else replica.participants.values():
            if person.id != me and document_id in (person.presence.documents or ()):
                color, name = self._color_and_name(person.id)
                readers.append(DocumentReader(user_id=person.id, username=name, color=color))
        return readers
