"""The model of a client without a plugin: the latest of each thing to show. Pure."""

from dataclasses import dataclass, field
from typing import Final

from peerline.protocol.editor.approvals import EditorApproval
from peerline.protocol.editor.chat import EditorChatMessage
from peerline.protocol.editor.comments import EditorCommentChanges, EditorThread
from peerline.protocol.editor.documents import EditorDocument, EditorDocumentQuestion
from peerline.protocol.editor.offers import EditorOffers
from peerline.protocol.editor.participants import EditorFollow, EditorParticipant, EditorPresence
from peerline.protocol.editor.session import ConnectionState, EditorState
from peerline.protocol.moderation import Invite, PendingJoin

MAX_CHAT_LINES: Final = 2_000
"""Messages that the chat's document keeps; the oldest go first."""


@dataclass(slots=True)
class PlainModel:
    """The session as the editor is to show it."""

    state: EditorState = field(default_factory=lambda: EditorState(state=ConnectionState.OFFLINE))
    people: list[EditorParticipant] = field(default_factory=list[EditorParticipant])
    marks: dict[str, EditorPresence] = field(default_factory=dict[str, EditorPresence])
    """The places of others, by user id."""
    threads: dict[str, list[EditorThread]] = field(default_factory=dict[str, list[EditorThread]])
    """The threads of each document, by URI."""
    _locations: dict[str, tuple[list[EditorThread], dict[str, int]]] = field(
        default_factory=dict[str, tuple[list[EditorThread], dict[str, int]]]
    )
    closed: dict[str, EditorThread] = field(default_factory=dict[str, EditorThread])
    """The thread that vanished last from each document, resolved or deleted."""
    chat: dict[str, EditorChatMessage] = field(default_factory=dict[str, EditorChatMessage])
    """The chat in its order, by id."""
    unread: int = 0
    pending: list[PendingJoin] = field(default_factory=list[PendingJoin])
    """The users who wait for this user, a host."""
    links: dict[str, Invite | None] = field(default_factory=dict[str, Invite | None])
    """The links that users came by, for a host; None is one that no longer works."""
    approvals: list[EditorApproval] = field(default_factory=list[EditorApproval])
    """The open questions of AI agents that this user may answer."""
    followed: EditorFollow | None = None
    documents: dict[str, EditorDocument] = field(default_factory=dict[str, EditorDocument])
    """The shared documents, by the URI of the file that is theirs here."""
    offers: EditorOffers = field(default_factory=lambda: EditorOffers(offers=[]))
    """The folders that are shared."""
    questions: dict[str, EditorDocumentQuestion] = field(
        default_factory=dict[str, EditorDocumentQuestion]
    )
    """The open questions about shared documents, by URI."""
    needs_token: bool = False
    """Whether the token that the user signed in with is no longer good, or soon will not be."""
    configured: str | None = None
    """The session that may be joined by a click, as text."""

    @property
    def is_joined(self) -> bool:
        """Whether there is a session to act in, be it that the connection is away just now."""
        return self.state.state in {ConnectionState.JOINED, ConnectionState.RECONNECTING}

    @property
    def refused(self) -> dict[str, str]:
        """The user's refused texts, by id."""
        threads = [thread for threads in self.threads.values() for thread in threads]
        replies = [reply for thread in threads for reply in thread.replies]
        return {
            item.id: item.content
            for item in (*self.chat.values(), *threads, *replies)
            if item.refusal is not None
        }

    @property
    def others(self) -> list[EditorParticipant]:
        """Everybody but the user."""
        return [person for person in self.people if not person.is_me]

    def marks_in(self, uri: str) -> list[EditorPresence]:
        """Return the participants whose cursor is in a document."""
        return [mark for mark in self.marks.values() if mark.uri == uri and mark.cursor is not None]

    def add_chat(self, messages: list[EditorChatMessage], *, first: bool) -> None:
        """Add messages behind those that are there, or before them; the same id replaces."""
        if first:
            self.chat = {message.id: message for message in [*messages, *self.chat.values()]}
        else:
            self.chat.update((message.id, message) for message in messages)
        for identifier in list(self.chat)[: max(0, len(self.chat) - MAX_CHAT_LINES)]:
            del self.chat[identifier]

    def set_threads(self, uri: str, threads: list[EditorThread]) -> None:
        """Show these threads in a document instead of the ones before."""
        ids = {thread.id for thread in threads}
        for thread in self.threads.get(uri, ()):
            if thread.id not in ids and not thread.is_pending:
                self.closed[uri] = thread
        if uri in self.closed and self.closed[uri].id in ids:
            del self.closed[uri]
        self.threads[uri] = threads

    def change_threads(self, changes: EditorCommentChanges) -> None:
        """Show what has changed about the threads of a document, and the others as before."""
        threads = self.threads.setdefault(changes.uri, [])
        if changes.removed:
            gone = set(changes.removed)
            kept = [thread for thread in threads if thread.id not in gone]
            self.set_threads(changes.uri, kept)
            threads = kept
        at = self._places_in(changes.uri, threads)
        for place in changes.moved:
            if place.id not in at:
                continue  # of a session that was forgotten meanwhile
            moved = threads[at[place.id]]
            threads[at[place.id]] = moved.model_copy(update=place.__dict__)
        for thread in changes.threads:
            if thread.id in at:
                threads[at[thread.id]] = thread
            else:
                at[thread.id] = len(threads)
                threads.append(thread)
        known = self.closed.get(changes.uri)
        if known is not None and known.id in at:
            del self.closed[changes.uri]

    def forget_threads(self, uri: str) -> None:
        """The document is not open any more."""
        self.threads.pop(uri, None)
        self._locations.pop(uri, None)

    def _places_in(self, uri: str, threads: list[EditorThread]) -> dict[str, int]:
        """The place of each thread in the list; remembered, since changes come in many pieces."""
        known = self._locations.get(uri)
        if known is None or known[0] is not threads:
            known = (threads, {thread.id: at for at, thread in enumerate(threads)})
            self._locations[uri] = known
        return known[1]

    def forget_session(self) -> None:
        """Another session, or none: nothing of the old one stays."""
        self.people, self.marks, self.threads, self._locations = [], {}, {}, {}
        self.closed, self.chat, self.unread, self.followed = {}, {}, 0, None
        self.pending, self.links, self.approvals = [], {}, []
