"""An opened document for asyncio programs: its text, edits, places, and what can be waited for."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Protocol

from peerline.client.callbacks import ignore, show
from peerline.client.documents.collection import OpenedDocuments
from peerline.client.documents.kept import decode_kept
from peerline.client.documents.ports import DocumentCallbacks, DocumentStatus
from peerline.client.errors import ClientError, DocumentNotOpen
from peerline.documents.delta import Delta
from peerline.documents.ranges import range_of
from peerline.protocol.comments import AnchorFields
from peerline.protocol.errors import ErrorCode
from peerline.protocol.types import RelativePosition


class Checker(Protocol):
    """Compares a text with the server's."""

    def __call__(self, document_id: str, state: bytes, text_hash: str) -> Awaitable[bool | None]:
        """Whether the server has this text at this state vector; None if it has another state."""
        ...


def text_hash(text: str) -> str:
    """The hash of a text, as it is on the wire."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


class OpenedDocument:
    """A shared document that this client has open. `Documents.open` makes it.

    Deltas and places count code points. The callbacks are called in the order of the changes; what
    they raise is logged.

    Attributes:
        id: The document's id.
    """

    def __init__(  # noqa: PLR0913 - all but three have defaults
        self,
        document_id: str,
        documents: OpenedDocuments,
        check: Checker,
        *,
        on_change: Callable[[Delta], None] = ignore,
        on_state: "Callable[[OpenedDocument], None]" = ignore,
        on_keep: "Callable[[OpenedDocument], None]" = ignore,
        on_discarded: Callable[[str], None] = ignore,
        kept: bytes | None = None,
    ) -> None:
        self.id = document_id
        self._documents = documents
        self._check = check
        self._moved = asyncio.Event()
        self._on_state = on_state
        self._on_keep = on_keep
        self._ended: str | None = None
        callbacks = DocumentCallbacks(
            on_change, self._state_changed, self._kept_changed, on_discarded
        )
        self._replica = documents.open(
            document_id, callbacks, None if kept is None else decode_kept(kept)
        )
        documents.start(self._replica)

    @property
    def text(self) -> str:
        """The shared text, own edits included."""
        return self._replica.text

    @property
    def state(self) -> DocumentStatus:
        """The state: opening, equal, offline or detached."""
        return self._replica.status

    @property
    def reason(self) -> str | None:
        """Why the document is detached, for the user."""
        return self._replica.reason

    @property
    def code(self) -> ErrorCode | None:
        """The server's error code for that, if it has one."""
        return self._replica.code

    @property
    def can_edit(self) -> bool:
        """Whether the server takes edits of this user."""
        return self._replica.can_edit

    @property
    def generation(self) -> str:
        """The unbroken history that the text belongs to; empty before the text is there."""
        return self._replica.generation

    @property
    def client_id(self) -> int:
        """The Yjs client id of own edits.

        Raises:
            DocumentNotOpen: If the document is not open.
        """
        return self._replica.local.client_id

    @property
    def pending(self) -> int:
        """The own updates that the server has not confirmed; 0 once all are on its disk."""
        return self._replica.pending

    def edit(self, delta: Delta, *, is_once: bool = False) -> None:
        """Change the text; the change goes out within 15 ms, or once there is a connection.

        Args:
            delta: Operations from the start on: a positive number keeps code points, a negative one
                deletes them, a string is inserted.
            is_once: Whether what is inserted is taken back where somebody else inserted the same
                at the same place at once, as two editors do that format the text.

        Raises:
            DocumentError: If the document is not open or read-only, or would be too large. Nothing
                was changed.
            DeltaError: If the change reaches beyond the text. Nothing was changed.
        """
        self._replica.edit(delta, is_once=is_once)

    def saving(self) -> None:
        """Note that the editor begins to save the text, where it tells: LSP's `willSave`.

        What is inserted from then on until `saved` is part of the save, however long it takes.
        """
        self._replica.saving()

    def saved(self) -> None:
        """Note that the text was just saved; `Documents.saved` does it.

        What was inserted within the second before, as formatters do on saving, is from then on
        needed once only, as with `is_once`: what is there twice already is taken back.
        """
        self._replica.saved()

    def replace(self, old: str, new: str) -> None:
        """Replace a piece of text that is there exactly once, as agents edit.

        Raises:
            ValueError: If it is there more than once, or not at all. Nothing was changed.
            DocumentError: as `edit`.
        """
        text = self.text
        at = text.find(old)
        if not old or at < 0:
            raise ValueError("the text to replace is not in the document")
        if text.find(old, at + 1) >= 0:
            raise ValueError("the text to replace is there more than once: take more context")
        # Only what differs is an edit: comments and cursors in what stays are where they were.
        from peerline.documents.difference import difference  # noqa: PLC0415 - costs a start-up

        self.edit(difference(old, new, at))

    def undo(self) -> Delta | None:
        """Take back the last step of own edits; the change, None if there is nothing to undo.

        Raises:
            DocumentError: as `edit`.
        """
        return self._replica.undo()

    def redo(self) -> Delta | None:
        """Make the step again that was taken back last; the change, None if there is none.

        Raises:
            DocumentError: as `edit`.
        """
        return self._replica.redo()

    def end_undo_step(self) -> None:
        """Begin a new step of undo with the next edit; so does half a second without edits."""
        self._replica.local.places.end_undo_step()

    def relative(self, index: int, assoc: int) -> RelativePosition:
        """A place that moves with its text, for cursors and comments.

        Args:
            index: The place.
            assoc: 0 to stay before the character there, -1 to stay behind the one before it.

        Raises:
            DocumentNotOpen: If the document is not open.
        """
        return self._replica.local.places.relative(index, assoc)

    def index_of(self, position: RelativePosition) -> int | None:
        """The index of such a place now; None if its character is not known here.

        Raises:
            DocumentNotOpen: If the document is not open.
        """
        return self._replica.local.places.index_of(position)

    def place_of(self, anchor: AnchorFields) -> tuple[int, int] | None:
        """The characters that a comment is about, as the text is now: from the first to the second.

        None if their text is deleted, or the comment has no range in this document and generation.
        What is typed at the ends of a range is not in it.

        Raises:
            DocumentNotOpen: If the document is not open.
        """
        if anchor.document_id != self.id or anchor.generation != self.generation:
            return None
        if anchor.start is None or anchor.end is None:
            return None
        return range_of(self, anchor.start, anchor.end)

    def kept(self) -> bytes | None:
        """The text and the edits that wait, to survive the end of the program.

        `Documents.open` takes them back. None if the server has everything.
        """
        return self._replica.kept()

    async def ready(self) -> None:
        """Wait until the text is there.

        Raises:
            DocumentNotOpen: If the document cannot be opened.
        """
        await self._until(lambda: self.state is not DocumentStatus.OPENING)

    async def confirmed(self) -> None:
        """Wait until the server has all own edits on its disk.

        Raises:
            DocumentNotOpen: If it will not take them.
        """
        await self._until(lambda: self.pending == 0)

    async def check(self) -> bool | None:
        """Compare the text with the server's; None if edits are on their way.

        After two differences in a row the server's text takes the place of this one: `on_change`
        and `on_discarded` are called.
        """
        replica = self._replica
        if replica.status is not DocumentStatus.EQUAL or replica.pending:
            return None
        generation, text = replica.generation, replica.text
        try:
            equal = await self._check(self.id, replica.local.state, text_hash(text))
        except ClientError:
            return None
        # A state vector has no deletions: one may have been on its way here.
        if equal is None or (replica.generation, replica.text) != (generation, text):
            return None
        replica.checked(equal=equal)
        return equal

    def close(self) -> None:
        """Send what waits and follow the document no longer; the text stays."""
        self._documents.forget(self._replica)

    def end(self, reason: str) -> None:
        """Note that no connection will come any more."""
        self._ended = reason
        self._moved.set()

    def _state_changed(self) -> None:
        self._moved.set()
        show("the state of a document", lambda: self._on_state(self))

    def _kept_changed(self) -> None:
        self._moved.set()
        show("what is kept of a document", lambda: self._on_keep(self))

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while self.state is DocumentStatus.DETACHED or not is_so():
            if self.state is DocumentStatus.DETACHED:
                raise DocumentNotOpen(f"the document is not open: {self.reason}")
            if self._ended is not None:
                raise DocumentNotOpen(f"there is no connection: {self._ended}")
            self._moved.clear()
            await self._moved.wait()
