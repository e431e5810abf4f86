"""The address of a server as this computer and as others reach it."""

import http.client
import socket
from contextlib import suppress
from typing import Final

from peerline.protocol.links import ServerPlace

_PROBE_SECONDS: Final = 3.0
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "::": "[::1]"}  # noqa: S104 - recognised, not bound
"""The addresses of a server that listens everywhere, and how this computer reaches each."""


def local(address: str) -> str:
    """Return how this computer reaches a server that listens on `address`."""
    host, _, port = address.rpartition(":")
    return f"{_EVERYWHERE[host]}:{port}" if host in _EVERYWHERE else address


def reachable(address: str) -> str:
    """Return how others reach a server that listens on `address`, as far as that is known here."""
    host, _, port = address.rpartition(":")
    return f"{_own_ip()}:{port}" if host in _EVERYWHERE else address


def answers(address: str) -> bool:
    """Whether a server of Peerline answers at an address."""
    host, _, port = local(address).rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException, ValueError, OverflowError):
        return False  # also for a name or a port that cannot be one
    finally:
        connection.close()


def is_loopback(address: str) -> bool:
    """Whether an address is of this computer only."""
    return ServerPlace(address.rpartition("://")[2].partition("/")[0]).is_loopback


def _own_ip() -> str:
    """The address of this computer in its network; nothing is sent to find it."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # TEST-NET-1 of RFC 5737
        return str(probe.getsockname()[0])
    return "127.0.0.1"
