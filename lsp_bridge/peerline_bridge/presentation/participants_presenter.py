"""Shows the participants: their list, their marks in open documents, and the followed one.

At most 30 times a second, and of a crowd a part in each frame.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from peerline.client import Replica
from peerline.protocol.editor.participants import (
    EditorFollow,
    EditorParticipants,
    EditorPerson,
    EditorPresenceUpdate,
)
from peerline.protocol.participants import Participant
from peerline_bridge import sanitize
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.comings_and_goings import ComingsAndGoings
from peerline_bridge.presentation.views import Views
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations

FRAME_SECONDS: Final = 1 / 30
MAX_MARKS: Final = 25
"""Participants who are shown again in one frame; of a crowd the others follow in the next ones."""
LIST_SECONDS: Final = 0.25
"""Between lists of the participants in which somebody only moved; longer in a crowd."""
CROWD: Final = 50
"""With more participants the list is shown less often, in proportion."""


class ParticipantsPresenter:
    """The participants that the editor shows, kept up to date.

    Args:
        on_follow: called when another participant is followed, or nobody any more.
    """

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        locations: Locations,
        views: Views,
        guard: Guard,
        *,
        on_follow: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._surface = surface
        self._locations = locations
        self._guard = guard
        self._on_follow = on_follow
        self._replica = Replica()
        self._views = views
        self.followed: str | None = None
        """The id of the participant that the user follows."""
        self._shown: set[str] = set()
        self._in_sight: set[str] = set()
        """The participants that the editor shows in an open document."""
        self._news = ComingsAndGoings()
        self._moved = OrderedDict[str, None]()
        self._list_changed = False
        self._list_is_due = 0.0
        self._last_list = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._last_frame = 0.0

    def begin(self, replica: Replica, views: Views) -> None:
        """Show the participants of this replica from now on, after `end`."""
        self._replica, self._views = replica, views

    def end(self, replica: Replica, views: Views) -> None:
        """Show nobody any more; `replica` is an empty one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._replica, self._views = replica, views
        self._news = ComingsAndGoings()
        self._moved.clear()
        self._in_sight.clear()
        self._list_changed = False
        self.follow(None)
        if self._shown:
            self._surface.show_presence(EditorPresenceUpdate(removed=sorted(self._shown)))
            self._shown.clear()
        self._surface.show_participants(EditorParticipants(participants=[]))

    def listed(self) -> EditorParticipants:
        """Everybody who is here, in the order of joining."""
        return EditorParticipants(
            participants=[
                self._views.participant(person, followed=self.followed)
                for person in self._replica.participants.values()
            ]
        )

    def follow(self, user_id: str | None) -> None:
        """Follow a participant, or nobody."""
        if user_id is None and self.followed is None:
            return
        self.followed = user_id
        if user_id is None:
            self._surface.show_follow(EditorFollow())
        else:
            self._show_followed()
        self.list_changed()
        self._on_follow()

    def moved(self, user_id: str) -> None:
        """Somebody's presence changed."""
        self._list_changed = True
        if user_id != self._views.me:
            self._moved[user_id] = None
        self._schedule()

    def all_moved(self) -> None:
        """Everybody may have to be shown elsewhere."""
        for user_id in self._replica.participants:
            self.moved(user_id)

    def list_changed(self) -> None:
        """Show the list again with the next frame, that of a crowd soon."""
        self._list_changed = True
        is_crowd = len(self._replica.participants) > CROWD
        soon = self._last_list + LIST_SECONDS if is_crowd else 0.0
        self._list_is_due = min(self._list_is_due, soon)
        self._schedule()

    def joined(self, person: Participant, *, is_new: bool) -> None:
        """Somebody came, or came back under another name or with another role."""
        if is_new and person.id != self._views.me:
            self._news.came(self._person(person))
        self.moved(person.id)
        self.list_changed()

    def left(self, person: Participant, *, was_removed: bool = False) -> None:
        """Somebody is not here any more."""
        user_id = person.id
        if user_id != self._views.me:
            self._news.went(self._person(person, was_removed=was_removed))
        self._moved.pop(user_id, None)
        self._in_sight.discard(user_id)
        if user_id in self._shown:
            self._shown.discard(user_id)
            self._surface.show_presence(EditorPresenceUpdate(removed=[user_id]))
        if self.followed == user_id:
            self.follow(None)
        self.list_changed()

    def remove_absent(self) -> None:
        """Take away the marks of those who are not in the replica, which is another one now."""
        self._news = ComingsAndGoings()
        gone = self._shown - set(self._replica.participants)
        if gone:
            self._surface.show_presence(EditorPresenceUpdate(removed=sorted(gone)))
            self._shown -= gone

    # --- inside ----------------------------------------------------------------------------

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
        if self.followed in self._moved:
            self._guard.run("following", self._show_followed)
        views = [
            self._guard.run("showing a participant", self._views.presence, person)
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
            self._guard.run("showing the participants", self._show_list)
        if self._moved or self._list_changed:
            self._schedule()

    def _show_list(self) -> None:
        news, self._news = self._news, ComingsAndGoings()
        self._surface.show_participants(
            self.listed().model_copy(update={"joined": news.joined, "left": news.left})
        )

    def _person(self, person: Participant, *, was_removed: bool = False) -> EditorPerson:
        return EditorPerson(
            user_id=person.id,
            username=sanitize.line(person.username),
            color=self._views.color(person.id),
            was_removed=was_removed,
        )

    def _next_moved(self) -> list[Participant]:
        """Those shown in this frame: the followed one, then those who have waited longest."""
        people = self._replica.participants
        moved: list[Participant] = []
        if self.followed is not None and self.followed in self._moved:
            self._moved.move_to_end(self.followed, last=False)
        while self._moved and len(moved) < MAX_MARKS:
            user_id, _ = self._moved.popitem(last=False)
            person = people.get(user_id)
            # A participant in other files costs nothing.
            if person is not None and self._guard.run(
                "finding a participant", self._concerns_editor, person
            ):
                moved.append(person)
        return moved

    def _concerns_editor(self, person: Participant) -> bool:
        """Whether the editor shows the person, or has to take its marks of them away."""
        was_in_sight = person.id in self._in_sight
        cursor, viewport = person.presence.cursor, person.presence.viewport
        is_open = self._locations.open_document
        in_cell = cursor is not None and cursor.cell is not None and self._locations.has_cells
        is_in_sight = (
            in_cell
            or (cursor is not None and is_open(cursor.file) is not None)
            or (viewport is not None and is_open(viewport.file) is not None)
        )
        if is_in_sight:
            self._in_sight.add(person.id)
        else:
            self._in_sight.discard(person.id)
        return is_in_sight or was_in_sight

    def _show_followed(self) -> None:
        person = self._replica.participants.get(self.followed or "")
        if person is None:
            return
        cursor, viewport = person.presence.cursor, person.presence.viewport
        uri = None if cursor is None else self._locations.way_to(cursor.file)
        self._surface.show_follow(
            EditorFollow(
                user_id=person.id,
                username=sanitize.line(person.username),
                reason=self._views.why_not_there(person),
                uri=uri,
                position=None if cursor is None else self._locations.cursor(cursor),
                cell=None if cursor is None else self._locations.cell(cursor),
                viewport=self._locations.viewport(viewport)
                if viewport is not None and cursor is not None and viewport.file == cursor.file
                else None,
            )
        )
