"""The order of turns, on an event loop whose time the test has."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from itertools import count, pairwise
from typing import cast

import pytest

from peerline_server.transport.budget import REST, TURN_SECONDS
from peerline_server.transport.turns import Turns

TICK = 0.001
"""The time of a turn of the loop in which nobody works."""


class Loop:
    """The two methods of an event loop that turns use; `now` moves by what is done."""

    def __init__(self) -> None:
        self.now = 100.0
        self._soon: deque[Callable[[], None]] = deque()
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def call_soon(self, callback: Callable[[], None]) -> object:
        self._soon.append(callback)
        return callback

    def call_later(self, seconds: float, callback: Callable[[], None]) -> object:
        heapq.heappush(self._later, (self.now + seconds, next(self._numbers), callback))
        return callback

    def turn(self) -> bool:
        """One turn; false if nothing is left to do."""
        self.now += TICK
        if not self._soon and self._later:
            self.now = max(self.now, self._later[0][0])
        while self._later and self._later[0][0] <= self.now:
            self._soon.append(heapq.heappop(self._later)[2])
        for _ in range(len(self._soon)):
            self._soon.popleft()()
        return bool(self._soon or self._later)


class Socket:
    """Works off pieces that take some time each."""

    def __init__(self, name: str, log: list[tuple[str, float]], turns: Turns, loop: Loop) -> None:
        self.name, self.log, self.turns, self.loop = name, log, turns, loop
        self.left = 0
        self.seconds = 0.0
        self.is_heavy = False

    def begin(self, pieces: int, seconds: float = 0.0, *, is_heavy: bool = False) -> None:
        self.left, self.seconds, self.is_heavy = pieces, seconds, is_heavy
        self.turns.wait(self, is_heavy=is_heavy)

    def work(self) -> None:
        self.log.append((self.name, self.loop.now))
        self.loop.now += self.seconds
        self.left -= 1
        if self.left:
            self.turns.wait(self, is_heavy=self.is_heavy)


def turns_of(loop: Loop) -> Turns:
    return Turns(cast("asyncio.AbstractEventLoop", loop), lambda: loop.now)


def played(*jobs: tuple[str, int, float, bool]) -> list[tuple[str, float]]:
    """Names and times of the work: each job is name, pieces, seconds for a piece, is heavy."""
    log: list[tuple[str, float]] = []
    loop = Loop()
    turns = turns_of(loop)
    sockets = [Socket(name, log, turns, loop) for name, *_ in jobs]
    for socket, (_, pieces, seconds, is_heavy) in zip(sockets, jobs, strict=True):
        socket.begin(pieces, seconds, is_heavy=is_heavy)
    while loop.turn():
        pass
    return log


def names(log: list[tuple[str, float]]) -> list[str]:
    return [name for name, _ in log]


def test_sockets_take_turns() -> None:
    assert names(played(("a", 3, 0, False), ("b", 3, 0, False))) == list("ababab")


@pytest.mark.parametrize("heavies", [1, 3])
def test_the_server_rests_from_heavy_sockets_while_it_serves_the_others(heavies: int) -> None:
    piece = TURN_SECONDS / 4
    jobs = [(f"heavy{number}", 2, piece, True) for number in range(heavies)]
    log = played(*jobs, ("light", 60, 0.0, False))
    heavy = [at for at, (name, _) in enumerate(log) if name != "light"]
    first, second = heavy[:heavies], heavy[heavies:]
    # All heavy ones have a slice, then the others have the server to themselves.
    assert names(log)[first[0] : first[-1] + 1] == [name for name, *_ in jobs]
    between = log[first[-1] + 1 : second[0]]
    assert set(names(between)) == {"light"}
    served = heavies * piece
    rest = log[second[0]][1] - (log[first[-1]][1] + piece)
    assert REST * served <= rest < REST * served + 2 * TICK
    assert len(between) >= REST * served / TICK - 2
    assert names(log).count("light") == 60


def test_a_heavy_socket_without_others_is_served_to_the_end() -> None:
    log = played(("heavy", 5, TURN_SECONDS, True))
    assert names(log) == ["heavy"] * 5
    times = [at for _, at in log]
    waits = [later - at for at, later in pairwise(times)]
    assert waits == pytest.approx([(1 + REST) * TURN_SECONDS] * 4, abs=1.1 * TICK)


def test_heavy_sockets_take_turns_among_themselves() -> None:
    log = names(played(("x", 3, TICK, True), ("y", 3, TICK, True)))
    assert log == list("xyxyxy")


def test_one_turn_ends_with_its_time_and_the_rest_come_next() -> None:
    slow = TURN_SECONDS
    log = played(("a", 2, slow, False), ("b", 2, slow, False), ("c", 1, slow, False))
    assert names(log) == ["a", "b", "c", "a", "b"]
    turns = [at for _, at in log]
    # Each has used up a turn: the next one comes with the loop's next turn.
    waits = [later - at for at, later in pairwise(turns)]
    assert waits == pytest.approx([TURN_SECONDS + TICK] * 4)


def test_a_socket_that_has_gone_gets_no_turn() -> None:
    log: list[tuple[str, float]] = []
    loop = Loop()
    turns = turns_of(loop)
    for is_heavy in (False, True):
        socket = Socket("a", log, turns, loop)
        socket.begin(5, is_heavy=is_heavy)
        turns.forget(socket)
    while loop.turn():
        pass
    assert log == []
