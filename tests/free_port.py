"""A free port, for a program that takes a fixed one only."""

import socket


def free_port() -> int:
    """A port on 127.0.0.1 where nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
