import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from peerline_server.service_manager import ServiceManager
from tests.program import Program


class Manager:
    """The socket that systemd would have."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.socket.settimeout(30)

    def next(self) -> list[str]:
        return self.socket.recv(4096).decode().splitlines()

    def read_all(self) -> int:
        """Read what is there; the number of messages."""
        count = 0
        self.socket.settimeout(0)
        with suppress(BlockingIOError):
            while self.next():
                count += 1
        return count


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@peerline-{tmp_path.name}"
    manager = Manager(address)
    yield manager
    manager.socket.close()


async def test_without_a_service_manager_nothing_happens() -> None:
    silent = ServiceManager.of({"WATCHDOG_USEC": "1000"})
    silent.is_ready("ready")
    silent.is_stopping("stopping")
    silent.end()


async def test_a_manager_that_is_gone_disturbs_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ServiceManager(str(tmp_path / "nobody"), 0.0).is_ready("ready")
    assert "cannot be told" in caplog.text


async def test_the_event_loop_beats(manager: Manager) -> None:
    server = ServiceManager.of(
        {
            "NOTIFY_SOCKET": manager.address,
            "WATCHDOG_USEC": "30000",
            "WATCHDOG_PID": str(os.getpid()),
        }
    )
    server.is_ready("listens")
    assert manager.next() == ["READY=1", "STATUS=listens"]
    for _ in range(3):
        assert await asyncio.to_thread(manager.next) == ["WATCHDOG=1"]
    server.end()
    manager.read_all()
    await asyncio.sleep(0.03)
    assert manager.read_all() == 0


async def test_a_watchdog_of_another_process_is_none_of_its_business(manager: Manager) -> None:
    server = ServiceManager.of(
        {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}
    )
    server.is_ready("listens")
    assert manager.next()[0] == "READY=1"
    server.is_stopping("stops")
    assert manager.next() == ["STOPPING=1", "STATUS=stops"]
    server.end()


def test_a_server_says_when_it_is_ready_beats_and_says_when_it_stops(
    tmp_path: Path,
) -> None:
    manager = Manager(str(tmp_path / "notify"))
    environment = {
        **os.environ,
        "NOTIFY_SOCKET": manager.address,
        "WATCHDOG_USEC": "600000",
    }
    with (tmp_path / "log").open("wb") as log:
        process = Program(
            *("serve", "--port", "0", "--data-dir", str(tmp_path / "data")),
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        ready = manager.next()
        assert ready[0] == "READY=1"
        assert "127.0.0.1:" in ready[1]
        for _ in range(3):
            assert manager.next() == ["WATCHDOG=1"]
        process.send_signal(signal.SIGSTOP)
        manager.read_all()
        manager.socket.settimeout(1.2)
        with pytest.raises(TimeoutError):
            manager.next()
        manager.socket.settimeout(30)
        process.send_signal(signal.SIGCONT)
        process.terminate()
        while (said := manager.next()) == ["WATCHDOG=1"]:
            pass
        assert said[0] == "STOPPING=1"
        assert process.wait(30) == 0
    finally:
        process.kill()
        manager.socket.close()
