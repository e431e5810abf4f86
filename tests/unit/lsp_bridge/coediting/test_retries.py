"""A request that is refused again and again waits for quiet, but not for ever."""

from peerline_bridge.coediting.retries import (
    MAX_LEFT,
    MAX_QUICK,
    MAX_WAIT_SECONDS,
    QUIET_SECONDS,
    REFUSING_SECONDS,
    Retries,
)


def test_the_first_refusals_are_retried_at_once() -> None:
    retries = Retries()
    for _ in range(MAX_QUICK - 1):
        retries.refused(1.0)
        assert retries.may_go(1.0)
    retries.refused(1.0)
    assert not retries.may_go(1.0)
    assert retries.may_go(1.0 + QUIET_SECONDS)


def test_typing_puts_it_off_up_to_a_limit() -> None:
    retries = Retries()
    for _ in range(MAX_QUICK):
        retries.refused(0.0)
    now = 0.0
    while now + QUIET_SECONDS < MAX_WAIT_SECONDS:
        retries.typed(now)
        assert not retries.may_go(now)
        now += QUIET_SECONDS / 2
    retries.typed(now)
    assert retries.may_go(MAX_WAIT_SECONDS)


def test_an_edit_that_was_made_ends_the_count() -> None:
    retries = Retries()
    for _ in range(MAX_QUICK):
        retries.refused(0.0)
    retries.applied()
    assert retries.may_go(0.0)
    retries.refused(0.0)
    assert retries.may_go(0.0)


def test_an_editor_whose_text_stays_as_it_is_is_asked_less_and_less() -> None:
    retries = Retries()
    waits: list[float] = []
    for _ in range(MAX_LEFT):
        retries.left(0.0)
        assert retries.due is not None
        waits.append(retries.due)
    assert waits == sorted(waits)
    assert waits[0] == QUIET_SECONDS
    assert waits[-2:] == [MAX_WAIT_SECONDS, REFUSING_SECONDS]
    retries.refused(0.0)
    assert retries.may_go(0.0)
    assert retries.left_in_a_row == 0
