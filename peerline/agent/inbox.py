"""The messages that wait for an agent, and who may ask it for work. Pure."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from peerline.agent.fence import Role, RoomText, fence

Speakers: TypeAlias = Literal["owner", "hosts", "editors"]

_ROLES: Final = {"owner": set[str](), "hosts": {"host"}, "editors": {"host", "editor"}}
MAX_WAITING: Final = 50
"""Of more the oldest are forgotten; the chat still has them."""
MAX_GIVEN: Final = 10
"""The messages that one answer brings."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A message that mentions the agent, or answers it."""

    user_id: str
    text: RoomText


class Speaking:
    """The people whose mentions are requests: the owner's choice, and those allowed by name."""

    def __init__(self, owner_id: str | None, speakers: Speakers) -> None:
        self.owner_id = owner_id
        self.speakers = speakers
        self._allowed: set[str] = set()

    def allow(self, user_id: str) -> None:
        """Let one more person ask for work."""
        self._allowed.add(user_id)

    def may_ask(self, user_id: str, role: Role, *, is_agent: bool) -> bool:
        """Whether a participant may; another agent never."""
        if is_agent:
            return False
        if user_id == self.owner_id or user_id in self._allowed:
            return True
        return role in _ROLES[self.speakers]


class Inbox:
    """Mentions in order, each given once."""

    def __init__(self, speaking: Speaking, new_id: Callable[[], str]) -> None:
        self._speaking = speaking
        self._new_id = new_id
        self._waiting: deque[Mention] = deque(maxlen=MAX_WAITING)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, mention: Mention) -> None:
        """Keep a mention until it is given."""
        self._waiting.append(mention)

    def has_request(self) -> bool:
        """Whether somebody who may asks for work."""
        return any(self._is_request(mention) for mention in self._waiting)

    def take(self) -> str:
        """The oldest mentions as fenced text; empty if none waits."""
        count = min(len(self._waiting), MAX_GIVEN)
        given = [self._waiting.popleft() for _ in range(count)]
        return "\n\n".join(
            fence(mention.text, is_request=self._is_request(mention), new_id=self._new_id)
            for mention in given
        )

    def _is_request(self, mention: Mention) -> bool:
        text = mention.text
        return self._speaking.may_ask(mention.user_id, text.role, is_agent=text.is_agent)
