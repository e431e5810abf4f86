"""Owns asyncio tasks: each failure is logged and told, and `close` leaves no task behind."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

from peerline.logs import describe

_T = TypeVar("_T")

CLOSE_SECONDS: Final = 10.0
"""How long `close` waits for tasks that do not end when they are cancelled."""
CLOSE_ATTEMPTS: Final = 50
"""How often a task is cancelled in that time."""
FIRST_RESTART_SECONDS: Final = 0.5
LONGEST_RESTART_SECONDS: Final = 30.0
HEALTHY_SECONDS: Final = 60.0
"""A task that ran this long before it failed is restarted as after its first failure."""

OnFailure = Callable[[BaseException], None]
"""Gets what ended a task; what it does must be seen by the user."""

_log = logging.getLogger("peerline.tasks")


class Tasks:
    """The tasks of one owner.

    A task that fails is logged with its name, and `on_failure` is called: the owner's, or the
    one given for that task. A task also fails if it is cancelled from inside, by awaiting
    something that was cancelled: nobody asked it to end.

    Args:
        on_failure: called with the failure of each task that has no handler of its own.
        clock: seconds; the event loop's time by default.
        sleep: waits between two restarts.
    """

    def __init__(
        self,
        on_failure: OnFailure | None = None,
        *,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._on_failure = on_failure
        self._clock = clock
        self._sleep = sleep
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(
        self,
        work: Coroutine[Any, Any, _T],
        name: str,
        on_failure: OnFailure | None = None,
    ) -> asyncio.Task[_T]:
        """Run a coroutine until it ends.

        After `close` the task is cancelled before it begins.

        Args:
            work: the coroutine.
            name: says in the log which task it is.
            on_failure: called instead of the owner's.
        """
        task = self._own(work, name)
        task.add_done_callback(lambda done: self._ended(done, name, on_failure))
        return task

    def share(self, work: Coroutine[Any, Any, _T], name: str) -> asyncio.Task[_T]:
        """Run a coroutine whose result others await; its failure is theirs, and is not logged."""
        task = self._own(work, name)
        task.add_done_callback(_retrieve)
        return task

    def keep(
        self,
        make: Callable[[], Coroutine[Any, Any, None]],
        name: str,
        on_failure: OnFailure | None = None,
    ) -> asyncio.Task[None]:
        """Run the coroutine that `make` makes, and again with back-off whenever it fails.

        It ends when the coroutine returns.
        """
        return self.spawn(self._restart(make, name, on_failure), name, on_failure)

    async def finish(self) -> None:
        """Wait until every task has ended, also those that are begun meanwhile."""
        while others := self._others():
            await asyncio.wait(others)

    def cancel(self) -> None:
        """Cancel every task and begin none from now on, without waiting for their ends."""
        self._is_closed = True
        for task in self._others():
            task.cancel()

    async def close(self) -> None:
        """Cancel every task and wait until all have ended; none begins from now on.

        A task may close its owner: it is not cancelled and not waited for.
        """
        for _ in range(CLOSE_ATTEMPTS):
            # A library can swallow a cancellation that comes at the wrong moment: ask again.
            self.cancel()
            if not (others := self._others()):
                return
            await asyncio.wait(others, timeout=CLOSE_SECONDS / CLOSE_ATTEMPTS)
        for task in self._others():
            _log.error("the task %s did not end when it was cancelled", task.get_name())

    def _others(self) -> set[asyncio.Task[Any]]:
        return self._tasks - {asyncio.current_task()}

    def _own(self, work: Coroutine[Any, Any, _T], name: str) -> asyncio.Task[_T]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._is_closed:
            task.cancel()
        return task

    async def _restart(
        self,
        make: Callable[[], Coroutine[Any, Any, None]],
        name: str,
        on_failure: OnFailure | None,
    ) -> None:
        failures = 0
        clock = self._clock or asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                await make()
            except asyncio.CancelledError as error:
                if is_asked_to_end():
                    raise
                self._failed(error, name, on_failure)
            except Exception as error:  # noqa: BLE001 - it is logged and told, whatever it is
                self._failed(error, name, on_failure)
            else:
                return
            failures = 0 if clock() - began >= HEALTHY_SECONDS else failures
            await self._sleep(min(LONGEST_RESTART_SECONDS, FIRST_RESTART_SECONDS * 2**failures))
            failures = min(failures + 1, 16)

    def _ended(self, task: asyncio.Task[Any], name: str, on_failure: OnFailure | None) -> None:
        if task.cancelled():
            if not task.cancelling():
                self._failed(asyncio.CancelledError(), name, on_failure)
        elif (error := task.exception()) is not None:
            self._failed(error, name, on_failure)

    def _failed(self, error: BaseException, name: str, on_failure: OnFailure | None) -> None:
        _log.error("the task %s failed: %s", name, describe(error))
        tell = on_failure or self._on_failure
        if tell is None:
            return
        try:
            tell(error)
        except Exception as second:  # noqa: BLE001 - the failure itself is logged already
            _log.error("the failure of %s could not be told: %s", name, describe(second))


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Take the failure, so that asyncio does not complain when everybody has given up waiting."""
    if not task.cancelled():
        task.exception()


def is_asked_to_end() -> bool:
    """Whether this task was cancelled, and not only something that it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
