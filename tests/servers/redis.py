"""A Redis, or Valkey, for tests; each has a port and a folder of its own."""

import atexit
import shutil
import signal
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import redis as client
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.free_port import free_port


class RedisServer:
    """A running server; it keeps nothing."""

    def __init__(self, *options: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="peerline-redis-"))
        self._options = options
        self.port = free_port()
        self._process = self._start()
        atexit.register(self.close)

    @property
    def url(self) -> str:
        """Its URL, without a password."""
        return f"redis://127.0.0.1:{self.port}"

    def client(self) -> Any:
        """A client for the test itself; its types are partly unknown."""
        return client.Redis(
            host="127.0.0.1",
            port=self.port,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
        )

    def kill_subscribers(self) -> int:
        """Cut every connection that listens; how many there were."""
        with self.client() as one:
            return int(one.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))

    def freeze(self) -> None:
        """It accepts connections and answers nobody."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it; nothing listens at its port any longer."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def start_again(self) -> None:
        """Start it at the same port, empty."""
        self.stop()
        self._process = self._start()

    def close(self) -> None:
        """End it for good."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> "subprocess.Popen[bytes]":
        settings = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1")
        place = ("--port", str(self.port), "--dir", str(self._folder))
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [_program(), *place, *settings, *self._options], stdout=log, stderr=log
            )
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return process
            except OSError:
                said = (self._folder / "log").read_text()
                assert process.poll() is None, f"Redis has ended: {said}"


@cache
def redis_server() -> RedisServer:
    """The server of this process, for tests that leave it as it is."""
    return RedisServer()


def _program() -> str:
    path = shutil.which("redis-server") or shutil.which("valkey-server")
    assert path is not None, "Redis is not installed: run scripts/setup-servers"
    return path
