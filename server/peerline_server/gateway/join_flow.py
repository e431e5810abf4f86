"""A connection's way into a session: the deadline, the join, and the wait for a host."""

import asyncio
import logging
from dataclasses import replace
from typing import Final

from peerline.logs import describe
from peerline.protocol.errors import CLOSE_CODE_FOR_ERROR, CloseCode, ErrorCode
from peerline.protocol.session import JoinPending, JoinSession
from peerline_server.auth.sign_in import SignIn
from peerline_server.auth.tokens import Identity
from peerline_server.cluster.places import Elsewhere, Found
from peerline_server.core.join_request import JoinRefused, JoinRequest
from peerline_server.gateway.connection_state import ConnectionState
from peerline_server.gateway.context import ConnectionContext
from peerline_server.gateway.participant_requests import ParticipantRequests
from peerline_server.relay.header import NOT_OWNER
from peerline_server.relay.relay import Arrival
from peerline_server.runtime.connections import ParticipantConnection
from peerline_server.runtime.join_refusals import refused_by_store
from peerline_server.runtime.joining import NotOwnerError
from peerline_server.runtime.live_session import LiveSession
from peerline_server.store.base import OutcomeUnknownError, StoreError
from peerline_server.transport.base import SharedFrame

_log = logging.getLogger("peerline.server.connection")
GUESSES: Final = frozenset(
    {ErrorCode.TOKEN_INVALID, ErrorCode.INVITE_INVALID, ErrorCode.SESSION_NOT_FOUND}
)
"""The refusals of joins that try what was never given out."""


class JoinFlow:
    """Implements `peerline_server.runtime.joining.JoiningConnection`."""

    __slots__ = (
        "_brought",
        "_context",
        "_deadline",
        "_message",
        "_state",
        "_waits_for",
        "is_passed_on",
    )

    def __init__(self, state: ConnectionState, context: ConnectionContext) -> None:
        self._state = state
        self._context = context
        self._brought = JoinRequest(session_id="")
        """The client's side of the join so far."""
        self._message: bytes | None = None
        """The message that asks to join, where one does."""
        self.is_passed_on = False
        """Whether the socket is another node's from now on."""
        self._deadline: asyncio.TimerHandle | None = None
        self._waits_for: asyncio.Future[bool] | None = None
        """The answer of a host, if one must admit the user."""

    @property
    def id(self) -> str:
        """The connection's id."""
        return self._state.id

    @property
    def is_waiting(self) -> bool:
        """Whether a host must still admit the user."""
        return self._waits_for is not None

    def open(self, brought: JoinRequest) -> None:
        """The handshake is done, and brought this; the join must be completed in time."""
        self._brought = brought
        self._deadline = self._context.runtime.loop.call_later(
            self._context.options.auth_timeout_seconds, self._on_deadline
        )
        is_document = self._state.document_id is not None
        if brought.session_id and (is_document or brought.auth_token or brought.invite):
            self._begin(brought, request_id=None)

    def take(self, message: JoinSession, text: bytes) -> None:
        """Join as the message asks; `text` is the message as it came."""
        if self._state.requests is not None:
            self._state.replies.refuse(
                ErrorCode.ALREADY_JOINED,
                "this connection has joined; open another one for another session",
                message.request_id,
            )
            return
        if self._brought.session_id and message.session_id != self._brought.session_id:
            self._state.replies.refuse(
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
        self._message = text
        self._begin(request, message.request_id)

    def end(self) -> None:
        """The socket is closed."""
        self._cancel_deadline()
        if self._context.relay is not None:
            self._context.relay.give_up(self.id)
        if self._waits_for is not None and not self._waits_for.done():
            self._waits_for.set_result(False)

    # --- JoiningConnection -----------------------------------------------------------------

    def identified(self, identity: Identity) -> None:
        """Know the user of the token; a revocation counts from now on."""
        context = self._context
        self._state.sign_in = SignIn(
            identity,
            self._state,
            context.joins,
            plan=context.options.token_plan,
            loop=context.runtime.loop,
            now=context.runtime.now,
        )

    @property
    def was_passed_on(self) -> bool:
        """Whether another node has passed it on to this one."""
        return self._state.passed_on is not None

    async def pass_on(self, owner: Elsewhere) -> Found:
        """Call the node that owns the session, and pass the socket on to it if it is there."""
        state, relay = self._state, self._context.relay
        assert relay is not None, "there are other nodes"
        self._cancel_deadline()  # the call has its own
        found = await relay.pass_on(Arrival(state.socket, state.address, self._message), owner)
        if found is Found.THERE:
            _log.info("passed on to node %s", owner.node_id, extra={"connection": self.id})
            self.is_passed_on = True
            self._brought, self._message = JoinRequest(session_id=""), None
            state.end_sign_in()  # the owner watches the token
        return found

    def enter(self, live: LiveSession, user_id: str, frames: list[SharedFrame]) -> None:
        """Be in the session from this very turn of the event loop on."""
        state, context = self._state, self._context
        if not live.is_loaded:
            state.close(CloseCode.SERVICE_RESTART, "the session is loaded again")
            return
        if not state.socket.is_open:
            live.left_behind(user_id)
            return
        self._cancel_deadline()
        state.socket.allow_long_messages()
        # A token has no place in memory once it has done its work.
        self._brought, self._message = JoinRequest(session_id=live.id), None
        document_id = state.document_id
        connection = ParticipantConnection(
            user_id,
            state.socket,
            state.remove,
            state.hand_over,
            is_quiet=document_id is not None,
        )
        requests = ParticipantRequests(
            live,
            connection,
            context.requests,
            state.replies,
            connection_id=state.id,
            address=state.address,
        )
        state.join(requests, context.limiter.slot(user_id, live.id))
        if document_id is not None:
            requests.begin_document(document_id)
        else:
            for frame in frames:
                state.socket.outbox.send_shared(frame)
        if state.sign_in is not None:
            state.sign_in.watch()

    def wait_for_host(self, answer: "asyncio.Future[bool]", seconds: float) -> None:
        """Wait until a host answers; a client that closes the socket no longer wants to join."""
        self._cancel_deadline()
        self._waits_for = answer
        if not self._state.socket.is_open:
            answer.set_result(False)
            return
        pending = JoinPending(session_id=self._brought.session_id, timeout=seconds)
        self._state.replies.send(pending)
        # Only what is read is known to be closed, and only what is read answers pings.
        self._state.socket.resume_reading()

    def wait_is_over(self) -> None:
        """The host has answered, or the time is over."""
        self._waits_for = None
        self._state.socket.hold_reading()

    # --- inside ----------------------------------------------------------------------------

    def _begin(self, request: JoinRequest, request_id: str | None) -> None:
        state, runtime = self._state, self._context.runtime
        hit = self._context.limiter.too_many_failed(state.address, runtime.loop.time())
        if hit is not None:
            refusal = JoinRefused(ErrorCode.RATE_LIMITED, hit.text, hit.retry_after)
            self._turn_away(refusal, request_id)
            return
        # Also where the first message names the session: a user who waits for a host is told which.
        self._brought = replace(self._brought, session_id=request.session_id)
        state.socket.hold_reading()
        self._context.connections.asks_to_join(state.id)
        runtime.spawn(self._join(request, request_id), "join")

    async def _join(self, request: JoinRequest, request_id: str | None) -> None:
        refusal: JoinRefused | None = None
        try:
            await self._context.joins.join(request, self)
        except NotOwnerError:
            # Without a word before it: the node that passed the socket on asks for the owner again.
            self._state.is_leaving = True
            self._state.socket.close(CloseCode.TRY_AGAIN_LATER, NOT_OWNER)
            return
        except JoinRefused as refused:
            # Not the exception itself: its traceback holds this frame, which would hold it.
            refusal = JoinRefused(
                refused.code, refused.text, refused.retry_after, is_unknown=refused.is_unknown
            )
        except Exception as error:  # noqa: BLE001 - the client is told, whatever it is
            reason = str(error) if isinstance(error, StoreError) else describe(error)
            _log.error("join failed: %s", reason, extra={"connection": self.id})
            refusal = refused_by_store(is_unknown=isinstance(error, OutcomeUnknownError))
        if refusal is not None:
            self._turn_away(refusal, request_id)
            return
        if self.is_passed_on:
            return
        if request_id is not None:
            self._state.acknowledge(request_id)
        self._state.socket.resume_reading()

    def _turn_away(self, refusal: JoinRefused, request_id: str | None) -> None:
        state = self._state
        _log.info("join refused: code=%s", refusal.code, extra={"connection": self.id})
        if refusal.code in GUESSES:
            self._context.limiter.join_failed(state.address, self._context.runtime.loop.time())
        state.replies.refuse(
            refusal.code,
            refusal.text,
            request_id,
            retry_after=refusal.retry_after,
            is_unknown=refusal.is_unknown,
        )
        code = CLOSE_CODE_FOR_ERROR.get(refusal.code, CloseCode.PROTOCOL_ERROR)
        if refusal.retry_after is not None:
            code = CloseCode.TRY_AGAIN_LATER
        state.is_leaving = True
        state.close(code, refusal.text)

    def _on_deadline(self) -> None:
        text = "no join_session came in time"
        self._state.replies.refuse(ErrorCode.AUTH_REQUIRED, text)
        self._state.close(CloseCode.AUTH_TIMEOUT, text)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
