from peerline_server.transport.budget import (
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


def test_a_share_is_paid_back_at_its_rate() -> None:
    share = Share()
    share.spend(SHARE_BURST_SECONDS, 100.0)
    assert not share.is_heavy(100.0)
    share.spend(0.01, 100.0)
    assert share.is_heavy(100.0)
    assert share.is_heavy(100.0 + 0.009 / SHARE)
    assert not share.is_heavy(100.0 + 0.011 / SHARE)


def test_a_quiet_socket_saves_up_nothing() -> None:
    share = Share()
    share.spend(0.0, 1000.0)
    share.spend(SHARE_BURST_SECONDS * 1.01, 1000.0)
    assert share.is_heavy(1000.0)


def test_the_time_of_a_turn_is_a_small_part_of_the_bar() -> None:
    assert TURN_SECONDS <= 0.01
