"""Tests of server.fanout."""

from hypothesis import given
from hypothesis import strategies as st

from peerline_server.runtime.presence_flush import (
    HEAVY_DELIVERIES_PER_SECOND,
    LIGHT_DELIVERIES_PER_SECOND,
    FlushIntervals,
    LoadMeter,
    PresenceBatch,
)
from peerline_server.transport.base import SharedFrame

INTERVALS = FlushIntervals(light=0.0, ordinary=0.05, heaviest=1.0)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.binary(min_size=1, max_size=200)),
    st.booleans(),
)
def test_a_user_gets_every_frame_but_the_own(payloads: dict[str, bytes], deflates: bool) -> None:
    frames = {owner: SharedFrame(payload) for owner, payload in payloads.items()}
    batch = PresenceBatch(list(frames.items()))
    for user_id in [*frames, "somebody else"]:
        others = [frame for owner, frame in frames.items() if owner != user_id]
        expected = b"".join(frame.bytes_for(deflates=deflates) for frame in others)
        assert batch.for_user(user_id, deflates=deflates) == expected


def test_the_interval_grows_with_the_load_and_has_an_end() -> None:
    light, heavy = LIGHT_DELIVERIES_PER_SECOND, HEAVY_DELIVERIES_PER_SECOND
    assert INTERVALS.choose(light, light) == 0.0
    assert INTERVALS.choose(light, light + 1) == 0.05
    assert INTERVALS.choose(heavy, heavy) == 0.05
    assert INTERVALS.choose(4 * heavy, 4 * heavy) == 0.2
    assert INTERVALS.choose(1_000 * heavy, 1_000 * heavy) == 1.0


def test_the_rate_follows_the_load_and_falls_when_it_ends() -> None:
    meter = LoadMeter()
    for step in range(200):
        meter.add(10, step * 0.01)
    assert 900 < meter.rate(2.0) < 1_100
    meter.rate(3.0)
    assert meter.rate(4.0) == 0.0


def test_a_burst_counts_before_its_window_ends() -> None:
    meter = LoadMeter()
    meter.add(0, 10.0)
    meter.add(5_000, 10.001)
    assert meter.rate(10.002) >= 5_000
