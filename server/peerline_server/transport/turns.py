"""Shares the event loop's turns among the sockets that have work left.

A light socket, which is everybody who behaves, is served in the turn in which something comes, or
in the next ones if that is full: one slice each, in the order in which they began to wait. What is
more than a slice waits behind, and so does what comes of a heavy socket. All that waits behind has
one budget; once that is used up, the server rests from it for a multiple of the time that it takes:
threads that write to the store need the interpreter's lock in between.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from peerline_server.limits.token_bucket import TokenBucket
from peerline_server.transport.budget import BEHIND_BURST_SECONDS, REST, TURN_SECONDS


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
        self._left: OrderedDict[Worker, None] = OrderedDict()
        """Those that had a slice, and have more."""
        self._next_light: asyncio.Handle | None = None
        self._next_behind: asyncio.Handle | None = None
        self._behind_budget = TokenBucket(BEHIND_BURST_SECONDS, BEHIND_BURST_SECONDS * (1 + REST))
        self._rests_until = 0.0
        self._spent = 0.0
        """Seconds of work since the sockets that wait were last served."""

    @property
    def has_room(self) -> bool:
        """Whether a socket that is not heavy may begin right now; if not, it waits."""
        return self._spent < TURN_SECONDS

    def spend(self, seconds: float) -> None:
        """Count time that was spent on a socket."""
        self._spent += seconds

    def begin(self, worker: Worker, *, is_heavy: bool) -> None:
        """Call `work` in one of the next turns: something has come."""
        if is_heavy:
            self._heavy[worker] = None
            self._wait_behind()
        else:
            self._light[worker] = None
            if self._next_light is None:
                self._next_light = self._loop.call_soon(self._serve_light)

    def go_on(self, worker: Worker) -> None:
        """Call `work` in one of the next turns: it had a slice, and something is left."""
        self._left[worker] = None
        self._wait_behind()

    def forget(self, worker: Worker) -> None:
        """The socket is gone."""
        self._light.pop(worker, None)
        self._heavy.pop(worker, None)
        self._left.pop(worker, None)

    def _serve_light(self) -> None:
        self._next_light = None
        self._spent = 0.0
        self._serve(self._light, self.clock() + TURN_SECONDS)
        if self._light and self._next_light is None:
            self._next_light = self._loop.call_soon(self._serve_light)

    def _serve_behind(self) -> None:
        began = self.clock()
        # A heavy one that says a little now and then does not wait for all that have much left.
        self._serve(self._heavy, began + TURN_SECONDS / 2)
        self._serve(self._left, began + TURN_SECONDS)
        now = self.clock()
        self._rests_until = now + self._behind_budget.charge(now - began, now)
        self._next_behind = None
        self._wait_behind()

    def _wait_behind(self) -> None:
        if self._next_behind is not None or not (self._heavy or self._left):
            return
        rest = self._rests_until - self.clock()
        self._next_behind = (
            self._loop.call_later(rest, self._serve_behind)
            if rest > 0
            else self._loop.call_soon(self._serve_behind)
        )

    def _serve(self, waiting: OrderedDict[Worker, None], end: float) -> None:
        """One slice for the first, and for each that waits now as long as there is time."""
        for _ in range(len(waiting)):
            if not waiting:  # one may end others
                return
            worker, _ = waiting.popitem(last=False)
            worker.work()
            if self.clock() >= end:
                return
