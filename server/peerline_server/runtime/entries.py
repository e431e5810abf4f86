"""A session as the directory shows it to those who are not in it. Pure."""

from peerline_server.core.session import Session
from peerline_server.directory.base import PersonEntry, SessionEntry


def entry_of(session: Session, node_id: str, fence: int) -> SessionEntry | None:
    """The entry of a session; None while no person is in it."""
    people = [one for one in session.participants() if not one.is_agent]
    if not people:
        return None
    return SessionEntry(
        title=session.info.title,
        node_id=node_id,
        fence=fence,
        since=min(person.joined_at for person in people),
        people=tuple(
            PersonEntry(
                user_id=person.id,
                username=person.username,
                role=person.role.value,
                status=person.presence.status.value,
            )
            for person in people
        ),
    )
