"""The open questions of agents, and the rules for asking and answering. Pure."""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from peerline.protocol.agents import Answerers
from peerline.protocol.approvals import (
    AnswerApproval,
    Approval,
    ApprovalAnswered,
    ApprovalAsked,
    ApprovalEvent,
    ApprovalMessage,
    AskApproval,
    Choice,
    Outcome,
    WithdrawApproval,
    may_answer,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.limits import (
    MAX_APPROVALS,
    MAX_OWNER_APPROVAL_BYTES,
    MAX_SESSION_APPROVAL_BYTES,
    SHOWN_DETAIL_CHARS,
)
from peerline.protocol.roles import SERVER_USER_ID
from peerline_server.core.decisions import Append, Refused, Sender
from peerline_server.core.members import Members
from peerline_server.core.records import NewEvent, Rejected

_REMEMBERED: Final = 1_000
"""Closed questions, which are told from those that never were."""
_NOT_FOUND: Final = Refused(ErrorCode.APPROVAL_NOT_FOUND, "approval_id: no agent has asked this")
ALLOWED_BY: Final = {
    Answerers.OWNER: "the owner of the agent",
    Answerers.HOSTS: "the owner of the agent and hosts",
    Answerers.EDITORS: "the owner of the agent, hosts and editors",
}
"""The people of each policy, in words."""


class ApprovalBoard:
    """The open questions of one session, oldest first."""

    def __init__(self, stored: Iterable[Approval] = ()) -> None:
        self._open = {approval.id: approval for approval in stored}
        self._closed: OrderedDict[str, str] = OrderedDict()
        """With the agent of each."""
        self._writing: Counter[str] = Counter()
        """The questions of which an event is being written."""
        self._asking: Counter[str] = Counter()
        """The questions of each agent that are being written."""
        self._bytes: Counter[str] = Counter()
        """Of the questions of each owner's agents as they are shown, those being written too."""
        for approval in self._open.values():
            self._bytes[approval.owner_id] += _size(approval)

    def open(self) -> list[Approval]:
        """All, whole, the oldest first."""
        return list(self._open.values())

    def get(self, approval_id: str) -> Approval | None:
        """One that is open."""
        return self._open.get(approval_id)

    def of_agent(self, user_id: str) -> list[Approval]:
        """Those of one agent."""
        return [each for each in self._open.values() if each.user_id == user_id]

    def was_closed(self, approval_id: str) -> str | None:
        """The agent whose question was closed lately, or is being closed."""
        if self._writing[approval_id] and approval_id in self._open:
            return self._open[approval_id].user_id
        return self._closed.get(approval_id)

    def is_being_closed(self, approval_id: str) -> bool:
        """Whether the first answer is being written."""
        return self._writing[approval_id] > 0

    def is_full(self, user_id: str) -> bool:
        """Whether an agent may ask nothing more at the moment."""
        return len(self.of_agent(user_id)) + self._asking[user_id] >= MAX_APPROVALS

    def has_no_room(self, event: ApprovalAsked) -> bool:
        """Whether the question is too long beside those that are open."""
        size, owner_id = _size(event.approval), event.approval.owner_id
        return (
            self._bytes.total() + size > MAX_SESSION_APPROVAL_BYTES
            or self._bytes[owner_id] + size > MAX_OWNER_APPROVAL_BYTES
        )

    def hold(self, event: ApprovalEvent) -> None:
        """The event is being written: another answer would come too late."""
        if isinstance(event, ApprovalAsked):
            self._asking[event.approval.user_id] += 1
            self._bytes[event.approval.owner_id] += _size(event.approval)
        else:
            self._writing[event.approval_id] += 1

    def release(self, event: ApprovalEvent) -> None:
        """The event was written, or that has failed."""
        if isinstance(event, ApprovalAsked):
            self._asking[event.approval.user_id] -= 1
            self._bytes[event.approval.owner_id] -= _size(event.approval)
        else:
            self._writing[event.approval_id] -= 1
            self._writing += Counter()  # forgets what is zero

    def apply(self, event: DurableMessage) -> None:
        """Take over a committed event, if it is about a question."""
        match event:
            case ApprovalAsked():
                self._open[event.approval.id] = event.approval
                self._bytes[event.approval.owner_id] += _size(event.approval)
            case ApprovalAnswered():
                closed = self._open.pop(event.approval_id, None)
                if closed is not None:
                    self._bytes[closed.owner_id] -= _size(closed)
                self._closed[event.approval_id] = event.user_id
                if len(self._closed) > _REMEMBERED:
                    self._closed.popitem(last=False)
            case _:
                pass


def shown(approval: Approval) -> Approval:
    """A question as everybody is sent it: of a long one only the beginning, without the digest."""
    if len(approval.detail) <= SHOWN_DETAIL_CHARS:
        return approval
    cut = {"detail": approval.detail[:SHOWN_DETAIL_CHARS], "is_cut": True, "digest": None}
    return approval.model_copy(update=cut)


def _size(approval: Approval) -> int:
    sent = shown(approval)
    return len(sent.__pydantic_serializer__.to_json(sent))


def decide_approval(
    message: ApprovalMessage,
    sender: Sender,
    members: Members,
    board: ApprovalBoard,
    new_id: Callable[[], str],
) -> Append | Refused:
    """Decide on a question, an answer, or that a question is withdrawn."""
    match message:
        case AskApproval():
            return _ask(message, sender, board, new_id())
        case WithdrawApproval():
            approval = board.get(message.approval_id)
            if approval is not None and approval.user_id != sender.user.id:
                return _NOT_FOUND
            return _close(message, approval, Outcome.WITHDRAWN, sender, board)
        case AnswerApproval():
            return _answer(message, sender, members, board)


def ended(approval: Approval, outcome: Outcome, session_id: str, now: datetime) -> NewEvent:
    """The event by which the server closes a question."""
    event = ApprovalAnswered(
        session_id=session_id,
        seq=0,
        approval_id=approval.id,
        user_id=approval.user_id,
        answer=outcome,
        by=SERVER_USER_ID,
        timestamp=now,
    )
    return NewEvent(event, SERVER_USER_ID)


def _ask(message: AskApproval, sender: Sender, board: ApprovalBoard, new_id: str) -> Append:
    asked, user = message.data, sender.user
    digest = asked.digest or f"sha256:{hashlib.sha256(asked.detail.encode()).hexdigest()}"
    approval = Approval(
        id=new_id,
        user_id=user.id,
        username=user.username,
        owner_id=user.id if user.agent is None else user.agent.owner_id,
        title=asked.title,
        tool=asked.tool,
        detail=asked.detail,
        digest=digest,
        files=asked.files,
        options=list(dict.fromkeys(asked.options)),
        asked_at=sender.now,
        expires_at=sender.now + timedelta(seconds=asked.expires_in),
    )
    event = ApprovalAsked(
        session_id=sender.session_id, seq=0, approval=approval, timestamp=sender.now
    )
    decision = Append(NewEvent(event, user.id, message.request_id), approval=event)
    if board.has_no_room(event):
        text = "the open questions have too much text: wait for an answer, or ask in fewer words"
        return _refusing(decision, ErrorCode.LIMIT_EXCEEDED, text)
    if board.is_full(user.id):
        text = f"an agent has at most {MAX_APPROVALS} open questions: wait for an answer"
        return _refusing(decision, ErrorCode.LIMIT_EXCEEDED, text)
    return decision


def _answer(
    message: AnswerApproval, sender: Sender, members: Members, board: ApprovalBoard
) -> Append | Refused:
    approval = board.get(message.approval_id)
    agent_id = board.was_closed(message.approval_id) if approval is None else approval.user_id
    agent = None if agent_id is None else members.get(agent_id)
    if sender.user.is_agent:
        return Refused(ErrorCode.PERMISSION_DENIED, "an agent never answers for people")
    info = None if agent is None else agent.user.agent
    if info is not None and not may_decide(
        sender, info.owner_id, info.agent_policy or Answerers.OWNER
    ):
        who = ALLOWED_BY[info.agent_policy or Answerers.OWNER]
        return Refused(ErrorCode.PERMISSION_DENIED, f"only {who} can answer this")
    if approval is not None and info is None:
        return _NOT_FOUND
    if approval is not None:
        if message.answer not in approval.options:
            return Refused(ErrorCode.INVALID_FIELD, "answer: the agent does not offer this")
        if message.answer is Choice.ALLOW_ONCE and message.digest != approval.digest:
            text = "digest: it is not what the agent asks for; look at the question again"
            return Refused(ErrorCode.APPROVAL_CHANGED, text)
    return _close(message, approval, Outcome(message.answer), sender, board)


def may_decide(sender: Sender, owner_id: str, policy: Answerers) -> bool:
    """Whether the sender is the owner of an agent, or one of those that the owner has named."""
    return may_answer(sender.user.id, sender.role, owner_id, policy)


def _close(
    message: AnswerApproval | WithdrawApproval,
    approval: Approval | None,
    outcome: Outcome,
    sender: Sender,
    board: ApprovalBoard,
) -> Append | Refused:
    agent_id = board.was_closed(message.approval_id) if approval is None else approval.user_id
    if agent_id is None:
        return _NOT_FOUND
    event = ApprovalAnswered(
        session_id=sender.session_id,
        seq=0,
        approval_id=message.approval_id,
        user_id=agent_id,
        answer=outcome,
        by=sender.user.id,
        comment=message.comment if isinstance(message, AnswerApproval) else None,
        timestamp=sender.now,
    )
    decision = Append(NewEvent(event, sender.user.id, message.request_id), approval=event)
    is_over = approval is not None and approval.expires_at <= sender.now
    if approval is None or is_over or board.is_being_closed(message.approval_id):
        return _refusing(decision, ErrorCode.APPROVAL_CLOSED, "this has been answered")
    return decision


def _refusing(decision: Append, code: ErrorCode, text: str) -> Append:
    """A refusal, unless the same request had its effect before: then that is acknowledged."""
    refused = replace(decision.event, refusal=Rejected(code, text))
    return replace(decision, event=refused, approval=None)
