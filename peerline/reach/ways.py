"""The ways, and the programs that open them: each a command and the line that it prints. Pure."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from peerline.protocol.links import LinkError, ServerPlace, parse_address

SSH_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9_.][A-Za-z0-9_.-]*@)?[A-Za-z0-9_.][A-Za-z0-9_.-]{0,252}"
)
"""USER@HOST or an alias of ~/.ssh/config; one that began with a dash would be an option."""


class Reach(StrEnum):
    """The people who can join a session of one's own."""

    COMPUTER = "computer"
    """Users of this computer."""
    NETWORK = "network"
    """Users of the network that this computer is in; traffic is not encrypted."""
    SSH = "ssh"
    """Users who reach an SSH host of the user."""
    TUNNEL = "tunnel"
    """Users on the internet, by a tunnel program."""


class WayError(ValueError):
    """A choice that is not complete or not known; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way with its details."""

    reach: Reach
    ssh_host: str | None = None
    tunnel: str | None = None
    """The name of the tunnel program."""
    ssh_port: int | None = None
    """The port to use at the SSH host, if it is not the server's."""

    def __post_init__(self) -> None:
        if self.reach is Reach.SSH and not SSH_HOST.fullmatch(self.ssh_host or ""):
            raise WayError("an SSH host is needed: --ssh-host HOST, as in `ssh HOST`")
        if self.reach is Reach.TUNNEL and self.tunnel is not None and self.tunnel not in TUNNELS:
            raise WayError(f"no tunnel program {self.tunnel!r} is known; use {', '.join(TUNNELS)}")

    def as_dict(self) -> dict[str, str | int]:
        """The choice as it is remembered."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: object) -> "Choice | None":
        """The choice that was remembered; None if it makes no sense."""
        if not isinstance(values, dict):
            return None
        known: dict[str, object] = values  # pyright: ignore[reportUnknownVariableType]
        reach, ssh_host, tunnel = (known.get(name) for name in ("reach", "ssh_host", "tunnel"))
        port = known.get("ssh_port")
        try:
            return cls(
                Reach(str(reach)),
                ssh_host if isinstance(ssh_host, str) else None,
                tunnel if isinstance(tunnel, str) else None,
                port if isinstance(port, int) else None,
            )
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Program:
    """A program that opens a way to a port of this computer and keeps it open while it runs."""

    name: str
    arguments: Callable[[int], list[str]]
    """Its arguments for the port of the server."""
    opened: re.Pattern[str]
    """The line by which it says that the way is open; a group `url` is the address."""


def _cloudflared(port: int) -> list[str]:
    return ["tunnel", "--no-autoupdate", "--url", f"http://127.0.0.1:{port}"]


def _tailscale(port: int) -> list[str]:
    return ["funnel", str(port)]


def _ngrok(port: int) -> list[str]:
    return ["http", f"127.0.0.1:{port}", "--log", "stdout", "--log-format", "logfmt"]


def _devtunnel(port: int) -> list[str]:
    return ["host", "--port-numbers", str(port), "--allow-anonymous"]


TUNNELS: Final = {
    program.name: program
    for program in (
        Program(
            "cloudflared",
            _cloudflared,
            re.compile(r"(?P<url>https://(?!api\.)[a-z0-9-]+\.trycloudflare\.com)\b"),
        ),
        Program(
            "tailscale", _tailscale, re.compile(r"(?P<url>https://[a-z0-9.-]+\.ts\.net(?::\d+)?)\b")
        ),
        Program("ngrok", _ngrok, re.compile(r"\burl=(?P<url>https://[A-Za-z0-9.-]+)")),
        Program(
            "devtunnel",
            _devtunnel,
            # The page of the port, not the one that inspects it.
            re.compile(r"(?P<url>https://[a-z0-9-]+-\d+\.[a-z0-9.]*devtunnels\.ms)\b"),
        ),
    )
}


def ssh(host: str, remote_port: int) -> Program:
    """OpenSSH's client, which forwards a port of the host to the server.

    The host listens for others only if its sshd has `GatewayPorts clientspecified` or `yes`.
    """

    def arguments(port: int) -> list[str]:
        options = (
            *("BatchMode=yes", "ExitOnForwardFailure=yes", "ClearAllForwardings=no"),
            *("ServerAliveInterval=15", "ServerAliveCountMax=3", "ControlPath=none"),
        )
        return [
            *(part for option in options for part in ("-o", option)),
            *("-v", "-N", "-T", "-R", f"*:{remote_port}:127.0.0.1:{port}", "--", host),
        ]

    return Program("ssh", arguments, re.compile(r"remote forward success for: listen"))


def host_name_of(ssh_configuration: str, host: str) -> str:
    """The name under which an SSH host is reached, from the answer of `ssh -G HOST`."""
    found = re.search(r"^hostname (\S+)$", ssh_configuration, re.MULTILINE)
    return found[1] if found else host.rpartition("@")[2]


def shown_address(line: str, program: Program, otherwise: str) -> str | None:
    """The address for links, if a line of the program's output says that the way is open.

    `otherwise` is the address of a program that prints none.
    """
    found = program.opened.search(line)
    if found is None:
        return None
    url = found.groupdict().get("url")
    try:
        return parse_address(otherwise) if url is None else str(ServerPlace.parse(url))
    except LinkError:
        return None
