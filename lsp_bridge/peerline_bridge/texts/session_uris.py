"""URIs of shared documents in an editor whose user has no file of them. Pure."""

from typing import Final
from urllib.parse import quote, unquote, urlsplit

SCHEME: Final = "peerline-file"


def uri_without_file(session_id: str, file: str) -> str:
    """The URI of a shared document in an editor whose user has no such file."""
    return f"{SCHEME}://{quote(session_id, safe='')}/{quote(file)}"


def file_of_uri(uri: str, session_id: str) -> str | None:
    """The session's path that such a URI names; None if it is another URI, or of another session.

    The authority is compared without case: VS Code makes it lower case.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != SCHEME or unquote(parts.netloc).casefold() != session_id.casefold():
        return None
    return unquote(parts.path).removeprefix("/") or None
