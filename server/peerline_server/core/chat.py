"""The latest chat messages of one session."""

from collections import deque
from collections.abc import Iterable

from peerline.protocol.chat import ChatMessage, ItemChange, changed_item


class ChatLog:
    """The last messages, as many as a snapshot shows."""

    def __init__(self, messages: Iterable[ChatMessage], *, keep: int) -> None:
        self._messages = deque(messages, maxlen=keep)

    def add(self, message: ChatMessage) -> None:
        """Append what was committed."""
        self._messages.append(message)

    def change(self, event: ItemChange) -> None:
        """Take over a change of a message, if it is one of these."""
        for place, message in enumerate(self._messages):
            if message.id == event.message_id:
                self._messages[place] = changed_item(message, event)

    def latest(self) -> list[ChatMessage]:
        """Oldest first."""
        return list(self._messages)
