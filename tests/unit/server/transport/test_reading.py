import asyncio

import pytest

from peerline_server.transport.budget import Slice
from peerline_server.transport.frame_reader import FrameReader
from peerline_server.transport.reading import Reading
from peerline_server.transport.turns import Turns


class Consumer:
    """A socket that is past its handshake; it fails if it is broken."""

    def __init__(self, *, is_broken: bool) -> None:
        self.is_broken = is_broken
        self.has_failed = False
        self.read = 0

    def note_received(self, amount: int) -> None: ...
    def end_slice(self, allowed: Slice) -> None: ...
    def end(self) -> None: ...

    def take_head(self, data: bytes) -> tuple[FrameReader | None, bytes]:
        return FrameReader(1_000), data

    def take_alone(self, frames: FrameReader, data: bytes) -> bool:
        if self.is_broken:
            raise RuntimeError
        self.read += 1
        return frames.only_text(data) is not None

    def step(self, frames: FrameReader, allowed: Slice) -> bool:  # noqa: ARG002 - the interface
        if self.is_broken:
            raise RuntimeError
        self.read += 1
        return frames.next(takes_messages=True) is not None

    def fail(self) -> None:
        self.has_failed = True


@pytest.mark.parametrize("is_heavy", [False, True])
async def test_a_socket_that_fails_in_its_turn_is_ended_and_the_others_get_theirs(
    *, is_heavy: bool
) -> None:
    turns = Turns(asyncio.get_running_loop(), lambda: 100.0)
    broken, honest = Consumer(is_broken=True), Consumer(is_broken=False)
    for consumer in (broken, honest):
        reading = Reading(consumer, turns)
        reading.hold()
        reading.add(b"\x81\x82\0\0\0\0{}")
        turns.begin(reading, is_heavy=is_heavy)
        reading.resume()
    for _ in range(5):
        await asyncio.sleep(0)
    assert broken.has_failed
    assert honest.read > 0
    assert not honest.has_failed
