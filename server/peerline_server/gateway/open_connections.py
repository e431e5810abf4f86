"""The connections of a server: those that shake hands, and those that are open."""

from collections.abc import Iterator
from typing import Protocol

from peerline_server.auth.revocation import Revocations


class OpenConnection(Protocol):
    """A connection, as the server sees all of them."""

    def send_away(self, retry_after: float) -> None:
        """Ask the client to come back later, then close."""
        ...

    def end_if_revoked(self, revocations: Revocations) -> None:
        """End the connection if its token was revoked."""
        ...

    def cut(self) -> None:
        """End the socket without waiting for the peer."""
        ...


class OpenConnections:
    """Counts them and bounds the handshakes that are under way."""

    def __init__(self, max_handshakes: int) -> None:
        self._max_handshakes = max_handshakes
        self._open: set[OpenConnection] = set()
        self._handshakes: dict[OpenConnection, None] = {}
        """Sockets without a handshake, the one that has waited longest first."""

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[OpenConnection]:
        return iter(list(self._open))

    def add(self, connection: OpenConnection) -> None:
        """The handshake is done."""
        self._open.add(connection)

    def discard(self, connection: OpenConnection) -> None:
        """The connection is closed."""
        self._open.discard(connection)

    def begin_handshake(self, connection: OpenConnection) -> None:
        """A socket is there. If too many say nothing, the one that has waited longest is cut."""
        self._handshakes[connection] = None
        if len(self._handshakes) > self._max_handshakes:
            oldest = next(iter(self._handshakes))
            self.end_handshake(oldest)
            oldest.cut()

    def end_handshake(self, connection: OpenConnection) -> None:
        """The socket has shaken hands, or is gone."""
        self._handshakes.pop(connection, None)
