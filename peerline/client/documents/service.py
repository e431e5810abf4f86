"""The shared documents of a session, as a client lists, shares, opens and renames them."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from peerline.client.callbacks import ignore
from peerline.client.changes import Change, DocumentsChanged, DraftsChanged
from peerline.client.documents.anchoring import anchor_of
from peerline.client.documents.collection import OpenedDocuments
from peerline.client.documents.opened import OpenedDocument, text_hash
from peerline.client.errors import DocumentNotOpen, NotConnected
from peerline.client.replica import Replica
from peerline.client.request_sender import new_request_id
from peerline.documents.delta import Delta
from peerline.protocol.base import Ack
from peerline.protocol.comments import AnchorData
from peerline.protocol.documents import (
    Blame,
    CheckDocument,
    DocumentChecked,
    DocumentShared,
    GetBlame,
    RenameDocument,
    SharedDocument,
    ShareDocument,
    ShareDocumentData,
    TellDocumentSaved,
    UnshareDocument,
)
from peerline.protocol.messages import (
    Answer,
    ClientMessage,
    DocumentRequest,
    Request,
    ServerMessage,
)

_MAX_SHARES = 100
"""Shares whose documents are remembered until somebody asks for them."""


class Requests(Protocol):
    """The client that sends requests."""

    async def request(self, message: ClientMessage) -> Ack:
        """Send a message and wait until it had its effect."""
        ...

    async def ask(self, request: Request | DocumentRequest) -> Answer:
        """Send what has an answer of its own, and wait for it."""
        ...

    async def send(self, message: ClientMessage) -> Ack | Answer:
        """Send what may have an answer of its own or not, and wait for either."""
        ...


@dataclass(frozen=True, slots=True)
class AuthorRun:
    """A piece of text by one user."""

    length: int
    """In code points."""
    user_id: str


class Documents:
    """The shared documents of a session; `Client.documents`."""

    def __init__(
        self,
        session_id: str,
        client: Requests,
        replica: Replica,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session_id = session_id
        self._client = client
        self._replica = replica
        self._clock = clock
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._ended: str | None = None
        self._shares: dict[int, SharedDocument] = {}
        """Those that were shared of late, by the number of the event."""
        self._opened = OpenedDocuments(session_id, clock, new_request_id, self._wake.set)
        self._documents: dict[str, OpenedDocument] = {}

    def list(self) -> Sequence[SharedDocument]:
        """The documents that are shared in the session, in the order in which they were shared."""
        return list(self._replica.documents.values())

    def get(self, document_id: str) -> SharedDocument | None:
        """One of them."""
        return self._replica.documents.get(document_id)

    async def share(self, file: str, text: str) -> SharedDocument:
        """Share a text: from now on everybody may open it, and editors may write in it.

        Args:
            file: The path of the file in the session.
            text: Its text, with LF line ends.

        Raises:
            RequestRefused: With DOCUMENT_EXISTS its `document_id` is the one that the file is
                shared as already.
            ClientError: as `Client.request`.
        """
        data = ShareDocumentData(file=file, content=text)
        ack = await self._client.request(ShareDocument(session_id=self._session_id, data=data))
        while self._replica.seq < ack.seq:
            if self._ended is not None:
                raise NotConnected(self._ended)
            self._changed.clear()
            await self._changed.wait()
        shared = self._shares.pop(ack.seq, None)
        if shared is None:
            # It was acknowledged after a reconnect, with a snapshot that has no events.
            wanted = text_hash(text)
            found = [document for document in self.list() if document.hash == wanted]
            shared = next((document for document in found if document.file == file), None)
            shared = shared or found[-1]
        return shared

    def anchor(self, document_id: str, start: int, end: int) -> AnchorData:
        """The anchor of a comment on the characters from `start` to `end` of an open document.

        It goes with these characters whatever is written around them; `OpenedDocument.place_of`
        finds them again. Send it with `AddComment` and `CommentData`.

        Raises:
            ValueError: If there are no such characters.
            DocumentNotOpen: If the document is not open, or no longer shared.
        """
        opened, shared = self._documents.get(document_id), self.get(document_id)
        if opened is None or shared is None:
            raise DocumentNotOpen("the document is not open")
        return anchor_of(
            opened, opened.text, document_id, opened.generation, shared.file, start, end
        )

    async def unshare(self, document_id: str) -> None:
        """End the sharing of a document, for everybody; everybody keeps the text they have.

        Raises:
            ClientError: as `Client.request`.
        """
        await self._client.request(
            UnshareDocument(session_id=self._session_id, document_id=document_id)
        )

    async def rename(self, document_id: str, file: str) -> None:
        """The file of a shared document has another name now; its id stays.

        Raises:
            ClientError: as `Client.request`.
        """
        message = RenameDocument(session_id=self._session_id, document_id=document_id, file=file)
        await self._client.request(message)

    async def saved(self, document_id: str, saved_hash: str) -> None:
        """Tell the others that the file was saved with the text of this hash (`text_hash`).

        What was inserted just before that is there once if somebody else has inserted it, too.

        Raises:
            ClientError: as `Client.request`.
        """
        opened = self._documents.get(document_id)
        if opened is not None:
            opened.saved()
        message = TellDocumentSaved(
            session_id=self._session_id, document_id=document_id, hash=saved_hash
        )
        await self._client.request(message)

    async def blame(self, document_id: str) -> Sequence[AuthorRun]:
        """The authors of an opened document's text, from its start on.

        Raises:
            ClientError: as `Client.request`.
        """
        message = GetBlame(session_id=self._session_id, document_id=document_id)
        answer = await self._client.ask(message)
        assert isinstance(answer, Blame), "as the protocol has it"
        opened = self._documents.get(document_id)
        return author_runs("" if opened is None else opened.text, answer.runs)

    def open(  # noqa: PLR0913 - all but the first have defaults
        self,
        document_id: str,
        *,
        on_change: Callable[[Delta], None] = ignore,
        on_state: Callable[[OpenedDocument], None] = ignore,
        on_keep: Callable[[OpenedDocument], None] = ignore,
        on_discarded: Callable[[str], None] = ignore,
        kept: bytes | None = None,
    ) -> OpenedDocument:
        """Open a document; its text is there when `ready` returns.

        It stays open through reconnects: edits that the server has not confirmed are sent again.
        While there is no connection it can be edited on.

        Args:
            document_id: The document.
            on_change: Gets each change by others, after it was made to `text`.
            on_state: Called when `state`, `reason`, `can_edit` or `generation` has changed.
            on_keep: Called when what `kept` returns has changed.
            on_discarded: Gets the text as it was when own edits could not be kept in the shared
                text, such as those of a user who may only read by now.
            kept: What `kept` returned before the program ended.

        Raises:
            ValueError: If the document is open already.
            UpdateError: If `kept` is damaged.
        """
        opened = OpenedDocument(
            document_id,
            self._opened,
            self._check,
            on_change=on_change,
            on_state=on_state,
            on_keep=on_keep,
            on_discarded=on_discarded,
            kept=kept,
        )
        self._documents[document_id] = opened
        return opened

    # For the client

    def joined(self) -> None:
        """There is a connection, and the replica has the session's documents."""
        self._opened.joined(self._replica.texts)
        self._changed.set()

    def lost(self) -> None:
        """The connection is gone."""
        self._opened.lost()

    def end(self, reason: str) -> None:
        """No connection will come any more."""
        self._ended = reason
        self._opened.lost()
        self._changed.set()
        for document in self._documents.values():
            document.end(reason)

    def apply(self, changes: Sequence[Change]) -> None:
        """Take over changes of the replica."""
        for change in changes:
            if isinstance(change, DocumentsChanged):
                event = change.event
                if isinstance(event, DocumentShared):
                    self._shares[event.seq] = event.document
                    while len(self._shares) > _MAX_SHARES:
                        del self._shares[next(iter(self._shares))]
                self._opened.changed(event, self._replica.texts)
                self._changed.set()
            elif isinstance(change, DraftsChanged):
                self._opened.drafts_changed(self._replica.texts)

    def receive(self, message: ServerMessage) -> bool:
        """Take a message; whether it was for an opened document."""
        return self._opened.receive(message)

    def receive_frame(self, frame: bytes) -> None:
        """Take a binary frame.

        Raises:
            UpdateError: If it is no frame.
        """
        self._opened.receive_frame(frame)

    async def next_frames(self) -> Sequence[str | bytes]:
        """Wait for frames to send."""
        while True:
            self._wake.clear()
            if frames := self._opened.take_outgoing():
                return frames
            due = self._opened.due
            try:
                async with asyncio.timeout(None if due is None else max(0, due - self._clock())):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _check(self, document_id: str, state: bytes, text_hash: str) -> bool | None:
        message = CheckDocument(
            session_id=self._session_id,
            document_id=document_id,
            state=b64encode(state).decode(),
            hash=text_hash,
        )
        answer = await self._client.send(message)
        # Without an answer of its own the server has other text, which is on its way here.
        return answer.equal if isinstance(answer, DocumentChecked) else None


def author_runs(text: str, runs: Sequence[tuple[int, str]]) -> Sequence[AuthorRun]:
    """The runs of a text, counted in code points instead of code units of UTF-16."""
    if text.isascii():
        return [AuthorRun(length, user_id) for length, user_id in runs]
    data = text.encode("utf-16-le")
    found: list[AuthorRun] = []
    at = 0
    for length, user_id in runs:
        piece = data[2 * at : 2 * (at + length)].decode("utf-16-le", errors="replace")
        found.append(AuthorRun(len(piece), user_id))
        at += length
    return found
