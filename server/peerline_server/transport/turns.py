"""Shares the event loop's turns among the sockets that have work left.

Light sockets, which is everybody who behaves, are served in each turn, one slice each in the order
in which they began to wait. Heavy ones are served after them, and then the server rests from them
for a multiple of that time: threads that write to the store need the interpreter's lock in between.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from peerline_server.transport.budget import REST, TURN_SECONDS


class Worker(Protocol):
    """A socket with work left."""

    def work(self) -> None:
        """Work off one slice, and wait again if there is more. Does not raise."""
        ...


class Turns:
    """One for all sockets of an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        self._loop = loop
        self.clock = clock
        """Monotonic seconds, finer than the event loop's, which may stand still within a turn."""
        self._light: OrderedDict[Worker, None] = OrderedDict()
        self._heavy: OrderedDict[Worker, None] = OrderedDict()
        self._next_light: asyncio.Handle | None = None
        self._next_heavy: asyncio.Handle | None = None
        self._rests_until = 0.0
        self._spent = 0.0
        """Seconds of work since the sockets that wait were last served."""

    @property
    def has_room(self) -> bool:
        """Whether a light socket may begin right now; if not, it waits."""
        return self._spent < TURN_SECONDS

    def spend(self, seconds: float) -> None:
        """Count time that was spent on a socket."""
        self._spent += seconds

    def wait(self, worker: Worker, *, is_heavy: bool) -> None:
        """Call `work` in one of the next turns."""
        if is_heavy:
            self._heavy[worker] = None
            if self._next_heavy is None:
                self._schedule_heavy()
        else:
            self._light[worker] = None
            if self._next_light is None:
                self._next_light = self._loop.call_soon(self._serve_light)

    def forget(self, worker: Worker) -> None:
        """The socket is gone."""
        self._light.pop(worker, None)
        self._heavy.pop(worker, None)

    def _serve_light(self) -> None:
        self._next_light = None
        self._spent = 0.0
        self._serve(self._light)
        if self._light and self._next_light is None:
            self._next_light = self._loop.call_soon(self._serve_light)

    def _serve_heavy(self) -> None:
        began = self.clock()
        self._serve(self._heavy)
        now = self.clock()
        self._rests_until = now + REST * (now - began)
        self._next_heavy = None
        if self._heavy:
            self._schedule_heavy()

    def _schedule_heavy(self) -> None:
        rest = self._rests_until - self.clock()
        self._next_heavy = (
            self._loop.call_later(rest, self._serve_heavy)
            if rest > 0
            else self._loop.call_soon(self._serve_heavy)
        )

    def _serve(self, waiting: OrderedDict[Worker, None]) -> None:
        """One slice for each that waits now, as long as there is time in this turn."""
        began = self.clock()
        for _ in range(len(waiting)):
            if not waiting:  # one may end others
                return
            worker, _ = waiting.popitem(last=False)
            worker.work()
            if self.clock() - began >= TURN_SECONDS:
                return
