"""The feed of a session: messages and events, in order. Pure.

The replica holds the chat; joins, leaves and what happened to comments and files pass by as
changes. The feed keeps both, as many as a view shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from peerline.client import (
    AgentDid,
    ApprovalClosed,
    ApprovalOpened,
    Change,
    ChatAdded,
    DocumentsChanged,
    Ended,
    FileChanged,
    Joined,
    Left,
    MessageChanged,
    OffersChanged,
    PromptsMoved,
    Removed,
    Renamed,
    Replica,
    Reset,
    RoleGiven,
    Saved,
    SessionChanged,
    ThreadChanged,
    ThreadClosed,
    ThreadDeleted,
)
from peerline.client.agent_words import ANSWERS, closing, deed, prompt_end, prompting, question
from peerline.protocol.agents import AgentEvent, ToolCallDone
from peerline.protocol.approvals import Approval
from peerline.protocol.chat import ChatMessage
from peerline.protocol.comments import CodeComment, Comment, CommentReplied, CommentResolved
from peerline.protocol.documents import (
    DocumentEvent,
    DocumentRenamed,
    DocumentSaved,
    DocumentShared,
    DocumentUnshared,
)
from peerline.protocol.file_events import FileEvent, FileEventData
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import AgentPrompted
from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.session import SessionUpdate
from peerline.watch.agents import badge

MAX_ENTRIES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a chat message, or something that somebody did."""

    key: str
    time: datetime
    message: ChatMessage | None = None
    user_id: str = ""
    name: str = ""
    did: str = ""
    """The user's action, as it follows the name; text of others is not made safe yet."""
    question: Approval | None = None
    """A new question, if the entry is one."""
    by_agent: bool = False
    """Whether it is an event of an AI agent."""
    call: tuple[str, str, str] | None = None
    """Of a tool call whose text names the only file it changed: the agent, the call, the file."""


@dataclass(frozen=True, slots=True)
class Refilled:
    """The entries are others now: show all of them again."""


@dataclass(frozen=True, slots=True)
class Added:
    """An entry is new, at the end."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Replaced:
    """An entry reads differently now."""

    entry: Entry


FeedChange = Refilled | Added | Replaced


@dataclass(slots=True)
class Feed:
    """The entries of one session, oldest first, at most `limit`."""

    replica: Replica
    limit: int = MAX_ENTRIES
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    _count: int = 0

    def update(self, changes: Sequence[Change], now: datetime) -> list[FeedChange]:
        """Take over what changed in the replica; what changed here by it."""
        return [done for change in changes if (done := self._update(change, now)) is not None]

    def add_notice(self, text: str, now: datetime) -> Added:
        """Add a line of this program's own."""
        return self._add(self._did(now, "", "", text))

    def add_older(self, messages: Sequence[ChatMessage]) -> None:
        """Put chat messages before the others; the feed keeps that many more from now on."""
        older = {message.id: _said(message) for message in messages}
        ordered = sorted({**older, **self.entries}.values(), key=lambda entry: entry.time)
        self.limit += max(0, len(ordered) - len(self.entries))
        self.entries = {entry.key: entry for entry in ordered}

    @property
    def oldest_message(self) -> int | None:
        """The seq of the oldest chat message; None if there is none."""
        for entry in self.entries.values():
            if entry.message is not None:
                return entry.message.seq
        return None

    def _update(self, change: Change, now: datetime) -> FeedChange | None:
        match change:
            case Reset():
                return self._refill()
            case ChatAdded(message):
                return self._add(_said(message))
            case MessageChanged(message):
                if message.id not in self.entries:
                    return None
                self.entries[message.id] = _said(message)
                return Replaced(self.entries[message.id])
            case FileChanged(event):
                return None if self._is_told(event) else self._add(_file_event(event))
            case AgentDid(event):
                return self._add(_agent_event(event))
            case ApprovalOpened() | ApprovalClosed():
                return self._add(self._approval(change))
            case PromptsMoved():
                entry = self._prompt(change)
                return None if entry is None else self._add(entry)
            case _:
                entry = self._entry(change, now)
                return None if entry is None else self._add(entry)

    def _refill(self) -> Refilled:
        """The snapshot's chat and file events, among what was seen happen before."""
        seen = [entry for entry in self.entries.values() if entry.message is None]
        new = [
            *map(_said, self.replica.messages),
            *(_file_event(event) for event in self.replica.file_events if not self._is_told(event)),
        ]
        ordered = sorted([*seen, *new], key=lambda entry: entry.time)
        self.entries = {entry.key: entry for entry in ordered[-self.limit :]}
        return Refilled()

    def _is_told(self, event: FileEvent) -> bool:
        """Whether the call by which an agent made a change has an entry that names the file."""
        if event.data.tool_call_id is None:
            return False
        call = (event.user_id, event.data.tool_call_id, event.data.file)
        return any(entry.call == call for entry in self.entries.values())

    def _add(self, entry: Entry) -> Added:
        self.entries[entry.key] = entry
        while len(self.entries) > self.limit:
            del self.entries[next(iter(self.entries))]
        return Added(entry)

    def _did(self, time: datetime, user_id: str, name: str, did: str) -> Entry:
        self._count += 1
        return Entry(f"did-{self._count}", time, user_id=user_id, name=name, did=did)

    def _entry(self, change: Change, now: datetime) -> Entry | None:
        match change:
            case Joined(person, is_new):
                return self._joined(person) if is_new else None
            case Left(person):
                return self._did(now, person.id, person.username, "left")
            case RoleGiven(person):
                return self._did(
                    now, person.id, person.username, f"is {person.role.with_article} now"
                )
            case Renamed(person, before):
                return self._did(now, person.id, before, f"is now called {person.username}")
            case Removed(person, by):
                did = f"was removed by {self.name_of(by)}"
                return self._did(now, person.id, person.username, did)
            case SessionChanged(event):
                did = _session_change(event)
                who = event.updated_by
                return self._did(event.timestamp, who, self.name_of(who), did) if did else None
            case Ended(by):
                return self._did(now, by, self.name_of(by), "ended the session for everyone")
            case ThreadChanged():
                return self._thread_changed(change)
            case ThreadClosed(thread, by):
                did = f"resolved the comment at {place(thread)}"
                return self._did(now, thread.resolved_by or "", by, did)
            case ThreadDeleted(thread):
                return self._did(now, "", "", f"the comment at {place(thread)} was deleted")
            case DocumentsChanged() | Saved() | OffersChanged():
                return self._sharing_changed(change, now)
            case _:
                return None

    def _joined(self, person: Participant) -> Entry:
        agent = f", {badge(person, self.replica.names)}" if person.is_agent else ""
        did = f"joined as {person.role}{agent}"
        return self._did(person.joined_at, person.id, person.username, did)

    def _approval(self, change: ApprovalOpened | ApprovalClosed) -> Entry:
        """A question of an agent, or its end, by the person who answered or the agent."""
        event = change.event
        if isinstance(change, ApprovalOpened):
            asked = change.event.approval
            entry = self._did(event.timestamp, asked.user_id, asked.username, question(asked))
            return replace(entry, by_agent=True, question=asked)
        answered, asked = change.event, change.approval
        did = closing(answered.answer, None if asked is None else asked.title)
        agent = self.name_of(answered.user_id)
        if answered.answer not in ANSWERS:
            entry = self._did(event.timestamp, answered.user_id, agent, did)
            return replace(entry, by_agent=True)
        said = f": {answered.comment}" if answered.comment else ""
        by = self.name_of(answered.by)
        return self._did(event.timestamp, answered.by, by, f"{did} for {agent}{said}")

    def _prompt(self, change: PromptsMoved) -> Entry | None:
        """A prompt that no chat message shows, or that somebody cancels or stops."""
        event = change.event
        if isinstance(event, AgentPrompted):
            asked = event.prompt
            if asked.message_id is not None:
                return None
            did = prompting(self.name_of(asked.agent_id), asked.text)
            return self._did(event.timestamp, asked.user_id, asked.username, did)
        did = prompt_end(event.state, self.name_of(event.agent_id))
        if did is None:
            return None
        return self._did(event.timestamp, event.by, self.name_of(event.by), did)

    def _sharing_changed(
        self, change: DocumentsChanged | Saved | OffersChanged, now: datetime
    ) -> Entry | None:
        if isinstance(change, OffersChanged):
            return self._offers_changed(change, now)
        return self._document_changed(change.event)

    def _offers_changed(self, change: OffersChanged, now: datetime) -> Entry | None:
        """A folder that is shared now, or no longer; that its files have changed is no news."""
        here = {offer.user_id: offer for offer in change.offers}
        before = {offer.user_id: offer for offer in change.before}
        for user_id, offer in {**before, **here}.items():
            if user_id not in before:
                files = "1 file" if offer.files == 1 else f"{offer.files} files"
                files = f"the first {files}" if offer.is_cut else files
                did = f"shares the folder {offer.name} ({files})"
            elif user_id not in here:
                did = f"no longer shares the folder {offer.name}"
            else:
                continue
            return self._did(now, user_id, offer.username, did)
        return None

    def _document_changed(self, event: DocumentEvent | DocumentSaved) -> Entry | None:
        match event:
            case DocumentShared(document=document):
                did = f"shared {document.file}"
                return self._did(event.timestamp, document.shared_by, event.username, did)
            case DocumentUnshared():
                did = f"stopped sharing {event.file}"
            case DocumentRenamed():
                did = f"renamed the shared {event.old_file} to {event.file}"
            case DocumentSaved():
                document = self.replica.documents.get(event.document_id)
                did = f"saved {'a shared file' if document is None else document.file}"
            case _:
                return None  # nobody did it, and the text is the same
        return self._did(event.timestamp, event.user_id, event.username, did)

    def _thread_changed(self, change: ThreadChanged) -> Entry | None:
        where = place(change.thread)
        match change.event:
            case CodeComment(comment=item):
                did = f"commented {where}: {item.content}"
            case CommentReplied(reply=item):
                did = f"replied at {where}: {item.content}"
            case CommentResolved() as event:
                did = f"reopened the comment at {where}"
                return self._did(event.timestamp, event.user_id, event.username, did)
            case _:
                return None
        return self._did(item.timestamp, item.user_id, item.username, did)

    def name_of(self, user_id: str) -> str:
        """The name of somebody who is here, the id of somebody who is not."""
        if user_id == SERVER_USER_ID:
            return "the server"
        person = self.replica.participants.get(user_id)
        return user_id if person is None else person.username


def place(comment: Comment) -> str:
    """Return a comment's lines as FILE:LINE, or FILE:LINE-LINE."""
    end = comment.end_line
    lines = f"{comment.line}" if end in {None, comment.line} else f"{comment.line}-{end}"
    return f"{comment.file}:{lines}"


def file_change(data: FileEventData) -> str:
    """Return a file event in a few words."""
    whence = "" if data.old_file is None else f"{data.old_file} to "
    counts = [
        f"{sign}{count}"
        for sign, count in (("+", data.lines_added), ("-", data.lines_removed))
        if count is not None
    ]
    return f"{data.change} {whence}{data.file}" + (f" ({' '.join(counts)})" if counts else "")


def _said(message: ChatMessage) -> Entry:
    return Entry(message.id, message.timestamp, message=message)


def _file_event(event: FileEvent) -> Entry:
    return Entry(
        f"file-{event.seq}",
        event.timestamp,
        user_id=event.user_id,
        name=event.username,
        did=file_change(event.data),
    )


def _agent_event(event: AgentEvent) -> Entry:
    data, did = event.data, deed(event.data)
    call = None
    if isinstance(data, ToolCallDone) and data.files and len(data.files) == 1:
        file = data.files[0].file
        call = (event.user_id, data.id, file) if file in did else None
    return Entry(
        f"agent-{event.seq}",
        event.timestamp,
        user_id=event.user_id,
        name=event.username,
        did=did,
        by_agent=True,
        call=call,
    )


def _session_change(event: SessionUpdate) -> str:
    """Return the changes worth a line: counts change all the time, and the header shows them.

    What the server derives of the agents' reports is no news either.
    """
    changes = event.changes
    shown = {"title": changes.title, "status": changes.status, "model": changes.model}
    told = [f"{name} to {value}" for name, value in shown.items() if value is not None]
    return f"set {', '.join(told)}" if told and not event.derived else ""
