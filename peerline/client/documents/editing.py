"""The text of an opened document and its edits, whether there is a connection or not. Pure."""

from collections.abc import Callable
from typing import TypeVar

from peerline.client.callbacks import show
from peerline.client.documents.kept import KeptDocument, encode_kept
from peerline.client.documents.local_text import LocalText
from peerline.client.documents.ports import DocumentCallbacks, DocumentStatus
from peerline.client.errors import DocumentNotOpen, DocumentReadOnly
from peerline.documents.delta import Delta
from peerline.documents.errors import UpdateError
from peerline.protocol.errors import ErrorCode

_T = TypeVar("_T")


class EditableDocument:
    """The part of an opened document that its user works with.

    Attributes:
        document_id: Its id.
        can_edit: Whether the server takes edits of this user; true until it says otherwise.
        reason: Why it is detached, for the user.
        code: The server's error code for that, if it has one.
    """

    def __init__(
        self,
        document_id: str,
        clock: Callable[[], float],
        callbacks: DocumentCallbacks,
        kept: KeptDocument | None,
    ) -> None:
        self.document_id = document_id
        self.can_edit = True
        self.reason: str | None = None
        self.code: ErrorCode | None = None
        self._clock = clock
        self._callbacks = callbacks
        self._local: LocalText | None = None if kept is None else LocalText.restored(kept)
        self._status = DocumentStatus.OPENING if kept is None else DocumentStatus.OFFLINE

    @property
    def status(self) -> DocumentStatus:
        """The state of the document."""
        return self._status

    @property
    def generation(self) -> str:
        """The generation of the text; empty before there is one."""
        return "" if self._local is None else self._local.generation

    @property
    def text(self) -> str:
        """The text, own edits included; empty before there is one."""
        return "" if self._local is None else self._local.text

    @property
    def pending(self) -> int:
        """The own updates that the server has not confirmed."""
        return 0 if self._local is None else len(self._local.outbox)

    @property
    def local(self) -> LocalText:
        """The text with its CRDT.

        Raises:
            DocumentNotOpen: If the document is closed or detached, or has no text yet.
        """
        if self._local is None or self._status in {DocumentStatus.OPENING, DocumentStatus.DETACHED}:
            reason = self.reason or "its text is not there yet"
            raise DocumentNotOpen(f"the document is not open: {reason}")
        return self._local

    def edit(self, delta: Delta, *, is_once: bool = False) -> None:
        """Make an own change; `is_once` as in `OpenedDocument.edit`.

        Raises:
            DocumentError: If the document is not open, not writable, or would be too large.
            DeltaError: If the change does not fit the text.
        """
        self._change(lambda local, now: local.edit(delta, now, is_once=is_once))

    def saving(self) -> None:
        """Note that the editor begins to save; see `OpenedDocument.saving`."""
        if self._local is not None:
            self._local.saving(self._clock())

    def saved(self) -> None:
        """Note that the text was saved; see `OpenedDocument.saved`.

        Raises:
            DocumentNotOpen: If the CRDT fails.
        """
        is_open = self._status not in {DocumentStatus.OPENING, DocumentStatus.DETACHED}
        if is_open and self.can_edit:
            self._tell_change(self._change(LocalText.saved))

    def undo(self) -> Delta | None:
        """Take back the last step of own edits; the change, None if there is none."""
        return self._change(LocalText.undo)

    def redo(self) -> Delta | None:
        """Make the step again that was taken back last; the change, None if there is none."""
        return self._change(LocalText.redo)

    def kept(self) -> bytes | None:
        """The state to keep on disk; None if the server has everything."""
        local = self._local
        if local is None or self._status is DocumentStatus.DETACHED or not local.outbox:
            return None
        return encode_kept(local.kept(self.document_id))

    def _edited(self) -> None:
        """Called after each own change."""

    def _detach(self, reason: str, code: ErrorCode | None) -> None:
        if self._status is DocumentStatus.DETACHED:
            return
        self.reason, self.code = reason, code
        self._status = DocumentStatus.DETACHED
        if self._local is not None:
            self._local.close()
        self._tell_state()

    def _change(self, change: Callable[[LocalText, float], _T]) -> _T:
        local = self.local
        if not self.can_edit:
            raise DocumentReadOnly(
                "this document is read-only for you; ask a host for another role"
            )
        try:
            result = change(local, self._clock())
        except UpdateError as error:
            self._detach(f"the CRDT failed: {error}", None)
            raise DocumentNotOpen(f"the edit was not made: {error}") from None
        self._edited()
        self._tell_kept()
        return result

    def _set(self, status: DocumentStatus) -> None:
        if self._status is not status:
            self._status = status
            self._tell_state()

    def _tell_change(self, delta: Delta) -> None:
        if delta:
            show("a change of a document", lambda: self._callbacks.on_change(delta))

    def _tell_state(self) -> None:
        show("the state of a document", self._callbacks.on_state)

    def _tell_kept(self) -> None:
        show("what is kept of a document", self._callbacks.on_keep)
