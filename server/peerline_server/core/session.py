"""The core of a session: decides what a message may cause, and takes over what was committed.

Plain state and plain functions: no asyncio, clock, socket or logger. A decision changes nothing
durable; only `apply`, called with a committed event, does. So what the store refuses never was.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerline.protocol.activity import GetActivity, Search
from peerline.protocol.chat import (
    ChatMessage,
    ChatMessageSent,
    DeleteMessage,
    EditMessage,
    GetHistory,
    MessageDeleted,
    MessageEdited,
    React,
    ReactionChanged,
    SendChatMessage,
    said,
)
from peerline.protocol.comments import (
    AddComment,
    Anchor,
    CodeComment,
    Comment,
    CommentReattached,
    CommentReplied,
    CommentReply,
    CommentResolved,
    GetComments,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.files import FileEvent, TellFileEvent
from peerline.protocol.messages import ClientMessage
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    LiftBan,
    RevokeInvite,
)
from peerline.protocol.participants import (
    ChangeRole,
    Participant,
    ParticipantRemoved,
    RemoveParticipant,
    RoleChanged,
    User,
    UserJoined,
    UserLeft,
)
from peerline.protocol.presence import CursorUpdate, PresenceUpdate, Summon, Summoned
from peerline.protocol.roles import SERVER_USER_ID, Role, is_allowed
from peerline.protocol.session import (
    EndSession,
    SessionEnded,
    SessionUpdate,
    UpdateSession,
    merged_context,
    updated_session,
)
from peerline.protocol.types import MAX_CONTEXT_ENTRIES, MAX_FILE_EVENTS
from peerline_server.core.chat import ChatLog, mentioned
from peerline_server.core.comments import CommentBoard
from peerline_server.core.decisions import Append, Ask, Decision, PresenceTaken, Refused, Relay
from peerline_server.core.host_succession import Standing, promotion, return_of_host
from peerline_server.core.invite_table import Decided
from peerline_server.core.moderation import (
    EVERYONE,
    Restriction,
    Restrictions,
    decided_seq,
    refusal_of_removal,
    refusal_of_role,
)
from peerline_server.core.names import NameBook
from peerline_server.core.permissions import REQUIRED_ACTION, denial
from peerline_server.core.presence import PresenceBoard
from peerline_server.core.records import NewEvent, StoredSession


@dataclass(frozen=True, slots=True)
class Member:
    """A user who was ever in the session."""

    user: User
    joined_at: datetime | None
    is_active: bool
    stands_in: bool = False
    """Whether the server made them host while no other host is here."""
    decided_seq: int | None = None
    """The event of a host's last decision about the user, None if there was none."""


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
        self.seq: int = stored.seq
        self.presence = PresenceBoard(typing_lifetime)
        self.comments = CommentBoard(stored.comments)
        self.chat = ChatLog(stored.messages, keep=snapshot_messages)
        self.file_events = deque(stored.file_events, maxlen=MAX_FILE_EVENTS)
        """The latest, oldest first."""
        self.restrictions = Restrictions()
        self._banned = set(stored.banned)
        self._removed = dict(stored.removed)
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
                stands_in=stored_member.role is Role.HOST
                and stored_member.role_by == SERVER_USER_ID,
                decided_seq=stored_member.decided_seq,
            )
            for stored_member in stored.participants
        }
        self._name_book = NameBook()
        for member in self._members.values():
            self._name_book.put(member.user.id, member.user.username)
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

    def distinct_name(self, user_id: str, wanted: str) -> str:
        """What the user is to be called here, so that nobody is taken for another participant."""
        return self._name_book.name_for(user_id, wanted)

    def active_user_ids(self) -> list[str]:
        """Who is here, in the order of joining."""
        return list(self._active)

    def is_active(self, user_id: str) -> bool:
        """Whether the user is here."""
        return user_id in self._active

    @property
    def is_ended(self) -> bool:
        """Whether a host has ended the session, or is doing so."""
        return self.info.ended_at is not None or self.restrictions.is_ending

    def is_banned(self, user_id: str) -> bool:
        """Whether a host has banned the user, or is doing so."""
        if user_id in self._banned:
            return True
        return self.restrictions.limit(user_id, Role.VIEWER) is None

    def decided(self, user_id: str) -> Decided:
        """The decisions of hosts about a user."""
        member = self._members.get(user_id)
        latest = self._removed.get(user_id) if member is None else member.decided_seq
        return Decided(
            is_participant=member is not None,
            is_banned=self.is_banned(user_id),
            decided_seq=latest,
        )

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
        if self.info.ended_at is not None:
            return Refused(ErrorCode.SESSION_ENDED, "the host has ended this session")
        action = REQUIRED_ACTION[type(message)]  # pyright: ignore[reportArgumentType] - join and leave never come here
        if not is_allowed(role, action):
            return Refused(ErrorCode.PERMISSION_DENIED, denial(role, action))
        match message:
            case CursorUpdate():
                self.presence.move_cursor(user_id, message)
                return PresenceTaken()
            case PresenceUpdate():
                self.presence.update(user_id, message, now)
                return PresenceTaken()
            case (
                GetHistory()
                | GetComments()
                | Search()
                | GetActivity()
                | GetModeration()
                | CreateInvite()
                | RevokeInvite()
                | LiftBan()
                | AnswerJoin()
            ):
                return Ask(message)
            case Summon():
                name = member.user.username
                return Relay(
                    Summoned(session_id=self.id, user_id=user_id, username=name, timestamp=now)
                )
            case EndSession():
                ended = SessionEnded(session_id=self.id, seq=0, ended_by=user_id, timestamp=now)
                event = NewEvent(ended, user_id, message.request_id)
                return Append(event, Restriction(EVERYONE, None))
            case EditMessage() | DeleteMessage() | React():
                return self._decide_change(message, member.user, role, now)
            case ChangeRole() | RemoveParticipant():
                return self._decide_moderation(message, member.user, now)
            case UpdateSession() if message.changes.join_approval is not None and (
                role is not Role.HOST
            ):
                text = "changes.join_approval: only a host can change this"
                return Refused(ErrorCode.PERMISSION_DENIED, text)
            case _:
                return self._decide_durable(message, member.user, now)

    def lift_ban(self, user_id: str) -> None:
        """A host lets the user come back, by any invite that is valid."""
        if user_id in self._banned:
            self._banned.discard(user_id)
            self._removed.pop(user_id, None)

    def hosts(self) -> frozenset[str]:
        """Who is a host, here or not."""
        return frozenset(
            member.user.id for member in self._members.values() if member.user.role is Role.HOST
        )

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

    def promotion(self, now: datetime) -> NewEvent | None:
        """The event that makes somebody host because no host is left here, if one is needed."""
        if self.is_ended:
            return None
        event = promotion(self._standings(), self.id, now)
        return None if event is None else NewEvent(event, SERVER_USER_ID)

    def return_of_host(self, now: datetime) -> list[NewEvent]:
        """The events that take back what `promotion` gave, once a host has come back."""
        events = return_of_host(self._standings(), self.id, now)
        return [NewEvent(event, SERVER_USER_ID) for event in events]

    def _standings(self) -> list[Standing]:
        here = [self._members[user_id] for user_id in self._active]
        away = [member for member in self._members.values() if not member.is_active]
        return [
            Standing(
                user_id=member.user.id,
                username=member.user.username,
                role=member.user.role,
                is_here=member.is_active,
                was_here=member.joined_at is not None,
                stands_in=member.stands_in,
                is_decided=member.decided_seq is not None,
            )
            for member in (*here, *away)
        ]

    def apply(self, event: DurableMessage) -> None:
        """Take over a committed event; it must be the next one.

        Raises:
            ValueError: if an event is missing in between.
        """
        if event.seq != self.seq + 1:
            raise ValueError(f"event {event.seq} cannot follow event {self.seq}")
        match event:
            case UserJoined() | UserLeft() | RoleChanged() | ParticipantRemoved():
                self._apply_to_members(event)
            case ChatMessageSent():
                self.chat.add(said(event))
            case CodeComment() | CommentReplied() | CommentResolved() | CommentReattached():
                self.comments.apply(event)
            case MessageEdited() | MessageDeleted() | ReactionChanged():
                self.chat.change(event)
                self.comments.change(event)
            case FileEvent():
                self.file_events.append(event)
            case SessionUpdate():
                self.info = updated_session(self.info, event.changes)
            case SessionEnded():
                self.info = self.info.model_copy(update={"ended_at": event.timestamp})
                for user_id in self.active_user_ids():
                    self._deactivate(user_id)
        self.seq = event.seq

    def _apply_to_members(
        self, event: UserJoined | UserLeft | RoleChanged | ParticipantRemoved
    ) -> None:
        match event:
            case UserJoined():
                before = self._members.get(event.user.id)
                member = Member(
                    event.user,
                    event.timestamp,
                    is_active=True,
                    stands_in=before is not None and before.stands_in,
                    decided_seq=self._removed.pop(event.user.id, None)
                    if before is None
                    else before.decided_seq,
                )
                self._members[event.user.id] = member
                self._name_book.put(event.user.id, event.user.username)
                self._active.pop(event.user.id, None)
                self._active[event.user.id] = None
            case UserLeft():
                self._deactivate(event.user_id)
            case RoleChanged():
                member = self._members[event.user_id]
                user = member.user.model_copy(update={"role": event.role})
                stands_in = event.role is Role.HOST and event.changed_by == SERVER_USER_ID
                self._members[event.user_id] = replace(
                    member,
                    user=user,
                    stands_in=stands_in,
                    decided_seq=decided_seq(event) or member.decided_seq,
                )
            case ParticipantRemoved():
                self._deactivate(event.user_id)
                self._members.pop(event.user_id, None)
                self._name_book.remove(event.user_id)
                self._removed[event.user_id] = event.seq
                if event.is_banned:
                    self._banned.add(event.user_id)

    def _deactivate(self, user_id: str) -> None:
        self._active.pop(user_id, None)
        self.presence.remove(user_id)
        member = self._members.get(user_id)
        # Somebody may leave while a host's decision to remove them is being written.
        if member is not None:
            self._members[user_id] = replace(member, is_active=False)

    def _mentioned(self, message: SendChatMessage | EditMessage | ReplyComment) -> list[str]:
        return mentioned(message.content, message.mentions, self._names, self._members)

    def _names(self) -> dict[str, str]:
        """The id of each id and name, casefolded; of two of a name the one who is here."""
        here = [self._members[user_id].user for user_id in self._active]
        everybody = [*(member.user for member in self._members.values()), *here]
        ids = {user.id.casefold(): user.id for user in everybody}
        return {**ids, **{user.username.casefold(): user.id for user in everybody}}

    def _decide_change(
        self, message: EditMessage | DeleteMessage | React, user: User, role: Role, now: datetime
    ) -> Decision:
        """Whether the item is there and whose it is, the store knows: it may be an old one."""
        what = {
            "session_id": self.id,
            "seq": 0,
            "message_id": message.message_id,
            "comment_id": self.comments.thread_id_of(message.message_id),
            "timestamp": now,
        }
        event: DurableMessage
        match message:
            case EditMessage():
                mentions = self._mentioned(message)
                changes = {"content": message.content, "mentions": mentions, "user_id": user.id}
                event = MessageEdited.model_validate({**what, **changes})
            case DeleteMessage():
                event = MessageDeleted.model_validate({**what, "deleted_by": user.id})
            case React():
                reaction = {"emoji": message.emoji, "is_removed": message.remove}
                event = ReactionChanged.model_validate({**what, **reaction, "user_id": user.id})
        author_only = isinstance(message, EditMessage) or (
            isinstance(message, DeleteMessage) and role is not Role.HOST
        )
        return Append(NewEvent(event, user.id, message.request_id, author_only=author_only))

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
        new = NewEvent(
            event,
            user.id,
            message.request_id,
            revokes_invite=isinstance(message, RemoveParticipant) and message.revoke_invite,
        )
        return Append(new, restriction)

    def _is_last_host(self, user_id: str) -> bool:
        hosts = [
            member.user.id
            for member in self._members.values()
            if self.restrictions.limit(member.user.id, member.user.role) is Role.HOST
        ]
        return hosts == [user_id]

    def _decide_reattach(self, message: ReattachComment, user: User, now: datetime) -> Decision:
        if self.comments.get(message.comment_id) is None:
            return _no_such_comment()
        event = CommentReattached(
            session_id=self.id,
            seq=0,
            comment_id=message.comment_id,
            anchor=Anchor.model_validate(message.data.model_dump()),
            user_id=user.id,
            username=user.username,
            timestamp=now,
        )
        return Append(NewEvent(event, user.id, message.request_id))

    def _decide_durable(self, message: ClientMessage, user: User, now: datetime) -> Decision:
        author = {"user_id": user.id, "username": user.username, "timestamp": now}
        event: DurableMessage
        match message:
            case SendChatMessage():
                sent = ChatMessage(
                    **author,  # pyright: ignore[reportArgumentType] - the three author fields
                    id=self._new_id(),
                    content=message.content,
                    mentions=self._mentioned(message),
                    parent_id=message.parent_id,
                )
                event = ChatMessageSent(session_id=self.id, seq=0, message=sent)
            case AddComment():
                if len(self.comments) >= self._max_threads:
                    text = f"a session holds at most {self._max_threads} comment threads"
                    return Refused(ErrorCode.LIMIT_EXCEEDED, text)
                data = message.data
                mentions = mentioned(data.content, data.mentions, self._names, self._members)
                given = {**data.model_dump(), "mentions": mentions}
                comment = Comment.model_validate({**author, **given, "id": self._new_id()})
                event = CodeComment(session_id=self.id, seq=0, comment=comment)
            case ReplyComment():
                if self.comments.get(message.comment_id) is None:
                    return _no_such_comment()
                reply = CommentReply(
                    **author,  # pyright: ignore[reportArgumentType] - the three author fields
                    id=self._new_id(),
                    content=message.content,
                    mentions=self._mentioned(message),
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
                    else thread.model_copy(
                        update={"resolved": False, "resolved_by": None, "resolved_at": None}
                    ),
                )
            case ReattachComment():
                return self._decide_reattach(message, user, now)
            case TellFileEvent():
                event = FileEvent(
                    **author,  # pyright: ignore[reportArgumentType] - the three author fields
                    session_id=self.id,
                    seq=0,
                    data=message.data,
                )
            case UpdateSession():
                if len(merged_context(self.info.context, message.changes)) > MAX_CONTEXT_ENTRIES:
                    text = f"changes.context: a session has at most {MAX_CONTEXT_ENTRIES} entries"
                    return Refused(ErrorCode.LIMIT_EXCEEDED, text)
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
