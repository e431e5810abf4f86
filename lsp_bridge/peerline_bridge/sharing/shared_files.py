"""The shared documents of the session, and the files of this editor that are theirs."""

from peerline.protocol.editor.documents import (
    ApplyingEdit,
    DocumentChoice,
    EditorBlame,
    EditorDocumentText,
    TextCheck,
)
from peerline.protocol.errors import ErrorCode
from peerline_bridge.errors import CommandRefused


class SharedFiles:
    """The shared documents as one editor has them."""

    # --- what commands use -----------------------------------------------------------------

    async def share(self, uri: str) -> str:
        """Share an open file; the id of its document.

        Raises:
            CommandRefused: if it cannot be shared.
        """
        raise _no_documents(uri)

    async def unshare(self, uri: str) -> None:
        """End the sharing of a file.

        Raises:
            CommandRefused: if the user may not, or it is not shared.
        """
        raise _no_documents(uri)

    async def answer(self, uri: str, choice: DocumentChoice) -> None:
        """Take the answer to a question about texts that differ.

        Raises:
            CommandRefused: if there is no such question.
        """
        del choice
        raise _no_documents(uri)

    def undo(self, uri: str) -> bool:
        """Take back the last step of the user's own; whether there was one.

        Raises:
            CommandRefused: if the file is not shared.
        """
        raise _no_documents(uri)

    def redo(self, uri: str) -> bool:
        """Make again what was taken back; whether there was something.

        Raises:
            CommandRefused: if the file is not shared.
        """
        raise _no_documents(uri)

    async def read(self, document_id: str) -> EditorDocumentText:
        """The text of a shared document now.

        Raises:
            CommandRefused: if there is no such document.
        """
        raise _no_documents(document_id)

    async def blame(self, uri: str) -> EditorBlame:
        """The authors of a file.

        Raises:
            CommandRefused: if the file is not shared.
        """
        raise _no_documents(uri)

    # --- what a plugin tells ---------------------------------------------------------------

    def on_applying(self, applying: ApplyingEdit) -> None:
        """The editor makes an edit now."""

    def on_ready(self, uri: str) -> None:
        """An edit that had to wait can be made now."""

    def on_check(self, check: TextCheck) -> None:
        """The editor has this text."""

    def on_undo_step(self, uri: str) -> None:
        """The next edit begins a new step of undo."""


def _no_documents(_: str) -> CommandRefused:
    text = "the server of this session has no shared documents"
    return CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, text)
