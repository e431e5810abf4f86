"""Each penalty of an agent's health, on both sides of where it begins."""

import pytest

from peerline.agent.health import CALLS_WATCHED, Signs, health, penalties


def test_nothing_wrong_is_a_hundred() -> None:
    assert health(Signs()) == 100.0
    assert penalties(Signs()) == []


@pytest.mark.parametrize(
    ("used", "expected"), [(0, 100.0), (700, 100.0), (825, 75.0), (950, 50.0), (5000, 50.0)]
)
def test_a_full_context(used: int, expected: float) -> None:
    assert health(Signs(context_used=used, context_limit=1000)) == expected


def test_a_context_of_unknown_size_costs_nothing() -> None:
    assert health(Signs(context_used=10**9)) == 100.0
    assert health(Signs(context_used=10**9, context_limit=0)) == 100.0


def test_failed_calls() -> None:
    assert health(Signs(failed_calls=1)) == 98.0
    assert health(Signs(failed_calls=CALLS_WATCHED + 5)) == 60.0


def test_a_repeated_call() -> None:
    assert health(Signs(repeats=2)) == 100.0
    assert health(Signs(repeats=3)) == 85.0


def test_waiting_for_a_person() -> None:
    assert health(Signs(waiting_seconds=300)) == 100.0
    assert health(Signs(waiting_seconds=300.1)) == 90.0


def test_an_error_of_the_service() -> None:
    assert health(Signs(has_error=True)) == 75.0


def test_it_is_never_below_zero_and_each_reason_is_named() -> None:
    signs = Signs(95, 100, 20, 9, 999, has_error=True)
    assert health(signs) == 0.0
    assert [penalty.reason for penalty in penalties(signs)] == [
        "context 95% full",
        "20 of the last 20 calls failed",
        "the same call 9 times in a row",
        "waiting for a person for over 5 minutes",
        "the model's service failed in this turn",
    ]
