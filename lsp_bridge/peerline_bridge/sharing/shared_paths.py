"""The documents of the editor that are shared ones, by path; with a file of the user or without."""

from urllib.parse import quote, unquote, urlsplit

from peerline.protocol.documents import SharedDocument
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document

SCHEME = "peerline-file"


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


class SharedPaths:
    """Finds the document of the editor that a shared one is, and the other way round."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations
        self.session_id = ""
        """The session at hand."""

    def file_of(self, uri: str) -> str | None:
        """The session's path of a document of the editor."""
        return file_of_uri(uri, self.session_id) or self._locations.file_of(uri)

    def open_document(self, file: str) -> Document | None:
        """The open document of a session's path: a file of the user, or a document without one."""
        found = self._locations.open_document(file)
        if found is not None:
            return found
        for document in self._locations.documents.all():
            if file_of_uri(document.uri, self.session_id) == file:
                return document
        return None

    def uri_of(self, shared: SharedDocument) -> str:
        """The URI to show for a shared document that is not open."""
        known = self._locations.known_uri_of(shared.file)
        return known or uri_without_file(self.session_id, shared.file)

    def has_file(self, shared: SharedDocument) -> bool:
        """Whether the user has a file of that path."""
        known = self._locations.known_uri_of(shared.file)
        return known is not None and not known.startswith(f"{SCHEME}:")
