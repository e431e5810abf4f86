"""The time in a session never goes back, whatever the clocks of two nodes say."""

from datetime import UTC, datetime, timedelta

from peerline_server.runtime.session_clock import SessionClock

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_it_stands_still_until_the_clock_has_caught_up() -> None:
    seconds = iter((0, 5, 9, 11, 10))
    latest = START + timedelta(seconds=10)
    clock = SessionClock(lambda: START + timedelta(seconds=next(seconds)), latest)
    told = [(clock.now() - START).total_seconds() for _ in range(5)]
    assert told == [10, 10, 10, 11, 11]


def test_a_session_without_events_has_the_time_of_day() -> None:
    assert SessionClock(lambda: START, None).now() == START
