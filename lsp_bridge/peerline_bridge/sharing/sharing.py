"""Puts the parts together that show and edit shared documents in one editor."""

import asyncio
import os
from collections.abc import Callable, Sequence

from peerline import user_folders
from peerline.client import (
    Change,
    DocumentsChanged,
    Joined,
    Left,
    Offers,
    OffersChanged,
    PresenceMoved,
    Removed,
    Renamed,
    Replica,
    Reset,
    RoleGiven,
    Saved,
)
from peerline.protocol.documents import DocumentUnshared
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import SessionDocuments, SessionView
from peerline_bridge.sharing.document_list import DocumentList
from peerline_bridge.sharing.editor_link import EditorLink, PluginLink
from peerline_bridge.sharing.file_notices import Notify
from peerline_bridge.sharing.folder_sharing import FolderSharing
from peerline_bridge.sharing.left_edits import LeftEdits
from peerline_bridge.sharing.questions import Questions
from peerline_bridge.sharing.save_notices import SaveNotices
from peerline_bridge.sharing.share_commands import ShareCommands
from peerline_bridge.sharing.shared_files import SharedFiles
from peerline_bridge.sharing.shared_places import SharedPlaces
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations


class Sharing:
    """The shared documents of one editor.

    Args:
        link: Asks the editor to edit its documents; None if it cannot be asked.
        notify: Shows a notice, given its level, code and text.
        session: The session at hand; None if there is none.
        replica: Its replica.
        color_and_name: The color and the name of a user.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        locations: Locations,
        link: EditorLink | None,
        guard: Guard,
        notify: Notify,
        session: Callable[[], SessionView | None],
        replica: Callable[[], Replica | None],
        color_and_name: Callable[[str], tuple[int, str]],
    ) -> None:
        self._surface = surface
        self._opened: dict[str, list[str] | None] = {}
        """The documents that each participant had open when that was last shown."""
        questions = Questions(
            surface.show_document_question, lambda user_id: color_and_name(user_id)[1]
        )
        self.list = DocumentList(
            loop, lambda: self.files, guard, surface.show_documents, replica, color_and_name
        )
        self.files = SharedFiles(
            loop,
            locations,
            link,
            questions,
            guard,
            notify,
            lambda: user_folders.state_dir(os.environ),
            self._on_files,
        )
        if isinstance(link, PluginLink):
            locations.is_shared = lambda file: any(each.file == file for each in self.files.known)
        self.saves = SaveNotices(
            loop,
            self.files,
            lambda user_id: color_and_name(user_id)[1],
            surface.show_document_saved,
        )
        self.places = SharedPlaces(self.files)
        self.commands = ShareCommands(self.files, questions, locations, session, color_and_name)
        self.folder = FolderSharing(
            loop,
            guard,
            locations,
            self.files,
            self.commands,
            session,
            replica,
            surface.show_offers,
            notify,
            color_and_name,
            lambda: user_folders.state_dir(os.environ),
        )
        self.left = LeftEdits(
            guard,
            lambda document_id: self.files.file(document_id) is not None,
            notify,
            lambda: user_folders.state_dir(os.environ),
        )
        self.files.on_opening = self._on_opening

    def begin(
        self,
        names: tuple[str, str, str],
        documents: SessionDocuments | None,
        offers: Offers | None,
    ) -> None:
        """A session is at hand, given the server, the session and the person."""
        self.files.begin(names, documents)
        self.left.begin(names, documents)
        self.folder.begin(documents, offers)

    def joined(self) -> None:
        """The session was joined, for the first time or again."""
        self.files.look_again()
        self.left.look()
        self.list.begin()
        self.folder.begin_showing()

    def end(self) -> None:
        """There is no session any more."""
        self.saves.end()
        self.left.end()
        self.folder.end()
        self.files.end()

    def close(self) -> None:
        """The editor ends."""
        self.saves.end()
        self.left.end()
        self.folder.end()
        self.files.end()
        self.list.close()

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Something has changed in the session."""
        for change in changes:
            match change:
                case DocumentsChanged(event):
                    self.files.look_again(event if isinstance(event, DocumentUnshared) else None)
                case Saved(event):
                    self.saves.saved(event)
                case PresenceMoved(participant):
                    # A cursor that moves changes nothing of the list.
                    opened = participant.presence.documents
                    if self._opened.get(participant.id) != opened:
                        self._opened[participant.id] = opened
                        self.list.changed()
                case OffersChanged():
                    self.folder.changed()
                case Joined() | Left() | Removed() | RoleGiven() | Renamed() | Reset():
                    self.list.changed()
                    self.folder.changed()
                case _:
                    pass

    def _on_files(self) -> None:
        """Something of the files has changed that is shown."""
        self.list.changed()
        self.saves.look_again()
        self.folder.held.look_again()

    def _on_opening(self, document_id: str) -> None:
        """A document is about to be opened for a file of the editor."""
        self.folder.held.release(document_id)
        self.left.release(document_id)
