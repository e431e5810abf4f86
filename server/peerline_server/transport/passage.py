"""A socket that is passed on to another node: two streams, each of which ends in the other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PassageTimes:
    """Limits in seconds."""

    stall: float
    """For an end that takes nothing of what waits for it; then both are cut.

    The end that sends may have gone long ago: while it is not read, nobody would know.
    """
    close: float
    """For an end to take what waits for it when the other one has gone."""


class PassageEnd(asyncio.Protocol):
    """Takes what one stream brings, and writes it to the other one.

    Nothing is kept here: a stream whose other one does not take more is not read.
    """

    __slots__ = ("_loop", "_on_lost", "_other", "_stall", "_stream", "_times")

    def __init__(
        self,
        stream: asyncio.Transport,
        other: asyncio.Transport,
        times: PassageTimes,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._stream = stream
        self._other = other
        self._times = times
        self._on_lost = on_lost
        self._stall: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self._other.write(data)

    def pause_writing(self) -> None:
        """This stream takes no more: read no more from the other one."""
        if not self._other.is_closing():
            self._other.pause_reading()
        self._stall = self._loop.call_later(self._times.stall, self._cut)

    def resume_writing(self) -> None:
        """This stream takes more."""
        self._cancel_stall()
        if not self._other.is_closing():
            self._other.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the base's signature
        """End the other one, when it has taken what it was sent or after a while."""
        self._cancel_stall()
        other = self._other
        other.close()
        self._loop.call_later(self._times.close, other.abort)
        if self._on_lost is not None:
            self._on_lost()

    def _cut(self) -> None:
        self._stream.abort()
        self._other.abort()

    def _cancel_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None


def join_streams(
    near: asyncio.Transport,
    far: asyncio.Transport,
    times: PassageTimes,
    *,
    is_near_writable: bool,
    on_lost: Callable[[], None],
) -> None:
    """Let the two bring each other's bytes from now on; `on_lost` is called when `near` is gone."""
    near_end = PassageEnd(near, far, times, on_lost)
    near.set_protocol(near_end)
    far.set_protocol(PassageEnd(far, near, times))
    near.resume_reading()
    if is_near_writable:
        far.resume_reading()
    else:
        near_end.pause_writing()
