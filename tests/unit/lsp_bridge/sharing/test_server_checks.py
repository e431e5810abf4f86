"""The texts are compared after quiet, and not too often."""

from peerline_bridge.sharing.server_checks import LEAST_SECONDS, QUIET_SECONDS, CheckTimes


def test_nothing_is_compared_before_a_change() -> None:
    assert CheckTimes().due is None


def test_typing_puts_it_off() -> None:
    times = CheckTimes()
    times.changed(1.0)
    times.changed(2.0)
    assert times.due == 2.0 + QUIET_SECONDS


def test_the_next_one_waits_and_only_comes_after_a_change() -> None:
    times = CheckTimes()
    times.changed(0.0)
    times.checked(QUIET_SECONDS)
    assert times.due is None
    times.changed(3.0)
    assert times.due == QUIET_SECONDS + LEAST_SECONDS
