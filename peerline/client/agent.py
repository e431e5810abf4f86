"""An AI agent in a session: what it does is shown, people are asked, and mentions are read."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from peerline.client.callbacks import ignore
from peerline.client.changes import ApprovalClosed, ApprovalOpened, Change, Reset
from peerline.client.connection import Client, OnChanges, OnState
from peerline.client.errors import ClientError
from peerline.client.identity import Credentials
from peerline.client.inbox import Inbox
from peerline.client.timing import Timing
from peerline.protocol.agents import AgentActivity, AgentEventData, TellAgentEvent
from peerline.protocol.approvals import (
    ApprovalAnswered,
    ApprovalAsked,
    ApprovalQuestion,
    AskApproval,
    Outcome,
    WithdrawApproval,
)
from peerline.protocol.base import Ack
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.session import ClientInfo


class Agent(Client):
    """A client with the token of an agent, as `create_agent` gives it.

    Attributes:
        inbox: What people write to the agent; `async for mention in agent.inbox`.
    """

    def __init__(  # noqa: PLR0913 - all but two have defaults
        self,
        link: SessionLink,
        auth_token: str,
        *,
        info: ClientInfo | None = None,
        on_changes: OnChanges = ignore,
        on_state: OnState = ignore,
        on_token: Callable[[str], None] | None = None,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(
            link,
            Credentials(auth_token=auth_token),
            info=info,
            on_changes=self._changed,
            on_state=on_state,
            on_token=on_token,
            timing=timing,
        )
        self._show = on_changes
        self.inbox = Inbox(self.replica)
        self._asked: dict[int, str] = {}
        """The ids of questions by the `seq` of their events."""
        self._answers: dict[str, asyncio.Future[ApprovalAnswered | None]] = {}

    def report(self, activity: AgentActivity) -> None:
        """Show what I do now. Only the latest is sent, and again after each join."""
        self._presence.set_activity(activity)

    async def event(self, data: AgentEventData) -> int:
        """Have something kept; its `seq`.

        Raises:
            ClientError: as `request`.
        """
        told = TellAgentEvent(session_id=self._link.session_id, data=data)
        return (await self.request(told)).seq

    async def ask_approval(self, question: ApprovalQuestion) -> ApprovalAnswered:
        """Ask whether I may do something, and wait for the answer.

        It is withdrawn if nobody waits for it any more. Where it was answered while this client was
        away for long, the answer is not known, and counts as withdrawn.

        Raises:
            ClientError: as `request`; nothing may be done then.
        """
        asking = AskApproval(session_id=self._link.session_id, data=question)
        request = self._tasks.share(self.request(asking), "ask people")
        approval_id = ""
        try:
            approval_id = self._asked.pop((await asyncio.shield(request)).seq, "")
            answer = self._answers.get(approval_id)
            return (None if answer is None else await answer) or self._unknown(approval_id)
        except asyncio.CancelledError:
            self._tasks.spawn(self._withdraw(request, approval_id), "withdraw a question", ignore)
            raise
        finally:
            self._answers.pop(approval_id, None)

    async def close(self) -> None:
        """Stop; nobody waits for mentions or answers any more."""
        await super().close()
        self.inbox.close()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result(None)

    def _changed(self, changes: Sequence[Change]) -> None:
        for change in changes:
            match change:
                case ApprovalOpened(event=event):
                    self._opened(event)
                case ApprovalClosed(event=event):
                    self._settle(event.approval_id, event)
                case Reset():
                    for approval_id in self._answers.keys() - self.replica.agents.approvals.keys():
                        self._settle(approval_id, None)
                case _:
                    pass
        self.inbox.take(changes)
        self._show(changes)

    def _opened(self, event: ApprovalAsked) -> None:
        me = self.replica.connected
        if me is not None and event.approval.user_id == me.user.id:
            self._asked[event.seq] = event.approval.id
            self._answers[event.approval.id] = asyncio.get_running_loop().create_future()

    def _settle(self, approval_id: str, event: ApprovalAnswered | None) -> None:
        answer = self._answers.get(approval_id)
        if answer is not None and not answer.done():
            answer.set_result(event)

    def _unknown(self, approval_id: str) -> ApprovalAnswered:
        me = self.replica.connected
        return ApprovalAnswered(
            session_id=self._link.session_id,
            seq=self.replica.seq,
            approval_id=approval_id or "unknown",
            user_id=SERVER_USER_ID if me is None else me.user.id,
            answer=Outcome.WITHDRAWN,
            by=SERVER_USER_ID,
            timestamp=datetime.now(UTC),
        )

    async def _withdraw(self, request: "asyncio.Task[Ack]", approval_id: str) -> None:
        with suppress(ClientError):
            known = approval_id or self._asked.pop((await request).seq, "")
            self._answers.pop(known, None)
            if known:
                session_id = self._link.session_id
                await self.request(WithdrawApproval(session_id=session_id, approval_id=known))
