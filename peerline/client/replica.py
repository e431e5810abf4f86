"""The local state of a session: a snapshot and the events since. Pure.

Messages of the server go in, changes for a user interface come out. The replica after a snapshot
and its following events equals a fresh snapshot, whatever was repeated on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from peerline.client.agents_seen import AgentsSeen
from peerline.client.changes import (
    AgentMoved,
    Change,
    ChatAdded,
    DocumentsChanged,
    DraftsChanged,
    Ended,
    FileChanged,
    Gap,
    Joined,
    Left,
    MessageChanged,
    ModerationChanged,
    OffersChanged,
    PresenceMoved,
    Removed,
    Renamed,
    Reset,
    Resumed,
    RoleGiven,
    Saved,
    SessionChanged,
    SummonedBy,
    ThreadChanged,
    ThreadClosed,
    ThreadDeleted,
    ThreadMoved,
)
from peerline.protocol.agents import AgentUpdated
from peerline.protocol.approvals import Approval
from peerline.protocol.chat import (
    ChatMessage,
    ChatMessageSent,
    ItemChange,
    MessageDeleted,
    MessageEdited,
    ReactionChanged,
    changed_item,
    said,
)
from peerline.protocol.comments import (
    CodeComment,
    Comment,
    CommentReattached,
    CommentReplied,
    CommentResolved,
    changed_thread,
    reattached_thread,
    replied_thread,
    resolved_thread,
)
from peerline.protocol.documents import (
    DocumentRenamed,
    DocumentRenewed,
    DocumentSaved,
    DocumentShared,
    DocumentUnshared,
    SharedDocument,
    changed_documents,
)
from peerline.protocol.drafts import DraftsShared, SharedDraft
from peerline.protocol.events import DurableMessage, EventOfAgent
from peerline.protocol.file_events import FileEvent
from peerline.protocol.limits import MAX_FILE_EVENTS
from peerline.protocol.messages import ServerMessage
from peerline.protocol.moderation import Moderation
from peerline.protocol.offers import FileOffer, FilesOffered
from peerline.protocol.participants import (
    NameChanged,
    Participant,
    ParticipantRemoved,
    RoleChanged,
    UserJoined,
    UserLeft,
)
from peerline.protocol.presence import Presence, PresenceChanged, Summoned
from peerline.protocol.prompts import Prompt
from peerline.protocol.roles import Role
from peerline.protocol.session import (
    Connected,
    SessionEnded,
    SessionInfo,
    SessionUpdate,
    updated_session,
)

MAX_NAMES: Final = 1_000
"""The names that are remembered; the oldest ones are forgotten first."""


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """A comparable value of everything durable, at `seq`."""

    epoch: str
    seq: int
    session: SessionInfo
    participants: tuple[tuple[str, str, str], ...]
    threads: tuple[Comment, ...]
    messages: tuple[ChatMessage, ...]
    file_events: tuple[FileEvent, ...]
    documents: tuple[SharedDocument, ...]
    approvals: tuple[Approval, ...]
    prompts: tuple[Prompt, ...]


@dataclass(slots=True)
class Replica:
    """One session as this client knows it. Empty until the first snapshot."""

    connected: Connected | None = None
    session: SessionInfo | None = None
    epoch: str = ""
    seq: int = 0
    participants: dict[str, Participant] = field(default_factory=dict[str, Participant])
    """The participants who are here, in the order of joining."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """The names of users by their id, also of those who have left, as far as they are known."""
    threads: dict[str, Comment] = field(default_factory=dict[str, Comment])
    """The open threads, in the order of their creation."""
    messages: list[ChatMessage] = field(default_factory=list[ChatMessage])
    """The last ones, oldest first."""
    file_events: list[FileEvent] = field(default_factory=list[FileEvent])
    """The last ones, oldest first."""
    documents: dict[str, SharedDocument] = field(default_factory=dict[str, SharedDocument])
    """The shared documents by their id, in the order in which they were shared."""
    offers: list[FileOffer] = field(default_factory=list[FileOffer])
    drafts: list[SharedDraft] = field(default_factory=list[SharedDraft])
    """The folders that are offered, the oldest offer first; no event carries them."""
    agents: AgentsSeen = field(default_factory=AgentsSeen)
    """The questions of agents, their prompts, and what they did."""
    moderation: Moderation | None = None
    """The hosts' view as the server sent it last; no event carries it."""

    @property
    def is_host(self) -> bool:
        """Whether this client's user is a host now."""
        return self.connected is not None and self.connected.role is Role.HOST

    def apply(self, message: ServerMessage) -> Sequence[Change]:
        """Take over a message; what changed by it."""
        match message:
            case Connected():
                return [self._connect(message)]
            case PresenceChanged():
                return self._move(message.user_id, message.presence)
            case AgentUpdated():
                acting = self._update(message.user_id, activity=message.data)
                return [] if acting is None else [AgentMoved(acting)]
            case Moderation():
                if not self.is_host:
                    return []  # it was on its way when the role was taken
                self.moderation = message
                return [ModerationChanged(message)]
            case Summoned():
                return [SummonedBy(message.user_id, message.username)]
            case DocumentSaved():
                return [Saved(message)]
            case FilesOffered():
                before, self.offers = self.offers, message.offers
                return [OffersChanged(before, message.offers)]
            case DraftsShared():
                drafts, self.drafts = self.drafts, message.drafts
                return [DraftsChanged(drafts, message.drafts)]
            case _ if isinstance(message, DurableMessage):
                return self._apply_durable(message)
            case _:
                return []

    @property
    def texts(self) -> dict[str, SharedDocument | SharedDraft]:
        """The texts that can be opened, by id: documents, and drafts that are written together."""
        return {**self.documents, **{draft.id: draft for draft in self.drafts}}

    def state(self) -> ReplicaState:
        """Everything durable as one value.

        Raises:
            ValueError: before the first snapshot.
        """
        if self.session is None:
            raise ValueError("the replica has no snapshot yet")
        return ReplicaState(
            epoch=self.epoch,
            seq=self.seq,
            session=self.session,
            participants=tuple(
                (person.id, person.username, person.role.value)
                for person in self.participants.values()
            ),
            threads=tuple(sorted(self.threads.values(), key=lambda thread: thread.id)),
            messages=tuple(self.messages),
            file_events=tuple(self.file_events),
            documents=tuple(self.documents.values()),
            approvals=tuple(self.agents.approvals.values()),
            prompts=tuple(self.agents.prompts.values()),
        )

    def _connect(self, message: Connected) -> Change:
        self.connected = message
        self.epoch = message.epoch
        self.moderation = None
        self.offers = message.offers
        self.drafts = message.drafts
        if message.resumed:
            for user_id, person in self.participants.items():
                nothing = {"presence": Presence(), "activity": None}
                self.participants[user_id] = person.model_copy(update=nothing)
            return Resumed()
        self.session = message.session
        self.seq = message.seq
        self.participants = {person.id: person for person in message.participants}
        authors = [(item.user_id, item.username) for item in (*message.comments, *message.messages)]
        for name in (*authors, *((person.id, person.username) for person in message.participants)):
            self._remember(*name)
        self.threads = {thread.id: thread for thread in message.comments if not thread.resolved}
        self.messages = list(message.messages)
        self.file_events = list(message.file_events)
        self.documents = {document.id: document for document in message.documents}
        self.agents.reset(message)
        return Reset()

    def _move(self, user_id: str, presence: Presence) -> Sequence[Change]:
        moved = self._update(user_id, presence=presence)
        return [] if moved is None else [PresenceMoved(moved)]

    def _update(self, user_id: str, **fields: object) -> Participant | None:
        """A participant with other fields from now on; None if they are not here."""
        person = self.participants.get(user_id)
        if person is not None:
            person = self.participants[user_id] = person.model_copy(update=fields)
        return person

    def _apply_durable(self, event: DurableMessage) -> Sequence[Change]:
        if event.seq <= self.seq or self.session is None:
            return []
        if event.seq != self.seq + 1:
            return [Gap(expected=self.seq + 1, got=event.seq)]
        self.seq = event.seq
        change = self._change(event)
        changes = [] if change is None else [change]
        if self.moderation is not None and not self.is_host:
            self.moderation = None
            changes.append(ModerationChanged(None))
        return changes

    def _change(self, event: DurableMessage) -> Change | None:
        if isinstance(event, EventOfAgent):
            return self.agents.apply(event)
        match event:
            case UserJoined():
                return self._join(event)
            case UserLeft() | ParticipantRemoved():
                return self._go(event)
            case RoleChanged():
                return self._give_role(event)
            case NameChanged():
                return self._rename(event)
            case ChatMessageSent():
                return self._say(said(event))
            case MessageEdited() | MessageDeleted() | ReactionChanged():
                return self._change_item(event)
            case FileEvent():
                self.file_events = [*self.file_events, event][-MAX_FILE_EVENTS:]
                return FileChanged(event)
            case DocumentShared() | DocumentUnshared() | DocumentRenamed() | DocumentRenewed():
                self.documents = changed_documents(self.documents, event)
                return DocumentsChanged(event)
            case SessionUpdate() | SessionEnded():
                return self._change_session(event)
            case CodeComment() | CommentReplied() | CommentReattached() | CommentResolved():
                return self._change_comments(event)

    def _change_comments(
        self, event: CodeComment | CommentReplied | CommentReattached | CommentResolved
    ) -> Change | None:
        match event:
            case CodeComment():
                self.threads[event.comment.id] = event.comment
                return ThreadChanged(event.comment, event)
            case CommentReplied() | CommentReattached():
                return self._change_thread(event)
            case CommentResolved():
                return self._resolve(event)

    def _join(self, event: UserJoined) -> Change:
        # Another connection of one's own may have come with an invite that gives more.
        self._take_role(event.user.id, event.user.role)
        before = self.participants.pop(event.user.id, None)
        person = Participant(
            **event.user.model_dump(),
            joined_at=event.timestamp,
            presence=Presence() if before is None else before.presence,
            activity=None if before is None else before.activity,
        )
        self.participants[person.id] = person
        self._remember(person.id, person.username)
        return Joined(person, is_new=before is None)

    def _go(self, event: UserLeft | ParticipantRemoved) -> Change | None:
        gone = self.participants.pop(event.user_id, None)
        if gone is None:
            return None
        if isinstance(event, ParticipantRemoved):
            return Removed(gone, by=event.removed_by, at=event.timestamp)
        return Left(gone, at=event.timestamp)

    def _give_role(self, event: RoleChanged) -> Change | None:
        self._take_role(event.user_id, event.role)
        changed = self._update(event.user_id, role=event.role)
        if changed is None:
            return None
        return RoleGiven(changed, at=event.timestamp, by=event.changed_by)

    def _rename(self, event: NameChanged) -> Change | None:
        me = self.connected
        if me is not None and me.user.id == event.user_id:
            user = me.user.model_copy(update={"username": event.name})
            self.connected = me.model_copy(update={"user": user})
        renamed = self._update(event.user_id, username=event.name)
        if renamed is None:
            return None
        self._remember(renamed.id, renamed.username)
        return Renamed(renamed, before=event.username, at=event.timestamp)

    def _remember(self, user_id: str, name: str) -> None:
        self.names.pop(user_id, None)
        self.names[user_id] = name
        if len(self.names) > MAX_NAMES:
            del self.names[next(iter(self.names))]

    def _take_role(self, user_id: str, role: Role) -> None:
        """Somebody has this role now; if it is oneself, one's own rights change."""
        me = self.connected
        if me is not None and me.user.id == user_id:
            user = me.user.model_copy(update={"role": role})
            self.connected = me.model_copy(update={"user": user, "role": role})

    def _say(self, message: ChatMessage) -> Change:
        self.messages.append(message)
        keep = self.connected.limits.snapshot_messages if self.connected else len(self.messages)
        del self.messages[: max(0, len(self.messages) - keep)]
        return ChatAdded(message)

    def _change_item(self, event: ItemChange) -> Change | None:
        for place, message in enumerate(self.messages):
            if message.id == event.message_id:
                self.messages[place] = changed_item(message, event)
                return MessageChanged(self.messages[place])
        thread = self.threads.get(event.comment_id or "")
        if thread is None:
            return None
        changed = changed_thread(thread, event)
        if changed is None:
            return ThreadDeleted(self.threads.pop(thread.id))
        self.threads[thread.id] = changed
        return ThreadChanged(changed, event)

    def _change_session(self, event: SessionUpdate | SessionEnded) -> Change:
        assert self.session is not None, "checked by the caller"
        if isinstance(event, SessionUpdate):
            self.session = updated_session(self.session, event.changes)
            return SessionChanged(event)
        self.session = self.session.model_copy(update={"ended_at": event.timestamp})
        self.participants = {}
        return Ended(event.ended_by)

    def _change_thread(self, event: CommentReplied | CommentReattached) -> Change | None:
        before = self.threads.get(event.comment_id)
        if before is None:
            return None  # it is resolved: it comes back whole if it is reopened
        if isinstance(event, CommentReplied):
            self.threads[before.id] = replied_thread(before, event.reply)
            return ThreadChanged(self.threads[before.id], event)
        self.threads[before.id] = reattached_thread(before, event)
        return ThreadMoved(self.threads[before.id])

    def _resolve(self, event: CommentResolved) -> Change | None:
        if event.resolved:
            thread = self.threads.pop(event.comment_id, None)
            if thread is None:
                return None
            return ThreadClosed(resolved_thread(thread, event), by=event.username)
        if event.comment is None:
            return None
        self.threads[event.comment_id] = event.comment
        ordered = sorted(self.threads.values(), key=lambda thread: (thread.timestamp, thread.id))
        self.threads = {thread.id: thread for thread in ordered}
        return ThreadChanged(event.comment, event)
