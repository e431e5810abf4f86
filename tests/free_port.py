"""A free port, for a program that takes a fixed one only."""

import secrets
import socket
from contextlib import suppress
from typing import Final

_QUIET: Final = range(20_000, 32_000)


def free_port() -> int:
    """A port on 127.0.0.1 where nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def quiet_port() -> int:
    """A free port below those that a system gives out: nobody takes it while nobody listens."""
    while True:
        port = secrets.choice(_QUIET)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
