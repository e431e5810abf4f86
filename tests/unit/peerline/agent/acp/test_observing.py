"""Tests of peerline.agent.acp.observing, with a socket in place of a resident's."""

import json
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerline.agent.acp.local import parse
from peerline.agent.acp.observer import Observer
from peerline.agent.acp.observing import AGAIN_SECONDS, Delivery, hand_on
from peerline.agent.reports import NoteReported, ProductReported, Report, StateReported

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="it needs Unix sockets")
FIRST = NoteReported("first")
SECOND = NoteReported("second")
CURRENT: list[Report] = [ProductReported(), StateReported("idle")]


class Resident:
    """Notes the reports of each line, and answers nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reports: list[Report] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self.reports += parse(json.loads(lines.readline())["event"])
                connection.sendall(b"\n")

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    # The path of a socket is short.
    with tempfile.TemporaryDirectory(prefix="pl") as name:
        yield Path(name)


def test_reports_reach_the_resident_behind_the_current_state(folder: Path) -> None:
    resident = Resident(folder / "a.sock")
    delivery = Delivery(lambda: str(resident.path))
    observer = Observer(lambda: "turn")
    hand_on(observer, delivery, [FIRST])
    hand_on(observer, delivery, [])
    hand_on(observer, delivery, [SECOND])
    assert resident.reports == [*CURRENT, FIRST, SECOND]
    resident.close()


def test_a_resident_that_comes_later_is_told_the_current_state(folder: Path) -> None:
    now = 100.0
    found: list[str] = []
    delivery = Delivery(lambda: found[0] if found else None, lambda: now)
    observer = Observer(lambda: "turn")
    hand_on(observer, delivery, [FIRST])
    resident = Resident(folder / "a.sock")
    found.append(str(resident.path))
    hand_on(observer, delivery, [FIRST])
    assert resident.reports == []  # it is not looked for again at each report
    now += AGAIN_SECONDS
    hand_on(observer, delivery, [SECOND])
    assert resident.reports == [*CURRENT, SECOND]
    resident.close()


def test_a_resident_that_has_missed_the_last_report_is_told_the_state_without_another(
    folder: Path,
) -> None:
    now = 100.0
    found: list[str] = []
    delivery = Delivery(lambda: found[0] if found else None, lambda: now)
    observer = Observer(lambda: "turn")
    assert delivery.again_in() is None
    hand_on(observer, delivery, [FIRST])
    assert delivery.again_in() == AGAIN_SECONDS
    resident = Resident(folder / "a.sock")
    found.append(str(resident.path))
    now += AGAIN_SECONDS - 0.5
    hand_on(observer, delivery, [])
    assert (resident.reports, delivery.again_in()) == ([], 0.5)
    now += 0.5
    hand_on(observer, delivery, [])
    assert (resident.reports, delivery.again_in()) == (CURRENT, None)
    now += AGAIN_SECONDS
    hand_on(observer, delivery, [])
    assert resident.reports == CURRENT
    resident.close()


def test_a_socket_that_nobody_serves_harms_nothing(folder: Path) -> None:
    delivery = Delivery(lambda: str(folder / "gone.sock"))
    delivery.send([FIRST])
    assert delivery.is_behind is True
