"""Tests of server.ratelimit."""

import pytest

from peerline_server.limits.token_bucket import TokenBucket


def test_the_capacity_may_come_at_once_and_one_more_may_not() -> None:
    bucket = TokenBucket(capacity=3, period=60)
    assert [bucket.take(10.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert bucket.take(10.0) == pytest.approx(20.0)


def test_it_says_exactly_when_to_try_again() -> None:
    bucket = TokenBucket(capacity=1, period=60)
    bucket.take(0.0)
    wait = bucket.take(15.0)
    assert wait == pytest.approx(45.0)
    assert bucket.take(15.0 + wait - 0.01) > 0
    assert bucket.take(15.0 + wait + 0.01) == 0.0


def test_it_never_holds_more_than_its_capacity() -> None:
    bucket = TokenBucket(capacity=2, period=60)
    bucket.take(0.0)
    assert [bucket.take(1e6) == 0.0 for _ in range(3)] == [True, True, False]
