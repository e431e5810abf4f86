"""Questions and messages that a client did not ask for: mentions, requests to join."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from peerline.protocol.editor.moderation import AnswerJoinArguments
from peerline.protocol.moderation import PendingJoin
from peerline_bridge.commands.moderation import answer_join
from peerline_bridge.plain.progress import Progress
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.plain.text import one_line
from peerline_bridge.session.bridge import Bridge

_ADMIT: Final = "Admit"
_DECLINE: Final = "Decline"


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

    def _tell(self, text: str) -> None:
        self._progress.report(text)
        features = self._requests.features
        if features.quiet_messages and not features.asks:
            self._requests.show_message(text)
