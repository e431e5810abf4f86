"""The agents of one session: they end with their owners, and their usage becomes the session's."""

import asyncio
from dataclasses import dataclass
from typing import Self

from peerline.protocol.agents import AgentEvent, TurnEnded
from peerline.protocol.approvals import Approval, ApprovalAnswered, ApprovalAsked, Outcome
from peerline.protocol.chat import ChatMessage, ChatMessageSent, MessageDeleted, said
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import ParticipantRemoved, RoleChanged, UserJoined, UserLeft
from peerline.protocol.prompts import AgentPrompted, Prompt, PromptChanged
from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.session import SessionUpdate
from peerline_server.core.agent_rules import (
    WantedAgent,
    away_agent,
    consequences,
    deserted,
    ending,
)
from peerline_server.core.agents import derived_changes
from peerline_server.core.approvals import ended
from peerline_server.core.prompts import cancelled, prompt_of_chat, reason_to_cancel
from peerline_server.core.records import Committed, NewEvent
from peerline_server.core.session import Session
from peerline_server.runtime.appending import AppendEvent, AppendOutcome
from peerline_server.runtime.context import Context
from peerline_server.settings import Settings

_RETRY_SECONDS = 1.0
"""After the store failed to keep something."""


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """The settings of agents."""

    alone_seconds: float
    summary_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the server's settings."""
        return cls(settings.agent_alone_seconds, settings.agent_summary_seconds)


class LiveAgents:
    """The agents of one loaded session: all that happens to them without a message of theirs."""

    def __init__(
        self, session: Session, context: Context, append: AppendEvent, options: AgentOptions
    ) -> None:
        self._session = session
        self._context = context
        self._append = append
        self._options = options
        self._writing: set[str] = set()
        """The agents of which an event is being written."""
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        """For owners who are away, by their ids."""
        self._expected: dict[str, str] = {}
        """The agents that somebody is about to come back as, each with the request."""
        self._deleted: set[str | None] = set()
        """The messages that prompts were written in and that are deleted."""
        self._summary: asyncio.TimerHandle | None = None
        self._summed_up_at = float("-inf")
        self._expiry: asyncio.TimerHandle | None = None
        self._is_over = False

    def start(self) -> None:
        """The session was loaded."""
        self.look()
        self._close_questions()
        latest = self._session.chat.latest()
        # The server may have ended between a deletion and what follows it.
        self._deleted = {message.id for message in latest if message.deleted_at is not None}
        self._cancel_prompts()
        for message in latest:
            # The prompt that it is follows right behind; the server may have ended in between.
            if message.seq == self._session.seq:
                self._prompt(message)

    def stop(self) -> None:
        """Nothing happens any more."""
        self._is_over = True
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()
        self._end_summary()
        self._end_expiry()

    def on_event(self, event: DurableMessage) -> None:
        """An event was committed."""
        match event:
            case UserJoined() | UserLeft() | RoleChanged() | ParticipantRemoved():
                if not isinstance(event, UserJoined):
                    self._expected.pop(event.user_id, None)
                self.look()
                self._close_questions()
                self._cancel_prompts()
            case ChatMessageSent():
                self._prompt(said(event))
            case MessageDeleted():
                self._deleted.add(event.message_id)
                self._cancel_prompts()
            case AgentPrompted():
                self._cancel_prompts()
            case ApprovalAsked() | ApprovalAnswered():
                self._close_questions()
            case AgentEvent(data=TurnEnded()):
                self._sum_up()
            case _:
                pass

    def look(self) -> None:
        """Have the agents follow their owners."""
        if self._is_over or self._session.is_ended:
            return
        members, now = self._session.members, self._context.now()
        for event in consequences(members, self._session.id, now):
            message = event.message
            assert isinstance(message, RoleChanged | ParticipantRemoved), "as the rules say"
            self._write(message.user_id, event)
        alone = deserted(members)
        for owner_id in self._leaving.keys() - alone.keys():
            self._leaving.pop(owner_id).cancel()
        for owner_id in alone.keys() - self._leaving.keys():
            loop = self._context.loop
            seconds = self._options.alone_seconds
            self._leaving[owner_id] = loop.call_later(seconds, self._leave, owner_id)

    def expected(self, owner_id: str, wanted: WantedAgent, request_id: str) -> str | None:
        """The agent that the owner has had before, if it may come back as that one."""
        taken = [one for one, request in self._expected.items() if request != request_id]
        found = away_agent(self._session.members, owner_id, wanted, taken)
        if found is not None:
            self._expected[found] = request_id
        return found

    def activity_changed(self) -> None:
        """An agent has told what it does: the session's numbers follow soon."""
        if self._summary is None and not self._is_over:
            loop = self._context.loop
            due = max(loop.time(), self._summed_up_at + self._options.summary_seconds)
            self._summary = loop.call_at(due, self._sum_up)

    def _leave(self, owner_id: str) -> None:
        """The owner has been away for too long."""
        self._leaving.pop(owner_id, None)
        for agent in deserted(self._session.members).get(owner_id, []):
            self._write(agent.user.id, ending(agent, self._session.id, self._context.now()))

    def _close_questions(self) -> None:
        """Withdraw the questions of agents that have gone, and end those whose time is over."""
        self._end_expiry()
        session, now = self._session, self._context.now()
        if self._is_over or session.is_ended:
            return
        left: list[float] = []
        for approval in session.approvals.open():
            if not session.is_active(approval.user_id):
                self._close(approval, Outcome.WITHDRAWN)
            elif (seconds := (approval.expires_at - now).total_seconds()) <= 0:
                self._close(approval, Outcome.EXPIRED)
            else:
                left.append(seconds)
        if left:
            loop = self._context.loop
            self._expiry = loop.call_later(min(left), self._close_questions)

    def _close(self, approval: Approval, outcome: Outcome) -> None:
        approvals = self._session.approvals
        if approvals.is_being_closed(approval.id):
            return
        new = ended(approval, outcome, self._session.id, self._context.now())
        event = new.message
        assert isinstance(event, ApprovalAnswered), "as the rules say"
        approvals.hold(event)

        def finish(done: AppendOutcome) -> None:
            approvals.release(event)
            if not isinstance(done, Committed) and not self._context.is_stopping:
                self._context.loop.call_later(_RETRY_SECONDS, self._close_questions)

        self._append(new, finish)

    def _prompt(self, message: ChatMessage) -> None:
        """Give an agent the prompt that a chat message is, if it is one."""
        session = self._session
        if self._is_over or session.is_ended:
            return
        new = prompt_of_chat(message, session.id, session.members, session.new_id())
        if new is not None:
            event = new.message
            assert isinstance(event, AgentPrompted), "as the rules say"
            session.prompts.hold(event)
            self._append(new, lambda _outcome: session.prompts.release(event))

    def _cancel_prompts(self) -> None:
        """End the prompts of agents that have gone, and those that were taken back in the chat."""
        session = self._session
        if self._is_over or session.is_ended:
            return
        prompts = session.prompts.open()
        self._deleted &= {prompt.message_id for prompt in prompts if prompt.message_id is not None}
        for prompt in prompts:
            reason = reason_to_cancel(prompt, session.prompts, session.members, self._deleted)
            if reason is not None:
                self._cancel(prompt, reason)

    def _cancel(self, prompt: Prompt, reason: str) -> None:
        prompts = self._session.prompts
        new = cancelled(prompt, reason, self._session.id, self._context.now())
        event = new.message
        assert isinstance(event, PromptChanged), "as the rules say"
        prompts.hold(event)

        def finish(done: AppendOutcome) -> None:
            prompts.release(event)
            if not isinstance(done, Committed) and not self._context.is_stopping:
                self._context.loop.call_later(_RETRY_SECONDS, self._cancel_prompts)

        self._append(new, finish)

    def _end_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def _write(self, user_id: str, event: NewEvent) -> None:
        if user_id in self._writing:
            return
        self._writing.add(user_id)

        def finish(outcome: AppendOutcome) -> None:
            self._writing.discard(user_id)
            if isinstance(outcome, Committed):
                # The owner may have been removed while their agent was given another role.
                self.look()
            elif not self._context.is_stopping:
                self._context.loop.call_later(_RETRY_SECONDS, self.look)

        self._append(event, finish)

    def _sum_up(self) -> None:
        """Bring the session's tokens, cost, health and model up to date."""
        self._end_summary()
        session = self._session
        if self._is_over or session.is_ended:
            return
        models = {
            member.user.id: member.user.agent.model
            for member in session.members.agents()
            if member.user.agent is not None and member.user.agent.model is not None
        }
        changes = derived_changes(session.agents.all(), models, session.info)
        if changes is None:
            return
        self._summed_up_at = self._context.loop.time()
        update = SessionUpdate(
            session_id=session.id,
            seq=0,
            changes=changes,
            updated_by=SERVER_USER_ID,
            derived=True,
            timestamp=self._context.now(),
        )
        self._append(NewEvent(update, SERVER_USER_ID), _nothing)

    def _end_summary(self) -> None:
        if self._summary is not None:
            self._summary.cancel()
            self._summary = None


def _nothing(_outcome: AppendOutcome) -> None:
    """The next update makes up for one that was not kept."""
