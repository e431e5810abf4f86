"""Session links: `peerline://HOST:PORT/SESSION?invite=CODE` (`peerlines://` with TLS)."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

_WEBSOCKET_SCHEMES = {"peerline": "ws", "peerlines": "wss"}


class LinkError(ValueError):
    """A link that cannot be used; the text says why and never repeats the invite."""


@dataclass(frozen=True, slots=True)
class SessionLink:
    """Where a session is and, if somebody is invited, the code."""

    address: str
    """HOST:PORT, an IPv6 host in brackets."""
    session_id: str
    invite: str | None = None
    tls: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a link.

        Raises:
            LinkError: if it is not a Peerline link or a part is missing.
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            raise LinkError("the link's address is not valid") from None
        if parts.scheme not in _WEBSOCKET_SCHEMES:
            raise LinkError("a session link starts with peerline:// or peerlines://")
        if not parts.hostname or parts.username is not None or " " in parts.hostname:
            raise LinkError("the link has no HOST:PORT after ://")
        session_id = parts.path.strip("/")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", session_id):
            raise LinkError("the link has no session id after HOST:PORT/")
        tls = parts.scheme == "peerlines"
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        address = f"{host}:{port or (443 if tls else 80)}"
        invite = parse_qs(parts.query).get("invite", [None])[0]
        return cls(address, session_id, invite, tls)

    def __str__(self) -> str:
        scheme = "peerlines" if self.tls else "peerline"
        query = f"?invite={quote(self.invite)}" if self.invite else ""
        return f"{scheme}://{self.address}/{self.session_id}{query}"

    @property
    def websocket_url(self) -> str:
        """The address to connect to; the invite goes into the first message, not into the URL."""
        scheme = "wss" if self.tls else "ws"
        return f"{scheme}://{self.address}/ws/session/{self.session_id}"
