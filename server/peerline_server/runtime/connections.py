"""The participant connections of one session."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from peerline.protocol.errors import CloseCode
from peerline_server.transport.base import Outbox, SharedFrame, WebSocket


class _QuietOutbox:
    """Implements `peerline_server.transport.base.Outbox`, and sends nothing."""

    missed_presence = False

    def send_text(self, payload: bytes) -> None:
        pass

    def send_text_made_late(self, make: Callable[[], bytes]) -> None:
        pass

    def send_binary(self, payload: bytes) -> None:
        pass

    def send_document(self, payload: bytes) -> None:
        pass

    def send_shared(self, frame: SharedFrame) -> None:
        pass

    def send_presence(self, frames: bytes) -> None:
        pass


@dataclass(eq=False, slots=True)
class ParticipantConnection:
    """A joined connection, as the session sees it."""

    user_id: str
    socket: WebSocket
    remove: Callable[[str], None]
    """Ends the connection of a user who was removed, and says why."""
    hand_over: Callable[[float], None]
    """Asks the client to come back after some seconds, to whatever node has the session then."""
    is_quiet: bool = False
    """Whether it takes no messages of the session."""
    outbox: Outbox = field(init=False)
    deflates: bool = field(init=False)

    def __post_init__(self) -> None:
        # They stay, and every delivery looks at them.
        self.outbox = _QuietOutbox() if self.is_quiet else self.socket.outbox
        self.deflates = self.socket.deflates

    def close(self, code: CloseCode, reason: str) -> None:
        """Send what waits, then close."""
        self.socket.close(code, reason)


class Connections:
    """All connections in the order in which they joined, and those of each user."""

    def __init__(self) -> None:
        self._all: dict[ParticipantConnection, None] = {}
        self._of_user: dict[str, set[ParticipantConnection]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[ParticipantConnection]:
        return iter(self._all)

    def count_of(self, user_id: str) -> int:
        """The number of the user's connections."""
        return len(self._of_user.get(user_id, ()))

    def add(self, connection: ParticipantConnection) -> None:
        """Deliver to this connection from now on."""
        self._all[connection] = None
        self._of_user.setdefault(connection.user_id, set()).add(connection)

    def discard(self, connection: ParticipantConnection) -> bool:
        """Deliver to it no longer; whether it was here."""
        if connection not in self._all:
            return False
        del self._all[connection]
        of_user = self._of_user[connection.user_id]
        of_user.discard(connection)
        if not of_user:
            del self._of_user[connection.user_id]
        return True

    def take_user(self, user_id: str) -> set[ParticipantConnection]:
        """Remove the user's connections, and return them."""
        taken = self._of_user.pop(user_id, set[ParticipantConnection]())
        for connection in taken:
            del self._all[connection]
        return taken

    def take_all(self) -> list[ParticipantConnection]:
        """Remove all of them, and return them."""
        taken = list(self._all)
        self.clear()
        return taken

    def hold_reading(self) -> None:
        """Read nothing more from any of them."""
        for connection in self._all:
            connection.socket.hold_reading()

    def clear(self) -> None:
        """Forget all of them."""
        self._all.clear()
        self._of_user.clear()
