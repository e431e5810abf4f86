"""Tests of the presence of a session."""

from datetime import UTC, datetime, timedelta

import pytest

from peerline.protocol.presence import CursorData, CursorUpdate, PresenceUpdate, ViewportData
from peerline.protocol.types import Status
from peerline_server.core.presence import PresenceBoard
from peerline_server.core.presence_state import CursorState, PresenceState

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


def status(value: Status) -> PresenceUpdate:
    return PresenceUpdate(session_id="s", status=value)


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        (Status.AWAY, Status.TYPING, Status.TYPING),
        (Status.TYPING, Status.AWAY, Status.TYPING),
        (Status.IDLE, Status.ACTIVE, Status.ACTIVE),
        (Status.ACTIVE, Status.IDLE, Status.ACTIVE),
        (Status.AWAY, Status.IDLE, Status.IDLE),
        (Status.AWAY, Status.AWAY, Status.AWAY),
    ],
)
def test_of_several_connections_the_most_active_one_counts(
    one: Status, other: Status, shown: Status
) -> None:
    presence = board()
    for connection, value, line in (("one", one, 1), ("other", other, 2)):
        presence.move_cursor("alice", cursor(line), connection)
        presence.update("alice", status(value), NOW, connection)
    state = presence.get("alice")
    assert state.status is shown
    # Of two that are as active, the later one.
    first_counts = (one, other) in {
        (Status.TYPING, Status.AWAY),
        (Status.ACTIVE, Status.IDLE),
    }
    assert state.cursor is not None
    assert state.cursor.line == (1 if first_counts else 2)


def test_of_two_active_windows_the_one_that_moved_last_is_shown() -> None:
    presence = board()
    for connection, line in (("one", 1), ("other", 2), ("one", 3)):
        presence.move_cursor("alice", cursor(line), connection)
        (taken,) = presence.take_dirty()
        assert taken[1].cursor is not None
        assert taken[1].cursor.line == line


def test_an_active_connection_without_a_place_leaves_that_of_the_other() -> None:
    presence = board()
    presence.move_cursor("alice", cursor(1), "editor")
    presence.update("alice", status(Status.IDLE), NOW, "editor")
    presence.update("alice", status(Status.ACTIVE), NOW, "terminal")
    state = presence.get("alice")
    assert (state.status, state.cursor and state.cursor.line) == (Status.ACTIVE, 1)


def test_a_cursor_that_is_elsewhere_takes_the_place_away() -> None:
    presence = board()
    viewport = ViewportData(file="a.py", start_line=1, end_line=5)
    presence.move_cursor("alice", cursor(1), "idle")
    presence.update("alice", status(Status.IDLE), NOW, "idle")
    presence.move_cursor("alice", cursor(2), "used")
    presence.update("alice", PresenceUpdate(session_id="s", viewport=viewport), NOW, "used")
    presence.move_cursor("alice", CursorUpdate(session_id="s"), "used")
    assert presence.get("alice") == PresenceState()
    presence.move_cursor("alice", cursor(4), "used")
    assert presence.get("alice").cursor == CursorState("a.py", 4, 1)


def test_when_a_connection_goes_the_others_count() -> None:
    presence = board()
    presence.move_cursor("alice", cursor(1), "one")
    presence.update("alice", status(Status.AWAY), NOW, "one")
    presence.move_cursor("alice", cursor(2), "other")
    presence.take_dirty()
    assert presence.drop("alice", "other")
    assert [(user, state.status) for user, state in presence.take_dirty()] == [
        ("alice", Status.AWAY)
    ]
    assert not presence.drop("alice", "other")


def test_the_last_connection_stays_shown_until_another_takes_over() -> None:
    presence = board()
    presence.move_cursor("alice", cursor(1), "one")
    presence.update("alice", status(Status.IDLE), NOW, "one")
    assert not presence.drop("alice", "one")
    assert presence.get("alice").cursor == CursorState("a.py", 1, 1)
    presence.move_cursor("alice", cursor(2), "two")
    assert presence.get("alice")[:2] == (Status.IDLE, CursorState("a.py", 2, 1))
    presence.update("alice", status(Status.ACTIVE), NOW, "two")
    assert presence.get("alice").status is Status.ACTIVE


def test_typing_ends_for_each_connection_in_its_time() -> None:
    presence = board()
    presence.update("alice", status(Status.TYPING), NOW, "one")
    later = NOW + timedelta(seconds=6)
    presence.update("alice", status(Status.TYPING), later, "other")
    presence.end_stale_typing(NOW + timedelta(seconds=10))
    assert presence.get("alice").status is Status.TYPING
    presence.drop("alice", "other")
    assert presence.get("alice").status is Status.ACTIVE
    assert not presence.end_stale_typing(NOW + timedelta(seconds=60))
    assert not presence.has_typing
