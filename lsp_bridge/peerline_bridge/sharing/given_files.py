"""Answers the server's questions about the folder that this editor shares."""

import logging
from collections.abc import Callable

from peerline.client import ClientError, RequestRefused, TreePage
from peerline.protocol.errors import ErrorCode
from peerline.protocol.offers import RefusalReason
from peerline_bridge.errors import CommandRefused
from peerline_bridge.offers.never_given import NotGiven
from peerline_bridge.offers.offered_folder import OfferedFolder, reason_of
from peerline_bridge.sharing.held_documents import HeldDocuments
from peerline_bridge.sharing.share_commands import ShareCommands
from peerline_bridge.sharing.shared_files import SharedFiles
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document

_log = logging.getLogger("peerline.bridge")


class GivenFiles:
    """Implements `peerline.client.OfferedFiles`.

    Args:
        held: Has the files that are shared while the editor has them not open.
        is_sharing: Whether the folder is still shared.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        folder: OfferedFolder,
        locations: Locations,
        files: SharedFiles,
        commands: ShareCommands,
        held: Callable[[], HeldDocuments],
        is_sharing: Callable[[], bool],
    ) -> None:
        self._folder = folder
        self._locations = locations
        self._files = files
        self._commands = commands
        self._held = held
        self._is_sharing = is_sharing

    async def page(self, folder: str, after: str | None) -> TreePage | RefusalReason:
        """The entries of a folder after a name."""
        return await self._folder.page(folder, after)

    async def share(self, file: str) -> str | RefusalReason:
        """Share a file that somebody wants to open, whether the editor has it open or not."""
        found = await self._folder.find(file)
        if isinstance(found, NotGiven):
            return reason_of(found)
        name, path = found
        document = self._locations.open_document(name)
        if document is not None:
            return await self._share_open(document)
        text = await self._folder.read(path)
        if isinstance(text, NotGiven):
            return reason_of(text)
        if not self._is_sharing():
            return RefusalReason.NOT_FOUND
        try:
            document_id = (await self._files.documents.share(name, text)).id
        except RequestRefused as refused:
            if refused.code is ErrorCode.DOCUMENT_EXISTS and refused.document_id is not None:
                return refused.document_id
            _log.info("an offered file was not shared: %s", refused.code)
            return RefusalReason.UNAVAILABLE
        except (ClientError, CommandRefused) as error:
            _log.info("an offered file was not shared: %s", type(error).__name__)
            return RefusalReason.UNAVAILABLE
        self._held().add(document_id, name, path, text)
        return document_id

    async def _share_open(self, document: Document) -> str | RefusalReason:
        refusal = self._folder.why_not_text(document.text)
        if refusal is not None:
            return reason_of(refusal)
        try:
            return (await self._commands.share(document.uri)).id
        except CommandRefused as refused:
            _log.info("an offered file was not shared: %s", refused.code)
            if refused.code == ErrorCode.DOCUMENT_TOO_LARGE:
                return RefusalReason.TOO_LARGE
            if refused.code == "INVALID_FIELD":
                return RefusalReason.NOT_SHARED
            return RefusalReason.UNAVAILABLE
