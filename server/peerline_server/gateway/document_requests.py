"""Carries out what one connection asks of shared documents, and takes its binary frames."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    DocumentMessage,
    decode_frame,
    decode_share,
    encode_frame,
    is_share,
)
from peerline.documents.shared_text import decode_state
from peerline.logs import describe
from peerline.protocol.documents import (
    Blame,
    CheckDocument,
    CloseDocument,
    DocumentChecked,
    DocumentOpened,
    GetBlame,
    OpenDocument,
    ShareDocument,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import DocumentRequest
from peerline_server.core.document_rules import text_hash
from peerline_server.documents.limits import MAX_REFUSALS, REFUSAL_SECONDS
from peerline_server.documents.refused import UpdateRefused
from peerline_server.documents.runs import in_code_units
from peerline_server.gateway.document_frames import DocumentFrames
from peerline_server.gateway.document_peer import SessionPeer
from peerline_server.gateway.replies import Replies
from peerline_server.gateway.state_vectors import decoded_state, state_of
from peerline_server.runtime.connections import ParticipantConnection
from peerline_server.runtime.context import Context
from peerline_server.runtime.document_channels import Channel
from peerline_server.runtime.live_document import LiveDocument
from peerline_server.runtime.live_session import LiveSession
from peerline_server.store.base import StoreError
from peerline_server.store.slices import rest_after

_log = logging.getLogger("peerline.server.documents")
_MAX_WAITING: Final = 200
"""Requests of one connection that wait for the ones before."""


class DocumentRequests:
    """The documents that one connection of a session has open. Made with its first request."""

    def __init__(
        self,
        live: LiveSession,
        connection: ParticipantConnection,
        replies: Replies,
        context: Context,
        *,
        max_open: int,
    ) -> None:
        self._live = live
        self._connection = connection
        self._replies = replies
        self._context = context
        self._max_open = max_open
        self._peer = SessionPeer(connection, replies, live.id, self._on_closed)
        self._channels: dict[int, tuple[LiveDocument, Channel]] = {}
        self._closed: set[int] = set()
        """Channels that the server closed: what is still on its way on them is no mistake."""
        self._refusals: deque[float] = deque(maxlen=MAX_REFUSALS)
        self._frames = DocumentFrames(live, connection, context, self._send)
        self._requests: deque[DocumentRequest] = deque()
        self._is_working = False
        self._is_over = False
        self._writable: asyncio.Future[None] | None = None
        self._share: ShareDocument | None = None

    @property
    def is_used(self) -> bool:
        """Whether binary frames have a meaning here."""
        return bool(self._channels or self._closed or self._share)

    def end(self) -> None:
        """The connection has gone."""
        self._is_over = True
        self._requests.clear()
        for document, channel in list(self._channels.values()):
            document.close(channel)
            self._live.documents.touch(document)
        self._channels.clear()
        self._frames.end()
        self._peer.end()
        self.on_writable()

    def on_writable(self) -> None:
        """The peer has caught up with what it was sent."""
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    # --- sharing ---------------------------------------------------------------------------

    def expect_text(self, message: ShareDocument) -> None:
        """The text of this message follows in a binary frame."""
        self._share = message

    def end_expecting(self) -> None:
        """Another message has come: a text that should have come before it does not."""
        share, self._share = self._share, None
        if share is not None:
            text = "data.content: the text must follow at once, in a binary frame on channel 0"
            self._replies.refuse(ErrorCode.INVALID_FIELD, text, share.request_id)

    # --- requests --------------------------------------------------------------------------

    def ask(self, request: DocumentRequest) -> None:
        """Answer one request after the other."""
        if len(self._requests) >= _MAX_WAITING:
            self._refuse_request(request, ErrorCode.SERVER_BUSY, "too many requests wait already")
            return
        self._requests.append(request)
        if not self._is_working:
            self._is_working = True
            self._context.spawn(self._work(), "answer about documents")

    async def _work(self) -> None:
        try:
            while self._requests and not self._is_over:
                request = self._requests.popleft()
                try:
                    await self._answer(request)
                except UpdateRefused as refused:
                    self._refuse_request(request, refused.code, refused.text)
                except StoreError as error:
                    _log.error("a document cannot be read: %s", error)
                    text = "the server cannot read this document now: try again"
                    self._refuse_request(request, ErrorCode.INTERNAL_ERROR, text, retry_after=1.0)
                except Exception as error:  # noqa: BLE001 - the peer is told, whatever it is
                    _log.error("a request failed: type=%s: %s", request.type, describe(error))
                    text = "the server failed on this request"
                    self._refuse_request(request, ErrorCode.INTERNAL_ERROR, text)
        finally:
            self._is_working = False

    async def _answer(self, request: DocumentRequest) -> None:
        match request:
            case OpenDocument():
                await self._open(request)
            case CloseDocument():
                self._close(request)
            case CheckDocument() | GetBlame():
                document = await self._live.documents.get(request.document_id)
                self._live.documents.touch(document)
                if isinstance(request, CheckDocument):
                    await _then_rest(partial(self._check, request, document))
                else:
                    await _then_rest(partial(self._tell_authors, request, document))

    async def _open(self, request: OpenDocument) -> None:
        documents = self._live.documents
        state = None if request.generation is None else state_of(request)
        while True:
            # A long text goes out only to a peer that has taken what it was sent before.
            await self._until_writable()
            document = await documents.get(request.document_id, request.generation)
            if self._connection.socket.is_writable and not self._is_over:
                break
            documents.touch(document)
            if self._is_over:
                return
        try:
            await _then_rest(partial(self._open_now, request, document, state))
        finally:
            documents.touch(document)

    def _open_now(self, request: OpenDocument, document: LiveDocument, state: bytes | None) -> None:
        self._forget(document.id, document.generation)
        if len(self._channels) >= self._max_open:
            text = f"at most {self._max_open} documents are open on a connection: close one"
            raise UpdateRefused(ErrorCode.LIMIT_EXCEEDED, text)
        can_edit = self._live.session.may_edit_documents(self._peer.user_id)
        channel = document.open(self._peer, can_edit=can_edit)
        self._channels[channel.number] = (document, channel)
        self._closed.discard(channel.number)
        self._replies.send(
            DocumentOpened(
                session_id=self._live.id,
                request_id=request.request_id,
                document_id=document.id,
                generation=document.generation,
                channel=channel.number,
                client_id=channel.client_id,
                clock=0,
                can_edit=channel.can_edit,
            )
        )
        self._frames.send_missing(document, channel, state)
        self._tell_open()

    def _close(self, request: CloseDocument) -> None:
        for document, channel in list(self._channels.values()):
            if document.id == request.document_id:
                self._drop(document, channel)
        self._tell_open()
        if request.request_id is not None:
            self._replies.acknowledge(request.request_id, self._live.session.seq)

    def _tell_authors(self, request: GetBlame, document: LiveDocument) -> None:
        self._replies.send(
            Blame(
                session_id=self._live.id,
                request_id=request.request_id,
                document_id=document.id,
                generation=document.generation,
                runs=in_code_units(document.document.runs, document.document.text.text),
            )
        )

    def _check(self, request: CheckDocument, document: LiveDocument) -> None:
        try:
            clocks = decode_state(decoded_state(request.state))
        except UpdateError as error:
            raise UpdateRefused(ErrorCode.INVALID_FIELD, f"state: {error}") from None
        if not document.document.is_settled or not document.document.has_state(clocks):
            if request.request_id is not None:
                self._replies.acknowledge(request.request_id, self._live.session.seq)
            return
        is_equal = text_hash(document.document.text.text) == request.hash
        if not is_equal:
            self._context.metrics.document_repairs += 1
            self._live.documents.verify(document)
        self._replies.send(
            DocumentChecked(
                session_id=self._live.id,
                request_id=request.request_id,
                document_id=document.id,
                equal=is_equal,
            )
        )

    # --- frames ----------------------------------------------------------------------------

    def take_frame(self, data: bytes) -> ShareDocument | None:
        """Take a binary frame; the message to share a text, if it is one."""
        if self._share is not None and is_share(data):
            share, self._share = self._share, None
            return self._shared(share, decode_share(data))
        try:
            number, message = decode_frame(data)
        except UpdateError as error:
            self._refuse(None, ErrorCode.UPDATE_REFUSED, f"a binary frame: {error}")
            return None
        found = self._channels.get(number)
        if found is None:
            if number not in self._closed:
                text = f"channel {number} is not open on this connection: open the document"
                self._refuse(None, ErrorCode.UPDATE_REFUSED, text)
            return None
        document, channel = found
        try:
            self._frames.take(document, channel, message, len(data))
        except UpdateRefused as refused:
            self._refuse(found, refused.code, refused.text)
        return None

    def _shared(self, share: ShareDocument, content: bytes) -> ShareDocument | None:
        limit = self._live.session.documents.limits.text_bytes
        if len(content) > limit:
            text = f"a shared text has at most {limit} bytes, this has more"
            self._refuse_request(share, ErrorCode.DOCUMENT_TOO_LARGE, text)
            return None
        try:
            text = content.decode()
        except UnicodeDecodeError:
            why = "data.content: this is not UTF-8: only texts can be shared"
            self._refuse_request(share, ErrorCode.INVALID_FIELD, why)
            return None
        return share.model_copy(update={"data": share.data.model_copy(update={"content": text})})

    def _send(self, channel: Channel, message: DocumentMessage) -> int:
        frame = encode_frame(channel.number, message)
        self._connection.outbox.send_document(frame)
        return len(frame)

    # --- inside ----------------------------------------------------------------------------

    async def _until_writable(self) -> None:
        while not self._is_over and not self._connection.socket.is_writable:
            self._writable = self._context.loop.create_future()
            await self._writable

    def _refuse_request(
        self,
        request: DocumentRequest | ShareDocument,
        code: ErrorCode,
        text: str,
        *,
        retry_after: float | None = None,
    ) -> None:
        document_id = None if isinstance(request, ShareDocument) else request.document_id
        self._replies.refuse(
            code, text, request.request_id, retry_after=retry_after, document_id=document_id
        )

    def _refuse(
        self, found: tuple[LiveDocument, Channel] | None, code: ErrorCode, text: str
    ) -> None:
        """A frame is not used; the third one in a minute closes its channel."""
        self._context.metrics.document_refusals += 1
        document_id = None if found is None else found[0].id
        self._replies.refuse(code, text, document_id=document_id)
        if found is None:
            return
        now = self._context.loop.time()
        self._refusals.append(now)
        if len(self._refusals) == MAX_REFUSALS and now - self._refusals[0] < REFUSAL_SECONDS:
            self._refusals.clear()
            document, channel = found
            document.close(channel)
            self._live.documents.touch(document)
            text = "three updates were refused: open the document again"
            self._peer.document_closed(channel, ErrorCode.UPDATE_REFUSED, text)

    def _on_closed(self, channel: Channel) -> None:
        """The server has closed a channel."""
        if self._channels.pop(channel.number, None) is not None:
            self._closed.add(channel.number)
            self._tell_open()

    def _forget(self, document_id: str, generation: str) -> None:
        """It is opened again on this connection."""
        for document, channel in list(self._channels.values()):
            if (document.id, document.generation) == (document_id, generation):
                self._drop(document, channel)

    def _drop(self, document: LiveDocument, channel: Channel) -> None:
        document.close(channel)
        self._channels.pop(channel.number, None)
        self._live.documents.touch(document)

    def _tell_open(self) -> None:
        """Show the others what the user has open."""
        if self._is_over:
            return
        ids = tuple(sorted({document.id for document, _ in self._channels.values()}))
        presence = self._live.session.presence
        presence.open_documents(self._peer.user_id, ids, self._connection)
        self._live.presence_changed()


async def _then_rest(work: Callable[[], None]) -> None:
    """Do what takes a while for a long text, then leave the loop to others."""
    began = time.perf_counter()
    try:
        work()
    finally:
        await rest_after(time.perf_counter() - began)
