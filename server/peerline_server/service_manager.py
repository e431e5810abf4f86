"""Reports the server's state to systemd, if systemd has started it: sd_notify(3).

A message is a datagram to the socket that `NOTIFY_SOCKET` names. With `WatchdogSec` the event loop
itself beats, so that a server that hangs is killed, and its sessions are free.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from typing import Final, Self

_log = logging.getLogger("peerline.server")
_MICROSECONDS: Final = 1_000_000
_BEATS: Final = 3
"""In the time after which the service manager takes a silent server for dead."""


class ServiceManager:
    """Tells it what the server does; without one nothing happens."""

    def __init__(self, address: str, watchdog_seconds: float) -> None:
        """`address` is that of its socket, or empty; with 0 seconds there is no watchdog."""
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._interval = watchdog_seconds / _BEATS
        self._beat: asyncio.TimerHandle | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The one that has started this process."""
        source = os.environ if environment is None else environment
        microseconds = source.get("WATCHDOG_USEC", "")
        is_meant = source.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        has_watchdog = microseconds.isdigit() and is_meant
        seconds = int(microseconds) / _MICROSECONDS if has_watchdog else 0.0
        return cls(source.get("NOTIFY_SOCKET", ""), seconds)

    def is_ready(self, status: str) -> None:
        """The server listens; the watchdog begins."""
        self._tell(f"READY=1\nSTATUS={status}")
        if self._address and self._interval > 0:
            self._keep_beating()

    def is_stopping(self, status: str) -> None:
        """The server begins to end. The watchdog goes on."""
        self._tell(f"STOPPING=1\nSTATUS={status}")

    def end(self) -> None:
        """The event loop ends."""
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None

    def _keep_beating(self) -> None:
        self._tell("WATCHDOG=1")
        loop = asyncio.get_running_loop()
        self._beat = loop.call_later(self._interval, self._keep_beating)

    def _tell(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as stream:
                stream.settimeout(0)
                stream.sendto(text.encode(), self._address)
        except OSError as error:
            _log.warning("the service manager cannot be told: %s", error.strerror)
