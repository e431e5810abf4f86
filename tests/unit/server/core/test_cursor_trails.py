"""Tests of the cursor trails of a session."""

from datetime import UTC, datetime, timedelta

from peerline_server.core.cursor_trails import CursorTrails
from peerline_server.core.presence_state import CursorState

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = timedelta(seconds=5)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_row_covers_the_lines_of_its_time() -> None:
    log = CursorTrails("s", EVERY)
    for second, line in enumerate((10, 30, 20)):
        log.add([("bob", CursorState("a.py", line, 1))], at(second))
    assert log.take_due(at(4.9)) == []
    (row,) = log.take_due(at(5))
    assert (row.file, row.start_line, row.end_line) == ("a.py", 10, 30)
    assert (row.since, row.until) == (NOW, at(2))
    assert log.take_due(at(60)) == []


def test_whoever_jumps_between_files_leaves_one_row_with_the_latest() -> None:
    log = CursorTrails("s", EVERY)
    for second in range(5):
        log.add([("bob", CursorState(f"{second}.py", second + 1, 1))], at(second))
    (row,) = log.take_due(at(5))
    assert (row.file, row.start_line, row.end_line) == ("4.py", 5, 5)


def test_what_is_open_is_taken_at_the_end() -> None:
    log = CursorTrails("s", EVERY)
    log.add([("bob", CursorState("a.py", 1, 1)), ("eve", CursorState("b.py", 2, 1))], NOW)
    assert {row.user_id for row in log.take_all()} == {"bob", "eve"}
    assert log.take_all() == []


def test_with_zero_none_are_kept() -> None:
    log = CursorTrails("s", timedelta(0))
    log.add([("bob", CursorState("a.py", 1, 1))], NOW)
    assert log.take_all() == []
