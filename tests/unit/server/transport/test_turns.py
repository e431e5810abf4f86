"""The order of turns, on an event loop whose time the test has."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from itertools import count, pairwise
from typing import cast

import pytest

from peerline_server.transport.budget import BEHIND_BURST_SECONDS, REST, TURN_SECONDS
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


class Kind(Enum):
    LIGHT = auto()
    """Something comes in every turn."""
    HEAVY = auto()
    """The same of a heavy one."""
    MUCH = auto()
    """All has come at once."""


class Socket:
    """Works off pieces that take some time each."""

    def __init__(self, name: str, log: list[tuple[str, float]], turns: Turns, loop: Loop) -> None:
        self.name, self.log, self.turns, self.loop = name, log, turns, loop
        self.left = 0
        self.seconds = 0.0
        self.kind = Kind.LIGHT

    def begin(self, pieces: int, seconds: float = 0.0, kind: Kind = Kind.LIGHT) -> None:
        self.left, self.seconds, self.kind = pieces, seconds, kind
        self.turns.begin(self, is_heavy=kind is Kind.HEAVY)

    def work(self) -> None:
        self.log.append((self.name, self.loop.now))
        self.loop.now += self.seconds
        self.left -= 1
        if not self.left:
            return
        if self.kind is Kind.MUCH:
            self.turns.go_on(self)
        else:
            self.turns.begin(self, is_heavy=self.kind is Kind.HEAVY)


def turns_of(loop: Loop) -> Turns:
    return Turns(cast("asyncio.AbstractEventLoop", loop), lambda: loop.now)


def played(*jobs: tuple[str, int, float, Kind]) -> list[tuple[str, float]]:
    """Names and times of the work: each job is name, pieces, seconds for a piece, kind."""
    log: list[tuple[str, float]] = []
    loop = Loop()
    turns = turns_of(loop)
    sockets = [Socket(name, log, turns, loop) for name, *_ in jobs]
    for socket, (_, pieces, seconds, kind) in zip(sockets, jobs, strict=True):
        socket.begin(pieces, seconds, kind)
    while loop.turn():
        pass
    return log


def names(log: list[tuple[str, float]]) -> list[str]:
    return [name for name, _ in log]


@pytest.mark.parametrize("kind", list(Kind))
def test_sockets_take_turns(kind: Kind) -> None:
    assert names(played(("a", 3, 0, kind), ("b", 3, 0, kind))) == list("ababab")


@pytest.mark.parametrize("kind", [Kind.HEAVY, Kind.MUCH])
@pytest.mark.parametrize("floods", [1, 3, 10])
def test_all_that_waits_behind_has_one_budget_however_much_it_is(floods: int, kind: Kind) -> None:
    piece = TURN_SECONDS / 4
    log = played(
        *((f"flood{number}", 1_000, piece, kind) for number in range(floods)),
        ("honest", 1_000, 0.0, Kind.LIGHT),
    )
    end = next(at for name, at in reversed(log) if name == "honest")
    begin = log[0][1]
    # What is light before it is known, then the burst, then its part.
    most = floods * piece + BEHIND_BURST_SECONDS + (end - begin) / (1 + REST) + TURN_SECONDS
    spent = piece * sum(name != "honest" for name, at in log if at < end)
    assert 0.7 * (end - begin) / (1 + REST) < spent < most
    # The honest one is never behind more than what may be done in a turn, before and behind.
    waits = [later - at for at, later in pairwise([at for name, at in log if name == "honest"])]
    assert max(waits) <= 2 * TURN_SECONDS + 2 * TICK


def test_what_waits_behind_is_served_without_a_rest_if_there_was_none_for_a_while() -> None:
    log = played(("paste", int(BEHIND_BURST_SECONDS / TURN_SECONDS), TURN_SECONDS, Kind.MUCH))
    waits = [later - at for at, later in pairwise([at for _, at in log])]
    assert waits == pytest.approx([TURN_SECONDS + TICK] * len(waits))


def test_beyond_its_burst_it_is_followed_by_rests() -> None:
    log = played(("paste", 40, TURN_SECONDS, Kind.MUCH))
    waits = [later - at for at, later in pairwise([at for _, at in log])]
    assert waits[-5:] == pytest.approx([(1 + REST) * TURN_SECONDS] * 5, abs=1.1 * TICK)


def test_a_heavy_socket_that_says_little_does_not_wait_for_all_that_have_much_left() -> None:
    floods = [(f"flood{number}", 500, TURN_SECONDS / 2, Kind.MUCH) for number in range(10)]
    log = played(*floods, ("heavy", 20, 0.0, Kind.HEAVY))
    served = [at for at, (name, _) in enumerate(log) if name == "heavy"]
    # In the beginning all are light, each for a slice.
    assert max(later - at for at, later in pairwise(served[5:])) <= 5, "not after all ten"


def test_heavy_sockets_that_say_much_leave_time_to_those_that_have_something_left() -> None:
    heavies = [(f"heavy{number}", 100, TURN_SECONDS, Kind.HEAVY) for number in range(10)]
    log = played(*heavies, ("paste", 10, TURN_SECONDS / 4, Kind.MUCH))
    assert names(log)[:40].count("paste") == 10


def test_one_turn_ends_with_its_time_and_the_rest_come_next() -> None:
    slow = TURN_SECONDS
    jobs = [(name, pieces, slow, Kind.LIGHT) for name, pieces in (("a", 2), ("b", 2), ("c", 1))]
    log = played(*jobs)
    assert names(log) == ["a", "b", "c", "a", "b"]
    turns = [at for _, at in log]
    # Each has used up a turn: the next one comes with the loop's next turn.
    waits = [later - at for at, later in pairwise(turns)]
    assert waits == pytest.approx([TURN_SECONDS + TICK] * 4)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_socket_that_has_gone_gets_no_turn(kind: Kind) -> None:
    log: list[tuple[str, float]] = []
    loop = Loop()
    turns = turns_of(loop)
    socket = Socket("a", log, turns, loop)
    socket.begin(5, kind=kind)
    if kind is Kind.MUCH:
        loop.turn()
    done = len(log)
    turns.forget(socket)
    while loop.turn():
        pass
    assert len(log) == done
