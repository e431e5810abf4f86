"""The token that a guest was given, where the bridge keeps it; `peerline watch` uses it too."""

from peerline.protocol.links import SessionLink
from peerline_bridge.unsent.storage import open_file, person_of


def kept_guest_token(link: SessionLink, username: str) -> str | None:
    """The token that a guest was given in a session before."""
    file = open_file(link, person_of(None, username))
    file.close()
    return file.token


def keep_guest_token(link: SessionLink, username: str, token: str) -> None:
    """Keep the token that a guest was given, to come back as the same one."""
    file = open_file(link, person_of(None, username))
    file.token = token
    file.close()
