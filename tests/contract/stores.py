"""Events and a session for the tests of stores."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.events import DurableMessage
from peerline.protocol.participants import User, UserJoined
from peerline.protocol.roles import Role
from peerline_server.core.records import Committed, NewEvent
from peerline_server.store.base import Store

S = "session1"
NOW = datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)
OpenStore = Callable[..., Awaitable[Store]]


def join(user_id: str, role: Role = Role.EDITOR, invite: str | None = None) -> NewEvent:
    user = User(id=user_id, username=user_id.title(), role=role)
    message = UserJoined(session_id=S, seq=0, user=user, timestamp=NOW)
    return NewEvent(message, user_id, invite_hash=invite)


def chat(
    item: str, request: str | None = None, parent: str | None = None, *, moment: datetime = NOW
) -> NewEvent:
    message = ChatMessage(
        id=item,
        user_id="alice",
        username="Alice",
        content=f"text {item}",
        mentions=["alice"],
        parent_id=parent,
        timestamp=moment,
    )
    return NewEvent(ChatMessageSent(session_id=S, seq=0, message=message), "alice", request)


def event(message: DurableMessage) -> NewEvent:
    return NewEvent(message, "alice")


def seq_of(result: object) -> int:
    assert isinstance(result, Committed), result
    return result.message.seq
