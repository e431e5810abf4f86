"""Carries out what one connection of a participant asks of its session."""

import logging
import time
from dataclasses import dataclass, replace
from typing import Final

from peerline.logs import describe
from peerline.protocol.agent_accounts import CreateAgent
from peerline.protocol.agents import TellAgentEvent, TellAgentUpdate
from peerline.protocol.approvals import AskApproval, GetApproval, WithdrawApproval
from peerline.protocol.base import Ack, ClientMessageBase
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.documents import DocumentShared, ShareDocument
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ClientMessage, Query, Request
from peerline.protocol.prompts import TellPrompt
from peerline_server.core.decisions import (
    Append,
    Ask,
    Asked,
    OnDocument,
    OnDraft,
    OnOffer,
    PresenceTaken,
    Refused,
    Relay,
    Share,
    Unchanged,
)
from peerline_server.core.records import Committed, Duplicate, Rejected
from peerline_server.core.refusals import OUTCOME_UNKNOWN, REFUSALS
from peerline_server.documents.generations import seed_of
from peerline_server.gateway.document_requests import DocumentRequests
from peerline_server.gateway.document_socket import DocumentSocket
from peerline_server.gateway.offer_peer import OfferPeer
from peerline_server.gateway.replies import Replies
from peerline_server.limits.limiter import Limiter, LimitHit
from peerline_server.runtime.agent_accounts import AgentAccounts, whole_approval
from peerline_server.runtime.appending import AppendFailed, AppendOutcome
from peerline_server.runtime.connections import ParticipantConnection
from peerline_server.runtime.context import Context
from peerline_server.runtime.live_session import LiveSession
from peerline_server.runtime.moderation_requests import ModerationRequests, RequestRefused
from peerline_server.runtime.queries import answer
from peerline_server.runtime.query_turns import QueryTurns
from peerline_server.store.base import OutcomeUnknownError, Store, StoreError
from peerline_server.store.slices import rest_after

_log = logging.getLogger("peerline.server.participation")
RETRY_SECONDS: Final = 1.0
"""After which a request that the store failed may be sent again."""


@dataclass(frozen=True, slots=True)
class RequestServices:
    """The parts of the server that requests are carried out with."""

    context: Context
    store: Store
    moderation: ModerationRequests
    agents: AgentAccounts
    limiter: Limiter
    query_turns: QueryTurns
    max_open_documents: int


class ParticipantRequests:
    """The requests of one participant's connection, until it is over."""

    __slots__ = (
        "_address",
        "_context",
        "_document",
        "_documents",
        "_limiter",
        "_offer_peer",
        "_replies",
        "_services",
        "connection",
        "connection_id",
        "is_over",
        "live",
        "token_id",
        "user_id",
    )

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        live: LiveSession,
        connection: ParticipantConnection,
        services: RequestServices,
        replies: Replies,
        *,
        connection_id: str,
        address: str | None,
    ) -> None:
        self.live = live
        self.connection = connection
        self.user_id = connection.user_id
        self.connection_id = connection_id
        self.is_over = False
        self.token_id: str | None = None
        """The token that the user is signed in with."""
        self._address = address
        self._services = services
        self._context = services.context
        self._limiter = services.limiter
        self._replies = replies
        self._documents: DocumentRequests | None = None
        self._offer_peer = OfferPeer(self.user_id, replies)
        self._document: DocumentSocket | None = None

    def take(self, message: ClientMessage) -> None:
        """Do what the session decides on the message."""
        if self._documents is not None:
            self._documents.end_expecting()
        if isinstance(message, ShareDocument) and message.data.content is None:
            self.documents.expect_text(message)
            return
        if isinstance(message, TellAgentUpdate) and self._is_too_fast(message):
            return
        self._decide(message)

    def _decide(self, message: ClientMessage) -> None:
        live, request_id = self.live, message.request_id
        now = live.now()
        decision = live.session.decide(message, self.user_id, now, self.connection)
        match decision:
            case PresenceTaken():
                if isinstance(message, TellAgentUpdate):
                    live.agents.activity_changed()
                live.presence_changed()
                self._acknowledge_if_asked(request_id)
            case Unchanged():
                self._acknowledge_if_asked(request_id)
            case Relay():
                if self.may_ask(request_id):
                    live.relay(decision.message, without=self.user_id)
                    self._acknowledge_if_asked(request_id)
            case Refused():
                self._replies.refuse(decision.code, decision.text, request_id)
            case OnOffer(request=request) if live.offers.is_awaited(request, self._offer_peer):
                # The server asked. Who offers a folder could else ask nothing while others read it.
                live.offers.take(request, self._offer_peer)
            case Ask() | OnDocument() | OnOffer() | OnDraft():
                if self.may_ask(request_id):
                    self._ask(decision)
            case Share():
                self._share(message, decision)
            case Append():
                self._append_unless_limited(message, decision)

    def _ask(self, decision: Asked) -> None:
        match decision:
            case Ask():
                # Without holding up what comes after.
                self._context.spawn(self._answer(decision.request), "answer a query")
            case OnDocument():
                self.documents.ask(decision.request)
            case OnOffer():
                self.live.offers.take(decision.request, self._offer_peer)
            case OnDraft():
                self.live.drafts.take(decision.request, self._offer_peer)

    @property
    def documents(self) -> DocumentRequests:
        """The shared documents of this connection."""
        if self._documents is None:
            self._documents = DocumentRequests(
                self.live,
                self.connection,
                self._replies,
                self._context,
                max_open=self._services.max_open_documents,
            )
        return self._documents

    def begin_document(self, document_id: str) -> None:
        """The socket is for this document alone."""
        self._document = DocumentSocket(
            document_id, self.live, self.connection, self._replies, self._context
        )

    def take_binary(self, data: bytes) -> bool:
        """Take a binary frame; whether there was a reason to send one."""
        if self._document is not None:
            self._document.take_binary(data)
            return True
        if self._documents is None or not self._documents.is_used:
            return False
        share = self._documents.take_frame(data)
        if share is not None:
            self.take(share)
        return True

    def on_writable(self) -> None:
        """The peer has caught up with what it was sent."""
        if self._documents is not None:
            self._documents.on_writable()

    def end(self) -> None:
        """The connection is in the session no longer."""
        self.is_over = True
        if self._documents is not None:
            self._documents.end()
        self.live.offers.gone(self._offer_peer)
        if self._document is not None:
            self._document.end()

    def _share(self, message: ClientMessage, decision: Share) -> None:
        """Make the generation that the document begins with."""
        event = decision.event
        if event.refusal is None and isinstance(event.message, DocumentShared):
            runs = [(len(decision.content), self.user_id)] if decision.content else []
            event = replace(event, seed=seed_of(decision.content, runs))
        self._append_unless_limited(message, Append(event))

    def _append_unless_limited(self, message: ClientMessage, decision: Append) -> None:
        hit = self._hit(message)
        if hit is None:
            self._append(message, decision)
            return
        self._release_name(decision)
        self._refuse_for(hit, message)

    def _refuse_for(self, hit: LimitHit, message: ClientMessage) -> None:
        self._replies.refuse(
            ErrorCode.RATE_LIMITED, hit.text, message.request_id, retry_after=hit.retry_after
        )

    def _is_too_fast(self, message: TellAgentUpdate) -> bool:
        """Count a state of an agent; if there were too many, say so."""
        hit = self._limiter.agent_update(self.user_id, self._context.loop.time())
        if hit is not None:
            self._refuse_for(hit, message)
        return hit is not None

    def _release_name(self, decision: Append) -> None:
        if decision.reserved_name is not None:
            self.live.session.release_name(self.user_id, decision.reserved_name)

    def _hit(self, message: ClientMessage) -> LimitHit | None:
        """Count a durable message; the limit that it hits, if there is one."""
        limiter, now = self._limiter, self._context.loop.time()
        if isinstance(message, TellAgentEvent | AskApproval | WithdrawApproval | TellPrompt):
            return limiter.agent_event(self.user_id, self._address, now)
        hit = None
        if isinstance(message, SendChatMessage) and self.live.session.is_agent(self.user_id):
            hit = limiter.agent_chat(self.user_id, now)
        return hit or limiter.message(self.user_id, self._address, now)

    def _acknowledge_if_asked(self, request_id: str | None) -> None:
        if request_id is not None:
            self.acknowledge(request_id)

    def acknowledge(self, request_id: str) -> None:
        """Something without a durable effect was done."""
        self._replies.acknowledge(request_id, self.live.session.seq)

    def may_ask(self, request_id: str | None) -> bool:
        """Count a query; if there were too many, say so."""
        hit = self._limiter.query(self.user_id, self._context.loop.time())
        if hit is not None:
            self._replies.refuse(
                ErrorCode.RATE_LIMITED, hit.text, request_id, retry_after=hit.retry_after
            )
        return hit is None

    async def _answer(self, request: Request) -> None:
        if not isinstance(request, Query):
            # A host's decision does not wait behind those who read.
            await self._answer_now(request)
            return
        async with self._services.query_turns.turn(self.user_id):
            # Nobody waits any more for what a connection asked that has gone.
            if not self.is_over:
                await self._answer_now(request)

    async def _answer_now(self, request: Request) -> None:
        live = self.live
        try:
            if isinstance(request, Query):
                found = await answer(request, live.session, self._services.store)
            elif isinstance(request, GetApproval):
                found = whole_approval(request, live)
            elif isinstance(request, CreateAgent):
                found = self._services.agents.create(request, live, self.user_id, self.token_id)
            else:
                found = await self._services.moderation.handle(request, live, self.user_id)
        except RequestRefused as refused:
            self._replies.refuse(refused.code, refused.text, request.request_id)
            return
        except Exception as error:  # noqa: BLE001 - the peer is told, whatever it is
            extra = {"connection": self.connection_id, "session": live.id}
            reason = str(error) if isinstance(error, StoreError) else describe(error)
            _log.error("a request failed: type=%s: %s", request.type, reason, extra=extra)
            failed = AppendFailed(
                ErrorCode.INTERNAL_ERROR, is_unknown=isinstance(error, OutcomeUnknownError)
            )
            self._refuse_failed(failed, request.request_id)
            return
        if isinstance(found, Ack) and request.request_id is None:
            return
        # A user who was removed meanwhile gets nothing more.
        if not self.is_over:
            began = time.perf_counter()
            self._replies.send(found)
            await rest_after(time.perf_counter() - began)

    def _append(self, message: ClientMessage, decision: Append) -> None:
        arrived = self._context.loop.time()
        session = self.live.session
        restrictions, restriction = session.restrictions, decision.restriction
        if restriction is not None:
            restrictions.add(restriction)
        if decision.approval is not None:
            session.approvals.hold(decision.approval)
        if decision.prompt is not None:
            session.prompts.hold(decision.prompt)

        def finish(outcome: AppendOutcome) -> None:
            if restriction is not None:
                restrictions.remove(restriction)
            if decision.approval is not None:
                session.approvals.release(decision.approval)
            if decision.prompt is not None:
                session.prompts.release(decision.prompt)
            self._release_name(decision)
            self._on_appended(message, outcome, arrived)

        self.live.append(decision.event, finish)

    def _on_appended(
        self, message: ClientMessageBase, outcome: AppendOutcome, arrived: float
    ) -> None:
        match outcome:
            case Committed():
                seq = outcome.message.seq
                self._context.metrics.event_delivery.observe(self._context.loop.time() - arrived)
            case Duplicate():
                seq = outcome.seq
            case AppendFailed():
                self._refuse_failed(outcome, message.request_id)
                return
            case Rejected():
                text = outcome.text or REFUSALS.get(outcome.code, "the message was refused")
                self._replies.refuse(
                    outcome.code, text, message.request_id, document_id=outcome.document_id
                )
                return
        if message.request_id is not None:
            self._replies.acknowledge(message.request_id, seq, message.session_id)

    def _refuse_failed(self, failed: AppendFailed, request_id: str | None) -> None:
        """The store failed: nothing was changed, or that cannot be known yet."""
        text = OUTCOME_UNKNOWN if failed.is_unknown else REFUSALS[failed.code]
        self._replies.refuse(
            failed.code,
            text,
            request_id,
            retry_after=RETRY_SECONDS,
            is_unknown=failed.is_unknown,
        )
