"""Makes a peer of each socket and knows those that are open; health and metrics over HTTP GET."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from websockets.http11 import Request

from peerline_server.auth.revocation import Revocations
from peerline_server.auth.sign_in import Plan
from peerline_server.gateway.connection import Peer
from peerline_server.gateway.handshake import SESSION_PATH
from peerline_server.limits.limiter import Limiter
from peerline_server.runtime.hub import Hub
from peerline_server.runtime.joining import Doorkeeper
from peerline_server.runtime.moderation_requests import HostDesk
from peerline_server.transport.addresses import client_address, parse_networks
from peerline_server.transport.websocket import HttpAnswer, WebSocketTransport

COME_BACK_SECONDS: Final = (0.5, 5.0)
"""Between these, each client of a server that goes down is told to come back."""


class Gateway:
    """Makes a `Peer` for each socket and knows those that are open."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        hub: Hub,
        doorkeeper: Doorkeeper,
        host_desk: HostDesk,
        limiter: Limiter,
        *,
        random_source: Callable[[], float] = random.random,
    ) -> None:
        self.loop = loop
        self._random = random_source
        self.hub = hub
        self.doorkeeper = doorkeeper
        self.host_desk = host_desk
        self.limiter = limiter
        self.settings = hub.settings
        self.metrics = hub.metrics
        self.token_plan = Plan(
            warning=timedelta(seconds=self.settings.token_warning_seconds),
            guest_renewal=timedelta(seconds=self.settings.guest_token_seconds / 2),
        )
        self._trusted_proxies = parse_networks(self.settings.trusted_proxies)
        self.peers: set[Peer] = set()
        self._handshakes: dict[Peer, None] = {}
        """Sockets without a handshake, the one that has waited longest first."""
        self.is_draining = False

    def make_handler(self, transport: WebSocketTransport) -> Peer:
        """The handler of a new socket."""
        return Peer(self, transport)

    def begin_handshake(self, peer: Peer) -> None:
        """A socket is there. If too many say nothing, the one that has waited longest goes."""
        self._handshakes[peer] = None
        if len(self._handshakes) > self.settings.max_handshakes:
            oldest = next(iter(self._handshakes))
            self.end_handshake(oldest)
            oldest.cut()

    def end_handshake(self, peer: Peer) -> None:
        """The socket has shaken hands, or is gone."""
        self._handshakes.pop(peer, None)

    def client_address(self, peer_address: str, request: Request) -> str | None:
        """The address to which the limits of a connection apply, if there is one."""
        forwarded = request.headers.get_all("X-Forwarded-For")
        return client_address(peer_address, forwarded, self._trusted_proxies)

    def end_revoked(self, revocations: Revocations) -> None:
        """End the connections of tokens that hold no longer."""
        for peer in list(self.peers):
            peer.end_if_revoked(revocations)

    def answer(self, request: Request) -> HttpAnswer | None:
        """What a request gets: None for a WebSocket handshake to a session."""
        try:
            path = urlsplit(request.path).path
        except ValueError:
            return HttpAnswer(HTTPStatus.BAD_REQUEST, "The request target is malformed.\n")
        if path == "/healthz":
            return HttpAnswer(HTTPStatus.OK, "ok\n")
        if path == "/readyz":
            return self._readiness()
        if path == "/metrics" and self.settings.serve_metrics:
            return HttpAnswer(HTTPStatus.OK, self.metrics.text())
        if path != "/ws" and not SESSION_PATH.fullmatch(path):
            return HttpAnswer(
                HTTPStatus.NOT_FOUND,
                "Not here. Sessions are at /ws/session/SESSION_ID.\n",
            )
        if self.is_draining:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "The server is going down.\n")
        if len(self.peers) >= self.settings.max_connections:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections.\n")
        return None

    def _readiness(self) -> HttpAnswer:
        """Whether a load balancer may send somebody here."""
        if self.is_draining:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "going down\n")
        if self.hub.store.is_stalled:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "the store does not write\n")
        return HttpAnswer(HTTPStatus.OK, "ready\n")

    def drain(self) -> None:
        """Let nobody in any more and ask everybody to come back, not all at once."""
        self.is_draining = True
        least, most = COME_BACK_SECONDS
        for peer in list(self.peers):
            peer.send_away(round(least + self._random() * (most - least), 3))
