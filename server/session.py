"""The core of a session: decides what a message may cause, and takes over what was committed.

Plain state and plain functions: no asyncio, clock, socket or logger. A decision changes nothing
durable; only `apply`, called with a committed event, does. So what the store refuses never was.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerline.protocol.client_messages import (
    AddComment,
    ChangeRole,
    ClientMessage,
    CursorUpdate,
    PresenceUpdate,
    RemoveParticipant,
    ReplyComment,
    ResolveComment,
    SendChatMessage,
    UpdateSession,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.payloads import (
    ChatMessage,
    Comment,
    CommentReply,
    Participant,
    User,
)
from peerline.protocol.roles import Action, Role, is_allowed
from peerline.protocol.server_messages import (
    ChatMessageSent,
    CodeComment,
    CommentReplied,
    CommentResolved,
    DurableMessage,
    ParticipantRemoved,
    RoleChanged,
    SessionUpdate,
    UserJoined,
    UserLeft,
)
from server.chat import ChatLog, known_mentions
from server.comments import CommentBoard, comment_fields
from server.moderation import (
    Restriction,
    Restrictions,
    refusal_of_removal,
    refusal_of_role,
)
from server.presence import PresenceBoard
from server.store.base import NewEvent, StoredSession


@dataclass(frozen=True, slots=True)
class Member:
    """A user who was ever in the session."""

    user: User
    joined_at: datetime | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Append:
    """The message is allowed; it happens when this event is committed."""

    event: NewEvent
    restriction: Restriction | None = None
    """What holds for another user from now on, before the event is committed."""


@dataclass(frozen=True, slots=True)
class PresenceTaken:
    """The message changed presence only; there is nothing to commit."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The message is not allowed, and why."""

    code: ErrorCode
    text: str


Decision = Append | PresenceTaken | Refused

REQUIRED_ACTION = {
    CursorUpdate: Action.SEND_PRESENCE,
    PresenceUpdate: Action.SEND_PRESENCE,
    SendChatMessage: Action.CHAT,
    AddComment: Action.COMMENT,
    ReplyComment: Action.COMMENT,
    ResolveComment: Action.COMMENT,
    UpdateSession: Action.EDIT_SESSION,
    ChangeRole: Action.MODERATE,
    RemoveParticipant: Action.MODERATE,
}
"""What each message of a participant needs by the matrix of roles."""


class Session:
    """One session's state and rules."""

    def __init__(
        self,
        stored: StoredSession,
        *,
        new_id: Callable[[], str],
        snapshot_messages: int,
        max_threads: int,
        typing_lifetime: timedelta,
    ) -> None:
        self.info = stored.info
        self.epoch = stored.epoch
        self.seq = stored.seq
        self.presence = PresenceBoard(typing_lifetime)
        self.comments = CommentBoard(stored.comments)
        self.chat = ChatLog(stored.messages, keep=snapshot_messages)
        self.restrictions = Restrictions()
        self._banned = set(stored.banned)
        self._new_id = new_id
        self._max_threads = max_threads
        self._members = {
            stored_member.user_id: Member(
                user=User(
                    id=stored_member.user_id,
                    username=stored_member.username,
                    avatar=stored_member.avatar,
                    role=stored_member.role,
                ),
                joined_at=stored_member.joined_at,
                is_active=stored_member.is_active,
            )
            for stored_member in stored.participants
        }
        self._active = {
            member.user.id: None
            for member in sorted(
                (member for member in self._members.values() if member.is_active),
                key=lambda member: (member.joined_at is None, member.joined_at),
            )
        }

    @property
    def id(self) -> str:
        """The session's id."""
        return self.info.id

    def member(self, user_id: str) -> Member | None:
        """The participant, present or not."""
        return self._members.get(user_id)

    def active_user_ids(self) -> list[str]:
        """Who is here, in the order of joining."""
        return list(self._active)

    def is_active(self, user_id: str) -> bool:
        """Whether the user is here."""
        return user_id in self._active

    def is_banned(self, user_id: str) -> bool:
        """Whether a host has put the user out for good, or is doing so."""
        if user_id in self._banned:
            return True
        return self.restrictions.limit(user_id, Role.VIEWER) is None

    def participants(self) -> list[Participant]:
        """Who is here with their presence, in the order of joining."""
        members = [self._members[user_id] for user_id in self._active]
        return [
            Participant(
                **member.user.model_dump(),
                joined_at=member.joined_at or self.info.created_at,
                presence=self.presence.get(member.user.id).to_payload(),
            )
            for member in members
        ]

    def decide(self, message: ClientMessage, user_id: str, now: datetime) -> Decision:
        """What `message` of the present participant `user_id` causes."""
        member = self._members.get(user_id)
        role = None if member is None else self.restrictions.limit(user_id, member.user.role)
        if member is None or role is None:
            return Refused(ErrorCode.PERMISSION_DENIED, "you are no longer in this session")
        action = REQUIRED_ACTION[type(message)]  # pyright: ignore[reportArgumentType] - join and leave never come here
        if not is_allowed(role, action):
            return Refused(ErrorCode.PERMISSION_DENIED, _denial(role, action))
        match message:
            case CursorUpdate():
                self.presence.move_cursor(user_id, message)
                return PresenceTaken()
            case PresenceUpdate():
                self.presence.update(user_id, message, now)
                return PresenceTaken()
            case ChangeRole() | RemoveParticipant():
                return self._decide_moderation(message, member.user, now)
            case _:
                return self._decide_durable(message, member.user, now)

    def join_event(self, user: User, now: datetime, *, invite_hash: str | None) -> NewEvent:
        """The event of `user` coming in."""
        message = UserJoined(session_id=self.id, seq=0, user=user, timestamp=now)
        return NewEvent(message, user.id, invite_hash=invite_hash)

    def leave_event(self, user_id: str, now: datetime) -> NewEvent:
        """The event of the user's last connection having gone."""
        user = self._members[user_id].user
        message = UserLeft(
            session_id=self.id,
            seq=0,
            user_id=user.id,
            username=user.username,
            timestamp=now,
        )
        return NewEvent(message, user.id)

    def apply(self, event: DurableMessage) -> None:
        """Take over a committed event; it must be the next one.

        Raises:
            ValueError: if an event is missing in between.
        """
        if event.seq != self.seq + 1:
            raise ValueError(f"event {event.seq} cannot follow event {self.seq}")
        match event:
            case UserJoined():
                member = Member(event.user, event.timestamp, is_active=True)
                self._members[event.user.id] = member
                self._active.pop(event.user.id, None)
                self._active[event.user.id] = None
            case UserLeft():
                self._active.pop(event.user_id, None)
                self.presence.remove(event.user_id)
                member = self._members.get(event.user_id)
                # Somebody may leave while a host's decision to remove them is being written.
                if member is not None:
                    self._members[event.user_id] = replace(member, is_active=False)
            case ChatMessageSent():
                self.chat.add(event.message)
            case SessionUpdate():
                changes = event.changes.model_dump(exclude_none=True)
                self.info = self.info.model_copy(update=changes)
            case CodeComment() | CommentReplied() | CommentResolved():
                self.comments.apply(event)
            case RoleChanged():
                member = self._members[event.user_id]
                user = member.user.model_copy(update={"role": event.role})
                self._members[event.user_id] = replace(member, user=user)
            case ParticipantRemoved():
                self._active.pop(event.user_id, None)
                self.presence.remove(event.user_id)
                self._members.pop(event.user_id, None)
                if event.is_banned:
                    self._banned.add(event.user_id)
        self.seq = event.seq

    def _decide_moderation(
        self, message: ChangeRole | RemoveParticipant, user: User, now: datetime
    ) -> Decision:
        target = self._members.get(message.user_id)
        role = None
        if target is not None:
            role = self.restrictions.limit(message.user_id, target.user.role)
        if isinstance(message, ChangeRole):
            refusal = refusal_of_role(
                role, message.role, is_last_host=self._is_last_host(message.user_id)
            )
        else:
            refusal = refusal_of_removal(role, is_oneself=message.user_id == user.id)
        if refusal is not None or target is None:
            return Refused(*(refusal or (ErrorCode.PARTICIPANT_NOT_FOUND, "user_id")))
        whom = {"user_id": target.user.id, "username": target.user.username, "timestamp": now}
        event: DurableMessage
        if isinstance(message, ChangeRole):
            event = RoleChanged(
                **whom,  # pyright: ignore[reportArgumentType] - the three fields of the target
                session_id=self.id,
                seq=0,
                role=message.role,
                changed_by=user.id,
            )
        else:
            event = ParticipantRemoved(
                **whom,  # pyright: ignore[reportArgumentType] - the three fields of the target
                session_id=self.id,
                seq=0,
                removed_by=user.id,
                is_banned=message.ban,
            )
        limit = message.role if isinstance(message, ChangeRole) else None
        restriction = Restriction(target.user.id, limit)
        return Append(NewEvent(event, user.id, message.request_id), restriction)

    def _is_last_host(self, user_id: str) -> bool:
        hosts = [
            member.user.id
            for member in self._members.values()
            if self.restrictions.limit(member.user.id, member.user.role) is Role.HOST
        ]
        return hosts == [user_id]

    def _decide_durable(self, message: ClientMessage, user: User, now: datetime) -> Decision:
        author = {"user_id": user.id, "username": user.username, "timestamp": now}
        event: DurableMessage
        match message:
            case SendChatMessage():
                sent = ChatMessage(
                    **author,  # pyright: ignore[reportArgumentType] - the three author fields
                    id=self._new_id(),
                    content=message.content,
                    mentions=known_mentions(message.mentions, self._members),
                    parent_id=message.parent_id,
                )
                event = ChatMessageSent(session_id=self.id, seq=0, message=sent)
            case AddComment():
                if len(self.comments) >= self._max_threads:
                    text = f"a session holds at most {self._max_threads} comment threads"
                    return Refused(ErrorCode.LIMIT_EXCEEDED, text)
                comment = Comment.model_validate(
                    {**author, **comment_fields(message), "id": self._new_id()}
                )
                event = CodeComment(session_id=self.id, seq=0, comment=comment)
            case ReplyComment():
                if self.comments.get(message.comment_id) is None:
                    return _no_such_comment()
                reply = CommentReply(
                    **author,  # pyright: ignore[reportArgumentType] - the three author fields
                    id=self._new_id(),
                    content=message.content,
                )
                event = CommentReplied(
                    session_id=self.id,
                    seq=0,
                    comment_id=message.comment_id,
                    reply=reply,
                )
            case ResolveComment():
                thread = self.comments.get(message.comment_id)
                if thread is None:
                    return _no_such_comment()
                event = CommentResolved(
                    **author,  # pyright: ignore[reportArgumentType] - the three author fields
                    session_id=self.id,
                    seq=0,
                    comment_id=thread.id,
                    resolved=message.resolved,
                    comment=None
                    if message.resolved
                    else thread.model_copy(update={"resolved": False}),
                )
            case UpdateSession():
                event = SessionUpdate(
                    session_id=self.id,
                    seq=0,
                    changes=message.changes,
                    updated_by=user.id,
                    timestamp=now,
                )
            case _:
                raise AssertionError(f"{message.type} has no durable effect")
        return Append(NewEvent(event, user.id, message.request_id))


def _no_such_comment() -> Refused:
    return Refused(ErrorCode.COMMENT_NOT_FOUND, "comment_id: there is no such comment here")


def _denial(role: Role, action: Action) -> str:
    needed = {
        Action.CHAT: "write in the chat",
        Action.COMMENT: "comment",
        Action.EDIT_SESSION: "change the session",
    }
    if action is Action.MODERATE:
        return "only a host can do this"
    what = needed.get(action, action.replace("_", " "))
    return f"a {role} cannot {what}; ask the host for the role of editor"
