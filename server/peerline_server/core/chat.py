"""The chat of one session: its latest messages, and whom a message mentions."""

import re
from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import islice

from peerline.protocol.chat import ChatMessage, ItemChange, changed_item
from peerline.protocol.types import MAX_MENTIONS, MAX_USERNAME_CHARS


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


def mentioned(
    content: str,
    given: Sequence[str],
    names: Callable[[], Mapping[str, str]],
    known: Container[str],
) -> list[str]:
    """Whom a text mentions, each once: the given ids that are known, then each `@name` in it.

    `names` gives the id of each casefolded name; it is called only if there is an `@`.
    """
    found = dict.fromkeys(user_id for user_id in given if user_id in known)
    if "@" in content:
        ids = names()
        for text in islice(_AFTER_AT.finditer(content), MAX_MENTIONS):
            user_id = _longest_name(content[text.end() : text.end() + MAX_USERNAME_CHARS], ids)
            if user_id is not None:
                found[user_id] = None
    return list(found)[:MAX_MENTIONS]


_AFTER_AT = re.compile(r"(?<![\w@])@")


def _longest_name(text: str, ids: Mapping[str, str]) -> str | None:
    for length in range(len(text), 0, -1):
        if length < len(text) and _is_word(text[length - 1]) and _is_word(text[length]):
            continue  # a name ends where a word ends
        user_id = ids.get(text[:length].casefold())
        if user_id is not None:
            return user_id
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
