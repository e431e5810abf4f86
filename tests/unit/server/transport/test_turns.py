"""The order of turns, on a clock that the test moves."""

import asyncio

from peerline_server.transport.budget import TURN_SECONDS
from peerline_server.transport.turns import Turns


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Socket:
    """Works off pieces that take some time each."""

    def __init__(self, name: str, log: list[str], turns: Turns, clock: Clock) -> None:
        self.name, self.log, self.turns, self.clock = name, log, turns, clock
        self.left = 0
        self.seconds = 0.0
        self.is_heavy = False

    def begin(self, pieces: int, seconds: float = 0.0, *, is_heavy: bool = False) -> None:
        self.left, self.seconds, self.is_heavy = pieces, seconds, is_heavy
        self.turns.wait(self, is_heavy=is_heavy)

    def work(self) -> None:
        self.log.append(self.name)
        self.clock.now += self.seconds
        self.left -= 1
        if self.left:
            self.turns.wait(self, is_heavy=self.is_heavy)


async def played(*jobs: tuple[str, int, float, bool]) -> list[str]:
    """The order in which sockets worked: name, pieces, seconds each, whether heavy."""
    log: list[str] = []
    clock = Clock()
    turns = Turns(asyncio.get_running_loop(), clock)
    sockets = [Socket(name, log, turns, clock) for name, *_ in jobs]
    for socket, (_, pieces, seconds, is_heavy) in zip(sockets, jobs, strict=True):
        socket.begin(pieces, seconds, is_heavy=is_heavy)
    for _ in range(1000):
        if not any(socket.left for socket in sockets):
            break
        clock.now += 0.001
        await asyncio.sleep(0)
    return log


async def test_sockets_take_turns() -> None:
    assert await played(("a", 3, 0, False), ("b", 3, 0, False)) == list("ababab")


async def test_a_heavy_socket_waits_behind_the_others() -> None:
    log = await played(("heavy", 2, 0, True), ("a", 2, 0, False), ("b", 1, 0, False))
    assert log.index("a") < log.index("heavy") or log[:2] == ["heavy", "a"]
    assert log.count("a") == 2
    assert log.count("heavy") == 2


async def test_one_turn_ends_with_its_time_and_the_rest_come_next() -> None:
    slow = TURN_SECONDS
    log = await played(("a", 2, slow, False), ("b", 2, slow, False), ("c", 1, slow, False))
    assert log == ["a", "b", "c", "a", "b"]


async def test_a_socket_that_has_gone_gets_no_turn() -> None:
    log: list[str] = []
    clock = Clock()
    turns = Turns(asyncio.get_running_loop(), clock)
    socket = Socket("a", log, turns, clock)
    socket.begin(5)
    turns.forget(socket)
    for _ in range(5):
        await asyncio.sleep(0)
    assert log == []
