"""Shows the session in the editor: at most 30 times a second, the latest state of each."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from peerline.client import (
    Change,
    ChatAdded,
    FileChanged,
    Joined,
    Left,
    MessageChanged,
    ModerationChanged,
    PresenceMoved,
    Removed,
    Replica,
    Reset,
    Resumed,
    RoleGiven,
    SessionChanged,
    SummonedBy,
    ThreadChanged,
    ThreadClosed,
    ThreadDeleted,
    ThreadMoved,
)
from peerline.client.colors import assign_colors
from peerline.protocol.chat import ChatMessage
from peerline.protocol.editor.chat import EditorChat, EditorChatMessage
from peerline.protocol.editor.files import EditorFiles
from peerline.protocol.editor.moderation import EditorModeration
from peerline.protocol.editor.participants import (
    EditorFollow,
    EditorParticipants,
    EditorPresenceUpdate,
    EditorSummons,
)
from peerline.protocol.editor.session import ConnectionState, EditorState
from peerline.protocol.moderation import Moderation
from peerline.protocol.participants import Participant
from peerline_bridge import sanitize
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.pending_items import Waiting
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.presentation.views import Views
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Places

FRAME_SECONDS: Final = 1 / 30
MAX_MARKS: Final = 25
"""Participants who are shown anew in one frame; of a crowd the others follow in the next ones."""
LIST_SECONDS: Final = 0.25
"""Between lists of the participants in which somebody only moved; longer in a crowd."""
CROWD: Final = 50
"""From so many participants on the list is shown more seldom, in proportion."""


class Presenter:
    """What the editor shows, kept up to date."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        places: Places,
        threads: ThreadPresenter,
        guard: Guard | None = None,
    ) -> None:
        self._loop = loop
        self._guard = guard or Guard()
        self._surface = surface
        self._places = places
        self._replica = Replica()
        self._colors: dict[str, int] = {}
        self.views = Views(self._replica, places, self._colors)
        self.threads = threads
        self._followed: str | None = None
        self._state = ConnectionState.OFFLINE
        self._reason: str | None = None
        self._shown: set[str] = set()
        self._in_sight: set[str] = set()
        """Whom the editor shows in an open document."""
        self._moved = OrderedDict[str, None]()
        self._list_changed = False
        self._list_is_due = 0.0
        self._last_list = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._last_frame = 0.0
        self._oldest: int | None = None
        """The seq of the oldest message that was loaded on demand."""
        self._waiting = Waiting()
        self._waiting_chat: dict[str, EditorChatMessage] = {}

    # --- the session -----------------------------------------------------------------------

    def begin(self, replica: Replica) -> None:
        """Show this replica from now on."""
        self.end()
        self._replica = replica
        self.views = Views(replica, self._places, self._colors)
        self.views.waiting = self._waiting
        self.threads.begin(replica, self.views)

    def end(self) -> None:
        """Show nothing of a session any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._replica = Replica()
        self.views = Views(self._replica, self._places, self._colors)
        self.views.waiting = self._waiting
        self._moved.clear()
        self._in_sight.clear()
        self._list_changed = False
        self.follow(None)
        if self._shown:
            self._surface.show_presence(EditorPresenceUpdate(removed=sorted(self._shown)))
            self._shown.clear()
        self._surface.show_participants(EditorParticipants(participants=[]))
        self.threads.end()

    def show_state(self, state: ConnectionState, reason: str | None = None) -> None:
        """Where the bridge is with its session."""
        self._state, self._reason = state, reason
        replica = self._replica
        user = None if replica.connected is None else replica.connected.user
        self._surface.show_state(
            EditorState(
                state=state,
                reason=None if reason is None else sanitize.line(reason),
                session_id=None if replica.session is None else replica.session.id,
                title=None if replica.session is None else sanitize.line(replica.session.title),
                user_id=None if user is None else user.id,
                username=None if user is None else sanitize.line(user.username),
                role=None if user is None else user.role,
                following=self._followed,
                participants=len(replica.participants),
                pending=self._waiting.pending,
                refused=self._waiting.refused,
                session=replica.session,
                limits=None if replica.connected is None else replica.connected.limits,
            )
        )

    def show_waiting(self, waiting: Waiting) -> None:
        """Show what I wrote and what was not sent yet, instead of what was shown of it before."""
        before, self._waiting = self._waiting, waiting
        self.views.waiting = waiting
        if before == waiting:
            return
        chat = self._waiting_messages()
        changed = [view for key, view in chat.items() if self._waiting_chat.get(key) != view]
        gone = [key for key in self._waiting_chat if key not in chat]
        self._waiting_chat = chat
        if changed or gone:
            self._surface.show_chat(EditorChat(messages=changed, removed=gone))
        self.threads.show_waiting(waiting)
        self._show_state_again(self._reason)

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Show what changed in the replica."""
        if len(changes) == 1 and isinstance(changes[0], PresenceMoved):
            # In a crowd nearly all that happens.
            self._mark(changes[0].participant.id)
            return
        lines = [
            line
            for change in changes
            if (line := self._guard.run("showing a change", self._show_change, change)) is not None
        ]
        if lines:
            self._surface.show_chat(EditorChat(messages=lines))

    def participants(self) -> EditorParticipants:
        """Everybody who is here, in the order of joining."""
        return EditorParticipants(
            participants=[
                self.views.participant(person, me=self._me, followed=self._followed)
                for person in self._replica.participants.values()
            ]
        )

    @property
    def oldest_message(self) -> int | None:
        """The seq of the oldest chat message that the editor has; None if it has none."""
        if self._oldest is not None:
            return self._oldest
        messages = self._replica.messages
        return messages[0].seq if messages else None

    def show_older(self, messages: Sequence[ChatMessage], *, has_more: bool) -> None:
        """Show chat messages before those that are shown."""
        if messages:
            self._oldest = messages[0].seq
        views = [self.views.chat(message, me=self._me) for message in messages]
        self._surface.show_chat(EditorChat(prepend=True, has_more=has_more, messages=views))

    def follow(self, user_id: str | None) -> None:
        """Follow a participant, or nobody."""
        if user_id is None and self._followed is None:
            return
        self._followed = user_id
        if user_id is None:
            self._surface.show_follow(EditorFollow())
        else:
            self._show_followed()
        self._mark_list()
        self._show_state_again()

    def document_opened(self) -> None:
        """Show who is in a document that was opened."""
        self._mark_all()

    # --- inside ----------------------------------------------------------------------------

    def _show_state_again(self, reason: str | None = None) -> None:
        """Something in the state changed beside what is at hand, which must go on."""
        self._guard.run("showing the state", self.show_state, self._state, reason)

    def _show_change(self, change: Change) -> EditorChatMessage | None:
        """Show one change; the line that it adds to the chat, if it adds one."""
        match change:
            case Reset() | Resumed():
                self._show_again(change)
            case Joined():
                return self._show_joined(change)
            case Left():
                self._gone(change.participant)
                return self._line(change.participant, "left", change.at)
            case RoleGiven():
                self._mark_list()
                self._show_state_again()
                person = change.participant
                return self._line(person, f"is {person.role.with_article} now", change.at)
            case Removed():
                self._gone(change.participant)
                return self._line(change.participant, "was removed", change.at)
            case PresenceMoved():
                self._mark(change.participant.id)
            case ChatAdded() | MessageChanged():
                return self.views.chat(change.message, me=self._me)
            case ThreadChanged() | ThreadMoved() | ThreadClosed() | ThreadDeleted():
                self._show_thread(change)
            case FileChanged():
                self.threads.file_changed(change.event.data)
                self._show_files()
                return self.views.file_event(change.event)
            case SessionChanged():
                self._show_state_again()
                return self.views.session_update(change.event)
            case _:
                self._show_beside(change)
        return None

    def _show_again(self, change: Reset | Resumed) -> None:
        if isinstance(change, Reset):
            self._show_all()
        else:
            self._mark_all()

    def _show_beside(self, change: Change) -> None:
        """Show a change that is no part of the session's shared state."""
        if isinstance(change, ModerationChanged):
            self._show_moderation(change.moderation)
        elif isinstance(change, SummonedBy):
            self._show_summons(change)

    def _show_joined(self, change: Joined) -> EditorChatMessage | None:
        person = change.participant
        self._recolor()
        self._mark(person.id)
        self._mark_list()
        self._show_state_again()
        return self._line(person, "joined", person.joined_at) if change.is_new else None

    def _show_thread(
        self, change: ThreadChanged | ThreadMoved | ThreadClosed | ThreadDeleted
    ) -> None:
        match change:
            case ThreadChanged():
                self.threads.changed(change.thread)
            case ThreadMoved():
                self.threads.reattached(change.thread)
            case ThreadClosed():
                self.threads.resolved(change.thread)
            case ThreadDeleted():
                self.threads.gone(change.thread)

    def _show_summons(self, change: SummonedBy) -> None:
        color = self.views.color(change.user_id)
        username = sanitize.line(change.username)
        self._surface.show_summons(
            EditorSummons(user_id=change.user_id, username=username, color=color)
        )

    def _show_moderation(self, moderation: Moderation | None) -> None:
        sanitize = EditorModeration()
        if moderation is not None:
            sanitize = EditorModeration(
                invites=moderation.invites,
                bans=moderation.bans,
                pending=moderation.pending,
                arrivals=moderation.arrivals,
            )
        self._surface.show_moderation(sanitize)

    @property
    def _me(self) -> str:
        connected = self._replica.connected
        return "" if connected is None else connected.user.id

    def _show_all(self) -> None:
        self._recolor()
        gone = self._shown - set(self._replica.participants)
        if gone:
            self._surface.show_presence(EditorPresenceUpdate(removed=sorted(gone)))
            self._shown -= gone
        self._oldest = None
        messages = [self.views.chat(message, me=self._me) for message in self._replica.messages]
        self._waiting_chat = self._waiting_messages()
        messages += self._waiting_chat.values()
        self._surface.show_chat(
            EditorChat(reset=True, has_more=self._may_have_more(), messages=messages)
        )
        self._show_files()
        self.threads.reset()
        self._mark_all()

    def _may_have_more(self) -> bool:
        """Whether there may be older chat than in the snapshot, which shows so many."""
        connected = self._replica.connected
        sanitize = 0 if connected is None else connected.limits.snapshot_messages
        return len(self._replica.messages) >= sanitize

    def _show_files(self) -> None:
        events = self._replica.file_events
        changes = [self.views.file_change(event) for event in events]
        self._surface.show_files(EditorFiles(changes=changes))

    def _recolor(self) -> None:
        self._colors.clear()
        self._colors.update(assign_colors(self._replica.participants))

    def _line(self, person: Participant, text: str, at: datetime) -> EditorChatMessage:
        return self.views.system(person.id, person.username, text, at=at, seq=self._replica.seq)

    def _gone(self, person: Participant) -> None:
        self._moved.pop(person.id, None)
        self._in_sight.discard(person.id)
        if person.id in self._shown:
            self._shown.discard(person.id)
            self._surface.show_presence(EditorPresenceUpdate(removed=[person.id]))
        if self._followed == person.id:
            self.follow(None)
        self._mark_list()
        self._show_state_again()

    def _mark_list(self) -> None:
        """The list is to be shown anew with the next frame, that of a crowd soon."""
        self._list_changed = True
        is_crowd = len(self._replica.participants) > CROWD
        soon = self._last_list + LIST_SECONDS if is_crowd else 0.0
        self._list_is_due = min(self._list_is_due, soon)
        self._schedule()

    def _mark(self, user_id: str) -> None:
        self._list_changed = True
        if user_id != self._me:
            self._moved[user_id] = None
        self._schedule()

    def _mark_all(self) -> None:
        for user_id in self._replica.participants:
            self._mark(user_id)

    def _schedule(self) -> None:
        due = self._last_frame + FRAME_SECONDS
        if not self._moved:
            due = max(due, self._list_is_due)
        due = max(due, self._loop.time())
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._guard.wrap("showing a frame", self._show_frame))

    def _show_frame(self) -> None:
        self._timer = None
        now = self._last_frame = self._loop.time()
        if self._followed in self._moved:
            self._guard.run("following", self._show_followed)
        views = [
            self._guard.run("showing a participant", self.views.presence, person)
            for person in self._next_moved()
        ]
        updates = [view for view in views if view is not None]
        if updates:
            self._shown.update(update.user_id for update in updates)
            self._surface.show_presence(EditorPresenceUpdate(updates=updates))
        if self._list_changed and now >= self._list_is_due:
            self._list_changed = False
            crowd = max(1.0, len(self._replica.participants) / CROWD)
            self._last_list = now
            self._list_is_due = now + LIST_SECONDS * crowd
            self._guard.run("showing the participants", self._show_participants)
        if self._moved or self._list_changed:
            self._schedule()

    def _show_participants(self) -> None:
        self._surface.show_participants(self.participants())

    def _next_moved(self) -> list[Participant]:
        """Who is shown in this frame: the followed one, then who has waited longest."""
        people = self._replica.participants
        moved: list[Participant] = []
        if self._followed is not None and self._followed in self._moved:
            self._moved.move_to_end(self._followed, last=False)
        while self._moved and len(moved) < MAX_MARKS:
            user_id, _ = self._moved.popitem(last=False)
            person = people.get(user_id)
            # Who is nowhere near costs nothing.
            if person is not None and self._guard.run(
                "finding a participant", self._concerns_editor, person
            ):
                moved.append(person)
        return moved

    def _concerns_editor(self, person: Participant) -> bool:
        """Whether the editor shows the person, or has to take its marks of them away."""
        was_in_sight = person.id in self._in_sight
        cursor, viewport = person.presence.cursor, person.presence.viewport
        is_open = self._places.open_document
        is_in_sight = (cursor is not None and is_open(cursor.file) is not None) or (
            viewport is not None and is_open(viewport.file) is not None
        )
        if is_in_sight:
            self._in_sight.add(person.id)
        else:
            self._in_sight.discard(person.id)
        return is_in_sight or was_in_sight

    def _show_followed(self) -> None:
        person = self._replica.participants.get(self._followed or "")
        if person is None:
            return
        cursor, viewport = person.presence.cursor, person.presence.viewport
        uri = None if cursor is None else self._places.uri_of(cursor.file)
        self._surface.show_follow(
            EditorFollow(
                user_id=person.id,
                username=sanitize.line(person.username),
                uri=uri,
                position=None if cursor is None else self._places.cursor(cursor),
                viewport=self._places.viewport(viewport)
                if viewport is not None and cursor is not None and viewport.file == cursor.file
                else None,
            )
        )

    def _waiting_messages(self) -> dict[str, EditorChatMessage]:
        views = [self.views.chat(message, me=self._me) for message in self._waiting.messages()]
        return {view.id: view.model_copy(update={"is_me": True}) for view in views}
