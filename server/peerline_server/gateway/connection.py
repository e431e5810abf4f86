"""One socket of a client: its handshake, its limits, its messages, and how it is closed."""

import asyncio
import logging
from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Final
from urllib.parse import urlsplit

from peerline.logs import describe
from peerline.protocol.errors import CloseCode, ErrorCode
from peerline.protocol.messages import ClientMessage, DecodeError, decode_client_message
from peerline.protocol.session import JoinSession, LeaveSession, RenewToken
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.sign_in import SignIn
from peerline_server.core.join_request import JoinRequest
from peerline_server.gateway.addresses import client_address, own_hosts
from peerline_server.gateway.connection_state import ConnectionState
from peerline_server.gateway.context import ConnectionContext
from peerline_server.gateway.handshake import credentials, document_of
from peerline_server.gateway.join_flow import GUESSES, JoinFlow
from peerline_server.limits.limiter import LimitHit
from peerline_server.limits.token_bucket import TokenBucket
from peerline_server.relay.header import RELAY_HEADER, Handshake, NotBelieved
from peerline_server.transport.base import HandshakeRequest, HttpAnswer, WebSocket

_log = logging.getLogger("peerline.server.connection")
_MINUTE: Final = 60.0
_LONGEST_HOLD_SECONDS: Final = 10.0
"""A peer whose answers to pings are not read for longer would be taken for dead."""


class Connection:
    """Implements `peerline_server.transport.base.SocketHandler`."""

    __slots__ = (
        "_bad_messages",
        "_brought",
        "_context",
        "_is_counted",
        "_joining",
        "_opened_at",
        "_peer",
        "_socket",
        "_state",
        "_throttle",
    )

    def __init__(self, socket: WebSocket, context: ConnectionContext) -> None:
        self._socket = socket
        self._context = context
        self._state = ConnectionState(socket, context)
        self._joining = JoinFlow(self._state, context)
        self._brought = JoinRequest(session_id="")
        self._bad_messages = TokenBucket(context.options.bad_messages_per_minute, _MINUTE)
        self._throttle: asyncio.TimerHandle | None = None
        self._opened_at = 0.0
        self._peer = ""
        self._is_counted = False

    # --- SocketHandler ---------------------------------------------------------------------

    def on_connect(self, address: str) -> None:
        self._state.address = self._peer = address
        self._context.connections.begin_handshake(self)

    def on_received(self, amount: int) -> None:
        requests = self._state.requests
        user_id = None if requests is None else requests.user_id
        loop = self._context.runtime.loop
        hit = self._context.limiter.received(amount, user_id, self._state.address, loop.time())
        if hit is None or self._throttle is not None:
            return
        self._socket.hold_reading()
        seconds = min(hit.retry_after, _LONGEST_HOLD_SECONDS)
        self._throttle = loop.call_later(seconds, self._end_throttling)
        if self._socket.is_open:
            self._state.replies.refuse(
                ErrorCode.RATE_LIMITED, hit.text, retry_after=hit.retry_after
            )

    def on_gone(self) -> None:
        self._context.connections.end_handshake(self)
        if self._is_counted:
            self._context.limiter.disconnect(self._state.address)
        self._state.release()
        if self._throttle is not None:
            self._throttle.cancel()

    def on_request(self, request: HandshakeRequest) -> HttpAnswer | None:
        answer = (
            self._page(request)
            or self._context.answers.answer(request)
            or self._take_origin(request)
            or self._count_connection(request)
        )
        if answer is None:
            self._brought = credentials(
                request, allow_query_token=self._context.options.allow_query_token
            )
            if (document_id := document_of(request)) is not None:
                self._state.be_of_document(document_id)
        return answer

    def own_hosts(self, request: HandshakeRequest) -> Sequence[str]:
        if self._state.passed_on is not None:
            # The node that the client is connected to has looked at its origin.
            return [urlsplit(origin).netloc.lower() for origin in request.headers.get_all("Origin")]
        if not self._context.pages.are_served:
            return ()
        trusted = self._context.options.trusted_proxies
        return own_hosts(
            self._peer,
            request.headers.get_all("Host"),
            request.headers.get_all("X-Forwarded-Host"),
            trusted,
        )

    def on_open(self) -> None:
        self._context.connections.end_handshake(self)
        self._context.connections.add(self)
        self._opened_at = self._context.runtime.loop.time()
        # A token has no place in memory once it has done its work.
        brought, self._brought = self._brought, JoinRequest(session_id="")
        self._joining.open(brought)

    def on_text(self, text: bytes) -> None:
        if self._state.is_leaving:
            return
        limit = self._context.options.max_message_bytes
        if self._state.document_id is not None:
            self._state.deny(ErrorCode.UPDATE_REFUSED, "this socket takes binary frames only")
        elif len(text) > limit:
            self._state.replies.refuse(
                ErrorCode.MESSAGE_TOO_LARGE,
                f"a message may have {limit} bytes, this has more",
            )
        else:
            self._decode(text)
        if self._state.replies.refusals:
            self._count_refusals()

    def on_binary(self, data: bytes) -> None:
        if self._state.is_leaving:
            return
        requests = self._state.requests
        if requests is None or not requests.take_binary(data):
            text = "binary frames are for shared documents, and this connection has none open"
            self._state.replies.refuse(ErrorCode.BINARY_NOT_SUPPORTED, text)
        if self._state.replies.refusals:
            self._count_refusals()

    def on_writable(self) -> None:
        requests, outbox = self._state.requests, self._socket.outbox
        if requests is not None:
            requests.on_writable()
        if outbox.missed_presence and requests is not None:
            outbox.missed_presence = False
            frames = requests.live.presence_frames(without=requests.user_id)
            if frames:
                deflates = requests.connection.deflates
                outbox.send_presence(
                    b"".join([frame.bytes_for(deflates=deflates) for frame in frames])
                )

    def on_closed(self, code: int) -> None:
        self._context.connections.discard(self)
        lasted = self._context.runtime.loop.time() - self._opened_at
        self._context.runtime.metrics.connection.observe(lasted)
        self._joining.end()
        self._state.leave(clean=code in {CloseCode.NORMAL, CloseCode.GOING_AWAY})
        _log.info("closed: code=%d", code, extra={"connection": self._state.id})

    # --- OpenConnection --------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self._state.id

    def send_away(self, retry_after: float) -> None:
        self._state.send_away(retry_after)

    def hand_over(self, retry_after: float) -> None:
        if not self._state.is_leaving:
            self._state.hand_over(retry_after)

    @property
    def is_passed_on(self) -> bool:
        return self._joining.is_passed_on

    def end_if_revoked(self, revocations: Revocations) -> None:
        if self._state.sign_in is not None:
            self._state.sign_in.end_if_revoked(revocations)

    def cut(self) -> None:
        self._socket.abort()

    # --- limits ----------------------------------------------------------------------------

    def _page(self, request: HandshakeRequest) -> HttpAnswer | None:
        """The answer to a request for the browser page or one of its files; None for others."""
        context = self._context
        try:
            path = urlsplit(request.path).path
        except ValueError:
            return None
        answer = context.pages.answer(path, request)
        if answer is None:
            return None
        forwarded = request.headers.get_all("X-Forwarded-For")
        address = client_address(self._peer, forwarded, context.options.trusted_proxies)
        hit = context.limiter.page(address, context.runtime.loop.time())
        return answer if hit is None else _too_many(hit)

    def _take_origin(self, request: HandshakeRequest) -> HttpAnswer | None:
        """Note where a socket comes from that another node passes on, or refuse what claims that.

        It must not be taken for a client's: it would be passed on again.
        """
        relay = self._context.relay
        headers = request.headers.get_all(RELAY_HEADER)
        if relay is None or not headers:
            return None
        handshake = Handshake("".join(request.headers.get_all("Sec-WebSocket-Key")), request.path)
        try:
            self._state.passed_on = relay.signer.check(headers[-1], handshake)
        except NotBelieved as error:
            _log.warning("a relay from %s is not believed: %s", self._peer, error)
            return HttpAnswer(HTTPStatus.FORBIDDEN, "The relay is not believed.\n")
        return None

    def _count_connection(self, request: HandshakeRequest) -> HttpAnswer | None:
        context, state = self._context, self._state
        forwarded = request.headers.get_all("X-Forwarded-For")
        trusted = context.options.trusted_proxies
        state.address = (
            client_address(state.address or "", forwarded, trusted)
            if state.passed_on is None
            else state.passed_on.address
        )
        hit = context.limiter.connect(state.address, context.runtime.loop.time())
        if hit is None:
            self._is_counted = True
            return None
        context.runtime.metrics.errors[ErrorCode.RATE_LIMITED] += 1
        return _too_many(hit)

    def _end_throttling(self) -> None:
        self._throttle = None
        self._socket.resume_reading()

    def _count_refusals(self) -> None:
        """End the socket of a peer that sends little else than what is refused."""
        state = self._state
        refusals, state.replies.refusals = state.replies.refusals, 0.0
        now = self._context.runtime.loop.time()
        if self._bad_messages.charge(refusals, now) == 0 or state.is_leaving:
            return
        _log.info("a peer sends too much that is refused: cut", extra={"connection": state.id})
        state.is_leaving = True
        self._socket.cut_flood("too many messages that were refused")

    # --- messages --------------------------------------------------------------------------

    def _decode(self, text: bytes) -> None:
        try:
            message = decode_client_message(text)
        except DecodeError as error:
            self._state.replies.refuse(error.code, error.text, error.request_id)
            return
        self._take(message, text)

    def _take(self, message: ClientMessage, text: bytes) -> None:
        state = self._state
        self._context.runtime.metrics.messages[message.type] += 1
        request_id = message.request_id
        if self._joining.is_waiting:
            self._take_while_waiting(message)
            return
        if isinstance(message, JoinSession):
            self._joining.take(message, text)
            return
        requests = state.requests
        if requests is None:
            state.replies.refuse(ErrorCode.NOT_JOINED, "send join_session first", request_id)
            return
        if message.session_id != requests.live.id:
            state.replies.refuse(
                ErrorCode.SESSION_MISMATCH,
                "session_id: this connection is in another session",
                request_id,
            )
            return
        if isinstance(message, LeaveSession):
            if request_id is not None:
                requests.acknowledge(request_id)
            state.leave(clean=True)
            self._say_goodbye()
            return
        if isinstance(message, RenewToken) and state.sign_in is not None:
            if requests.may_ask(request_id):
                renewal = self._renew(state.sign_in, message)
                self._context.runtime.spawn(renewal, "renew a token")
            return
        requests.take(message)

    def _take_while_waiting(self, message: ClientMessage) -> None:
        if isinstance(message, LeaveSession):
            self._say_goodbye()
            return
        text = "a host has to admit you first: wait for `connected`"
        self._state.replies.refuse(ErrorCode.NOT_JOINED, text, message.request_id)

    def _say_goodbye(self) -> None:
        self._state.is_leaving = True
        self._state.close(CloseCode.NORMAL, "you left")

    async def _renew(self, sign_in: SignIn, message: RenewToken) -> None:
        state = self._state
        try:
            error = await sign_in.renew(message)
        except Exception as failure:  # noqa: BLE001 - the client is told, whatever it is
            extra = {"connection": state.id}
            _log.error("a token could not be renewed: %s", describe(failure), extra=extra)
            text = "the token was not renewed: try again"
            state.replies.refuse(
                ErrorCode.INTERNAL_ERROR, text, message.request_id, retry_after=1.0
            )
            return
        state.note_token()
        if error is not None and error.code in GUESSES:
            self._context.limiter.join_failed(state.address, self._context.runtime.loop.time())


def _too_many(hit: LimitHit) -> HttpAnswer:
    # RFC 9110, section 10.2.3: whole seconds.
    retry_after = ("Retry-After", str(ceil(hit.retry_after)))
    return HttpAnswer(HTTPStatus.TOO_MANY_REQUESTS, f"{hit.text}\n", (retry_after,))
