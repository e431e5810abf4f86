"""The session at hand, as shared documents see it."""

import asyncio
from collections.abc import Callable, Sequence

from peerline.client import Client, LinkState, Replica
from peerline.protocol.roles import Role
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.session.local_presence import LocalPresence
from peerline_bridge.session.session_client import SessionClient
from peerline_bridge.sharing.contract import SessionDocuments, SessionView
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.sharing.file_notices import Notify
from peerline_bridge.sharing.sharing import Sharing
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations
from peerline_bridge.unsent.storage import person_of


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

    @property
    def hosts(self) -> Sequence[str]:
        """The names of the hosts who are here."""
        people = self._session.client.replica.participants.values()
        return [
            person.username for person in people if person.role is Role.HOST and not person.is_agent
        ]


def make_sharing(  # noqa: PLR0913, PLR0917 - the parts that it works with
    loop: asyncio.AbstractEventLoop,
    surface: Surface,
    locations: Locations,
    link: EditorLink | None,
    guard: Guard,
    notify: Notify,
    presenter: Presenter,
    presence: LocalPresence,
    session: Callable[[], SessionClient | None],
) -> Sharing:
    """Make the part of a bridge that shows and edits shared documents."""

    def view() -> SessionView | None:
        found = session()
        return None if found is None else DocumentSession(found)

    def replica() -> Replica | None:
        found = session()
        return None if found is None else found.client.replica

    sharing = Sharing(
        loop,
        surface,
        locations,
        link,
        guard,
        notify,
        view,
        replica,
        presenter.color_and_name,
    )
    places = sharing.places
    presenter.place_of = places.place
    presenter.threads.in_shared = places.of_comment
    presence.relative = places.of_cursor

    def moved(document_id: str) -> None:
        found = replica()
        people = () if found is None else found.participants.values()
        for user_id in places.readers(document_id, people):
            presenter.participants.moved(user_id)
        file = sharing.files.file(document_id)
        if file is not None:
            presenter.threads.shared_text_moved(file.uri)

    sharing.files.on_text = moved
    sharing.files.on_settled = presence.settled
    return sharing


def names_of(session: SessionClient) -> tuple[str, str, str]:
    """The server, the session and the person, to know their files again."""
    person = person_of(session.token, session.username)
    return session.link.server.location, session.id, person


def documents_of(client: Client) -> SessionDocuments:
    """The shared documents of a client."""
    return client.documents
