"""Writes to the editor without blocking the event loop: an editor may stop reading for a while."""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

_log = logging.getLogger("peerline.bridge")

MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
"""Most that waits for an editor that does not read; beyond it the bridge ends."""
CLOSE_SECONDS: Final = 1.0
"""How long what waits may still be written at the end."""


class ThreadedWriter:
    """Pygls' writer over a file descriptor; a daemon thread writes in order.

    A pool's thread would keep the process alive while the editor does not read.

    Args:
        descriptor: where to write.
        on_end: called once, from either thread, when nothing can be written any more.
        max_waiting: how many bytes may wait.
    """

    def __init__(
        self,
        descriptor: int,
        on_end: Callable[[str], None],
        *,
        max_waiting: int = MAX_WAITING_BYTES,
    ) -> None:
        self._descriptor = descriptor
        self._on_end = on_end
        self._max_waiting = max_waiting
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._condition = threading.Condition()
        self._is_over = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._pump, name="stdout", daemon=True)
        self._thread.start()

    @property
    def waiting_bytes(self) -> int:
        """The bytes that the editor has not taken yet."""
        return self._waiting

    def write(self, data: bytes) -> None:
        """Queue bytes; once nothing can be written any more they are dropped."""
        with self._condition:
            if self._is_over or self._is_closing:
                return
            if self._waiting + len(data) <= self._max_waiting:
                self._pieces.append(data)
                self._waiting += len(data)
                self._condition.notify()
                return
        self._end("the editor does not read")

    def close(self) -> None:
        """Write what waits, for at most CLOSE_SECONDS."""
        with self._condition:
            self._is_closing = True
            self._condition.notify()
        self._thread.join(CLOSE_SECONDS)

    def _pump(self) -> None:
        while True:
            with self._condition:
                while not self._pieces and not self._is_closing and not self._is_over:
                    self._condition.wait()
                if not self._pieces or self._is_over:
                    return
                data = b"".join(self._pieces)
                self._pieces.clear()
            try:
                self._write_all(data)
            except OSError as error:
                self._end(f"the editor cannot be written to: {type(error).__name__}")
                return
            with self._condition:
                self._waiting -= len(data)

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def _end(self, reason: str) -> None:
        with self._condition:
            if self._is_over:
                return
            self._is_over = True
            self._pieces.clear()
            self._condition.notify()
        _log.error("the bridge ends: %s", reason)
        self._on_end(reason)
