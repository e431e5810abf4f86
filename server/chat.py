"""The chat of one session: its latest messages, and whom a message mentions."""

from collections import deque
from collections.abc import Container, Iterable, Sequence

from peerline.protocol.payloads import ChatMessage


class ChatLog:
    """The last messages, as many as a snapshot shows."""

    def __init__(self, messages: Iterable[ChatMessage], *, keep: int) -> None:
        self._messages = deque(messages, maxlen=keep)

    def add(self, message: ChatMessage) -> None:
        """Append what was committed."""
        self._messages.append(message)

    def latest(self) -> list[ChatMessage]:
        """Oldest first."""
        return list(self._messages)


def known_mentions(mentions: Sequence[str], participants: Container[str]) -> list[str]:
    """The mentioned ids that are participants, each once, in the order given."""
    return [user_id for user_id in dict.fromkeys(mentions) if user_id in participants]
