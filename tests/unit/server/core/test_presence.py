"""Tests of the presence of a session."""

from datetime import UTC, datetime, timedelta

from peerline.protocol.presence import CursorData, CursorUpdate, PresenceUpdate, ViewportData
from peerline.protocol.types import Status
from peerline_server.core.presence import PresenceBoard
from peerline_server.core.presence_state import PresenceState

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def cursor(line: int) -> CursorUpdate:
    return CursorUpdate(session_id="s", data=CursorData(file="a.py", line=line, column=1))


def board() -> PresenceBoard:
    return PresenceBoard(typing_lifetime=timedelta(seconds=10))


def test_only_the_latest_state_of_each_user_is_taken_and_only_once() -> None:
    presence = board()
    for line in (1, 2, 3):
        presence.move_cursor("alice", cursor(line))
    presence.move_cursor("bob", cursor(9))
    taken = presence.take_dirty()
    assert [(user_id, state.cursor and state.cursor.line) for user_id, state in taken] == [
        ("alice", 3),
        ("bob", 9),
    ]
    assert presence.take_dirty() == []


def test_a_state_that_is_the_same_again_is_not_dirty() -> None:
    presence = board()
    presence.move_cursor("alice", cursor(1))
    presence.take_dirty()
    presence.move_cursor("alice", cursor(1))
    assert presence.take_dirty() == []


def test_a_status_keeps_the_cursor_and_a_cursor_keeps_the_viewport() -> None:
    presence = board()
    viewport = ViewportData(file="a.py", start_line=1, end_line=5)
    presence.update("alice", PresenceUpdate(session_id="s", viewport=viewport), NOW)
    presence.move_cursor("alice", cursor(4))
    presence.update("alice", PresenceUpdate(session_id="s", status=Status.AWAY), NOW)
    state = presence.get("alice")
    assert state.status is Status.AWAY
    assert state.cursor is not None
    assert state.cursor.line == 4
    assert state.viewport is not None
    assert state.viewport.end == 5


def test_typing_ends_by_itself_but_not_early() -> None:
    presence = board()
    presence.update("alice", PresenceUpdate(session_id="s", status=Status.TYPING), NOW)
    presence.take_dirty()
    assert not presence.end_stale_typing(NOW + timedelta(seconds=9.9))
    assert presence.end_stale_typing(NOW + timedelta(seconds=10))
    assert presence.get("alice").status is Status.ACTIVE
    assert [user_id for user_id, _ in presence.take_dirty()] == ["alice"]


def test_a_user_who_left_is_forgotten() -> None:
    presence = board()
    presence.move_cursor("alice", cursor(1))
    presence.remove("alice")
    assert presence.take_dirty() == []
    assert presence.get("alice") == PresenceState()


def test_where_somebody_types_goes_with_the_status() -> None:
    presence = board()
    writing = PresenceUpdate(session_id="s", status=Status.TYPING, typing_in="chat")
    presence.update("alice", writing, NOW)
    viewport = ViewportData(file="a.py", start_line=1, end_line=5)
    presence.update("alice", PresenceUpdate(session_id="s", viewport=viewport), NOW)
    assert presence.get("alice").typing_in == "chat"
    presence.end_stale_typing(NOW + timedelta(seconds=10))
    assert presence.get("alice").typing_in is None
    presence.update("alice", writing, NOW)
    presence.update("alice", PresenceUpdate(session_id="s", status=Status.TYPING), NOW)
    assert presence.get("alice").typing_in is None
