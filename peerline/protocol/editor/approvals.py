"""The questions of AI agents between bridge and plugin."""

from peerline.protocol.approvals import Choice, Digest, Outcome, Remark
from peerline.protocol.editor.participants import ColorIndex
from peerline.protocol.types import ClientModel, ItemId, ServerModel


class EditorApproval(ServerModel):
    """A question of an AI agent that is open: may it do this?

    Its texts are the agent's: show them as text. With `is_cut` the `detail` is only its beginning,
    and there is no `digest`: `peerline.getApproval` gives both. Show all of it before the user
    allows it.

    Attributes:
        id: Its id, for commands.
        user_id: The agent.
        username: The agent's name.
        color: The agent's color.
        owner: The name of the agent's owner.
        title: What it wants to do.
        tool: The tool that it wants to call.
        detail: The call, such as the command.
        is_cut: Whether there is more detail.
        digest: The proof of what is allowed, for the answer.
        files: The files that it is about, relative to the workspace.
        options: The answers that it takes.
        asked_at: When it asked (ISO 8601).
        expires_at: When it asks no longer (ISO 8601).
        may_answer: Whether this user may answer.
    """

    id: str
    user_id: str
    username: str
    color: ColorIndex
    owner: str
    title: str
    tool: str | None = None
    detail: str = ""
    is_cut: bool = False
    digest: str | None = None
    files: list[str] = []
    options: list[Choice]
    asked_at: str
    expires_at: str
    may_answer: bool = False


class EditorClosedApproval(ServerModel):
    """A question that has just been closed.

    Attributes:
        id: Its id.
        answer: The answer, or why there is none.
        is_mine: Whether this user gave it, in this editor or another one.
        text: What happened, as a sentence without a full stop.
        comment: The remark of the person who answered.
    """

    id: str
    answer: Outcome
    is_mine: bool = False
    text: str
    comment: str | None = None


class EditorApprovals(ServerModel):
    """`peerline/approvals`: the open questions of agents, all, the oldest first.

    `closed` are those that have been closed since the list before.
    """

    approvals: list[EditorApproval]
    closed: list[EditorClosedApproval] = []


class ApprovalArguments(ClientModel):
    """`peerline.getApproval`; the answer is an `EditorApproval` with all of its detail."""

    approval_id: ItemId


class AnswerApprovalArguments(ClientModel):
    """`peerline.answerApproval`: to allow, with the `digest` of what the user has seen."""

    approval_id: ItemId
    answer: Choice
    digest: Digest | None = None
    comment: Remark | None = None
