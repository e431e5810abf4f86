"""Sessions are let go of one after the other, and none holds up the next."""

import asyncio

import pytest

from peerline_server.runtime import draining
from peerline_server.runtime.draining import come_back_seconds, spread


async def test_they_are_let_go_of_evenly_over_the_time() -> None:
    loop = asyncio.get_running_loop()
    began, at = loop.time(), dict[str, float]()

    async def let_go(key: str) -> None:
        at[key] = loop.time() - began

    await spread(["a", "b", "c", "d"], let_go, 0.4)
    assert list(at) == ["a", "b", "c", "d"]
    for number, seconds in enumerate(at.values()):
        assert seconds >= 0.1 * number - 0.01


async def test_one_that_takes_long_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "FINISH_SECONDS", 0.1)
    done: list[str] = []

    async def let_go(key: str) -> None:
        if key == "stuck":
            await asyncio.Event().wait()
        if key == "broken":
            raise RuntimeError
        done.append(key)

    await spread(["stuck", "broken", "a", "b"], let_go, 0.0)
    assert done == ["a", "b"]


async def test_nothing_to_let_go_of_takes_no_time() -> None:
    async def let_go(_key: str) -> None:
        raise AssertionError

    async with asyncio.timeout(1):
        await spread([], let_go, 1_000.0)


def test_clients_come_back_at_once_but_not_together() -> None:
    times = [come_back_seconds() for _ in range(200)]
    assert all(0.0 <= seconds <= 0.5 for seconds in times)
    assert len(set(times)) > 50
