"""The token of a guest, for programs that keep no unsent messages: where the bridge keeps it."""

from peerline.protocol.links import SessionLink
from peerline.user_folders import NoHomeError
from peerline_bridge.unsent.storage import SessionFile, person_of, state_dir


def kept_guest_token(link: SessionLink, username: str) -> str | None:
    """The token that a guest was given in a session before."""
    file = _open(link, username)
    if file is None:
        return None
    file.close()
    return file.token


def keep_guest_token(link: SessionLink, username: str, token: str) -> None:
    """Keep the token that a guest was given, to come back as the same one."""
    file = _open(link, username)
    if file is not None:
        file.token = token
        file.close()


def _open(link: SessionLink, username: str) -> SessionFile | None:
    try:
        folder = state_dir() / "sessions"
    except NoHomeError:
        return None
    return SessionFile.open(
        folder,
        server=link.server.location,
        session_id=link.session_id,
        person=person_of(None, username),
    )
