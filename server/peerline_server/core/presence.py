"""Presence: the latest status, cursor and viewport of each participant, and what is unsent.

A user may have several connections, such as two windows: the most active one counts. The time
after which typing ends is the setting `typing_seconds`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from peerline.protocol.presence import CursorUpdate, PresenceUpdate
from peerline.protocol.types import Status
from peerline_server.core.presence_state import (
    CursorState,
    PresenceState,
    SelectionState,
    ViewportState,
    presence_json,
)

_HERE: Final = PresenceState()
_HERE_JSON: Final = presence_json(_HERE)
_GONE: Final = "gone"
"""In place of a user's last connection, which may come back as another one."""
_ACTIVITY: Final = MappingProxyType(
    {Status.AWAY: 0, Status.IDLE: 1, Status.ACTIVE: 2, Status.TYPING: 3}
)


@dataclass(slots=True)
class _Source:
    """The presence that one connection has sent."""

    state: PresenceState = _HERE
    is_elsewhere: bool = False
    """Whether its cursor is in no file of the session, which counts as a place."""
    typing_since: datetime | None = None
    documents: tuple[str, ...] = ()
    """Those that the connection has open."""
    order: int = 0
    """Of the latest change, among those of all connections."""

    @property
    def activity(self) -> tuple[int, int]:
        """The more active one is larger; of two that are the same, the later one."""
        return _ACTIVITY[self.state.status], self.order

    @property
    def has_place(self) -> bool:
        """Whether it says where the user is."""
        return self.is_elsewhere or self.state.cursor is not None or self.state.viewport is not None


@dataclass(slots=True)
class PresenceBoard:
    """The presence of one session. Ephemeral: it is never stored, and the last write wins."""

    typing_lifetime: timedelta
    _sources: dict[str, dict[object, _Source]] = field(
        default_factory=dict[str, dict[object, _Source]]
    )
    _states: dict[str, PresenceState] = field(default_factory=dict[str, PresenceState])
    _typing: dict[str, None] = field(default_factory=dict[str, None])
    """The users with a connection that may be typing."""
    _dirty: dict[str, None] = field(default_factory=dict[str, None])
    _moved: dict[str, None] = field(default_factory=dict[str, None])
    _json: dict[str, tuple[PresenceState, str]] = field(
        default_factory=dict[str, tuple[PresenceState, str]]
    )
    """The states that were encoded last, with their JSON."""
    _count: int = 0

    def get(self, user_id: str) -> PresenceState:
        """The user's presence; active and nowhere if nothing is known."""
        return self._states.get(user_id, _HERE)

    def as_json(self, user_id: str) -> str:
        """The user's presence as JSON; a state is encoded once."""
        state = self._states.get(user_id)
        if state is None:
            return _HERE_JSON
        known = self._json.get(user_id)
        if known is None or known[0] is not state:
            known = self._json[user_id] = state, presence_json(state)
        return known[1]

    def take(
        self,
        user_id: str,
        message: CursorUpdate | PresenceUpdate,
        now: datetime,
        connection: object = None,
    ) -> None:
        """Take over what one of the user's connections has sent."""
        if isinstance(message, CursorUpdate):
            self.move_cursor(user_id, message, connection)
        else:
            self.update(user_id, message, now, connection)

    def move_cursor(self, user_id: str, message: CursorUpdate, connection: object = None) -> None:
        """Take over the cursor and the selection, or that they are in no file of the session."""
        data = message.data
        source = self._source(user_id, connection)
        self._moved[user_id] = None
        if data is None:
            source.is_elsewhere = True
            source.state = source.state._replace(cursor=None, selection=None, viewport=None)
        else:
            chosen, before = data.selection, source.state
            source.is_elsewhere = False
            # `_replace` takes three times as long, and this is what comes all day.
            source.state = PresenceState(
                before.status,
                CursorState(data.file, data.line, data.column, data.at, data.cell),
                None
                if chosen is None
                else SelectionState(
                    chosen.start_line, chosen.start_column, chosen.end_line, chosen.end_column
                ),
                # The visible lines of a text are none of a notebook.
                before.viewport if data.cell is None else None,
                before.typing_in,
                before.documents,
            )
        self._changed(user_id, source)

    def update(
        self, user_id: str, message: PresenceUpdate, now: datetime, connection: object = None
    ) -> None:
        """Take over the status and the viewport, whichever is given."""
        source = self._source(user_id, connection)
        before, seen = source.state, message.viewport
        if message.status is Status.TYPING:
            source.typing_since = now
            self._typing[user_id] = None
        elif message.status is not None:
            source.typing_since = None
        source.state = before._replace(
            status=before.status if message.status is None else message.status,
            typing_in=before.typing_in if message.status is None else message.typing_in,
            viewport=before.viewport
            if seen is None
            else ViewportState(seen.file, seen.start_line, seen.end_line),
        )
        self._changed(user_id, source)

    def open_documents(self, user_id: str, ids: tuple[str, ...], connection: object) -> None:
        """One of the user's connections has these documents open now."""
        source = self._source(user_id, connection)
        source.documents = ids
        self._merge(user_id)

    def drop(self, user_id: str, connection: object) -> bool:
        """A connection has gone, and the others count; whether the presence changed by that.

        The presence of the last one stays, until the user comes back or has left.
        """
        sources = self._sources.get(user_id, {})
        gone = sources.pop(connection, None)
        if gone is None:
            return False
        before = self.get(user_id)
        if not sources:
            gone.documents = ()
            sources[_GONE] = gone
        self._merge(user_id)
        return self.get(user_id) != before

    def remove(self, user_id: str) -> None:
        """Forget a user who has left."""
        self._sources.pop(user_id, None)
        self._states.pop(user_id, None)
        self._json.pop(user_id, None)
        self._typing.pop(user_id, None)
        self._dirty.pop(user_id, None)
        self._moved.pop(user_id, None)

    def end_stale_typing(self, now: datetime) -> bool:
        """Make everyone active who has been typing for too long; whether anyone was."""
        has_ended = False
        for user_id in list(self._typing):
            is_typing = has_changed = False
            for source in self._sources[user_id].values():
                if source.typing_since is None:
                    continue
                if now - source.typing_since < self.typing_lifetime:
                    is_typing = True
                    continue
                has_changed = has_ended = True
                source.typing_since = None
                source.state = source.state._replace(status=Status.ACTIVE, typing_in=None)
            if not is_typing:
                del self._typing[user_id]
            if has_changed:
                self._merge(user_id)
        return has_ended

    @property
    def has_typing(self) -> bool:
        """Whether somebody's status will have to be ended in time."""
        return bool(self._typing)

    def take_dirty(self) -> list[tuple[str, PresenceState]]:
        """The states that changed since they were last taken, each once."""
        taken = [(user_id, self._states[user_id]) for user_id in self._dirty]
        self._dirty.clear()
        return taken

    def take_moved(self) -> list[tuple[str, CursorState]]:
        """The cursors that moved since they were last taken, each once, where they are now."""
        moved = [
            (user_id, cursor)
            for user_id in self._moved
            if (cursor := self.get(user_id).cursor) is not None
        ]
        self._moved.clear()
        return moved

    def _source(self, user_id: str, connection: object) -> _Source:
        sources = self._sources.setdefault(user_id, {})
        source = sources.get(connection)
        if source is None:
            # A user who comes back goes on from where they were.
            source = sources[connection] = sources.pop(_GONE, None) or _Source()
        return source

    def _changed(self, user_id: str, source: _Source) -> None:
        self._count += 1
        source.order = self._count
        self._merge(user_id)

    def _merge(self, user_id: str) -> None:
        sources = self._sources[user_id]
        if len(sources) == 1:
            (only,) = sources.values()
            state = only.state
            if state.documents != only.documents:
                state = state._replace(documents=only.documents)
        else:
            state = _merged(list(sources.values()))
        if self._states.get(user_id) != state:
            self._states[user_id] = state
            self._dirty[user_id] = None


def _merged(sources: list[_Source]) -> PresenceState:
    """The status of the most active one, at the place of the most active one that has a place."""
    sources.sort(key=lambda source: source.activity, reverse=True)
    first = sources[0].state
    place = next((source.state for source in sources if source.has_place), first)
    return first._replace(
        cursor=place.cursor,
        selection=place.selection,
        viewport=place.viewport,
        documents=tuple(sorted({each for source in sources for each in source.documents})),
    )
