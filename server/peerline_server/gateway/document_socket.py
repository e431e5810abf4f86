"""One document on a socket of its own: what a stock provider of Yjs speaks."""

import logging
from typing import Final

from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    AccessDenied,
    DocumentMessage,
    SyncStep1,
    decode_message,
    encode_message,
)
from peerline.documents.shared_text import decode_state
from peerline.logs import describe
from peerline.protocol.base import Error
from peerline.protocol.errors import CloseCode, ErrorCode
from peerline.protocol.messages import ServerMessage
from peerline_server.documents.refused import UpdateRefused
from peerline_server.gateway.document_carrying import Carrying
from peerline_server.gateway.document_frames import DocumentFrames
from peerline_server.gateway.replies import RefusalKey, Replies
from peerline_server.runtime.connections import ParticipantConnection
from peerline_server.runtime.context import Context
from peerline_server.runtime.document_channels import Channel, Relay
from peerline_server.runtime.live_document import LiveDocument
from peerline_server.runtime.live_session import LiveSession

_log = logging.getLogger("peerline.server.documents")
DENIED: Final = frozenset(
    {
        CloseCode.PROTOCOL_ERROR,
        CloseCode.UNAUTHORIZED,
        CloseCode.NOT_FOUND,
        CloseCode.AUTH_TIMEOUT,
    }
)
"""Codes that are `FORBIDDEN` here: stock providers know one for all of them."""


class DenyingReplies(Replies):
    """Says refusals as y-protocols does, and nothing else."""

    def send(self, message: ServerMessage) -> None:
        """Send the reason of a refusal."""
        if isinstance(message, Error) and not message.error_code.may_retry:
            self.outbox.send_binary(encode_message(AccessDenied(message.message)))

    def _refuse_together(self, key: RefusalKey, error: Error) -> None:  # noqa: ARG002 - the base's
        """Send each alone: there is one at most, which ends the socket."""
        self.send(error)


class DocumentSocket:
    """Implements `peerline_server.runtime.document_channels.DocumentPeer`."""

    is_stock = True

    def __init__(
        self,
        document_id: str,
        live: LiveSession,
        connection: ParticipantConnection,
        replies: Replies,
        context: Context,
    ) -> None:
        self.user_id = connection.user_id
        self._document_id = document_id
        self._live = live
        self._connection = connection
        self._outbox = connection.socket.outbox
        self._replies = replies
        self._context = context
        self._frames = DocumentFrames(live, connection, context, self._send)
        self._open: tuple[LiveDocument, Channel] | None = None
        self._carrying: Carrying | None = None
        self._is_over = False
        # What comes before the document is there waits.
        connection.socket.hold_reading()
        context.spawn(self._begin(), "open a document")

    def take_binary(self, data: bytes) -> None:
        """Take a message."""
        if self._open is None and self._carrying is None:
            return
        try:
            try:
                message = decode_message(data)
                self._take(message, len(data))
            except UpdateError as error:
                raise UpdateRefused(ErrorCode.UPDATE_REFUSED, f"a message: {error}") from None
        except UpdateRefused as refused:
            self._context.metrics.document_refusals += 1
            self.deny(refused.code, refused.text)

    def deny(self, code: ErrorCode, text: str) -> None:
        """Refuse, and end the socket: the client has what nobody else gets."""
        self._replies.refuse(code, text)
        self._close(CloseCode.FORBIDDEN, text)

    def end(self) -> None:
        """The connection has gone."""
        self._is_over = True
        self._frames.end()
        if self._carrying is not None:
            self._carrying.end()
        self._let_go()

    # --- DocumentPeer ----------------------------------------------------------------------

    def relay(self, relay: Relay) -> None:
        """Send a message of the document."""
        self._outbox.send_shared(relay.bare)

    def acknowledge(self, channel: int, count: int) -> None:
        """Say nothing: a stock client would print a warning for a message that it does not know."""

    def document_closed(self, channel: Channel, code: ErrorCode | None, text: str | None) -> None:
        """The document is closed here from now on."""
        self._open = None
        is_shared = self._live.session.documents.get(channel.document_id) is not None
        if code is ErrorCode.INTERNAL_ERROR or (code is None and is_shared):
            # A provider comes back with all that it has.
            self._close(CloseCode.SERVICE_RESTART, text or "the document is loaded again")
        else:
            gone = "the document is no longer shared"
            self.deny(code or ErrorCode.DOCUMENT_NOT_FOUND, text or gone)

    # --- inside ----------------------------------------------------------------------------

    async def _begin(self) -> None:
        try:
            document = await self._live.documents.get(self._document_id)
            if not self._is_over:
                self._begin_with(document)
            self._live.documents.touch(document)
        except UpdateRefused as refused:
            self.deny(refused.code, refused.text)
        except Exception as error:  # noqa: BLE001 - the peer is told, whatever it is
            _log.error("a document cannot be opened: %s", describe(error))
            self._close(CloseCode.TRY_AGAIN_LATER, "the document cannot be read now")
        finally:
            self._connection.socket.resume_reading()

    def _take(self, message: DocumentMessage, size: int) -> None:
        if self._carrying is not None:
            self._carrying.take(message)
            return
        assert self._open is not None, "nothing is taken before"
        document, channel = self._open
        if isinstance(message, SyncStep1):
            older = document.document.older_generation(decode_state(message.state))
            if older is not None:
                self._carry(older)
                return
        self._frames.take(document, channel, message, size)

    def _carry(self, generation: str) -> None:
        """The client has the text of an older generation, perhaps with edits that it lacks."""
        self._let_go()
        self._connection.socket.read_while_closing()
        self._carrying = Carrying(
            self._live,
            self.user_id,
            self._context,
            send=lambda message: self._outbox.send_binary(encode_message(message)),
            deny=self.deny,
            close=self._close,
        )
        task = self._carrying.run(self._document_id, generation)
        self._context.spawn(task, "carry edits over")

    def _let_go(self) -> None:
        if self._open is not None:
            document, channel = self._open
            self._open = None
            document.close(channel)
            self._live.documents.touch(document)

    def _begin_with(self, document: LiveDocument) -> None:
        may_edit = self._live.session.may_edit_documents(self.user_id)
        channel = document.open(self, can_edit=may_edit)
        self._open = (document, channel)
        self._live.documents.stock_opened(document)
        self._send(channel, SyncStep1(document.document.text.state))
        self._frames.send_awareness(document, channel)
        presence = self._live.session.presence
        presence.open_documents(self.user_id, (document.id,), self._connection)
        self._live.presence_changed()

    def _send(self, channel: Channel, message: DocumentMessage) -> int:  # noqa: ARG002 - the socket has one
        data = encode_message(message)
        self._outbox.send_document(data)
        return len(data)

    def _close(self, code: CloseCode, reason: str) -> None:
        self._is_over = True
        self._connection.close(code, reason)
