"""Writes the copies to the process that reads them, in a thread that nobody waits for."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from peerline.agent.acp.copies import Copies
from peerline.processes import Process, TimeoutExpired

_LAST_SECONDS: Final = 0.5
"""How long the end of the agent waits for copies to be written; the reader goes on afterwards."""


class Copying:
    """The reader's process and the thread that writes to it; it may fail, be late or missing."""

    def __init__(self, copies: Copies, start_reader: Callable[[], Process]) -> None:
        self._copies = copies
        self._start_reader = start_reader
        self._thread = threading.Thread(target=self._run, name="copies", daemon=True)

    def start(self) -> None:
        """Begin, beside what the caller does."""
        self._thread.start()

    def finish(self) -> None:
        """Give what waits a moment to be written."""
        self._thread.join(_LAST_SECONDS)

    def _run(self) -> None:
        try:
            reader = self._start_reader()
        except OSError:
            self._copies.discard()
            return
        assert reader.stdin is not None
        try:
            while frame := self._copies.take():
                waiting = memoryview(frame)
                while waiting:
                    waiting = waiting[reader.stdin.write(waiting) or 0 :]
        except OSError:  # it has ended
            self._copies.discard()
        with suppress(OSError):
            reader.stdin.close()
        with suppress(TimeoutExpired):
            reader.wait(_LAST_SECONDS)  # not a zombie, if it ends before us
