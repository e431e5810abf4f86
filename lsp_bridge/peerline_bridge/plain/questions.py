"""Questions to the user: mentions, requests to join, and what AI agents ask."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from peerline.protocol.approvals import Choice
from peerline.protocol.editor.approvals import AnswerApprovalArguments, EditorApproval
from peerline.protocol.editor.moderation import AnswerJoinArguments
from peerline.protocol.moderation import PendingJoin
from peerline_bridge.commands.approvals import answer_approval, whole_approval
from peerline_bridge.commands.moderation import answer_join
from peerline_bridge.plain.progress import Progress
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.plain.text import approval_whole, one_line
from peerline_bridge.session.bridge import Bridge

_ADMIT: Final = "Admit"
_DECLINE: Final = "Decline"
_LABELS: Final = {Choice.ALLOW_ONCE: "Allow once", Choice.DENY: "Deny"}
MAX_ASKED_CHARS: Final = 4_000
MAX_ASKED_LINES: Final = 60
"""A longer question cannot be seen whole in a message, and so not be allowed there."""


class Questions:
    """A question where it does not take the keyboard from the user, else a line in passing."""

    def __init__(
        self,
        bridge: Bridge,
        requests: ClientRequests,
        progress: Progress,
        open_chat: Callable[[], Awaitable[Any]],
    ) -> None:
        self._bridge = bridge
        self._requests = requests
        self._progress = progress
        self._open_chat = open_chat
        self._is_asking = False

    async def mentioned(self, name: str, content: str) -> None:
        """Somebody mentions the user in the chat."""
        text = f"{one_line(name, 32)} mentions you: {one_line(content)}"
        self._tell(text)
        if self._is_asking or not self._requests.features.asks:
            return  # one question at a time; what is unread is counted
        self._is_asking = True
        try:
            if await self._requests.ask_user(text, ["Open the chat"]) is not None:
                await self._open_chat()
        finally:
            self._is_asking = False

    async def wants_in(self, person: PendingJoin) -> None:
        """Tell the user, a host, that somebody waits for a host.

        Raises:
            CommandRefused: if the answer came too late.
        """
        text = f"{one_line(person.username, 32)} wants to join as {person.role}"
        self._tell(text)
        answer = await self._requests.ask_user(text, [_ADMIT, _DECLINE])
        if answer is not None:
            arguments = AnswerJoinArguments(user_id=person.user_id, allow=answer == _ADMIT)
            await answer_join(self._bridge, arguments)

    async def asked(self, approval: EditorApproval) -> None:
        """An AI agent asks something that the user may answer.

        Raises:
            CommandRefused: if the answer came too late.
        """
        name = one_line(approval.username, 32)
        self._tell(f"{name} asks: {one_line(approval.title)}")
        if self._requests.features.asks:
            await self.review(approval.id)

    async def review(self, approval_id: str) -> bool:
        """Show a question of an AI agent whole, and send the answer; whether there was one.

        Raises:
            CommandRefused: if it is not open any more, or not this user's to answer.
        """
        approval = await whole_approval(self._bridge, approval_id)
        text, options = approval_whole(approval), approval.options
        if len(text) > MAX_ASKED_CHARS or text.count("\n") >= MAX_ASKED_LINES:
            lines = text[:MAX_ASKED_CHARS].splitlines()[:MAX_ASKED_LINES]
            more = "… This is not all of it: to allow it, use a browser or another editor."
            text, options = "\n".join([*lines, more]), [Choice.DENY]
        labels = {_LABELS[option]: option for option in options}
        answer = await self._requests.ask_user(text, list(labels), may_block=True)
        if answer not in labels:
            return False
        arguments = AnswerApprovalArguments(
            approval_id=approval.id, answer=labels[answer], digest=approval.digest
        )
        await answer_approval(self._bridge, arguments)
        return True

    def _tell(self, text: str) -> None:
        self._progress.report(text)
        features = self._requests.features
        if features.quiet_messages and not features.asks:
            self._requests.show_message(text)
