import logging

import pytest

from peerline_bridge.guard import FAILURE, Guard


def fails() -> None:
    raise ValueError("a secret")


def test_what_fails_is_logged_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    guard = Guard(told.append)
    assert guard.run("showing", fails) is None
    guard.wrap("showing", fails)()
    assert guard.run("adding", lambda: 1 + 1) == 2
    assert told == [FAILURE]
    guard.forget()
    guard.run("showing", fails)
    assert told == [FAILURE, FAILURE]
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3
    assert all(record.getMessage().startswith("showing failed") for record in caplog.records)


def test_telling_may_fail_too() -> None:
    def tell(_: str) -> None:
        raise RuntimeError

    assert Guard(tell).run("showing", fails) is None
