"""The receiving half of one socket: what has come is worked off a slice at a time (`.budget`).

While some of it is left, reading is paused and the other sockets get their turns.
"""

import asyncio
import logging
from typing import Final, Protocol

from peerline.logs import describe
from peerline_server.transport.budget import Share, Slice
from peerline_server.transport.frame_reader import FrameReader
from peerline_server.transport.turns import Turns

_log = logging.getLogger("peerline.server.transport")
_COUNTED_BYTES: Final = 16 * 1024
"""The least that input is reported in, so that reporting costs nothing."""


class Consumer(Protocol):
    """The socket whose stream is read."""

    def note_received(self, amount: int) -> None:
        """`amount` more bytes have come."""
        ...

    def take_head(self, data: bytes) -> tuple[FrameReader | None, bytes]:
        """Take the head of the handshake; once it is whole, a reader, and what comes after it."""
        ...

    def take_alone(self, frames: FrameReader, data: bytes) -> bool:
        """Take what was read if it is one ordinary message; False leaves it to the steps."""
        ...

    def step(self, frames: FrameReader, allowed: Slice) -> bool:
        """Take one piece and count it; False if there is none yet."""
        ...

    def end_slice(self, allowed: Slice) -> None:
        """All that may be worked off in this turn was."""
        ...

    def end(self) -> None:
        """The peer sends no more, and everything was worked off."""
        ...

    def fail(self) -> None:
        """Something in the consumer is broken: end the socket."""
        ...


class Reading:
    """Implements `peerline_server.transport.turns.Worker`."""

    __slots__ = (
        "_consumer",
        "_frames",
        "_holds",
        "_is_at_end",
        "_is_busy",
        "_is_over",
        "_is_paused",
        "_share",
        "_transport",
        "_turns",
        "_uncounted",
        "_unread",
    )

    def __init__(self, consumer: Consumer, turns: Turns) -> None:
        self._consumer: Consumer | None = consumer
        self._turns = turns
        self._transport: asyncio.Transport | None = None
        self._frames: FrameReader | None = None
        """None until the head of the handshake is complete."""
        self._unread = b""
        """Bytes that have come and are not yet in the frame reader."""
        self._uncounted = 0
        self._holds = 0
        self._is_busy = False
        """Whether the socket has its turn, or waits for it."""
        self._is_paused = False
        self._is_at_end = False
        """Whether the peer's end of the stream comes after what is not yet worked off."""
        self._is_over = False
        self._share = Share()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is looked at."""
        return self._is_over

    def attach(self, transport: asyncio.Transport) -> None:
        """Pause and resume this."""
        self._transport = transport

    def detach(self) -> None:
        """The socket is gone."""
        self._turns.forget(self)
        self._transport = self._consumer = None
        self.drop()

    def add(self, data: bytes) -> None:
        """Work off what has come, now or in one of the next turns."""
        self._uncounted += len(data)
        if self._uncounted >= _COUNTED_BYTES and self._consumer is not None:
            self._consumer.note_received(self._uncounted)
            self._uncounted = 0
        if self._is_over:
            return
        self._unread = self._unread + data if self._unread else data
        if self._is_busy or self._holds:
            return
        self._is_busy = True
        began = self._turns.clock()
        is_heavy = self._share.is_heavy(began)
        if is_heavy or not self._turns.has_room:
            self._update()
            self._turns.begin(self, is_heavy=is_heavy)
        else:
            self._work(began)

    def end_of_stream(self) -> bool:
        """The peer has ended the stream; whether something comes before that is taken note of."""
        if self._is_busy or self._holds:
            # Only where a loop reads on in spite of a pause: what came before goes first.
            self._is_at_end = True
            return True
        return False

    def hold(self) -> None:
        """Read no more until `resume`, nor look at what was read; calls count."""
        self._holds += 1
        self._update()

    def resume(self) -> None:
        """Undo one `hold`."""
        self._holds = max(0, self._holds - 1)
        self._go_on()

    def release(self) -> None:
        """Undo every `hold`, or the peer's close frame would never be seen."""
        self._holds = 0
        self._go_on()

    def allow(self, max_bytes: int) -> None:
        """Take messages of this size from the next one on."""
        if self._frames is not None:
            self._frames.max_bytes = max_bytes

    def take_rest(self) -> bytes | None:
        """The bytes that nobody has looked at, from the border of a frame; None within a frame."""
        rest = b"" if self._frames is None else self._frames.rest
        return None if rest is None else rest + self._unread

    def drop(self) -> None:
        """Look at nothing more."""
        self._is_over = True
        self._unread = b""
        self._frames = None

    def work(self) -> None:
        """Work off what may be worked off in this turn."""
        self._work(self._turns.clock())

    def _work(self, began: float) -> None:
        consumer = self._consumer
        if consumer is None:
            return
        try:
            self._work_slice(consumer, began)
        except Exception as error:  # noqa: BLE001 - the other sockets get their turns all the same
            _log.error("a socket failed: cut: %s", describe(error))
            self.drop()
            consumer.fail()

    def _work_slice(self, consumer: Consumer, began: float) -> None:
        turns, frames = self._turns, self._frames
        data, self._unread = self._unread, b""
        if frames is None or not consumer.take_alone(frames, data):
            self._unread = data
            allowed = Slice(began)
            self._work_off(consumer, allowed)
            consumer.end_slice(allowed)
        end = turns.clock()
        self._share.spend(end - began, end)
        turns.spend(end - began)
        self._is_busy = False
        self._go_on(had_slice=True)

    def _work_off(self, consumer: Consumer, allowed: Slice) -> None:
        data, self._unread = self._unread, b""
        if self._frames is None:
            frames, data = consumer.take_head(data)
            if self._is_over:
                return
            self._frames = frames
        frames = self._frames
        if frames is None:
            return
        if data:
            frames.add(data)
        while not self._holds and not self._is_over:
            if not consumer.step(frames, allowed):
                return
            if frames.is_empty or not allowed.has_room(self._turns.clock()):
                return

    def _go_on(self, *, had_slice: bool = False) -> None:
        """Wait for the next turn if there is work left, or read on."""
        if self._is_busy or self._holds or self._is_over:
            self._update()
        elif self._unread or (self._frames is not None and self._frames.has_frame):
            self._is_busy = True
            self._update()
            if had_slice:
                self._turns.go_on(self)
            else:
                self._turns.begin(self, is_heavy=self._share.is_heavy(self._turns.clock()))
        elif self._is_at_end and self._consumer is not None:
            self._is_at_end = False
            self._consumer.end()
        else:
            self._update()

    def _update(self) -> None:
        wants = self._is_busy or self._holds > 0
        if wants == self._is_paused or self._transport is None or self._transport.is_closing():
            return
        self._is_paused = wants
        if wants:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
