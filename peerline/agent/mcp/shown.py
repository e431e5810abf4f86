"""The session as an agent is shown it: names in one line, texts of others fenced. Pure."""

from collections.abc import Callable
from typing import Final, Literal

from peerline.agent.fence import Kind, RoomText, fence
from peerline.agent.mcp.inbox import Letter
from peerline.agent.mcp.limits import MAX_NAME_CHARS
from peerline.agent.mcp.results import ChatLine, Incoming, Person, Reply, Thread
from peerline.client import Replica
from peerline.protocol.chat import ChatMessage, Item
from peerline.protocol.comments import Comment
from peerline.protocol.participants import Participant
from peerline.protocol.roles import Role
from peerline.protocol.text import show_line

RoleName = Literal["host", "editor", "viewer"]
_DELETED: Final = "(deleted)"


def name(text: str) -> str:
    """A name, title or path of others: in one line, nothing in it hidden, and not too long."""
    line = show_line(text)
    return line if len(line) <= MAX_NAME_CHARS else line[: MAX_NAME_CHARS - 1] + "…"


def role_name(role: Role) -> RoleName:
    """A role as the tools have it."""
    return role.value


class Shown:
    """Shows what is in a replica; `may_ask` says whose messages may be requests."""

    def __init__(
        self, replica: Replica, may_ask: Callable[[str], bool], new_id: Callable[[], str]
    ) -> None:
        self._replica = replica
        self._may_ask = may_ask
        self._new_id = new_id

    @property
    def me(self) -> str | None:
        """The id of the own user."""
        connected = self._replica.connected
        return None if connected is None else connected.user.id

    def person(self, person: Participant) -> Person:
        """A participant."""
        cursor = person.presence.cursor
        return Person(
            id=person.id,
            name=name(person.username),
            role=role_name(person.role),
            kind="agent" if person.is_agent else "person",
            is_you=person.id == self.me,
            status=person.presence.status.value,
            file=None if cursor is None else name(cursor.file),
            line=None if cursor is None else cursor.line,
            doing=name(doing) if (doing := _doing(person)) else None,
        )

    def chat_line(self, message: ChatMessage) -> ChatLine:
        """A chat message."""
        return ChatLine(
            id=message.id,
            seq=message.seq or 0,
            at=message.timestamp.isoformat(timespec="seconds"),
            sender=name(message.username),
            is_you=message.user_id == self.me,
            mentions_you=self.me in message.mentions,
            reply_to=message.parent_id,
            text=self.text(message, "chat"),
        )

    def thread(self, thread: Comment) -> Thread:
        """A thread."""
        return Thread(
            id=thread.id,
            file=name(thread.file),
            line=thread.line,
            end_line=thread.end_line,
            at=thread.timestamp.isoformat(timespec="seconds"),
            sender=name(thread.username),
            is_you=thread.user_id == self.me,
            resolved=thread.resolved,
            text=self.text(thread, "comment", _place(thread)),
            replies=[self._reply(thread, reply) for reply in thread.replies],
        )

    def incoming(self, letter: Letter) -> Incoming:
        """A message for this participant."""
        item, thread = letter.item, letter.thread
        may_ask = self._may_ask(item.user_id)
        place = None if thread is None else _place(thread)
        kind: Literal["chat", "comment"] = "chat" if thread is None else "comment"
        return Incoming(
            id=item.id,
            why=letter.why,
            kind=kind,
            at=item.timestamp.isoformat(timespec="seconds"),
            sender=name(item.username),
            may_ask_you=may_ask,
            reply_to=letter.parent_id,
            thread_id=None if thread is None else thread.id,
            file=None if thread is None else name(thread.file),
            line=None if thread is None else thread.line,
            text=self.text(item, kind, place, is_request=may_ask),
        )

    def text(
        self, item: Item, kind: Kind, place: str | None = None, *, is_request: bool = False
    ) -> str:
        """The text of an item, fenced if it is another's."""
        if item.deleted_at is not None:
            return _DELETED
        if item.user_id == self.me:
            return item.content
        sender = self._replica.participants.get(item.user_id)
        role = "viewer" if sender is None else role_name(sender.role)
        is_agent = sender is not None and sender.is_agent
        message = RoomText(item.content, item.username, role, kind, is_agent=is_agent, place=place)
        return fence(message, is_request=is_request, new_id=self._new_id)

    def document(self, text: str, file: str) -> str:
        """A part of a shared document, which many may have written."""
        message = RoomText(text, "the session", "editor", "document", place=file)
        return fence(message, new_id=self._new_id)

    def _reply(self, thread: Comment, reply: Item) -> Reply:
        return Reply(
            id=reply.id,
            at=reply.timestamp.isoformat(timespec="seconds"),
            sender=name(reply.username),
            is_you=reply.user_id == self.me,
            text=self.text(reply, "comment", _place(thread)),
        )


def _doing(person: Participant) -> str | None:
    return None if person.activity is None else person.activity.doing


def _place(thread: Comment) -> str:
    return f"{thread.file}:{thread.line}"
