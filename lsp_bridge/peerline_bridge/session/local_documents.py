"""The editor's documents and folders, handed to the parts that follow them."""

import logging
from collections.abc import Sequence
from pathlib import Path

from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.session.local_presence import LocalPresence
from peerline_bridge.sharing.shared_files import SharedFiles
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import TextChange

_log = logging.getLogger("peerline.bridge")


class LocalDocuments:
    """The documents and folders of the editor."""

    def __init__(
        self,
        locations: Locations,
        presenter: Presenter,
        presence: LocalPresence,
        shared: SharedFiles,
    ) -> None:
        self._locations = locations
        self._presenter = presenter
        self._presence = presence
        self._shared = shared

    def on_open(self, uri: str, version: int, text: str) -> None:
        """A document was opened."""
        document = self._locations.documents.open(uri, version, text)
        self._presenter.threads.document_opened(document)
        self._presenter.document_opened()
        self._shared.on_open(document)

    def on_change(self, uri: str, version: int, changes: Sequence[TextChange]) -> None:
        """A document was edited."""
        document = self._locations.documents.get(uri)
        if document is None:
            _log.warning("a change of a document that is not open")
            return
        for change in changes:
            edit = document.apply(change, self._locations.encoding)
            self._presenter.threads.document_edited(document, edit)
        document.version = version
        self._shared.on_change(uri, version, changes)
        self._presenter.threads.document_settled(document)
        self._presence.typed()

    def on_close(self, uri: str) -> None:
        """A document was closed."""
        self._shared.on_close(uri)
        self._locations.documents.close(uri)
        self._presence.on_close(uri)
        self._presenter.threads.document_closed(uri)

    def on_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """The editor works in other folders than before."""
        self._locations.change_folders(added, removed)
        self._presenter.threads.folders_changed()
        self._presenter.document_opened()
