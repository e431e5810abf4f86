"""The session at hand, as shared documents see it."""

from collections.abc import Callable

from peerline.client import Client, LinkState
from peerline.protocol.roles import Role
from peerline_bridge.session.session_client import SessionClient
from peerline_bridge.sharing.contract import SessionDocuments, SessionView


class DocumentSession:
    """Implements `peerline_bridge.sharing.contract.SessionView`."""

    def __init__(self, session: SessionClient) -> None:
        self._session = session

    @property
    def is_joined(self) -> bool:
        """Whether there is a connection."""
        return self._session.client.state is LinkState.JOINED

    @property
    def role(self) -> Role | None:
        """The user's role."""
        connected = self._session.client.replica.connected
        return None if connected is None else connected.user.role


def view_of(session: Callable[[], SessionClient | None]) -> Callable[[], SessionView | None]:
    """The view of the session at hand, whichever that is."""

    def view() -> SessionView | None:
        found = session()
        return None if found is None else DocumentSession(found)

    return view


def documents_of(client: Client) -> SessionDocuments | None:
    """The shared documents of a client."""
    return getattr(client, "documents", None)
