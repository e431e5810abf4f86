"""One socket and its state, shared by the parts that handle it."""

import logging

from peerline.protocol.errors import CLOSE_CODE_FOR_ERROR, CloseCode, ErrorCode
from peerline.protocol.messages import ServerMessage
from peerline_server.auth.sign_in import SignIn
from peerline_server.gateway.context import ConnectionContext
from peerline_server.gateway.document_socket import DENIED, DenyingReplies
from peerline_server.gateway.participant_requests import ParticipantRequests
from peerline_server.gateway.replies import Replies
from peerline_server.limits.limiter import Slot
from peerline_server.relay.header import PassedOn
from peerline_server.transport.base import WebSocket

_log = logging.getLogger("peerline.server.connection")


class ConnectionState:
    """Implements `peerline_server.auth.sign_in.SignedIn`."""

    __slots__ = (
        "_metrics",
        "_now",
        "_slot",
        "address",
        "document_id",
        "id",
        "is_leaving",
        "passed_on",
        "replies",
        "requests",
        "sign_in",
        "socket",
    )

    def __init__(self, socket: WebSocket, context: ConnectionContext) -> None:
        self.id = socket.id
        self.socket = socket
        self._metrics, self._now = context.runtime.metrics, context.runtime.now
        self.replies = Replies(socket.outbox, self._metrics, self._now)
        self.address: str | None = None
        """The address to which limits apply, if there is one."""
        self.requests: ParticipantRequests | None = None
        """Set while the connection is in a session."""
        self.passed_on: PassedOn | None = None
        """The origin of a socket that another node has passed on to this one."""
        self.document_id: str | None = None
        """The document that the socket is for; None for one of a session."""
        self.sign_in: SignIn | None = None
        self.is_leaving = False
        """Whether what the client still sends has no effect."""
        self._slot: Slot | None = None

    def close(self, code: CloseCode, reason: str) -> None:
        """Send what waits, then close."""
        if self.document_id is not None and code in DENIED:
            code = CloseCode.FORBIDDEN
        self.socket.close(code, reason)

    def be_of_document(self, document_id: str) -> None:
        """The socket is one of y-protocols, for this document."""
        self.document_id = document_id
        before = self.replies
        self.replies = DenyingReplies(before.outbox, self._metrics, self._now)

    def deny(self, code: ErrorCode, text: str) -> None:
        """Refuse what a socket of a document must not send, and end it."""
        self.is_leaving = True
        self.replies.refuse(code, text)
        self.close(CloseCode.FORBIDDEN, text)

    def join(self, requests: ParticipantRequests, slot: Slot) -> None:
        """The connection is in a session from now on."""
        self.requests = requests
        self.note_token()
        self.replies.session_id = requests.live.id
        requests.live.add(requests.connection)
        self._slot = slot
        slot.acquire()

    def note_token(self) -> None:
        """The connection goes on with the token that it is signed in with now."""
        if self.requests is not None and self.sign_in is not None:
            self.requests.token_id = self.sign_in.token_id

    def leave(self, *, clean: bool) -> None:
        """The connection is in no session any more."""
        requests = self._end_requests()
        if requests is not None:
            requests.live.remove(requests.connection, clean=clean)

    def remove(self, reason: str) -> None:
        """The user was removed: what waits is sent, nothing more is read."""
        self._end_requests()
        self.is_leaving = True
        self.close(CloseCode.REMOVED, reason)

    def send_away(self, retry_after: float) -> None:
        """Ask the client to come back, then close."""
        text = "the server is going down; come back soon"
        self.replies.refuse(ErrorCode.SERVER_BUSY, text, retry_after=retry_after)
        self.close(CloseCode.SHUTDOWN, text)

    def hand_over(self, retry_after: float) -> None:
        """The same for a session that another node has or gets: what comes now is for that one."""
        self.is_leaving = True
        self.send_away(retry_after)

    def release(self) -> None:
        """The socket is gone: free what it held."""
        if self._slot is not None:
            self._slot.release()
        self.end_sign_in()

    def end_sign_in(self) -> None:
        """The token is watched no longer."""
        if self.sign_in is not None:
            # It knows this object, too: two that hold each other are freed by the collector only.
            self.sign_in.cancel()
            self.sign_in = None

    # --- SignedIn --------------------------------------------------------------------------

    @property
    def session_id(self) -> str | None:
        """The session that it is in."""
        return self.replies.session_id

    def send_message(self, message: ServerMessage) -> None:
        """Send it."""
        self.replies.send(message)

    def acknowledge(self, request_id: str) -> None:
        """The request had its effect."""
        if self.requests is not None:
            self.requests.acknowledge(request_id)

    def refuse(
        self, code: ErrorCode, text: str, request_id: str | None, retry_after: float | None
    ) -> None:
        """The request has no effect."""
        self.replies.refuse(code, text, request_id, retry_after=retry_after)

    def sign_out(self, code: ErrorCode, text: str) -> None:
        """End the connection: its token holds no longer."""
        _log.info("signed out: code=%s", code, extra={"connection": self.id})
        self.is_leaving = True
        self.replies.refuse(code, text)
        self.leave(clean=True)
        self.close(CLOSE_CODE_FOR_ERROR[code], text)

    def _end_requests(self) -> ParticipantRequests | None:
        requests, self.requests = self.requests, None
        self.replies.session_id = None
        if requests is not None:
            requests.end()
        return requests
