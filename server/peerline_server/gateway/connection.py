"""One socket: sign-in deadline, joining, decoding, throttling, and how it is closed."""

import asyncio
import logging
from dataclasses import replace
from http import HTTPStatus
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from websockets.http11 import Request

from peerline.logs import describe
from peerline.protocol.errors import CLOSE_CODE_FOR_ERROR, CloseCode, ErrorCode
from peerline.protocol.messages import (
    ClientMessage,
    DecodeError,
    ServerMessage,
    decode_client_message,
)
from peerline.protocol.session import JoinPending, JoinSession, LeaveSession, RenewToken
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.sign_in import SignIn
from peerline_server.auth.tokens import Identity
from peerline_server.core.join_request import JoinRefused, JoinRequest
from peerline_server.gateway.handshake import credentials
from peerline_server.gateway.participant_requests import Participation
from peerline_server.gateway.replies import Replies
from peerline_server.limits.token_bucket import TokenBucket
from peerline_server.runtime.joining import refused_by_store
from peerline_server.runtime.live_session import LiveSession, Receiver
from peerline_server.store.base import OutcomeUnknownError, StoreError
from peerline_server.transport.frames import SharedFrame
from peerline_server.transport.outbox import Outbox
from peerline_server.transport.websocket import HttpAnswer, WebSocketTransport

if TYPE_CHECKING:
    from peerline_server.gateway.gateway import Gateway

_log = logging.getLogger("peerline.server.peer")
_GUESSES: Final = frozenset(
    {ErrorCode.TOKEN_INVALID, ErrorCode.INVITE_INVALID, ErrorCode.SESSION_NOT_FOUND}
)
"""How joins fail that try what was never given out."""
_MINUTE: Final = 60.0
_LONGEST_HOLD_SECONDS: Final = 10.0
"""A peer whose answers to pings are not read for longer would be taken for dead."""


class Peer:
    """One socket: implements `peerline_server.transport.websocket.SocketHandler`."""

    __slots__ = (
        "_address",
        "_bad_messages",
        "_brought",
        "_deadline",
        "_gateway",
        "_here",
        "_is_counted",
        "_is_leaving",
        "_opened_at",
        "_outbox",
        "_replies",
        "_seat",
        "_settings",
        "_sign_in",
        "_throttle",
        "_transport",
        "_waits_for",
        "id",
    )

    def __init__(self, gateway: "Gateway", transport: WebSocketTransport) -> None:
        self._gateway = gateway
        self._transport = transport
        self._settings = gateway.settings
        self.id = token_hex(8)
        self._outbox = Outbox(
            gateway.loop,
            transport,
            self.id,
            gateway.metrics,
            soft_bytes=gateway.settings.outbox_soft_bytes,
            hard_bytes=gateway.settings.outbox_hard_bytes,
        )
        self._replies = Replies(self._outbox, gateway.metrics, gateway.hub.now)
        self._brought = JoinRequest(session_id="")
        self._here: Participation | None = None
        self._is_leaving = False
        self._waits_for: asyncio.Future[bool] | None = None
        """The answer of a host, if one must let the user in."""
        self._throttle: asyncio.TimerHandle | None = None
        self._bad_messages = TokenBucket(self._settings.bad_messages_per_minute, _MINUTE)
        self._deadline: asyncio.TimerHandle | None = None
        self._opened_at = 0.0
        self._address: str | None = None
        self._is_counted = False
        self._sign_in: SignIn | None = None
        self._seat: tuple[str, str] | None = None

    # --- SocketHandler ---------------------------------------------------------------------

    def on_connect(self, address: str) -> None:
        self._address = address
        self._gateway.begin_handshake(self)

    def on_received(self, amount: int) -> None:
        user_id = None if self._here is None else self._here.user_id
        loop = self._gateway.loop
        hit = self._gateway.limiter.received(amount, user_id, self._address, loop.time())
        if hit is None or self._throttle is not None:
            return
        self._transport.hold_reading()
        seconds = min(hit.retry_after, _LONGEST_HOLD_SECONDS)
        self._throttle = loop.call_later(seconds, self._end_throttling)
        if self._transport.is_open:
            self._replies.refuse(ErrorCode.RATE_LIMITED, hit.text, retry_after=hit.retry_after)

    def on_gone(self) -> None:
        self._gateway.end_handshake(self)
        if self._is_counted:
            self._gateway.limiter.disconnect(self._address)
        if self._seat is not None:
            self._gateway.limiter.stand_up(*self._seat)
        if self._sign_in is not None:
            # It knows this peer, too: two that hold each other are freed by the collector only.
            self._sign_in.cancel()
            self._sign_in = None
        if self._throttle is not None:
            self._throttle.cancel()

    def on_request(self, request: Request) -> HttpAnswer | None:
        answer = self._gateway.answer(request) or self._count_connection(request)
        if answer is None:
            self._brought = credentials(request, allow_query_token=self._settings.allow_query_token)
        return answer

    def _count_connection(self, request: Request) -> HttpAnswer | None:
        gateway = self._gateway
        self._address = gateway.client_address(self._address or "", request)
        hit = gateway.limiter.connect(self._address, gateway.loop.time())
        if hit is None:
            self._is_counted = True
            return None
        gateway.metrics.errors[ErrorCode.RATE_LIMITED] += 1
        return HttpAnswer(HTTPStatus.TOO_MANY_REQUESTS, f"{hit.text}\n", hit.retry_after)

    def _end_throttling(self) -> None:
        self._throttle = None
        self._transport.resume_reading()

    def on_open(self) -> None:
        self._gateway.end_handshake(self)
        self._gateway.peers.add(self)
        self._opened_at = self._gateway.loop.time()
        self._deadline = self._gateway.loop.call_later(
            self._settings.auth_timeout_seconds, self._on_deadline
        )
        if self._brought.session_id and (self._brought.auth_token or self._brought.invite):
            self._begin_join(self._brought, request_id=None)

    def on_text(self, text: bytes) -> None:
        if self._is_leaving:
            return
        if len(text) > self._settings.max_message_bytes:
            limit = self._settings.max_message_bytes
            self._replies.refuse(
                ErrorCode.MESSAGE_TOO_LARGE,
                f"a message may have {limit} bytes, this has more",
            )
        else:
            self._decode(text)
        if self._replies.refusals:
            self._count_refusals()

    def _decode(self, text: bytes) -> None:
        try:
            message = decode_client_message(text)
        except DecodeError as error:
            self._replies.refuse(error.code, error.text, error.request_id)
            return
        self._take(message)

    def _count_refusals(self) -> None:
        """End the socket of a peer that sends little else than what is refused."""
        refusals, self._replies.refusals = self._replies.refusals, 0.0
        if self._bad_messages.charge(refusals, self._gateway.loop.time()) == 0 or self._is_leaving:
            return
        _log.info("a peer sends too much that is refused: cut", extra={"connection": self.id})
        self._is_leaving = True
        self._outbox.flush()
        self._transport.cut_flood("too many messages that were refused")

    def on_binary(self, data: bytes) -> None:  # noqa: ARG002 - the interface
        if not self._is_leaving:
            text = "messages are JSON in text frames"
            self._replies.refuse(ErrorCode.BINARY_NOT_SUPPORTED, text)
            self._count_refusals()

    def on_writable(self) -> None:
        here = self._here
        if self._outbox.missed_presence and here is not None:
            self._outbox.missed_presence = False
            frames = here.live.presence_frames(without=here.user_id)
            if frames:
                deflates = here.receiver.deflates
                self._outbox.send_presence(
                    b"".join([frame.bytes_for(deflates=deflates) for frame in frames])
                )

    def on_closed(self, code: int) -> None:
        self._gateway.peers.discard(self)
        lasted = self._gateway.loop.time() - self._opened_at
        self._gateway.metrics.connection.observe(lasted)
        if self._deadline is not None:
            self._deadline.cancel()
        if self._waits_for is not None and not self._waits_for.done():
            self._waits_for.set_result(False)
        self._depart(clean=code in {CloseCode.NORMAL, CloseCode.GOING_AWAY})
        _log.info("closed: code=%d", code, extra={"connection": self.id})

    # --- from the gateway ------------------------------------------------------------------

    def close(self, code: CloseCode, reason: str) -> None:
        """Send what waits, then close."""
        self._outbox.close(code, reason)

    def send_away(self, retry_after: float) -> None:
        """The server is going down: say when to come back, then close."""
        text = "the server is going down; come back soon"
        self._replies.refuse(ErrorCode.SERVER_BUSY, text, retry_after=retry_after)
        self.close(CloseCode.SHUTDOWN, text)

    def end_if_revoked(self, revocations: Revocations) -> None:
        """End the socket if its token holds no longer."""
        if self._sign_in is not None:
            self._sign_in.end_if_revoked(revocations)

    def cut(self) -> None:
        """End the socket, whatever the peer does."""
        self._transport.abort()

    # --- joining ---------------------------------------------------------------------------

    def _begin_join(self, request: JoinRequest, request_id: str | None) -> None:
        gateway = self._gateway
        hit = gateway.limiter.too_many_failed(self._address, gateway.loop.time())
        if hit is not None:
            self._turn_away(
                JoinRefused(ErrorCode.RATE_LIMITED, hit.text, hit.retry_after), request_id
            )
            return
        # Also where the first message names the session: who waits for a host is told which.
        self._brought = replace(self._brought, session_id=request.session_id)
        self._transport.hold_reading()
        self._gateway.hub.spawn(self._join(request, request_id), "join")

    async def _join(self, request: JoinRequest, request_id: str | None) -> None:
        refusal: JoinRefused | None = None
        try:
            await self._gateway.doorkeeper.join(request, self)
        except JoinRefused as refused:
            # Not the exception itself: its traceback holds this frame, which would hold it.
            refusal = JoinRefused(
                refused.code, refused.text, refused.retry_after, is_unknown=refused.is_unknown
            )
        except Exception as error:  # noqa: BLE001 - the peer is told, whatever it is
            reason = str(error) if isinstance(error, StoreError) else describe(error)
            _log.error("join failed: %s", reason, extra={"connection": self.id})
            refusal = refused_by_store(is_unknown=isinstance(error, OutcomeUnknownError))
        if refusal is not None:
            self._turn_away(refusal, request_id)
            return
        if request_id is not None and self._here is not None:
            self._here.acknowledge(request_id)
        self._transport.resume_reading()

    def _turn_away(self, refusal: JoinRefused, request_id: str | None) -> None:
        _log.info("join refused: code=%s", refusal.code, extra={"connection": self.id})
        if refusal.code in _GUESSES:
            gateway = self._gateway
            gateway.limiter.join_failed(self._address, gateway.loop.time())
        self._replies.refuse(
            refusal.code,
            refusal.text,
            request_id,
            retry_after=refusal.retry_after,
            is_unknown=refusal.is_unknown,
        )
        code = CLOSE_CODE_FOR_ERROR.get(refusal.code, CloseCode.PROTOCOL_ERROR)
        if refusal.retry_after is not None:
            code = CloseCode.TRY_AGAIN_LATER
        self._is_leaving = True
        self.close(code, refusal.text)

    def identified(self, identity: Identity) -> None:
        """Whom the token says; a revocation counts from now on."""
        gateway = self._gateway
        self._sign_in = SignIn(
            identity,
            self,
            gateway.doorkeeper,
            plan=gateway.token_plan,
            loop=gateway.loop,
            now=gateway.hub.now,
        )

    def enter(self, live: LiveSession, user_id: str, frames: list[SharedFrame]) -> None:
        """Be in the session from this very turn of the event loop on."""
        if not live.is_loaded:
            self.close(CloseCode.SERVICE_RESTART, "the session is loaded anew")
            return
        if not self._transport.is_open:
            live.left_behind(user_id)
            return
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._transport.allow_long_messages()
        # A token has no place in memory once it has done its work.
        self._brought = JoinRequest(session_id=live.id)
        gateway = self._gateway
        receiver = Receiver(user_id, self._outbox, self._transport.deflates, self.put_out)
        self._here = Participation(
            live,
            receiver,
            connection_id=self.id,
            address=self._address,
            hub=gateway.hub,
            host_desk=gateway.host_desk,
            limiter=gateway.limiter,
            replies=self._replies,
        )
        self._replies.session_id = live.id
        live.add(receiver)
        self._seat = (user_id, live.id)
        gateway.limiter.sit_down(*self._seat)
        for frame in frames:
            self._outbox.send_shared(frame)
        if self._sign_in is not None:
            self._sign_in.watch()

    def wait_for_host(self, answer: "asyncio.Future[bool]", seconds: float) -> None:
        """Wait until a host answers; whoever closes the socket wants in no more."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._waits_for = answer
        if not self._transport.is_open:
            answer.set_result(False)
            return
        pending = JoinPending(session_id=self._brought.session_id, timeout=seconds)
        self._replies.send(pending)
        # Only what is read is known to be closed, and only what is read answers pings.
        self._transport.resume_reading()

    def wait_is_over(self) -> None:
        """The host has answered, or the time is over."""
        self._waits_for = None
        self._transport.hold_reading()

    def _on_deadline(self) -> None:
        self._replies.refuse(ErrorCode.AUTH_REQUIRED, "no join_session came in time")
        self.close(CloseCode.AUTH_TIMEOUT, "no join_session came in time")

    def put_out(self) -> None:
        """The host has removed the user: what was announced is written, nothing more is read."""
        self._end_participation()
        self._is_leaving = True
        self.close(CloseCode.REMOVED, "the host has removed you from this session")

    # --- SignedIn --------------------------------------------------------------------------

    @property
    def session_id(self) -> str | None:
        return self._replies.session_id

    def send_message(self, message: ServerMessage) -> None:
        self._replies.send(message)

    def acknowledge(self, request_id: str) -> None:
        if self._here is not None:
            self._here.acknowledge(request_id)

    def refuse(
        self, code: ErrorCode, text: str, request_id: str | None, retry_after: float | None
    ) -> None:
        self._replies.refuse(code, text, request_id, retry_after=retry_after)

    def sign_out(self, code: ErrorCode, text: str) -> None:
        _log.info("signed out: code=%s", code, extra={"connection": self.id})
        self._is_leaving = True
        self._replies.refuse(code, text)
        self._depart(clean=True)
        self.close(CLOSE_CODE_FOR_ERROR[code], text)

    async def _renew(self, sign_in: SignIn, message: RenewToken) -> None:
        try:
            error = await sign_in.renew(message)
        except Exception as failure:  # noqa: BLE001 - the peer is told, whatever it is
            extra = {"connection": self.id}
            _log.error("a token could not be renewed: %s", describe(failure), extra=extra)
            text = "the token was not renewed: try again"
            self._replies.refuse(
                ErrorCode.INTERNAL_ERROR, text, message.request_id, retry_after=1.0
            )
            return
        if error is not None and error.code in _GUESSES:
            self._gateway.limiter.join_failed(self._address, self._gateway.loop.time())

    def _depart(self, *, clean: bool) -> None:
        here = self._end_participation()
        if here is not None:
            here.live.remove(here.receiver, clean=clean)

    def _end_participation(self) -> Participation | None:
        here, self._here = self._here, None
        self._replies.session_id = None
        if here is not None:
            here.is_over = True
        return here

    # --- messages --------------------------------------------------------------------------

    def _take(self, message: ClientMessage) -> None:
        self._gateway.metrics.messages[message.type] += 1
        request_id = message.request_id
        if self._waits_for is not None:
            self._take_while_waiting(message)
            return
        if isinstance(message, JoinSession):
            self._take_join(message)
            return
        here = self._here
        if here is None:
            self._replies.refuse(ErrorCode.NOT_JOINED, "send join_session first", request_id)
            return
        if message.session_id != here.live.id:
            self._replies.refuse(
                ErrorCode.SESSION_MISMATCH,
                "session_id: this connection is in another session",
                request_id,
            )
            return
        if isinstance(message, LeaveSession):
            self._is_leaving = True
            if request_id is not None:
                here.acknowledge(request_id)
            self._depart(clean=True)
            self.close(CloseCode.NORMAL, "you left")
            return
        if isinstance(message, RenewToken) and self._sign_in is not None:
            if here.may_ask(request_id):
                self._gateway.hub.spawn(self._renew(self._sign_in, message), "renew a token")
            return
        here.take(message)

    def _take_while_waiting(self, message: ClientMessage) -> None:
        if isinstance(message, LeaveSession):
            self._is_leaving = True
            self.close(CloseCode.NORMAL, "you left")
            return
        text = "a host must let you in first: wait for `connected`"
        self._replies.refuse(ErrorCode.NOT_JOINED, text, message.request_id)

    def _take_join(self, message: JoinSession) -> None:
        if self._here is not None:
            self._replies.refuse(
                ErrorCode.ALREADY_JOINED,
                "this connection has joined; open another one for another session",
                message.request_id,
            )
            return
        if self._brought.session_id and message.session_id != self._brought.session_id:
            self._replies.refuse(
                ErrorCode.SESSION_MISMATCH,
                "session_id: the address names another session",
                message.request_id,
            )
            return
        request = replace(
            self._brought,
            session_id=message.session_id,
            auth_token=message.auth_token or self._brought.auth_token,
            invite=message.invite or self._brought.invite,
            username=message.username or self._brought.username,
            resume=message.resume,
            create=message.create,
        )
        self._begin_join(request, message.request_id)
