"""The process that reads the copies and hands reports on; an editor and its agent know nothing."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Final
from uuid import uuid4

from peerline.agent.acp.local import lines_of
from peerline.agent.acp.observer import Observer
from peerline.agent.hook_program import MAX_LINE, QUICK_SECONDS, exchange, find_socket
from peerline.agent.reports import Report

_PIECE: Final = 1_048_576
AGAIN_SECONDS: Final = 2.0
"""How long a resident that was not there is not asked for."""


class Delivery:
    """Hands reports to the resident agent of a folder, as far as there is one."""

    def __init__(
        self, find: Callable[[], str | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._find = find
        self._clock = clock
        self._next = 0.0
        self.is_behind = True
        """Whether the resident does not know the current state."""

    def send(self, reports: Sequence[Report]) -> None:
        """Hand them on; they are lost if there is nobody."""
        now = self._clock()
        if not reports or now < self._next:
            self.is_behind |= bool(reports)
            return
        try:
            path = self._find()
            if path is None:
                raise FileNotFoundError
            for line in lines_of(reports, MAX_LINE):
                exchange(path, line, QUICK_SECONDS)
        except (OSError, AttributeError):  # also where there are no Unix sockets
            self.is_behind = True
            self._next = now + AGAIN_SECONDS


def main(folder: str) -> int:
    """Read copies from the standard input until it ends."""
    observer = Observer(lambda: uuid4().hex)
    mapping = observer.mapping
    delivery = Delivery(lambda: find_socket(os.path.realpath(mapping.folder or folder)))
    while data := os.read(0, _PIECE):
        hand_on(observer, delivery, observer.feed(data))
    hand_on(observer, delivery, observer.end())
    return 0


def hand_on(observer: Observer, delivery: Delivery, reports: Sequence[Report]) -> None:
    """Hand reports on, behind what a resident does not know that has come since."""
    if not reports:
        return
    known = observer.mapping.current() if delivery.is_behind else []
    delivery.is_behind = False
    delivery.send([*known, *reports])
