"""The edge: handshake, sign-in deadline, decoding, limits, close codes; health over HTTP GET."""

import asyncio
import logging
import random
import re
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from secrets import token_hex
from typing import Final
from urllib.parse import parse_qs, urlsplit

from websockets.http11 import Request

from peerline.protocol.client_messages import (
    ClientMessageBase,
    JoinSession,
    LeaveSession,
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
from peerline.protocol.server_messages import Ack, Error, JoinPending
from server.connection import Outbox
from server.frames import SharedFrame, text_frame
from server.host_desk import HostDesk, RequestRefused
from server.hub import AppendFailed, AppendOutcome, Hub
from server.joining import Doorkeeper, JoinRefused, JoinRequest
from server.live_session import LiveSession, Receiver
from server.membership import REFUSALS
from server.queries import answer
from server.session import Append, Ask, PresenceTaken, Refused
from server.settings import Settings
from server.store.base import Committed, Duplicate
from server.transport import HttpAnswer, WebSocketTransport

_log = logging.getLogger("peerline.server.gateway")
COME_BACK_SECONDS: Final = (0.5, 5.0)
"""Between these, each client of a server that goes down is told to come back."""
_SESSION_PATH = re.compile(r"/ws/session/([A-Za-z0-9_-]{1,64})")


class Gateway:
    """Makes a `Peer` for each socket and knows those that are open."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        hub: Hub,
        doorkeeper: Doorkeeper,
        host_desk: HostDesk,
        *,
        random_source: Callable[[], float] = random.random,
    ) -> None:
        self.loop = loop
        self._random = random_source
        self.hub = hub
        self.doorkeeper = doorkeeper
        self.host_desk = host_desk
        self.settings = hub.settings
        self.metrics = hub.metrics
        self.peers: set[Peer] = set()
        self.is_draining = False

    def make_handler(self, transport: WebSocketTransport) -> "Peer":
        """The handler of a new socket."""
        return Peer(self, transport)

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
        "_brought",
        "_deadline",
        "_early",
        "_gateway",
        "_is_joining",
        "_is_leaving",
        "_live",
        "_opened_at",
        "_outbox",
        "_receiver",
        "_settings",
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

    # --- SocketHandler ---------------------------------------------------------------------

    def on_request(self, request: Request) -> HttpAnswer | None:
        answer = self._gateway.answer(request)
        if answer is None:
            self._brought = _credentials(request, self._settings)
        return answer

    def on_open(self) -> None:
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

    def cut(self) -> None:
        """End the socket, whatever the peer does."""
        self._transport.abort()

    # --- joining ---------------------------------------------------------------------------

    def _begin_join(self, request: JoinRequest, request_id: str | None) -> None:
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
            _log.info("join refused: code=%s", refusal.code, extra={"connection": self.id})
            self._refuse(refusal.code, refusal.text, request_id, retry_after=refusal.retry_after)
            code = CLOSE_CODE_FOR_ERROR.get(refusal.code, CloseCode.PROTOCOL_ERROR)
            self.close(code, refusal.text)
            return
        if request_id is not None and self._live is not None:
            self._acknowledge(request_id, self._live.session.seq)
        early, self._early = self._early, []
        for text in early:
            self.on_text(text)
        self._transport.resume_reading()

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
        for frame in frames:
            self._outbox.send_shared(frame)

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
            case Refused():
                self._refuse(decision.code, decision.text, request_id)
            case Append():
                wait = live.seconds_until_allowed(user_id)
                if wait > 0:
                    limit = self._settings.messages_per_minute
                    self._refuse(
                        ErrorCode.RATE_LIMITED,
                        f"at most {limit} messages a minute; try again in {wait:.1f} s",
                        request_id,
                        retry_after=round(wait, 3),
                    )
                    return
                self._append(live, message, decision)

    def _ask(self, live: LiveSession, user_id: str, request: ParticipantRequest) -> None:
        """Answer without holding up what comes after."""
        limit = self._settings.queries_per_minute
        wait = live.seconds_until_answered(user_id)
        if wait > 0:
            self._refuse(
                ErrorCode.RATE_LIMITED,
                f"at most {limit} queries a minute; try again in {wait:.1f} s",
                request.request_id,
                retry_after=round(wait, 3),
            )
            return
        hub = self._gateway.hub
        hub.spawn(self._gateway.loop.create_task(self._answer(live, user_id, request)))

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
