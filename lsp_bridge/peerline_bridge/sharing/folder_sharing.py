"""Shares the folder of this editor with the session, and opens files of folders of others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from peerline.client import ClientError, Offers, Replica, RequestRefused
from peerline.protocol.editor.offers import (
    EditorFolder,
    EditorFolderEntry,
    EditorOffer,
    EditorOffers,
    EditorOpenedFile,
    EditorSharedFolder,
)
from peerline.protocol.editor.session import NoticeLevel
from peerline.protocol.errors import ErrorCode
from peerline.protocol.offers import EntryKind, OfferData, TreeEntry
from peerline.protocol.roles import Action, is_allowed
from peerline.tasks import Tasks
from peerline_bridge import sanitize
from peerline_bridge.errors import CommandRefused
from peerline_bridge.guard import Guard
from peerline_bridge.offers.listing import MAX_OFFERED, Listing, moves
from peerline_bridge.offers.never_given import NotGiven
from peerline_bridge.offers.offered_folder import OfferedFolder
from peerline_bridge.sharing.contract import SessionDocuments, SessionView
from peerline_bridge.sharing.file_notices import Notify
from peerline_bridge.sharing.given_files import GivenFiles
from peerline_bridge.sharing.held_documents import HeldDocuments
from peerline_bridge.sharing.recovered_texts import keep_text
from peerline_bridge.sharing.share_commands import ShareCommands
from peerline_bridge.sharing.shared_files import SharedFiles
from peerline_bridge.sharing.viewers import viewer_refusal
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.session_paths import is_valid

_log = logging.getLogger("peerline.bridge")
_T = TypeVar("_T")
MAX_ENTRIES: Final = 5_000
"""Entries of one folder that are shown."""
_OFFLINE: Final = "There is no connection to the session. Try again when you are connected."
_CUT: Final = (
    f"Your folder has more than {MAX_OFFERED:,} files and folders now: others see only the first "
    "of them. Share other files one by one."
)
_NO_FILES: Final = "There is no file that can be shared: all are private, ignored or no text."


class FolderSharing:
    """The folder of one editor, and those of others.

    Args:
        session: The session at hand; None if there is none.
        replica: Its replica.
        show: Shows the folders that are shared.
        notify: Shows a notice, given its level, code and text.
        color_and_name: The color and the name of a user.
        state_dir: Finds the folder of the user's state.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        guard: Guard,
        locations: Locations,
        files: SharedFiles,
        commands: ShareCommands,
        session: Callable[[], SessionView | None],
        replica: Callable[[], Replica | None],
        show: Callable[[EditorOffers], None],
        notify: Notify,
        color_and_name: Callable[[str], tuple[int, str]],
        state_dir: Callable[[], Path],
    ) -> None:
        self._locations = locations
        self._files = files
        self._session = session
        self._replica = replica
        self._show = show
        self._notify = notify
        self._color_and_name = color_and_name
        self._folder = OfferedFolder(loop, locations.workspace, self._on_other_files)
        self._tasks = Tasks(lambda error: guard.failed("sharing a folder", error))
        self._given = GivenFiles(
            self._folder, locations, files, commands, lambda: self.held, lambda: self._is_sharing
        )
        self._offers: Offers | None = None
        self._is_sharing = False
        self._shown: EditorOffers | None = None
        self.held = HeldDocuments(
            guard,
            lambda document_id: files.file(document_id) is not None,
            self._read,
            lambda file, text: keep_text(state_dir, file, text, datetime.now),
            notify,
        )

    # --- the session -----------------------------------------------------------------------

    def begin(self, documents: SessionDocuments | None, offers: Offers | None) -> None:
        """A session is at hand."""
        self.end()
        self._offers = offers
        self.held.begin(documents)

    def end(self) -> None:
        """There is no session any more."""
        self._stop()
        self.held.end()
        self._offers = None
        self.changed()

    def changed(self) -> None:
        """Offers, roles or names have changed: show what is shared, if it is something else."""
        session = self._session()
        role = None if session is None else session.role
        if self._is_sharing and role is not None and not is_allowed(role, Action.EDIT_DOCUMENT):
            # The server has ended the offer.
            self._stop()
            if self._offers is not None:
                self._tasks.spawn(_withdraw(self._offers), "ending an offer")
            text = "You are a viewer now: your folder is no longer shared."
            self._notify(NoticeLevel.INFO, "FOLDER_UNSHARED", text)
        offers = self.listed()
        if offers != self._shown:
            self._shown = offers
            self._show(offers)

    def begin_showing(self) -> None:
        """The session was joined: show what is shared, also if it is the same."""
        self._shown = None
        self.changed()

    def touched(self) -> None:
        """The editor saved, renamed or deleted files, or works in other folders."""
        self._folder.touched()

    def listed(self) -> EditorOffers:
        """The folders that are shared now."""
        replica = self._replica()
        offers = [] if replica is None or self._offers is None else replica.offers
        me = None if replica is None or replica.connected is None else replica.connected.user.id
        shown: list[EditorOffer] = []
        for offer in offers:
            color, _ = self._color_and_name(offer.user_id)
            shown.append(
                EditorOffer(
                    user_id=offer.user_id,
                    username=sanitize.line(offer.username),
                    color=color,
                    name=sanitize.line(offer.name),
                    files=offer.files,
                    version=offer.version,
                    is_cut=offer.is_cut,
                    is_me=offer.user_id == me,
                )
            )
        return EditorOffers(offers=shown, is_sharing=self._is_sharing)

    # --- the commands ----------------------------------------------------------------------

    async def share(self) -> EditorSharedFolder:
        """Offer the files of the open folders to the session.

        Raises:
            CommandRefused: if they cannot be offered.
        """
        offers = self._connected()
        session = self._session()
        role = None if session is None else session.role
        if role is not None and not is_allowed(role, Action.EDIT_DOCUMENT):
            raise viewer_refusal(session, "open what others share")
        problem = self._folder.why_not()
        if problem is not None:
            raise CommandRefused("INVALID_FIELD", problem)
        if not self._is_sharing:
            self._folder.start()
        await self._folder.look()
        try:
            await self._offer(offers)
        except CommandRefused:
            if not self._is_sharing:
                self._folder.stop()
            raise
        self._is_sharing = True
        self.changed()
        data = self._data()
        return EditorSharedFolder(name=data.name, files=data.files, is_cut=self._folder.is_cut)

    async def stop(self) -> None:
        """Offer the files no longer; those that are shared documents already stay so.

        Raises:
            CommandRefused: if this editor offers nothing.
        """
        offers = self._offers
        if not self._is_sharing or offers is None:
            raise CommandRefused("NOT_SHARED", "You do not share a folder from this editor.")
        self._stop()
        await _withdraw(offers)
        self.changed()

    async def tree(self, path: str, user_id: str | None) -> EditorFolder:
        """The entries of a folder that somebody shares.

        Raises:
            CommandRefused: if there is no such folder, or its owner's editor does not answer.
        """
        offers = self._connected()
        entries: list[EditorFolderEntry] = []
        after, owner = None, user_id
        while True:
            page = await _refusable(offers.tree(path, after=after, user_id=owner))
            owner = page.user_id
            sound = [each for each in page.entries if _is_sound(path, each.name)]
            entries += [_entry(path, each, self._document_at) for each in sound]
            if page.next is None or len(entries) >= MAX_ENTRIES or page.next == after:
                break
            after = page.next
        entries.sort(key=lambda entry: (entry.kind is EntryKind.FILE, entry.name.casefold()))
        is_cut = page.next is not None
        return EditorFolder(path=path, user_id=owner, entries=entries[:MAX_ENTRIES], is_cut=is_cut)

    async def open(self, file: str, user_id: str | None) -> EditorOpenedFile:
        """Have a file of a shared folder shared as a document; what the editor is to open.

        Raises:
            CommandRefused: if there is no such file, or its owner's editor does not answer.
        """
        offers = self._connected()
        shared = await _refusable(offers.open(file, user_id=user_id))
        uri, has_file = self._files.paths.place_of(shared)
        return EditorOpenedFile(
            document_id=shared.id, file=sanitize.line(shared.file), uri=uri, has_file=has_file
        )

    # --- inside ----------------------------------------------------------------------------

    def _connected(self) -> Offers:
        session = self._session()
        if self._offers is None or session is None or not session.is_joined:
            raise CommandRefused(ErrorCode.NOT_JOINED, _OFFLINE)
        return self._offers

    async def _offer(self, offers: Offers) -> None:
        if not self._folder.tree.files:
            raise CommandRefused("NO_FILES", _NO_FILES)
        if offers is not self._offers:
            raise CommandRefused(ErrorCode.NOT_JOINED, _OFFLINE)
        await _refusable(offers.offer(self._given, self._data()))

    def _data(self) -> OfferData:
        folder = self._folder
        return OfferData(
            name=folder.name,
            files=len(folder.tree),
            version=folder.version,
            is_cut=folder.is_cut,
        )

    def _stop(self) -> None:
        self._is_sharing = False
        self._folder.stop()

    def _on_other_files(self, before: Listing, after: Listing) -> None:
        """Files were added, renamed or deleted in the folders."""
        if not self._is_sharing or self._offers is None:
            return
        if after.is_cut and not before.is_cut:
            self._notify(NoticeLevel.WARNING, "FOLDER_CUT", _CUT)
        renamed = moves(before.inodes, after.inodes, self.held.files.values())
        for document_id, file in self.held.files.items():
            if file in renamed and self._files.file(document_id) is None:
                self._tasks.spawn(self._rename(document_id, renamed[file]), "renaming a document")
        self._tasks.spawn(self._offer_again(self._offers), "offering other files")

    async def _offer_again(self, offers: Offers) -> None:
        try:
            await offers.offer(self._given, self._data())
        except ClientError as error:
            _log.warning("other files were not offered: %s", type(error).__name__)

    async def _rename(self, document_id: str, file: str) -> None:
        found = await self._folder.find(file)
        if isinstance(found, NotGiven):
            return
        try:
            await self._files.documents.rename(document_id, file)
        except (ClientError, CommandRefused) as error:
            _log.warning("the new name of a shared file was not told: %s", type(error).__name__)
            return
        self.held.moved(document_id, file, found[1])

    def _read(self, path: Path) -> str | None:
        text = self._folder.read_now(path)
        return None if isinstance(text, NotGiven) else text

    def _document_at(self, file: str) -> str | None:
        key = self._locations.workspace.paths.key
        known = self._files.known
        return next((each.id for each in known if key(each.file) == key(file)), None)


def _entry(folder: str, entry: TreeEntry, shared: Callable[[str], str | None]) -> EditorFolderEntry:
    path = f"{folder}/{entry.name}" if folder else entry.name
    is_file = entry.kind is EntryKind.FILE
    return EditorFolderEntry(
        name=sanitize.line(entry.name),
        path=path,
        kind=entry.kind,
        size=entry.size,
        document_id=shared(path) if is_file else None,
    )


def _is_sound(folder: str, name: str) -> bool:
    """Whether an entry of somebody else's tree is one that a path can have."""
    return "/" not in name and is_valid(f"{folder}/{name}" if folder else name)


async def _refusable(request: Awaitable[_T]) -> _T:
    """The answer to a request.

    Raises:
        CommandRefused: instead of the client's errors.
    """
    try:
        return await request
    except RequestRefused as refused:
        raise CommandRefused(refused.code, refused.message) from None
    except ClientError as error:
        raise CommandRefused(type(error).__name__, str(error)) from None


async def _withdraw(offers: Offers) -> None:
    """End the offer; without a connection it has ended already."""
    with suppress(ClientError):
        await offers.withdraw()
