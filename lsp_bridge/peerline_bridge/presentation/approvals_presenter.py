"""Shows the open questions of AI agents, and tells how each of them ended."""

from peerline.client import ApprovalClosed, ApprovalOpened, Replica
from peerline.client.agent_words import ANSWERS, closing, question
from peerline.protocol.approvals import Approval, may_answer
from peerline.protocol.editor.approvals import (
    EditorApproval,
    EditorApprovals,
    EditorClosedApproval,
)
from peerline.protocol.editor.chat import EditorChatMessage
from peerline_bridge import sanitize
from peerline_bridge.presentation.views import Views, wire_time
from peerline_bridge.surface import Surface

_LINE_CHARS = 200
"""Of a question in the chat; the question itself is shown whole where it is answered."""


class ApprovalsPresenter:
    """The questions that the editor shows."""

    def __init__(self, surface: Surface, views: Views) -> None:
        self._surface = surface
        self._replica = Replica()
        self._views = views
        self._shown: list[EditorApproval] = []

    def begin(self, replica: Replica, views: Views) -> None:
        """Show the questions of this replica from now on."""
        self._replica, self._views = replica, views

    def end(self, replica: Replica, views: Views) -> None:
        """Show none any more; `replica` is an empty one."""
        self._replica, self._views = replica, views
        self.show()

    def listed(self) -> list[EditorApproval]:
        """All open questions, the oldest first."""
        return [self.view(approval) for approval in self._replica.agents.approvals.values()]

    def view(self, approval: Approval) -> EditorApproval:
        """One question."""
        views = self._views
        return EditorApproval(
            id=approval.id,
            user_id=approval.user_id,
            username=sanitize.line(approval.username),
            color=views.color(approval.user_id),
            owner=views.name_of(approval.owner_id),
            title=sanitize.exact_line(approval.title),
            tool=None if approval.tool is None else sanitize.exact_line(approval.tool),
            detail=sanitize.exact_block(approval.detail),
            is_cut=approval.is_cut,
            digest=approval.digest,
            files=[sanitize.exact_line(file) for file in approval.files],
            options=approval.options,
            asked_at=wire_time(approval.asked_at),
            expires_at=wire_time(approval.expires_at),
            may_answer=self._may_answer(approval),
        )

    def show(self, closed: EditorClosedApproval | None = None) -> None:
        """Show the questions, if they are other ones than before or one was closed."""
        shown = self.listed()
        if shown == self._shown and closed is None:
            return
        self._shown = shown
        news = [] if closed is None else [closed]
        self._surface.show_approvals(EditorApprovals(approvals=shown, closed=news))

    def changed(self, change: ApprovalOpened | ApprovalClosed) -> EditorChatMessage:
        """Show a question or its end; the line that it adds to the chat."""
        if isinstance(change, ApprovalOpened):
            self.show()
            asked = change.event.approval
            return self._line(asked.user_id, asked.username, question(asked), change)
        event, asked = change.event, change.approval
        did = closing(event.answer, None if asked is None else asked.title)
        agent = self._views.name_of(event.user_id)
        is_answer = event.answer in ANSWERS
        by = self._views.name_of(event.by)
        said = f"{did} for {agent}" if is_answer else did
        self.show(
            EditorClosedApproval(
                id=event.approval_id,
                answer=event.answer,
                is_mine=is_answer and event.by == self._views.me,
                text=sanitize.line(f"{by} {said}" if is_answer else f"{agent}: {did}"),
                comment=None if event.comment is None else sanitize.block(event.comment),
            )
        )
        if not is_answer:
            return self._line(event.user_id, agent, said, change)
        remark = f": {event.comment}" if event.comment else ""
        return self._line(event.by, by, said + remark, change)

    def _may_answer(self, approval: Approval) -> bool:
        me = self._replica.connected
        people = self._replica.participants
        if me is None or me.user.is_agent:
            return False
        agent = people.get(approval.user_id)
        policy = None if agent is None or agent.agent is None else agent.agent.agent_policy
        return may_answer(me.user.id, me.user.role, approval.owner_id, policy)

    def _line(
        self, user_id: str, name: str, text: str, change: ApprovalOpened | ApprovalClosed
    ) -> EditorChatMessage:
        event, cut = change.event, sanitize.line(text, _LINE_CHARS)
        return self._views.system(user_id, name, cut, at=event.timestamp, seq=event.seq)
