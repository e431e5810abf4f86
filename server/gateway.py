"""The edge: handshake, sign-in deadline, decoding, limits, close codes; health over HTTP GET."""

import asyncio
import logging
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from secrets import token_hex
from typing import Final
from urllib.parse import parse_qs, urlsplit

from websockets.http11 import Request

from peerline.protocol.client_messages import (
    ClientMessageBase,
    JoinSession,
    LeaveSession,
    RenewToken,
)
from peerline.protocol.errors import CLOSE_CODE_FOR_ERROR, CloseCode, ErrorCode
from peerline.protocol.messages import (
    ClientMessage,
    DecodeError,
    decode_client_message,
    encode_message,
)
from peerline.protocol.requests import Query
from peerline.protocol.requests import Request as ParticipantRequest
from peerline.protocol.server_messages import Ack, Error, JoinPending, ServerMessage
from server.addresses import client_address, parse_networks
from server.auth import Identity
from server.connection import Outbox
from server.frames import SharedFrame, text_frame
from server.host_desk import HostDesk, RequestRefused
from server.hub import AppendFailed, AppendOutcome, Hub
from server.joining import Doorkeeper, JoinRefused, JoinRequest
from server.limits import Limiter
from server.live_session import LiveSession, Receiver
from server.membership import REFUSALS
from server.queries import answer
from server.revocation import Revocations
from server.session import Append, Ask, PresenceTaken, Refused, Relay
from server.settings import Settings
from server.sign_in import Plan, SignIn
from server.store.base import Committed, Duplicate
from server.transport import HttpAnswer, WebSocketTransport

_log = logging.getLogger("peerline.server.gateway")
COME_BACK_SECONDS: Final = (0.5, 5.0)
"""Between these, each client of a server that goes down is told to come back."""
_GUESSES: Final = frozenset(
    {ErrorCode.TOKEN_INVALID, ErrorCode.INVITE_INVALID, ErrorCode.SESSION_NOT_FOUND}
)
"""How joins fail that try what was never given out."""
_LONGEST_HOLD_SECONDS: Final = 10.0
"""A peer whose answers to pings are not read for longer would be taken for dead."""
_SESSION_PATH = re.compile(r"/ws/session/([A-Za-z0-9_-]{1,64})")


class Gateway:
    """Makes a `Peer` for each socket and knows those that are open."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        hub: Hub,
        doorkeeper: Doorkeeper,
        host_desk: HostDesk,
        limiter: Limiter,
        *,
        random_source: Callable[[], float] = random.random,
    ) -> None:
        self.loop = loop
        self._random = random_source
        self.hub = hub
        self.doorkeeper = doorkeeper
        self.host_desk = host_desk
        self.limiter = limiter
        self.settings = hub.settings
        self.metrics = hub.metrics
        self.token_plan = Plan(
            warning=timedelta(seconds=self.settings.token_warning_seconds),
            guest_renewal=timedelta(seconds=self.settings.guest_token_seconds / 2),
        )
        self._trusted_proxies = parse_networks(self.settings.trusted_proxies)
        self.peers: set[Peer] = set()
        self._handshakes: dict[Peer, None] = {}
        """Sockets without a handshake, the one that has waited longest first."""
        self.is_draining = False

    def make_handler(self, transport: WebSocketTransport) -> "Peer":
        """The handler of a new socket."""
        return Peer(self, transport)

    def begin_handshake(self, peer: "Peer") -> None:
        """A socket is there. If too many say nothing, the one that has waited longest goes."""
        self._handshakes[peer] = None
        if len(self._handshakes) > self.settings.max_handshakes:
            oldest = next(iter(self._handshakes))
            self.end_handshake(oldest)
            oldest.cut()

    def end_handshake(self, peer: "Peer") -> None:
        """The socket has shaken hands, or is gone."""
        self._handshakes.pop(peer, None)

    def client_address(self, peer_address: str, request: Request) -> str | None:
        """The address to which the limits of a connection apply, if there is one."""
        forwarded = request.headers.get_all("X-Forwarded-For")
        return client_address(peer_address, forwarded, self._trusted_proxies)

    def end_revoked(self, revocations: Revocations) -> None:
        """End the connections of tokens that hold no longer."""
        for peer in list(self.peers):
            peer.end_if_revoked(revocations)

    def answer(self, request: Request) -> HttpAnswer | None:
        """What a request gets: None for a WebSocket handshake to a session."""
        path = urlsplit(request.path).path
        if path == "/healthz":
            return HttpAnswer(HTTPStatus.OK, "ok\n")
        if path == "/readyz":
            return self._readiness()
        if path == "/metrics" and self.settings.serve_metrics:
            return HttpAnswer(HTTPStatus.OK, self.metrics.text())
        if path != "/ws" and not _SESSION_PATH.fullmatch(path):
            return HttpAnswer(
                HTTPStatus.NOT_FOUND,
                "Not here. Sessions are at /ws/session/SESSION_ID.\n",
            )
        if self.is_draining:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "The server is going down.\n")
        if len(self.peers) >= self.settings.max_connections:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections.\n")
        return None

    def _readiness(self) -> HttpAnswer:
        """Whether a load balancer may send somebody here."""
        if self.is_draining:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "going down\n")
        if self.hub.store.is_stalled:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "the store does not write\n")
        return HttpAnswer(HTTPStatus.OK, "ready\n")

    def drain(self) -> None:
        """Let nobody in any more and ask everybody to come back, not all at once."""
        self.is_draining = True
        least, most = COME_BACK_SECONDS
        for peer in list(self.peers):
            peer.send_away(round(least + self._random() * (most - least), 3))


class Peer:
    """One socket: implements `server.transport.SocketHandler`."""

    __slots__ = (
        "_address",
        "_brought",
        "_deadline",
        "_early",
        "_gateway",
        "_is_counted",
        "_is_joining",
        "_is_leaving",
        "_is_throttled",
        "_live",
        "_opened_at",
        "_outbox",
        "_receiver",
        "_seat",
        "_settings",
        "_sign_in",
        "_transport",
        "_waits_for",
        "id",
    )

    def __init__(self, gateway: Gateway, transport: WebSocketTransport) -> None:
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
        self._brought = JoinRequest(session_id="")
        self._live: LiveSession | None = None
        self._receiver: Receiver | None = None
        self._is_joining = False
        self._is_leaving = False
        self._waits_for: asyncio.Future[bool] | None = None
        """The answer of a host, if one must let the user in."""
        self._early: list[bytes] = []
        self._deadline: asyncio.TimerHandle | None = None
        self._opened_at = 0.0
        self._address: str | None = None
        self._is_counted = False
        self._is_throttled = False
        self._sign_in: SignIn | None = None
        self._seat: tuple[str, str] | None = None

    # --- SocketHandler ---------------------------------------------------------------------

    def on_connect(self, address: str) -> None:
        self._address = address
        self._gateway.begin_handshake(self)

    def on_received(self, amount: int) -> None:
        user_id = self._receiver.user_id if self._receiver is not None else None
        loop = self._gateway.loop
        hit = self._gateway.limiter.received(amount, user_id, self._address, loop.time())
        if hit is None or self._is_throttled:
            return
        self._is_throttled = True
        self._transport.hold_reading()
        loop.call_later(min(hit.retry_after, _LONGEST_HOLD_SECONDS), self._end_throttling)
        if self._transport.is_open:
            self._refuse(ErrorCode.RATE_LIMITED, hit.text, retry_after=hit.retry_after)

    def on_gone(self) -> None:
        self._gateway.end_handshake(self)
        if self._is_counted:
            self._gateway.limiter.disconnect(self._address)
        if self._seat is not None:
            self._gateway.limiter.stand_up(*self._seat)
        if self._sign_in is not None:
            self._sign_in.cancel()

    def on_request(self, request: Request) -> HttpAnswer | None:
        answer = self._gateway.answer(request) or self._count_connection(request)
        if answer is None:
            self._brought = _credentials(request, self._settings)
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
        self._is_throttled = False
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
            self._refuse(
                ErrorCode.MESSAGE_TOO_LARGE,
                f"a message may have {limit} bytes, this has more",
            )
            return
        if self._is_joining and self._waits_for is None:
            # Reading is on hold, so no more than what was already in the buffer comes here.
            self._early.append(text)
            return
        try:
            message = decode_client_message(text)
        except DecodeError as error:
            self._refuse(error.code, error.text, error.request_id)
            return
        self._take(message)

    def on_binary(self, data: bytes) -> None:  # noqa: ARG002 - the interface
        self._refuse(ErrorCode.BINARY_NOT_SUPPORTED, "messages are JSON in text frames")

    def on_writable(self) -> None:
        if self._outbox.missed_presence and self._live is not None and self._receiver is not None:
            self._outbox.missed_presence = False
            frames = self._live.presence_frames(without=self._receiver.user_id)
            if frames:
                deflates = self._receiver.deflates
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
        self._refuse(ErrorCode.SERVER_BUSY, text, retry_after=retry_after)
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
        self._is_joining = True
        # Also where the first message names the session: who waits for a host is told which.
        self._brought = replace(self._brought, session_id=request.session_id)
        self._transport.hold_reading()
        loop = self._gateway.loop
        self._gateway.hub.spawn(loop.create_task(self._join(request, request_id)))

    async def _join(self, request: JoinRequest, request_id: str | None) -> None:
        refusal: JoinRefused | None = None
        try:
            await self._gateway.doorkeeper.join(request, self)
        except JoinRefused as refused:
            refusal = refused
        except Exception:  # noqa: BLE001 - the peer is told, whatever it is
            _log.exception("join failed", extra={"connection": self.id})
            refusal = JoinRefused(ErrorCode.INTERNAL_ERROR, REFUSALS[ErrorCode.INTERNAL_ERROR])
        self._is_joining = False
        if refusal is not None:
            self._turn_away(refusal, request_id)
            return
        if request_id is not None and self._live is not None:
            self._acknowledge(request_id, self._live.session.seq)
        early, self._early = self._early, []
        for text in early:
            self.on_text(text)
        self._transport.resume_reading()

    def _turn_away(self, refusal: JoinRefused, request_id: str | None) -> None:
        _log.info("join refused: code=%s", refusal.code, extra={"connection": self.id})
        if refusal.code in _GUESSES:
            gateway = self._gateway
            gateway.limiter.join_failed(self._address, gateway.loop.time())
        self._refuse(refusal.code, refusal.text, request_id, retry_after=refusal.retry_after)
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
        # A token has no place in memory once it has done its work.
        self._brought = JoinRequest(session_id=live.id)
        self._live = live
        self._receiver = Receiver(user_id, self._outbox, self._transport.deflates, self.put_out)
        live.add(self._receiver)
        self._seat = (user_id, live.id)
        self._gateway.limiter.sit_down(*self._seat)
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
        self._outbox.send(text_frame(encode_message(pending)))
        # Only what is read is known to be closed, and only what is read answers pings.
        self._transport.resume_reading()

    def wait_is_over(self) -> None:
        """The host has answered, or the time is over."""
        self._waits_for = None
        self._transport.hold_reading()

    def _on_deadline(self) -> None:
        self._refuse(ErrorCode.AUTH_REQUIRED, "no join_session came in time")
        self.close(CloseCode.AUTH_TIMEOUT, "no join_session came in time")

    def put_out(self) -> None:
        """The host has removed the user: what was announced is written, nothing more is read."""
        self._live = self._receiver = None
        self._is_leaving = True
        self.close(CloseCode.REMOVED, "the host has removed you from this session")

    # --- SignedIn --------------------------------------------------------------------------

    @property
    def session_id(self) -> str | None:
        return None if self._live is None else self._live.id

    def send_message(self, message: ServerMessage) -> None:
        self._outbox.send(text_frame(encode_message(message)))

    def acknowledge(self, request_id: str) -> None:
        if self._live is not None:
            self._acknowledge(request_id, self._live.session.seq)

    def refuse(
        self, code: ErrorCode, text: str, request_id: str | None, retry_after: float | None
    ) -> None:
        self._refuse(code, text, request_id, retry_after=retry_after)

    def sign_out(self, code: ErrorCode, text: str) -> None:
        _log.info("signed out: code=%s", code, extra={"connection": self.id})
        self._is_leaving = True
        self._refuse(code, text)
        self._depart(clean=True)
        self.close(CLOSE_CODE_FOR_ERROR[code], text)

    async def _renew(self, sign_in: SignIn, message: RenewToken) -> None:
        error = await sign_in.renew(message)
        if error is not None and error.code in _GUESSES:
            self._gateway.limiter.join_failed(self._address, self._gateway.loop.time())

    def _depart(self, *, clean: bool) -> None:
        live, receiver = self._live, self._receiver
        self._live = self._receiver = None
        if live is not None and receiver is not None:
            live.remove(receiver, clean=clean)

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
        live, receiver = self._live, self._receiver
        if live is None or receiver is None:
            self._refuse(ErrorCode.NOT_JOINED, "send join_session first", request_id)
            return
        if message.session_id != live.id:
            self._refuse(
                ErrorCode.SESSION_MISMATCH,
                "session_id: this connection is in another session",
                request_id,
            )
            return
        if isinstance(message, LeaveSession):
            self._is_leaving = True
            if request_id is not None:
                self._acknowledge(request_id, live.session.seq)
            self._depart(clean=True)
            self.close(CloseCode.NORMAL, "you left")
            return
        if isinstance(message, RenewToken) and self._sign_in is not None:
            if self._may_ask(receiver.user_id, request_id):
                loop = self._gateway.loop
                self._gateway.hub.spawn(loop.create_task(self._renew(self._sign_in, message)))
            return
        self._decide(live, receiver.user_id, message)

    def _take_while_waiting(self, message: ClientMessage) -> None:
        if isinstance(message, LeaveSession):
            self._is_leaving = True
            self.close(CloseCode.NORMAL, "you left")
            return
        text = "a host must let you in first: wait for `connected`"
        self._refuse(ErrorCode.NOT_JOINED, text, message.request_id)

    def _take_join(self, message: JoinSession) -> None:
        if self._live is not None:
            self._refuse(
                ErrorCode.ALREADY_JOINED,
                "this connection has joined; open another one for another session",
                message.request_id,
            )
            return
        if self._brought.session_id and message.session_id != self._brought.session_id:
            self._refuse(
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

    def _decide(self, live: LiveSession, user_id: str, message: ClientMessage) -> None:
        decision = live.session.decide(message, user_id, self._gateway.hub.now())
        request_id = message.request_id
        match decision:
            case PresenceTaken():
                live.presence_changed()
                if request_id is not None:
                    self._acknowledge(request_id, live.session.seq)
            case Ask():
                self._ask(live, user_id, decision.request)
            case Relay():
                if self._may_ask(user_id, request_id):
                    live.relay(decision.message, without=user_id)
                    if request_id is not None:
                        self._acknowledge(request_id, live.session.seq)
            case Refused():
                self._refuse(decision.code, decision.text, request_id)
            case Append():
                gateway = self._gateway
                hit = gateway.limiter.message(user_id, self._address, gateway.loop.time())
                if hit is None:
                    self._append(live, message, decision)
                else:
                    self.refuse(ErrorCode.RATE_LIMITED, hit.text, request_id, hit.retry_after)

    def _ask(self, live: LiveSession, user_id: str, request: ParticipantRequest) -> None:
        """Answer without holding up what comes after."""
        if self._may_ask(user_id, request.request_id):
            hub = self._gateway.hub
            hub.spawn(self._gateway.loop.create_task(self._answer(live, user_id, request)))

    def _may_ask(self, user_id: str, request_id: str | None) -> bool:
        hit = self._gateway.limiter.query(user_id, self._gateway.loop.time())
        if hit is not None:
            self.refuse(ErrorCode.RATE_LIMITED, hit.text, request_id, hit.retry_after)
        return hit is None

    async def _answer(self, live: LiveSession, user_id: str, request: ParticipantRequest) -> None:
        gateway = self._gateway
        try:
            if isinstance(request, Query):
                found = await answer(request, live.session, gateway.hub.store)
            else:
                found = await gateway.host_desk.handle(request, live, user_id)
        except RequestRefused as refused:
            self._refuse(refused.code, refused.text, request.request_id)
            return
        except Exception:  # noqa: BLE001 - the peer is told, whatever it is
            extra = {"connection": self.id, "session": live.id}
            _log.exception("a request failed: type=%s", request.type, extra=extra)
            text = "the server could not do this: try again"
            self._refuse(ErrorCode.INTERNAL_ERROR, text, request.request_id, retry_after=1.0)
            return
        if isinstance(found, Ack) and request.request_id is None:
            return
        # Somebody who was removed meanwhile gets nothing more.
        if self._live is live:
            self._outbox.send(text_frame(encode_message(found)))

    def _append(self, live: LiveSession, message: ClientMessage, decision: Append) -> None:
        arrived = self._gateway.loop.time()
        restrictions, restriction = live.session.restrictions, decision.restriction
        if restriction is not None:
            restrictions.add(restriction)

        def finish(outcome: AppendOutcome) -> None:
            if restriction is not None:
                restrictions.remove(restriction)
            self._on_appended(message, outcome, arrived)

        self._gateway.hub.append(decision.event, finish)

    def _on_appended(
        self, message: ClientMessageBase, outcome: AppendOutcome, arrived: float
    ) -> None:
        match outcome:
            case Committed():
                seq = outcome.message.seq
                waited = self._gateway.loop.time() - arrived
                self._gateway.metrics.event_delivery.observe(waited)
            case Duplicate():
                seq = outcome.seq
            case _:
                text = REFUSALS.get(outcome.code, "the message was refused")
                retry = 1.0 if isinstance(outcome, AppendFailed) else None
                self._refuse(outcome.code, text, message.request_id, retry_after=retry)
                return
        if message.request_id is not None:
            self._acknowledge(message.request_id, seq, message.session_id)

    # --- answers ---------------------------------------------------------------------------

    def _acknowledge(self, request_id: str, seq: int, session_id: str | None = None) -> None:
        known = session_id or (self._live.id if self._live is not None else "")
        ack = Ack(session_id=known, request_id=request_id, seq=seq)
        self._outbox.send(text_frame(encode_message(ack)))

    def _refuse(
        self,
        code: ErrorCode,
        text: str,
        request_id: str | None = None,
        *,
        retry_after: float | None = None,
    ) -> None:
        self._gateway.metrics.errors[code] += 1
        error = Error(
            error_code=code,
            message=text,
            timestamp=self._gateway.hub.now(),
            request_id=request_id,
            retry_after=retry_after,
            session_id=self._live.id if self._live is not None else None,
        )
        self._outbox.send(text_frame(encode_message(error)))


def _credentials(request: Request, settings: Settings) -> JoinRequest:
    """What the handshake itself brings: the session of the path, a token, an invite."""
    url = urlsplit(request.path)
    found = _SESSION_PATH.fullmatch(url.path)
    query = parse_qs(url.query)
    token: str | None = None
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        token = bearer.strip()
    if token is None:
        offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol")).split(",")
        named = [entry.strip() for entry in offered if entry.strip().startswith("bearer.")]
        token = named[0].removeprefix("bearer.") if named else None
    if token is None and settings.allow_query_token:
        token = query.get("token", [None])[0]
    return JoinRequest(
        session_id=found.group(1) if found else "",
        auth_token=token,
        invite=query.get("invite", [None])[0],
        username=query.get("username", [None])[0],
    )
