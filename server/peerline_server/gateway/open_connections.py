"""The connections of a server: those that shake hands, and those that are open."""

from collections.abc import Iterator
from typing import Protocol

from peerline_server.auth.revocation import Revocations


class OpenConnection(Protocol):
    """A connection, as the server sees all of them."""

    def send_away(self, retry_after: float) -> None:
        """Ask the client to come back later, then close."""
        ...

    def hand_over(self, retry_after: float) -> None:
        """The same, and what comes now is for another node."""
        ...

    @property
    def is_passed_on(self) -> bool:
        """Whether its session is on another node, and so is all but the socket."""
        ...

    def end_if_revoked(self, revocations: Revocations) -> None:
        """End the connection if its token was revoked."""
        ...

    @property
    def id(self) -> str:
        """The connection's id."""
        ...

    def cut(self) -> None:
        """End the socket without waiting for the peer."""
        ...


class OpenConnections:
    """Counts them, and bounds those that shake hands or have not asked to join."""

    def __init__(self, max_handshakes: int, max_silent: int) -> None:
        self._max_handshakes = max_handshakes
        self._max_silent = max_silent
        self._open: set[OpenConnection] = set()
        self._handshakes: dict[OpenConnection, None] = {}
        """Sockets without a handshake, the one that has waited longest first."""
        self._silent: dict[str, OpenConnection] = {}
        """By id, those that have not asked to join, the one that has waited longest first."""

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[OpenConnection]:
        return iter(list(self._open))

    def add(self, connection: OpenConnection) -> None:
        """The handshake is done. If too many do not ask to join, the oldest of them is cut."""
        self._open.add(connection)
        self._silent[connection.id] = connection
        if len(self._silent) > self._max_silent:
            self.make_room()

    def asks_to_join(self, connection_id: str) -> None:
        """The connection is silent no longer; the join has limits of its own."""
        self._silent.pop(connection_id, None)

    def make_room(self) -> bool:
        """Cut the connection that has been silent for longest; false if none is."""
        if not self._silent:
            return False
        oldest = self._silent.pop(next(iter(self._silent)))
        self._open.discard(oldest)
        oldest.cut()
        return True

    def discard(self, connection: OpenConnection) -> None:
        """The connection is closed."""
        self._open.discard(connection)
        self._silent.pop(connection.id, None)

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
