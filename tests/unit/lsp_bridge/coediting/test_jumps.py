"""Text that grows beside the edits of others is found, ordinary mending is not."""

from peerline_bridge.coediting.jumps import LEAST, WINDOW_SECONDS, Jumps


def test_as_much_as_is_allowed_in_the_time_is_no_jump() -> None:
    jumps = Jumps()
    assert not jumps.mended(LEAST, 10, 0.0)
    assert jumps.mended(1, 10, WINDOW_SECONDS)


def test_a_long_text_may_have_more_mended_and_time_forgets() -> None:
    jumps = Jumps()
    assert not jumps.mended(3 * LEAST, 3 * LEAST, 0.0)
    assert not jumps.mended(3 * LEAST, 3 * LEAST, 2 * WINDOW_SECONDS)
