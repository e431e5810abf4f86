"""Makes a connection of each socket, and ends them when the server stops."""

import random
from collections.abc import Callable
from typing import Final

from peerline_server.auth.revocation import Revocations
from peerline_server.cluster.base import Cluster
from peerline_server.gateway.connection import Connection
from peerline_server.gateway.context import ConnectionContext, ConnectionOptions
from peerline_server.gateway.http_answers import HttpAnswers
from peerline_server.gateway.open_connections import OpenConnections
from peerline_server.gateway.pages import Pages
from peerline_server.gateway.participant_requests import RequestServices
from peerline_server.relay.relay import Relay
from peerline_server.runtime.joining import JoinService
from peerline_server.settings import Settings
from peerline_server.transport.base import WebSocket

COME_BACK_SECONDS: Final = (0.5, 5.0)
"""Between these, each client of a server that goes down is told to come back."""


class Gateway:
    """Makes a `Connection` of each socket and knows those that are open."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        joins: JoinService,
        requests: RequestServices,
        pages: Pages,
        cluster: Cluster,
        settings: Settings,
        *,
        relay: Relay | None = None,
        random_source: Callable[[], float] = random.random,
    ) -> None:
        self._random = random_source
        self.connections = OpenConnections(settings.max_handshakes, settings.max_silent_connections)
        store = requests.store
        self._answers = HttpAnswers(
            self.connections,
            requests.context.metrics,
            lambda: store.is_stalled,
            lambda: cluster.is_cut_off,
            serve_metrics=settings.serve_metrics,
            max_connections=settings.max_connections,
        )
        self._context = ConnectionContext(
            runtime=requests.context,
            options=ConnectionOptions.of(settings),
            connections=self.connections,
            answers=self._answers,
            pages=pages,
            limiter=requests.limiter,
            joins=joins,
            requests=requests,
            relay=relay,
        )

    def make_handler(self, socket: WebSocket) -> Connection:
        """The handler of a new socket."""
        return Connection(socket, self._context)

    def end_revoked(self, revocations: Revocations) -> None:
        """End the connections of tokens that hold no longer."""
        for connection in self.connections:
            connection.end_if_revoked(revocations)

    def begin_drain(self) -> None:
        """Take no new connections."""
        self._answers.is_draining = True

    def passed_on(self) -> list[str]:
        """The ids of the connections whose sessions are on other nodes."""
        return [connection.id for connection in self.connections if connection.is_passed_on]

    async def cut(self, connection_id: str) -> None:
        """End a connection without a word: its client comes back elsewhere."""
        for connection in self.connections:
            if connection.id == connection_id:
                connection.cut()

    def drain(self) -> None:
        """Take no new connections and ask all clients to come back, not all at once."""
        self.begin_drain()
        for connection in self.connections:
            connection.send_away(self._come_back())

    def send_away(self) -> None:
        """Ask those whose sessions are here to come back, which leads them to another node."""
        for connection in self.connections:
            if not connection.is_passed_on:
                connection.hand_over(self._come_back())

    def _come_back(self) -> float:
        least, most = COME_BACK_SECONDS
        return round(least + self._random() * (most - least), 3)
