"""Copies of what passes, on their way to another process: bounded, and nobody waits for them.

A frame is the way, the number of bytes and the bytes. The way of a frame without bytes is one of
which something was left out before the next frame.
"""

import struct
from collections import deque
from collections.abc import Iterator
from enum import IntEnum
from threading import Condition
from typing import Final

MAX_WAITING_BYTES: Final = 32 * 1024 * 1024
"""Copies that wait for a reader who lags; what comes beyond is left out."""
_HEAD: Final = struct.Struct(">BI")
MAX_FRAME_BYTES: Final = 1024 * 1024


class Way(IntEnum):
    """The side that has sent the bytes."""

    OF_EDITOR = 0
    OF_AGENT = 1


class Copies:
    """A queue between the threads that pass bytes on and the one that writes copies of them."""

    def __init__(self, most: int = MAX_WAITING_BYTES) -> None:
        self._most = most
        self._frames: deque[tuple[Way, bytes]] = deque()
        self._bytes = 0
        self._cut: set[Way] = set()
        self._is_closed = False
        self._changed = Condition()

    def put(self, way: Way, data: bytes) -> None:
        """Add a copy; it is left out if too many wait. Never waits for the reader."""
        with self._changed:
            if self._is_closed or not data:
                return
            if self._bytes + len(data) > self._most:
                self._cut.add(way)
                return
            if way in self._cut:
                self._cut.discard(way)
                self._frames.append((way, b""))
            self._frames.append((way, data))
            self._bytes += len(data)
            self._changed.notify()

    def close(self) -> None:
        """Nothing more comes."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def discard(self) -> None:
        """Nobody reads: keep nothing, now and later."""
        with self._changed:
            self._is_closed = True
            self._frames.clear()
            self._bytes = 0
            self._changed.notify()

    def take(self) -> bytes:
        """Wait for a frame; empty when all of them were taken and nothing more comes."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._is_closed)
            if not self._frames:
                return b""
            way, data = self._frames.popleft()
            self._bytes -= len(data)
        return _HEAD.pack(way, len(data)) + data


class FrameReader:
    """Takes a stream of frames apart, however it was cut."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Way, bytes]]:
        """The frames that are whole now.

        Raises:
            ValueError: if it is no frame.
        """
        self._waiting += data
        while len(self._waiting) >= _HEAD.size:
            way, size = _HEAD.unpack_from(self._waiting)
            if size > MAX_FRAME_BYTES:
                raise ValueError("a frame is too long")
            end = _HEAD.size + size
            if len(self._waiting) < end:
                return
            frame = bytes(self._waiting[_HEAD.size : end])
            del self._waiting[:end]
            yield Way(way), frame
