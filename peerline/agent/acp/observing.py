"""The process that reads the copies and hands reports on; an editor and its agent know nothing."""

import os
import time
from collections.abc import Callable, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import Final
from uuid import uuid4

from peerline.agent.acp.local import lines_of
from peerline.agent.acp.observer import Observer
from peerline.agent.hook_program import MAX_LINE, exchange, find_socket
from peerline.agent.reports import Report

_PIECE: Final = 1_048_576
_MOST_PIECES: Final = 4
AGAIN_SECONDS: Final = 2.0
"""How long a resident that was not there is not asked for."""
ANSWER_SECONDS: Final = 20.0
"""How long a resident may take to answer: nobody waits for this process."""


class Delivery:
    """Hands reports to the resident agent of a folder, as far as there is one."""

    def __init__(
        self, find: Callable[[], str | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._find = find
        self._clock = clock
        self._next: float | None = None
        self.is_behind = True
        """Whether the resident does not know the current state."""

    def send(self, reports: Sequence[Report]) -> None:
        """Hand them on; they are lost if there is nobody."""
        if not reports:
            return
        if self._next is not None and self._clock() < self._next:
            self.is_behind = True
            return
        try:
            path = self._find()
            if path is None:
                raise FileNotFoundError
            for line in lines_of(reports, MAX_LINE):
                exchange(path, line, ANSWER_SECONDS)
        except (OSError, AttributeError):  # also where there are no Unix sockets
            self.is_behind = True
            self._next = self._clock() + AGAIN_SECONDS

    def again_in(self) -> float | None:
        """Seconds until one who has missed something is told how it is; None if nobody has."""
        if self._next is None or not self.is_behind:
            return None
        return max(0.0, self._next - self._clock())


def main(folder: str) -> int:
    """Read copies from the standard input until it ends."""
    observer = Observer(lambda: uuid4().hex)
    mapping = observer.mapping
    delivery = Delivery(lambda: find_socket(os.path.realpath(mapping.folder or folder)))
    pieces: Queue[bytes] = Queue(_MOST_PIECES)
    Thread(target=_read, args=(pieces,), name="copies", daemon=True).start()
    while True:
        try:
            data = pieces.get(timeout=delivery.again_in())
        except Empty:
            hand_on(observer, delivery, [])
            continue
        if not data:
            break
        hand_on(observer, delivery, observer.feed(data))
    hand_on(observer, delivery, observer.end())
    return 0


def hand_on(observer: Observer, delivery: Delivery, reports: Sequence[Report]) -> None:
    """Hand reports on, behind what a resident does not know that has come since."""
    if not reports and delivery.again_in() is None:
        return
    known = observer.mapping.current() if delivery.is_behind else []
    delivery.is_behind = False
    delivery.send([*known, *reports])


def _read(pieces: Queue[bytes]) -> None:
    """Read to the end, which is an empty piece."""
    try:
        while data := os.read(0, _PIECE):
            pieces.put(data)
    finally:
        pieces.put(b"")
