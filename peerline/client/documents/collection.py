"""The opened documents of a client: channels, requests, and what goes over its socket. Pure."""

from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping

from peerline.client.documents.kept import KeptDocument
from peerline.client.documents.replica import DocumentCallbacks, DocumentReplica
from peerline.documents.frames import DocumentMessage, decode_frame, encode_frame
from peerline.protocol.base import Error
from peerline.protocol.documents import (
    CloseDocument,
    DocumentClosed,
    DocumentEvent,
    DocumentOpened,
    DocumentRenewed,
    DocumentShared,
    DocumentUnshared,
    OpenDocument,
    SharedDocument,
)
from peerline.protocol.drafts import SharedDraft
from peerline.protocol.limits import MAX_STATE_VECTOR_CHARS
from peerline.protocol.messages import ServerMessage, encode_message

Openable = SharedDocument | SharedDraft
"""A text that a client can open."""


class OpenedDocuments:
    """The documents that a client has open, by their ids.

    Args:
        session_id: The session.
        clock: Seconds.
        new_request_id: Gives an id that no other request has.
        wake: Called when there is something to send, or `due` is sooner than before.
    """

    def __init__(
        self,
        session_id: str,
        clock: Callable[[], float],
        new_request_id: Callable[[], str],
        wake: Callable[[], None],
    ) -> None:
        self._session_id = session_id
        self._clock = clock
        self._new_request_id = new_request_id
        self._on_wake = wake
        self._documents: dict[str, DocumentReplica] = {}
        self._asked: dict[str, DocumentReplica] = {}
        self._outgoing: deque[str | bytes] = deque()
        self._shared: Mapping[str, Openable] | None = None
        """The documents of the session; None without a connection."""

    def open(
        self, document_id: str, callbacks: DocumentCallbacks, kept: KeptDocument | None = None
    ) -> DocumentReplica:
        """Open a document; `start` asks for it.

        Raises:
            ValueError: If it is open, or what was kept is of another document.
            UpdateError: If what was kept is not sound.
        """
        if document_id in self._documents:
            raise ValueError("the document is open already")
        if kept is not None and kept.document_id != document_id:
            raise ValueError("what was kept is of another document")
        document = DocumentReplica(document_id, self, callbacks, kept)
        self._documents[document_id] = document
        return document

    def start(self, document: DocumentReplica) -> None:
        """Ask for an opened document if there is a connection."""
        if self._shared is not None:
            document.joined(self._generation(document.document_id))

    def forget(self, document: DocumentReplica) -> None:
        """Close a document."""
        document.close()
        if self._documents.get(document.document_id) is document:
            del self._documents[document.document_id]

    def joined(self, shared: Mapping[str, Openable]) -> None:
        """There is a connection to the session, which has these documents."""
        self._lose()
        self._shared = shared
        for document in list(self._documents.values()):
            document.joined(self._generation(document.document_id))

    def lost(self) -> None:
        """The connection is gone."""
        self._shared = None
        self._lose()
        for document in list(self._documents.values()):
            document.lost()

    def changed(self, event: DocumentEvent, shared: Mapping[str, Openable]) -> None:
        """Take over an event of the session, which has these documents now."""
        if self._shared is None:
            return
        self._shared = shared
        if isinstance(event, DocumentShared):
            return
        document = self._documents.get(event.document_id)
        if document is None:
            return
        if isinstance(event, DocumentUnshared):
            document.unshared()
        elif isinstance(event, DocumentRenewed):
            document.renewed(event.generation)

    def drafts_changed(self, shared: Mapping[str, Openable]) -> None:
        """Drafts are written together from now on, or no longer; these texts can be opened."""
        if self._shared is None:
            return
        self._shared = shared
        for document_id, document in list(self._documents.items()):
            if document_id not in shared:
                document.unshared()

    def receive(self, message: ServerMessage) -> bool:
        """Take a message of the server; whether it was for an opened document."""
        match message:
            case DocumentOpened():
                document = self._asked.pop(message.request_id or "", None)
                if document is not None:
                    document.opened(message)
                return document is not None
            case DocumentClosed():
                document = self._documents.get(message.document_id)
                if document is not None:
                    document.closed(message)
                return True
            case Error():
                document = self._asked.pop(message.request_id or "", None)
                if document is None and message.request_id is None:
                    document = self._documents.get(message.document_id or "")
                if document is not None:
                    document.refused(message)
                return document is not None
            case _:
                return False

    def receive_frame(self, frame: bytes) -> None:
        """Take a binary frame; one of a channel that is no longer open is left out.

        Raises:
            UpdateError: If it is no frame.
        """
        channel, message = decode_frame(frame)
        for document in self._documents.values():
            if document.channel == channel:
                document.receive(message)
                return

    @property
    def due(self) -> float | None:
        """When there is something to send if nothing happens before."""
        due = [document.due for document in self._documents.values()]
        return min((at for at in due if at is not None), default=None)

    def take_outgoing(self) -> list[str | bytes]:
        """The frames to send now, in their order."""
        for document in list(self._documents.values()):
            document.flush()
        frames = list(self._outgoing)
        self._outgoing.clear()
        return frames

    # The connection of each document

    def ask(self, document_id: str, generation: str | None, state: bytes | None) -> str:
        """Send `open_document`; the id that its answer has."""
        request_id = self._new_request_id()
        encoded = None if state is None else b64encode(state).decode()
        if encoded is not None and len(encoded) > MAX_STATE_VECTOR_CHARS:
            encoded = None  # then the whole text comes, which does no harm
        message = OpenDocument(
            session_id=self._session_id,
            request_id=request_id,
            document_id=document_id,
            generation=generation,
            state=encoded,
        )
        self._asked[request_id] = self._documents[document_id]
        self._put(encode_message(message).decode())
        return request_id

    def close(self, document_id: str) -> None:
        """Send `close_document`."""
        message = CloseDocument(session_id=self._session_id, document_id=document_id)
        self._put(encode_message(message).decode())

    def send(self, channel: int, message: DocumentMessage) -> None:
        """Send a frame."""
        self._put(encode_frame(channel, message))

    def now(self) -> float:
        """Seconds."""
        return self._clock()

    def wake(self) -> None:
        """Note that `due` has changed."""
        self._on_wake()

    def _put(self, frame: str | bytes) -> None:
        self._outgoing.append(frame)
        self.wake()

    def _lose(self) -> None:
        self._outgoing.clear()
        self._asked.clear()

    def _generation(self, document_id: str) -> str | None:
        shared = (self._shared or {}).get(document_id)
        return None if shared is None else shared.generation
