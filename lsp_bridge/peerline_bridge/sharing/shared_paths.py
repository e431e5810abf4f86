"""The documents of the editor that are shared ones, by path; with a file of the user or without."""

from peerline.protocol.documents import SharedDocument
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document
from peerline_bridge.texts.session_uris import SCHEME, uri_without_file


class SharedPaths:
    """Finds the document of the editor that a shared one is, and the other way round."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations

    @property
    def session_id(self) -> str:
        """The session at hand."""
        return self._locations.session_id

    def begin(self, session_id: str) -> None:
        """Another session is at hand."""
        self._locations.change_session(session_id)

    def file_of(self, uri: str) -> str | None:
        """The session's path of a document of the editor."""
        return self._locations.file_of(uri)

    def open_document(self, file: str) -> Document | None:
        """The open document of a session's path: a file of the user, or a document without one."""
        return self._locations.open_document(file)

    def place_of(self, shared: SharedDocument) -> tuple[str, bool]:
        """The URI of a shared document that is not open, and whether the user has a file of it."""
        known = self._locations.uri_of(shared.file)
        if known is None:
            return uri_without_file(self.session_id, shared.file), False
        return known, not known.startswith(f"{SCHEME}:")
