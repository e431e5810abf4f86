"""The views of an editor, built from the replica. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from peerline.client import Replica
from peerline.client.agent_words import prompt_end, prompting
from peerline.client.colors import color_of
from peerline.protocol.chat import ChatMessage, Item
from peerline.protocol.comments import Comment
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.chat import EditorChatMessage, EditorReaction
from peerline.protocol.editor.comments import (
    EditorReply,
    EditorThread,
    EditorThreadPlace,
)
from peerline.protocol.editor.file_events import EditorFileChange
from peerline.protocol.editor.participants import (
    EditorAgent,
    EditorParticipant,
    EditorPresence,
)
from peerline.protocol.file_events import FileEvent
from peerline.protocol.limits import SHOWN_PROMPT_CHARS
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import AgentPrompted, PromptEvent
from peerline.protocol.session import SessionUpdate
from peerline.protocol.types import DocumentCursor, Status
from peerline_bridge import sanitize
from peerline_bridge.anchors.locate import Place
from peerline_bridge.presentation.agent_views import agent_view
from peerline_bridge.presentation.pending_items import PendingItems, request_of
from peerline_bridge.presentation.queue_views import queue_view
from peerline_bridge.presentation.suggestions import suggestions_of
from peerline_bridge.texts.cells import cell_place
from peerline_bridge.texts.locations import Locations

_WORTH_A_LINE: Final = {"title", "status", "model", "join_approval"}
"""The fields of a session that are reported in the chat when they change."""

PlaceOf = Callable[[DocumentCursor], tuple[str, Position, Range | None] | None]
"""The document, cursor and selection of a place in a shared document."""


class Views:
    """Turns the replica's objects into the editor's."""

    def __init__(self, replica: Replica, locations: Locations, colors: Mapping[str, int]) -> None:
        self._replica = replica
        self._locations = locations
        self._colors = colors
        self.place_of: PlaceOf = lambda _: None
        """Finds a cursor in a shared document; None where only its line is known."""
        self.pending = PendingItems()
        """The user's unsent items."""

    def color(self, user_id: str) -> int:
        """The colour of a user, here or not."""
        found = self._colors.get(user_id)
        return color_of(user_id) if found is None else found

    def participant(self, person: Participant, *, followed: str | None) -> EditorParticipant:
        """One row of the participants list."""
        cursor = person.presence.cursor
        return EditorParticipant(
            user_id=person.id,
            username=sanitize.line(person.username),
            role=person.role,
            color=self.color(person.id),
            status=person.presence.status,
            is_me=person.id == self.me,
            is_followed=person.id == followed,
            is_writing=_is_writing_chat(person),
            avatar=person.avatar,
            file=None if cursor is None else sanitize.line(cursor.file),
            line=None if cursor is None else cursor.line,
            cell=None if cursor is None else cursor.cell,
            uri=None if cursor is None else self._locations.known_way_to(cursor.file),
            agent=self._agent(person),
        )

    def why_not_there(self, person: Participant) -> str | None:
        """Why the user cannot go to where a participant is; None if they can."""
        name, cursor = sanitize.line(person.username), person.presence.cursor
        if cursor is None:
            return f"{name} is in no file of the session now"
        if self._locations.way_to(cursor.file) and self._locations.cursor(cursor):
            return None
        why = self._locations.why_not_here(cursor.file).value
        return f"{name} is in {sanitize.line(cursor.file)}, which {why}"

    def presence(self, person: Participant) -> EditorPresence:
        """Return a participant's place, if it is in an open document.

        Closed files are not read for it: nothing is opened because a peer said so.
        """
        presence = person.presence
        cursor, viewport = presence.cursor, presence.viewport
        document = None if cursor is None else self._locations.open_document(cursor.file)
        seen = None if viewport is None else self._locations.open_document(viewport.file)
        in_cell = cursor is not None and cursor.cell is not None and self._locations.has_cells
        here = None if document is None else cursor
        shared = None if cursor is None or cursor.at is None else self.place_of(cursor.at)
        if shared is not None:
            uri, head, selected = shared
        else:
            uri = None if document is None else document.uri
            head = None if here is None else self._locations.cursor(here)
            selected = None
            if here is not None and here.cell is None and presence.selection is not None:
                selected = self._locations.selection(here.file, presence.selection)
        if in_cell and cursor is not None:
            # The editor has the notebook's cells; its text is no document here.
            uri = self._locations.known_way_to(cursor.file)
            head, selected = cell_place(cursor, presence.selection)
        known = None if uri is None else self._locations.documents.get(uri)
        return EditorPresence(
            user_id=person.id,
            username=sanitize.line(person.username),
            color=self.color(person.id),
            # A message for the chat is not typed where the cursor is.
            status=Status.ACTIVE if _is_writing_chat(person) else presence.status,
            uri=uri,
            cursor=head,
            selection=selected,
            viewport=self._locations.viewport(viewport)
            if viewport is not None and seen is not None
            else None,
            viewport_uri=None if seen is None else seen.uri,
            version=None if known is None or in_cell else known.version,
            cell=cursor.cell - 1 if in_cell and cursor is not None and cursor.cell else None,
        )

    def chat(self, message: ChatMessage) -> EditorChatMessage:
        """One message of the chat."""
        me = self.me
        return EditorChatMessage(
            id=message.id,
            kind="chat",
            user_id=message.user_id,
            username=sanitize.line(message.username),
            color=self.color(message.user_id),
            content=sanitize.block(message.content),
            mentions=[self.name_of(user_id) for user_id in message.mentions],
            mentions_me=me in message.mentions,
            is_me=message.user_id == me,
            is_edited=message.edited_at is not None,
            is_deleted=message.deleted_at is not None,
            reactions=self._reactions(message, me),
            parent_id=message.parent_id,
            is_pending=request_of(message.id) is not None,
            refusal=self._refusal_of(message.id),
            timestamp=wire_time(message.timestamp),
            seq=message.seq,
        )

    def system(
        self, user_id: str, username: str, text: str, *, at: datetime, seq: int
    ) -> EditorChatMessage:
        """A line about what happened."""
        return EditorChatMessage(
            id=f"event-{seq}",
            kind="system",
            seq=seq,
            user_id=user_id,
            username=sanitize.line(username),
            color=self.color(user_id),
            content=sanitize.line(text),
            timestamp=wire_time(at),
        )

    def session_update(self, event: SessionUpdate) -> EditorChatMessage | None:
        """A line about a change of the session; none about figures, which change all the time."""
        changes = event.changes.model_dump(exclude_none=True, include=_WORTH_A_LINE)
        if not changes or event.derived:
            return None
        approval = changes.pop("join_approval", None)
        told: list[str] = []
        if changes:
            told.append("set " + ", ".join(f"{name}: {value}" for name, value in changes.items()))
        if approval is not None:
            who = "users that a host approves" if approval else "everybody with a link"
            told.append(f"admits {who}")
        return self.system(
            event.updated_by,
            self.name_of(event.updated_by),
            ", ".join(told),
            at=event.timestamp,
            seq=event.seq,
        )

    def prompt_line(self, event: PromptEvent) -> EditorChatMessage | None:
        """A line about a prompt that no chat message shows, or that somebody ends."""
        if isinstance(event, AgentPrompted):
            prompt = event.prompt
            if prompt.message_id is not None:
                return None
            by, name = prompt.user_id, prompt.username
            said = prompting(self.name_of(prompt.agent_id), prompt.text)
        else:
            by, name = event.by, self.name_of(event.by)
            said = prompt_end(event.state, self.name_of(event.agent_id))
        if said is None:
            return None
        said = sanitize.line(said, SHOWN_PROMPT_CHARS)
        return self.system(by, name, said, at=event.timestamp, seq=event.seq)

    def file_event(self, event: FileEvent) -> EditorChatMessage:
        """A line about a file that changed."""
        data = event.data
        whence = "" if data.old_file is None else f"{data.old_file} to "
        counts = [
            f"{sign}{count}"
            for sign, count in (("+", data.lines_added), ("-", data.lines_removed))
            if count is not None
        ]
        text = f"{data.change} {whence}{data.file}" + (f" ({' '.join(counts)})" if counts else "")
        return self.system(event.user_id, event.username, text, at=event.timestamp, seq=event.seq)

    def file_change(self, event: FileEvent) -> EditorFileChange:
        """A file that changed."""
        data = event.data
        return EditorFileChange(
            id=f"event-{event.seq}",
            user_id=event.user_id,
            username=sanitize.line(event.username),
            color=self.color(event.user_id),
            file=sanitize.line(data.file),
            change=data.change,
            old_file=None if data.old_file is None else sanitize.line(data.old_file),
            lines_added=data.lines_added,
            lines_removed=data.lines_removed,
            timestamp=wire_time(event.timestamp),
        )

    def place(self, comment: Comment, place: Place | None) -> EditorThreadPlace:
        """Return a thread's place, or that it is outdated, at its author's line."""
        at = place or Place(comment.line - 1, (comment.end_line or comment.line) - 1)
        return EditorThreadPlace(
            id=comment.id,
            line=at.first,
            end_line=at.last,
            outdated=place is None,
            confidence=at.confidence,
        )

    def thread(self, comment: Comment, place: Place | None) -> EditorThread:
        """A thread at its place."""
        me = self.me
        here = self.place(comment, place)
        return EditorThread(
            id=here.id,
            line=here.line,
            end_line=here.end_line,
            outdated=here.outdated,
            confidence=here.confidence,
            user_id=comment.user_id,
            mentions_me=me in comment.mentions,
            is_me=comment.user_id == me,
            is_edited=comment.edited_at is not None,
            is_deleted=comment.deleted_at is not None,
            reactions=self._reactions(comment, me),
            username=sanitize.line(comment.username),
            color=self.color(comment.user_id),
            content=(content := sanitize.block(comment.content)),
            suggestions=suggestions_of(content),
            code_snippet=sanitize.block(comment.code_snippet),
            resolved=comment.resolved,
            resolved_by=None if comment.resolved_by is None else self.name_of(comment.resolved_by),
            is_pending=request_of(comment.id) is not None,
            refusal=self._refusal_of(comment.id),
            timestamp=wire_time(comment.timestamp),
            replies=[
                EditorReply(
                    id=reply.id,
                    user_id=reply.user_id,
                    mentions_me=me in reply.mentions,
                    is_me=reply.user_id == me,
                    is_edited=reply.edited_at is not None,
                    reactions=self._reactions(reply, me),
                    username=sanitize.line(reply.username),
                    color=self.color(reply.user_id),
                    content=(text := sanitize.block(reply.content)),
                    suggestions=suggestions_of(text),
                    is_pending=request_of(reply.id) is not None,
                    refusal=self._refusal_of(reply.id),
                    timestamp=wire_time(reply.timestamp),
                )
                for reply in comment.replies
            ],
        )

    def _refusal_of(self, item_id: str) -> str | None:
        return None if request_of(item_id) is None else self.pending.refusal_of(item_id)

    def name_of(self, user_id: str) -> str:
        """The name of a user, or the id of one who was never here while this editor was."""
        person = self._replica.participants.get(user_id)
        known = self._replica.names.get(user_id, user_id) if person is None else person.username
        return sanitize.line(known)

    def _agent(self, person: Participant) -> EditorAgent | None:
        if not person.is_agent:
            return None
        replica = self._replica
        me = None if replica.connected is None else replica.connected.user
        owner = "" if person.agent is None else self.name_of(person.agent.owner_id)
        return agent_view(person, owner, queue_view(person, me, replica.agents.prompts.values()))

    @property
    def me(self) -> str:
        """The id of the local user; empty before the session is joined."""
        connected = self._replica.connected
        return "" if connected is None else connected.user.id

    def _reactions(self, item: Item, me: str) -> list[EditorReaction]:
        return [
            EditorReaction(
                emoji=sanitize.line(reaction.emoji),
                names=[self.name_of(user_id) for user_id in reaction.user_ids],
                is_mine=me in reaction.user_ids,
            )
            for reaction in item.reactions
        ]


def _is_writing_chat(person: Participant) -> bool:
    """Whether somebody is writing a message for the chat."""
    presence = person.presence
    return presence.status is Status.TYPING and presence.typing_in == "chat"


def wire_time(moment: datetime) -> str:
    """A moment as editors get it: ISO 8601, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
