"""Approvals on the wire: an agent asks people whether it may do something."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from peerline.protocol.agents import Answerers, ToolName
from peerline.protocol.base import AnswerBase, ClientMessageBase, DurableMessageBase
from peerline.protocol.limits import (
    MAX_APPROVAL_DETAIL_BYTES,
    MAX_APPROVAL_SECONDS,
    MAX_CALL_FILES,
    MAX_CALL_TITLE_CHARS,
    MAX_COMMENT_CHARS,
    MIN_APPROVAL_SECONDS,
)
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    ClientModel,
    FilePath,
    ItemId,
    RequestId,
    ServerModel,
    Text,
    Timestamp,
    UserId,
)


def _short(text: str) -> str:
    if len(text.encode()) > MAX_APPROVAL_DETAIL_BYTES:
        raise ValueError(f"has at most {MAX_APPROVAL_DETAIL_BYTES} bytes")
    return text


Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
"""The SHA-256 of the whole input of the tool."""
ApprovalTitle = Annotated[Text, Field(min_length=1, max_length=MAX_CALL_TITLE_CHARS)]
ApprovalDetail = Annotated[Text, AfterValidator(_short)]
Remark = Annotated[Text, Field(max_length=MAX_COMMENT_CHARS)]


class Choice(StrEnum):
    """An answer that people can give. A lasting rule is made where the agent runs, not here."""

    ALLOW_ONCE = "allow_once"
    DENY = "deny"


class Outcome(StrEnum):
    """The end of a question: an answer, or none."""

    ALLOW_ONCE = "allow_once"
    DENY = "deny"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ApprovalQuestion(ClientModel):
    """A question of an agent; without `digest` it is that of the `detail`."""

    title: ApprovalTitle
    tool: ToolName | None = None
    detail: ApprovalDetail = ""
    files: Annotated[list[FilePath], Field(max_length=MAX_CALL_FILES)] = []
    options: Annotated[list[Choice], Field(min_length=1, max_length=2)] = [
        Choice.ALLOW_ONCE,
        Choice.DENY,
    ]
    expires_in: Annotated[
        int, Field(strict=True, ge=MIN_APPROVAL_SECONDS, le=MAX_APPROVAL_SECONDS)
    ] = 300
    digest: Digest | None = None

    @model_validator(mode="after")
    def _can_be_denied(self) -> Self:
        if Choice.DENY not in self.options:
            raise ValueError("options must have deny")
        return self


class Approval(ServerModel):
    """A question that is open.

    With `is_cut` the `detail` is only its beginning, and there is no `digest`: `get_approval` gives
    both, so that nobody allows what they have not seen whole.
    """

    id: ItemId
    user_id: UserId
    username: Text
    owner_id: UserId
    title: Text
    tool: Text | None = None
    detail: Text = ""
    is_cut: bool = False
    digest: Digest | None = None
    files: list[FilePath] = []
    options: list[Choice]
    asked_at: Timestamp
    expires_at: Timestamp


class AskApproval(ClientMessageBase):
    """For agents: may I do this? The event of it is `approval_asked`."""

    type: Literal["ask_approval"] = "ask_approval"
    data: ApprovalQuestion


class WithdrawApproval(ClientMessageBase):
    """For agents: my question is settled elsewhere."""

    type: Literal["withdraw_approval"] = "withdraw_approval"
    approval_id: ItemId


class AnswerApproval(ClientMessageBase):
    """Answer an agent. What is allowed is named by its `digest`."""

    type: Literal["answer_approval"] = "answer_approval"
    approval_id: ItemId
    answer: Choice
    digest: Digest | None = None
    comment: Remark | None = None


class GetApproval(ClientMessageBase):
    """Ask for an open question whole; the answer is `approval`."""

    type: Literal["get_approval"] = "get_approval"
    request_id: RequestId  # pyright: ignore[reportGeneralTypeIssues] - required here
    approval_id: ItemId


class ApprovalAsked(DurableMessageBase):
    """An agent asks."""

    type: Literal["approval_asked"] = "approval_asked"
    approval: Approval
    timestamp: Timestamp


class ApprovalAnswered(DurableMessageBase):
    """A question is closed; `user_id` is the agent, `by` the user who closed it."""

    type: Literal["approval_answered"] = "approval_answered"
    approval_id: ItemId
    user_id: UserId
    answer: Outcome
    by: UserId
    comment: Text | None = None
    timestamp: Timestamp


class WholeApproval(AnswerBase):
    """An open question with all of its detail."""

    type: Literal["approval"] = "approval"
    approval: Approval


_ROLES: Final = {
    Answerers.OWNER: frozenset[Role](),
    Answerers.HOSTS: frozenset({Role.HOST}),
    Answerers.EDITORS: frozenset({Role.HOST, Role.EDITOR}),
}
"""The roles that may answer beside the owner."""


def may_answer(user_id: str, role: Role, owner_id: str, policy: Answerers | None) -> bool:
    """Whether a person may answer an agent of this owner. An agent never may."""
    return user_id == owner_id or role in _ROLES[policy or Answerers.OWNER]


ApprovalMessage = AskApproval | WithdrawApproval | AnswerApproval
ApprovalEvent = ApprovalAsked | ApprovalAnswered
