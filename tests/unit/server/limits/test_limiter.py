"""Tests of server.limits: each limit at both sides, and how much memory they take."""

import tracemalloc
from typing import Any

import pytest

from peerline_server.limits.limiter import Limiter, LimitHit
from peerline_server.settings import Settings

A = "192.0.2.1"


def limiter(**settings: Any) -> Limiter:
    return Limiter(Settings(**settings))


def test_the_connections_of_an_address_are_limited_until_one_ends() -> None:
    some = limiter(max_connections_per_address=2)
    assert [some.connect(A, 0.0) for _ in range(2)] == [None, None]
    hit = some.connect(A, 0.0)
    assert hit is not None
    assert "at most 2 connections of one address" in hit.text
    assert hit.retry_after > 0
    assert some.connect("192.0.2.2", 0.0) is None
    some.disconnect(A)
    assert some.connect(A, 0.0) is None


def test_the_handshakes_of_an_address_are_limited_for_a_while() -> None:
    some = limiter(handshakes_per_minute_per_address=2)
    assert [some.connect(A, 0.0) for _ in range(2)] == [None, None]
    hit = some.connect(A, 0.0)
    assert hit is not None
    assert "at most 2 handshakes" in hit.text
    assert hit.retry_after == pytest.approx(30.0)
    assert some.connect(A, hit.retry_after - 0.01) is not None
    assert some.connect(A, hit.retry_after) is None
    assert some.connect("192.0.2.2", 0.0) is None


def test_too_many_failed_joins_shut_the_door_for_a_while() -> None:
    some = limiter(failed_joins_per_minute_per_address=2)
    some.join_failed(A, 0.0)
    assert some.connect(A, 0.0) is None
    some.join_failed(A, 0.0)
    hit = some.connect(A, 0.0)
    assert hit is not None
    assert hit == some.too_many_failed(A, 0.0)
    assert "at most 2 failed joins" in hit.text
    assert some.connect("192.0.2.2", 0.0) is None
    assert some.connect(A, hit.retry_after) is None


def test_the_messages_of_a_user_are_limited_in_all_sessions_together() -> None:
    some = limiter(messages_per_minute=2)
    assert [some.message("u", A, 0.0) for _ in range(2)] == [None, None]
    hit = some.message("u", "192.0.2.2", 0.0)
    assert hit is not None
    assert "at most 2 messages a minute" in hit.text
    assert some.message("v", A, 0.0) is None
    assert some.message("u", A, hit.retry_after) is None


def test_the_messages_of_an_address_are_limited_whoever_sends_them() -> None:
    some = limiter(messages_per_minute_per_address=2, messages_per_minute=100)
    assert [some.message(f"guest{number}", A, 0.0) for number in range(2)] == [None, None]
    hit = some.message("guest3", A, 0.0)
    assert hit is not None
    assert "at most 2 messages of one address" in hit.text
    assert some.message("guest3", None, 0.0) is None
    assert some.message("guest3", A, hit.retry_after) is None


def test_queries_are_limited() -> None:
    some = limiter(queries_per_minute=1)
    assert some.query("u", 0.0) is None
    hit = some.query("u", 0.0)
    assert hit is not None
    assert "at most 1 queries a minute" in hit.text
    assert some.query("u", hit.retry_after) is None


def test_bytes_beyond_the_limit_make_reading_wait_until_they_are_paid() -> None:
    some = limiter(bytes_per_minute_per_user=6_000, bytes_per_minute_per_address=12_000)
    assert some.received(6_000, "u", A, 0.0) is None
    hit = some.received(100, "u", A, 0.0)
    assert hit is not None
    assert "at most 6000 bytes of one user" in hit.text
    assert hit.retry_after == pytest.approx(1.0)
    assert some.received(5_900, None, A, 0.0) is None
    hit = some.received(400, "v", A, 0.0)
    assert hit is not None
    assert "at most 12000 bytes of one address" in hit.text
    assert hit.retry_after == pytest.approx(2.0)


def test_guests_leave_connections_to_accounts() -> None:
    some = limiter(max_connections=20)
    slots = [some.slot(f"guest_{number}", "s") for number in range(18)]
    for slot in slots[:-1]:
        slot.acquire()
    with some.joining("guest_x", "s", guest=True):
        pass
    slots[-1].acquire()
    with pytest.raises(LimitHit, match="guests may have 18 connections"):
        some.joining("guest_x", "s", guest=True)
    with some.joining("owner", "s"):
        pass
    slots[0].release()
    with some.joining("guest_x", "s", guest=True):
        pass


def test_the_connections_of_a_user_to_a_session_are_limited_while_they_join_too() -> None:
    some = limiter(max_connections_per_user=2)
    some.slot("u", "s").acquire()
    with some.joining("u", "s"):
        with pytest.raises(LimitHit, match="2 connections to a session"), some.joining("u", "s"):
            pass
        some.slot("u", "s").acquire()
    with some.joining("v", "s"), some.joining("u", "t"):
        pass
    some.slot("u", "s").release()
    with some.joining("u", "s"):
        pass


def test_the_sessions_that_a_user_is_in_are_limited() -> None:
    some = limiter(max_sessions_per_user=2)
    for session in ("s", "t"):
        some.slot("u", session).acquire()
    with some.joining("u", "s"):
        pass
    with pytest.raises(LimitHit, match="2 sessions at once") as hit, some.joining("u", "x"):
        pass
    assert hit.value.retry_after > 0
    some.slot("u", "t").release()
    with some.joining("u", "x"):
        pass


def test_ever_new_addresses_and_users_take_no_more_memory() -> None:
    some = limiter(max_limiter_entries=1_000)

    def visit(begin: int, end: int) -> None:
        for number in range(begin, end):
            address, user = f"10.{number}", f"u{number}"
            some.connect(address, 0.0)
            some.join_failed(address, 0.0)
            some.message(user, address, 0.0)
            some.received(10, user, address, 0.0)
            some.disconnect(address)

    visit(0, 5_000)
    tracemalloc.start()
    try:
        visit(5_000, 20_000)
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        visit(20_000, 100_000)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - grown < 200_000
    assert peak - grown < 400_000


def test_whom_an_attacker_crowds_out_is_the_one_unseen_for_longest() -> None:
    some = limiter(max_limiter_entries=2, failed_joins_per_minute_per_address=1)
    for address in ("a", "b"):
        some.join_failed(address, 0.0)
    some.join_failed("a", 0.0)
    some.join_failed("c", 0.0)
    assert some.too_many_failed("a", 0.0) is not None
    assert some.too_many_failed("b", 0.0) is None
