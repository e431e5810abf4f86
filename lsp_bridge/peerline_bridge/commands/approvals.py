"""The commands about the questions of AI agents."""

from peerline.protocol.approvals import AnswerApproval, GetApproval, WholeApproval
from peerline.protocol.editor.approvals import (
    AnswerApprovalArguments,
    ApprovalArguments,
    EditorApproval,
)
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.session.bridge import Bridge


@command("peerline.listApprovals")
async def list_approvals(bridge: Bridge) -> list[Result]:
    """List the open questions, the oldest first, each an EditorApproval."""
    bridge.require_session()
    return [_json(approval) for approval in bridge.presenter.approvals.listed()]


@command("peerline.getApproval", ApprovalArguments)
async def get_approval(bridge: Bridge, arguments: ApprovalArguments) -> Result:
    """Answer with an EditorApproval that has all of its detail."""
    return _json(await whole_approval(bridge, arguments.approval_id))


@command("peerline.answerApproval", AnswerApprovalArguments)
async def answer_approval(bridge: Bridge, arguments: AnswerApprovalArguments) -> Result:
    """Answer an agent; the first answer counts."""
    session = bridge.require_session()
    answer = AnswerApproval(
        session_id=session.id,
        approval_id=arguments.approval_id,
        answer=arguments.answer,
        digest=arguments.digest,
        comment=arguments.comment,
    )
    return await session.request(answer)


async def whole_approval(bridge: Bridge, approval_id: str) -> EditorApproval:
    """An open question with all of its detail.

    Raises:
        CommandRefused: if it is not open any more.
    """
    session = bridge.require_session()
    request = GetApproval(
        session_id=session.id,
        request_id=session.client.new_request_id(),
        approval_id=approval_id,
    )
    answer = await session.ask(request, WholeApproval)
    return bridge.presenter.approvals.view(answer.approval)


def _json(approval: EditorApproval) -> Result:
    return approval.model_dump(mode="json", exclude_none=True)
