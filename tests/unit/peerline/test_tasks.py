import ast
import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import peerline
from peerline import tasks as module
from peerline.tasks import (
    FIRST_RESTART_SECONDS,
    HEALTHY_SECONDS,
    LONGEST_RESTART_SECONDS,
    Tasks,
)

ROOT = Path(peerline.__file__).parents[1]
SUPERVISED = ["peerline", "server", "lsp_bridge"]
_STARTERS = {"create_task", "ensure_future"}


class Broken(Exception):  # noqa: N818 - of these tests
    pass


async def _fail(text: str = "secret words") -> None:
    await asyncio.sleep(0)
    raise Broken(text)


async def _forever() -> None:
    await asyncio.Event().wait()


async def test_a_failure_is_logged_with_its_name_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[BaseException] = []
    tasks = Tasks(told.append)
    await asyncio.wait([tasks.spawn(_fail(), "reader")])
    assert [type(error) for error in told] == [Broken]
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "the task reader failed" in record.getMessage()
    assert "Broken" in record.getMessage()
    assert "_fail" in record.getMessage()
    assert len(tasks) == 0


async def test_the_log_does_not_repeat_what_an_error_holds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tasks = Tasks()
    await asyncio.wait([tasks.spawn(_fail("secret words"), "reader")])
    assert "reader" in caplog.text
    assert "secret words" not in caplog.text


async def test_the_handler_of_a_task_is_called_instead_of_the_owners() -> None:
    owner: list[BaseException] = []
    own: list[BaseException] = []
    tasks = Tasks(owner.append)
    await asyncio.wait([tasks.spawn(_fail(), "reader", own.append)])
    assert (len(owner), len(own)) == (0, 1)


async def test_a_handler_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def tell(_error: BaseException) -> None:
        raise Broken

    tasks = Tasks(tell)
    await asyncio.wait([tasks.spawn(_fail(), "reader"), tasks.spawn(_fail(), "writer")])
    assert caplog.text.count("could not be told") == 2


async def test_a_task_that_is_cancelled_by_its_owner_has_not_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[BaseException] = []
    tasks = Tasks(told.append)
    task = tasks.spawn(_forever(), "reader")
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert (told, caplog.records) == ([], [])


async def test_a_task_that_is_cancelled_from_inside_has_failed() -> None:
    told: list[BaseException] = []
    tasks = Tasks(told.append)
    other = asyncio.get_running_loop().create_future()

    async def wait_for_other() -> None:
        await other

    task = tasks.spawn(wait_for_other(), "reader")
    await asyncio.sleep(0)
    other.cancel()
    await asyncio.wait([task])
    assert [type(error) for error in told] == [asyncio.CancelledError]


async def test_close_ends_and_awaits_all() -> None:
    tasks = Tasks()
    ended: list[str] = []

    async def work(name: str) -> None:
        try:
            await _forever()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    for name in ("a", "b", "c"):
        tasks.spawn(work(name), name)
    await asyncio.sleep(0)
    await tasks.close()
    assert sorted(ended) == ["a", "b", "c"]
    assert len(tasks) == 0


async def test_nothing_begins_after_close() -> None:
    tasks = Tasks()
    await tasks.close()
    begun: list[bool] = []

    async def work() -> None:
        begun.append(True)

    await asyncio.wait([tasks.spawn(work(), "late")])
    assert begun == []


async def test_a_task_may_close_its_owner() -> None:
    tasks = Tasks()
    other = tasks.spawn(_forever(), "other")

    async def end() -> str:
        await tasks.close()
        return "closed"

    assert await tasks.spawn(end(), "end") == "closed"
    assert other.cancelled()


async def test_close_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.01)
    tasks = Tasks()
    may_end = asyncio.Event()

    async def stubborn() -> None:
        try:
            await _forever()
        except asyncio.CancelledError:
            while not may_end.is_set():
                with suppress(asyncio.CancelledError):
                    await may_end.wait()

    task = tasks.spawn(stubborn(), "stubborn")
    await asyncio.sleep(0)
    await tasks.close()
    assert "stubborn did not end" in caplog.text
    may_end.set()
    await task


async def test_a_task_that_swallows_a_cancellation_is_cancelled_again() -> None:
    tasks = Tasks()

    async def swallow() -> None:
        with suppress(asyncio.CancelledError):
            await _forever()
        await _forever()

    task = tasks.spawn(swallow(), "swallow")
    await asyncio.sleep(0)
    await tasks.close()
    assert task.cancelled()


async def test_finish_waits_for_those_that_begin_meanwhile() -> None:
    tasks = Tasks()
    done: list[str] = []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        done.append("first")
        tasks.spawn(second(), "second")

    tasks.spawn(first(), "first")
    await tasks.finish()
    assert done == ["first", "second"]


async def test_who_shares_a_result_gets_the_failure(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks()
    task = tasks.share(_fail(), "lookup")
    with pytest.raises(Broken):
        await asyncio.shield(task)
    await asyncio.wait([tasks.share(_fail(), "nobody waits")])
    assert caplog.records == []


def _clocked(told: list[BaseException]) -> tuple[Tasks, list[float], list[float]]:
    """Tasks on a clock that only `now` moves; the waits between restarts."""
    now, waits = [0.0], list[float]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    return Tasks(told.append, clock=lambda: now[0], sleep=sleep), waits, now


async def test_a_kept_task_is_restarted_with_back_off_until_it_returns() -> None:
    told: list[BaseException] = []
    tasks, waits, _ = _clocked(told)
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs <= 9:
            await _fail()

    await tasks.keep(work, "watch")
    assert (runs, len(told)) == (10, 9)
    assert waits[:3] == [FIRST_RESTART_SECONDS * factor for factor in (1, 2, 4)]
    assert waits[-1] == LONGEST_RESTART_SECONDS


@pytest.mark.parametrize(
    ("seconds", "waits_then"), [(HEALTHY_SECONDS - 0.001, 4), (HEALTHY_SECONDS, 1)]
)
async def test_the_back_off_starts_over_after_a_healthy_run(
    seconds: float, waits_then: int
) -> None:
    tasks, waits, now = _clocked([])
    lengths = [0.0, 0.0, seconds]

    async def work() -> None:
        if lengths:
            now[0] += lengths.pop(0)
            await _fail()

    await tasks.keep(work, "watch")
    assert waits[-1] == FIRST_RESTART_SECONDS * waits_then


async def test_a_kept_task_ends_when_it_is_closed_and_restarts_when_it_is_cancelled_inside() -> (
    None
):
    told: list[BaseException] = []
    tasks, waits, _ = _clocked(told)
    futures: list[asyncio.Future[None]] = []

    async def work() -> None:
        futures.append(asyncio.get_running_loop().create_future())
        await futures[-1]

    async def until(is_true: Callable[[], bool]) -> None:
        while not is_true():  # noqa: ASYNC110 - a condition
            await asyncio.sleep(0)

    task = tasks.keep(work, "watch")
    await until(lambda: len(futures) == 1)
    futures[0].cancel()
    await until(lambda: len(futures) == 2)
    await tasks.close()
    assert task.cancelled()
    assert (len(told), len(waits), len(futures)) == (1, 1, 2)


@pytest.mark.parametrize("package", SUPERVISED)
def test_every_task_has_an_owner(package: str) -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / package).rglob("*.py")
        if path != Path(module.__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _STARTERS
    ]
    assert bare == []
