from peerline_server.transport.budget import (
    QUIET_SECONDS,
    SHARE,
    SHARE_BURST_SECONDS,
    SLICE_BYTES,
    SLICE_FRAMES,
    SLICE_SECONDS,
    TURN_SECONDS,
    Share,
    Slice,
)


def test_a_slice_ends_with_its_frames() -> None:
    part = Slice(10.0)
    for _ in range(SLICE_FRAMES - 1):
        part.count(1, is_small=False)
    assert part.has_room(10.0)
    part.count(1, is_small=True)
    assert not part.has_room(10.0)
    assert part.small == 1


def test_a_slice_ends_with_its_bytes() -> None:
    part = Slice(10.0)
    part.count(SLICE_BYTES - 1, is_small=False)
    assert part.has_room(10.0)
    part.count(1, is_small=False)
    assert not part.has_room(10.0)


def test_a_slice_ends_with_its_time() -> None:
    part = Slice(10.0)
    assert part.has_room(10.0 + SLICE_SECONDS * 0.99)
    assert not part.has_room(10.0 + SLICE_SECONDS)


def _spend(share: Share, seconds: float, now: float) -> None:
    """Spend it in slices."""
    while seconds > 0:
        share.spend(min(seconds, SLICE_SECONDS), now)
        seconds -= SLICE_SECONDS


def test_a_share_is_paid_back_at_its_rate() -> None:
    share = Share()
    _spend(share, SHARE_BURST_SECONDS, 100.0)
    assert not share.is_heavy(100.0)
    later = 100.0 + SHARE_BURST_SECONDS / SHARE
    share.spend(SLICE_SECONDS, later)
    assert not share.is_heavy(later)
    _spend(share, SHARE_BURST_SECONDS, later)
    assert share.is_heavy(later)


def test_a_heavy_socket_is_heavy_until_it_has_been_quiet() -> None:
    share = Share()
    _spend(share, 2 * SHARE_BURST_SECONDS, 100.0)
    now = 100.0
    for _ in range(10):
        now += QUIET_SECONDS * 0.9
        assert share.is_heavy(now)
        share.spend(0.0001, now)
    assert share.is_heavy(now + QUIET_SECONDS * 0.99)
    assert not share.is_heavy(now + QUIET_SECONDS)
    share.spend(0.0001, now + QUIET_SECONDS)
    assert not share.is_heavy(now + QUIET_SECONDS)


def test_a_slice_that_the_machine_held_up_makes_nobody_heavy() -> None:
    share = Share()
    share.spend(10.0, 100.0)
    assert not share.is_heavy(100.0)
    share.spend(10.0, 100.0)
    share.spend(10.0, 100.0)
    assert share.is_heavy(100.0), "but several do"


def test_a_quiet_socket_saves_up_nothing() -> None:
    share = Share()
    share.spend(0.0, 1000.0)
    _spend(share, SHARE_BURST_SECONDS * 1.01, 1000.0)
    assert share.is_heavy(1000.0)


def test_the_time_of_a_turn_is_a_small_part_of_the_bar() -> None:
    assert TURN_SECONDS <= 0.01
