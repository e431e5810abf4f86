"""The core of a session: decides what a message may cause, and takes over what was committed.

Plain state and plain functions: no asyncio, clock, socket or logger. A decision changes nothing
durable; only `apply`, called with a committed event, does. So what the store refuses never was.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from peerline.protocol.agents import TellAgentUpdate
from peerline.protocol.chat import (
    ChatMessageSent,
    DeleteMessage,
    EditMessage,
    MessageDeleted,
    MessageEdited,
    React,
    ReactionChanged,
    SendChatMessage,
    said,
)
from peerline.protocol.comments import (
    AddComment,
    CodeComment,
    CommentReattached,
    CommentReplied,
    CommentResolved,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.documents import (
    DocumentRenamed,
    DocumentRenewed,
    DocumentShared,
    DocumentUnshared,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import FileEvent, TellFileEvent
from peerline.protocol.limits import MAX_FILE_EVENTS
from peerline.protocol.messages import Asking, ClientMessage
from peerline.protocol.participants import (
    ChangeName,
    ChangeRole,
    NameChanged,
    Participant,
    ParticipantRemoved,
    RemoveParticipant,
    RoleChanged,
    User,
    UserJoined,
    UserLeft,
)
from peerline.protocol.presence import CursorUpdate, PresenceUpdate, Summon, Summoned
from peerline.protocol.roles import SERVER_USER_ID, Action, Role, is_allowed
from peerline.protocol.session import (
    EndSession,
    SessionEnded,
    SessionUpdate,
    UpdateSession,
    updated_session,
)
from peerline_server.core.agent_messages import AgentMessage, decide_for_agents
from peerline_server.core.agent_rules import NOT_AN_AGENT, OF_AGENTS, counting_role, ends_own
from peerline_server.core.agents import STATUS, AgentBoard
from peerline_server.core.approvals import ApprovalBoard
from peerline_server.core.chat import ChatLog
from peerline_server.core.comment_rules import (
    decide_comment,
    decide_reattach,
    decide_reply,
    decide_resolve,
)
from peerline_server.core.comments import CommentBoard, ThreadChange
from peerline_server.core.decisions import (
    PRESENCE_TAKEN,
    Append,
    Decision,
    Refused,
    Relay,
    Sender,
    asked,
)
from peerline_server.core.document_limits import DocumentLimits
from peerline_server.core.document_rules import DocumentMessage, decide_document
from peerline_server.core.documents import DocumentList
from peerline_server.core.file_rules import decide_file_event
from peerline_server.core.host_succession import is_left, promotion, return_of_host
from peerline_server.core.invite_table import Decided
from peerline_server.core.item_rules import decide_change, decide_message
from peerline_server.core.members import Member, Members
from peerline_server.core.moderation import Restrictions
from peerline_server.core.moderation_rules import decide_end, decide_removal, decide_role
from peerline_server.core.participant_list import ParticipantList, participant
from peerline_server.core.permissions import REQUIRED_ACTION, denial
from peerline_server.core.presence import PresenceBoard
from peerline_server.core.prompts import PromptBoard
from peerline_server.core.records import NewEvent, StoredSession
from peerline_server.core.session_rules import decide_name, decide_update, unless_repeated

_GONE: Final = Refused(ErrorCode.PERMISSION_DENIED, "you are no longer in this session")


class Session:
    """One session's state and rules."""

    def __init__(  # noqa: PLR0913 - its limits
        self,
        stored: StoredSession,
        *,
        new_id: Callable[[], str],
        snapshot_messages: int,
        max_threads: int,
        typing_lifetime: timedelta,
        document_limits: DocumentLimits | None = None,
        comments: CommentBoard | None = None,
    ) -> None:
        """`comments` is the board of the stored threads, where that was made beforehand."""
        self.info = stored.info
        self.epoch = stored.epoch
        self.seq: int = stored.seq
        self.presence = PresenceBoard(typing_lifetime)
        self.agents = AgentBoard()
        self.approvals = ApprovalBoard(stored.approvals)
        self.prompts = PromptBoard(stored.prompts)
        self.comments = CommentBoard(stored.comments) if comments is None else comments
        self.chat = ChatLog(stored.messages, keep=snapshot_messages)
        self.file_events = deque(stored.file_events, maxlen=MAX_FILE_EVENTS)
        """The latest, oldest first."""
        self.documents = DocumentList(stored.documents, document_limits or DocumentLimits())
        self.restrictions = Restrictions()
        self.members = Members(stored)
        self._participant_list = ParticipantList(stored.info.created_at, self.presence, self.agents)
        self.new_id = new_id
        self._max_threads = max_threads

    @property
    def id(self) -> str:
        """The session's id."""
        return self.info.id

    def member(self, user_id: str) -> Member | None:
        """The participant, present or not."""
        return self.members.get(user_id)

    def reserve_name_on_joining(self, user_id: str, signed_in_as: str) -> str:
        """The name that a user joins with, kept for them until `release_name`."""
        name = self.members.name_on_joining(user_id, signed_in_as)
        self.members.name_book.reserve(user_id, name)
        return name

    def release_name(self, user_id: str, name: str) -> None:
        """The event that gives a reserved name was written, or that has failed."""
        self.members.name_book.release(user_id, name)

    def active_user_ids(self) -> list[str]:
        """The users who are here, in the order of joining."""
        return self.members.active_ids()

    def is_active(self, user_id: str) -> bool:
        """Whether the user is here."""
        return self.members.is_active(user_id)

    def is_agent(self, user_id: str) -> bool:
        """Whether the participant is an AI agent."""
        member = self.members.get(user_id)
        return member is not None and member.user.is_agent

    @property
    def is_ended(self) -> bool:
        """Whether a host has ended the session, or is doing so."""
        return self.info.ended_at is not None or self.restrictions.is_ending

    def is_banned(self, user_id: str) -> bool:
        """Whether a host has banned the user, or is doing so."""
        is_limited = self.restrictions.limit(user_id, Role.VIEWER) is None
        return is_limited or self.members.is_banned(user_id)

    def decided(self, user_id: str) -> Decided:
        """The decisions of hosts about a user."""
        return Decided(
            is_participant=user_id in self.members,
            is_banned=self.is_banned(user_id),
            decided_seq=self.members.decided_seq(user_id),
        )

    def participants(self) -> list[Participant]:
        """The participants who are here with their presence, in the order of joining."""
        return [
            participant(member, self.info.created_at).model_copy(
                update={
                    "presence": self.presence.get(member.user.id).to_payload(),
                    "activity": self.agents.get(member.user.id),
                }
            )
            for member in self.members.active()
        ]

    def participants_as_json(self) -> bytes:
        """The same as a JSON array, for which only what has changed is encoded."""
        return self._participant_list.as_json(self.members.active())

    def lift_ban(self, user_id: str) -> None:
        """A host lets the user come back, by any invite that is valid."""
        self.members.lift_ban(user_id)

    def may_edit_documents(self, user_id: str) -> bool:
        """Whether updates of the user are taken now."""
        member = self.members.get(user_id)
        role = None if member is None else self._role(member)
        is_open = self.info.ended_at is None
        return role is not None and is_open and is_allowed(role, Action.EDIT_DOCUMENT)

    def decide(
        self, message: ClientMessage, user_id: str, now: datetime, connection: object = None
    ) -> Decision:
        """Decide on a message of the participant `user_id`, who is here, by one connection."""
        member = self.members.get(user_id)
        role = None if member is None else self._role(member)
        refused = self._refusal(message, member, role)
        if refused is not None or member is None or role is None:
            return refused or _GONE
        if isinstance(message, CursorUpdate | PresenceUpdate):
            self.presence.take(user_id, message, now, connection)
            return PRESENCE_TAKEN
        sender = Sender(member.user, role, self.id, now)
        match message:
            case TellAgentUpdate():
                return self._take_activity(message, sender, connection)
            case _ if isinstance(message, AgentMessage):
                boards = (self.members, self.approvals, self.prompts)
                return decide_for_agents(message, sender, *boards, new_id=self.new_id)
            case _ if isinstance(message, Asking):
                return asked(message)
            case Summon():
                name = member.user.username
                return Relay(
                    Summoned(session_id=self.id, user_id=user_id, username=name, timestamp=now)
                )
            case EndSession():
                return decide_end(message, sender)
            case ChangeName():
                return decide_name(message, sender, self.members)
            case ChangeRole():
                return decide_role(message, sender, self.members, self.restrictions)
            case RemoveParticipant():
                return decide_removal(message, sender, self.members, self.restrictions)
            case _:
                return self._unless_too_large(self._decide_content(message, sender))

    def _refusal(
        self, message: ClientMessage, member: Member | None, role: Role | None
    ) -> Refused | None:
        """Why the sender may not send such a message at all, if so."""
        if member is None or role is None:
            return _GONE
        if self.info.ended_at is not None:
            return Refused(ErrorCode.SESSION_ENDED, "the host has ended this session")
        if isinstance(message, OF_AGENTS) and not member.user.is_agent:
            return NOT_AN_AGENT
        action = REQUIRED_ACTION[type(message)]  # pyright: ignore[reportArgumentType] - join and leave never come here
        if not is_allowed(role, action) and not ends_own(message, member, self.members):
            return Refused(ErrorCode.PERMISSION_DENIED, denial(message, role, action, self.members))
        return None

    def _role(self, member: Member) -> Role | None:
        """The role that counts now; None for a user who may do nothing any more."""
        return counting_role(member, self.members, self.restrictions)

    def _take_activity(
        self, message: TellAgentUpdate, sender: Sender, connection: object
    ) -> Decision:
        self.agents.take(sender.user.id, message.data)
        status = PresenceUpdate(session_id=self.id, status=STATUS[message.data.state])
        self.presence.update(sender.user.id, status, sender.now, connection)
        return PRESENCE_TAKEN

    def _unless_too_large(self, decision: Decision) -> Decision:
        """The decision, unless it makes what everybody gets at first larger than its limit."""
        if isinstance(decision, Append):
            event = decision.event.message
            if isinstance(event, ThreadChange) and (text := self.comments.refusal(event)):
                return unless_repeated(decision, text)
        return decision

    def _decide_content(self, message: ClientMessage, sender: Sender) -> Decision:
        members = self.members
        match message:
            case SendChatMessage():
                return decide_message(message, sender, members, self.prompts, self.new_id())
            case EditMessage() | DeleteMessage() | React():
                thread_id = self.comments.thread_id_of(message.message_id)
                return decide_change(message, sender, members, thread_id)
            case AddComment():
                decision = decide_comment(message, sender, members, self.new_id())
                if len(self.comments) >= self._max_threads:
                    text = f"a session holds at most {self._max_threads} comment threads"
                    return unless_repeated(decision, text)
                return decision
            case ReplyComment():
                return decide_reply(message, sender, members, self.comments, self.new_id())
            case ResolveComment():
                return decide_resolve(message, sender, self.comments)
            case ReattachComment():
                return decide_reattach(message, sender, self.comments)
            case TellFileEvent():
                return decide_file_event(message, sender)
            case UpdateSession():
                return decide_update(message, sender, self.info, members)
            case _ if isinstance(message, DocumentMessage):
                return decide_document(message, sender, self.documents, members, self.new_id)
            case _:
                raise AssertionError(f"{message.type} has no durable effect")

    def join_event(
        self,
        user: User,
        now: datetime,
        *,
        invite_hash: str | None,
        max_guests: int | None = None,
    ) -> NewEvent:
        """The event of `user` joining."""
        message = UserJoined(session_id=self.id, seq=0, user=user, timestamp=now)
        return NewEvent(message, user.id, invite_hash=invite_hash, max_guests=max_guests)

    def leave_event(self, user_id: str, now: datetime) -> NewEvent:
        """The event of the user's last connection having gone."""
        member = self.members.get(user_id)
        assert member is not None, "only a participant leaves"
        message = UserLeft(
            session_id=self.id,
            seq=0,
            user_id=user_id,
            username=member.user.username,
            timestamp=now,
        )
        return NewEvent(message, user_id)

    def promotion(self, now: datetime) -> NewEvent | None:
        """The event that makes somebody host because no host is left here, if one is needed."""
        if self.is_ended or not is_left(self.members.host_candidates()):
            return None
        event = promotion(self.members.candidates(), self.id, now)
        return None if event is None else NewEvent(event, SERVER_USER_ID)

    def return_of_host(self, now: datetime) -> list[NewEvent]:
        """The events that take back what `promotion` gave, once a host has come back."""
        events = return_of_host(self.members.host_candidates(), self.id, now)
        return [NewEvent(event, SERVER_USER_ID) for event in events]

    def apply(self, event: DurableMessage) -> None:
        """Take over a committed event; it must be the next one.

        Raises:
            ValueError: if an event is missing in between.
        """
        if event.seq != self.seq + 1:
            raise ValueError(f"event {event.seq} cannot follow event {self.seq}")
        self.approvals.apply(event)
        self.prompts.apply(event)
        match event:
            case UserJoined() | RoleChanged() | NameChanged():
                self.members.apply(event)
            case UserLeft() | ParticipantRemoved():
                self.members.apply(event)
                self._forget(event.user_id)
            case ChatMessageSent():
                self.chat.add(said(event))
            case CodeComment() | CommentReplied() | CommentResolved() | CommentReattached():
                self.comments.apply(event)
            case MessageEdited() | MessageDeleted() | ReactionChanged():
                self.chat.change(event)
                self.comments.apply(event)
            case FileEvent():
                self.file_events.append(event)
            case DocumentShared() | DocumentUnshared() | DocumentRenamed() | DocumentRenewed():
                self.documents.apply(event)
            case SessionUpdate():
                self.info = updated_session(self.info, event.changes)
            case SessionEnded():
                self._end(event)
            case _:
                pass  # of agents: nothing more is made of it
        self.seq = event.seq

    def _end(self, event: SessionEnded) -> None:
        self.info = self.info.model_copy(update={"ended_at": event.timestamp})
        for user_id in self.active_user_ids():
            self.members.deactivate(user_id, event.timestamp)
            self._forget(user_id)

    def _forget(self, user_id: str) -> None:
        """Nothing ephemeral is known of a user who is here no longer."""
        self.presence.remove(user_id)
        self.agents.remove(user_id)
        self._participant_list.forget(user_id)
