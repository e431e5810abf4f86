"""The commands of shared documents, as the session and the editor allow them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from peerline.client import ClientError, RequestRefused
from peerline.client.callbacks import ignore
from peerline.protocol.documents import SharedDocument
from peerline.protocol.editor.base import Range
from peerline.protocol.editor.documents import (
    BlameRun,
    DocumentChoice,
    EditorBlame,
    EditorDocumentText,
    QuestionKind,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Action, is_allowed
from peerline_bridge import sanitize
from peerline_bridge.coediting.shareable import why_not_from_disk, why_not_shared
from peerline_bridge.errors import CommandRefused
from peerline_bridge.sharing.contract import Opened, SessionView
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.questions import Questions
from peerline_bridge.sharing.shared_files import SharedFiles
from peerline_bridge.sharing.viewers import viewer_refusal
from peerline_bridge.texts import file_system
from peerline_bridge.texts.locations import MAX_READ_BYTES, Locations
from peerline_bridge.texts.open_texts import Document
from peerline_bridge.texts.paths import path_of_uri
from peerline_bridge.texts.session_uris import uri_without_file

_MAY_READ: Final = "read shared files"
_OFFLINE: Final = "There is no connection to the session. Share the file when you are connected."


class ShareCommands:
    """The commands.

    Args:
        session: The session at hand; None if there is none.
        color_and_name: The color and the name of a user.
    """

    def __init__(
        self,
        files: SharedFiles,
        questions: Questions,
        locations: Locations,
        session: Callable[[], SessionView | None],
        color_and_name: Callable[[str], tuple[int, str]],
    ) -> None:
        self._files = files
        self._questions = questions
        self._locations = locations
        self._session = session
        self._color_and_name = color_and_name

    async def share(self, uri: str) -> SharedDocument:
        """Share an open file; its document, which somebody else may have shared before.

        Raises:
            CommandRefused: if it cannot be shared.
        """
        documents = self._files.documents
        shared = self._files.shared_at(uri)
        if shared is not None:
            self._files.open_again(uri)
            return shared
        document, file = self._shareable(uri)
        text = self._files.editor_text(document)
        self._files.expect(text)
        try:
            return await documents.share(file, text)
        except RequestRefused as refused:
            if refused.code is ErrorCode.DOCUMENT_EXISTS:
                # Somebody was faster: theirs is joined, after a question if it is another text.
                found = self._files.shared_at(uri)
                if found is not None:
                    self._files.open_again(uri)
                    return found
            raise CommandRefused(refused.code, refused.message) from None
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None
        finally:
            self._files.expect_no_more(text)

    async def unshare(self, uri: str) -> None:
        """End the sharing of a file.

        Raises:
            CommandRefused: if the user may not, or it is not shared.
        """
        shared = self._shared_at(uri)
        self._require_connection()
        try:
            await self._files.documents.unshare(shared.id)
        except RequestRefused as refused:
            raise CommandRefused(refused.code, refused.message) from None
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None

    async def answer(self, uri: str, choice: DocumentChoice) -> None:
        """Take the answer to a question about texts that differ.

        Raises:
            CommandRefused: if there is no such question, or the answer cannot be carried out.
        """
        self._shared_at(uri)
        file = self._files.open_again(uri)
        if file.joined is not None:
            return  # the texts are the same by now
        own = file.text
        if file.opened is None or file.opened.state == "opening":
            await self._ready(file)
        opened = file.opened
        if opened is None or file.is_detached or file.joined is not None:
            return
        kind = file.question
        if choice is DocumentChoice.LATER:
            self._questions.settle(file)
            if kind is QuestionKind.DISK:
                file.end("you chose to stop", is_told=True)
            else:
                file.let_go("you chose not now")
            return
        if choice is DocumentChoice.MINE:
            if not opened.can_edit:
                raise viewer_refusal(self._session(), _MAY_READ)
            problem = why_not_shared(self._document(uri).text)
            if problem is not None:
                raise CommandRefused(ErrorCode.DOCUMENT_TOO_LARGE, f"Your version stays: {problem}")
        # What was typed since the answer stays in the shared text, if the user may write in it.
        own = own if opened.can_edit else file.text
        if choice is DocumentChoice.SHARED and own != opened.text:
            self._files.keep(file, own)
        self._questions.settle(file)
        if choice is DocumentChoice.MINE:
            file.take_own()
        else:
            file.meet(own)

    def undo(self, uri: str) -> bool:
        """Take back the last step of the user's own; whether there was one.

        Raises:
            CommandRefused: if the file is not shared, or cannot be changed.
        """
        return _step(self._joined(uri).undo)

    def redo(self, uri: str) -> bool:
        """Make again what was taken back; whether there was something.

        Raises:
            CommandRefused: if the file is not shared, or cannot be changed.
        """
        return _step(self._joined(uri).redo)

    async def pull(self, uri: str) -> bool:
        """Ask the editor again to make what others wrote; whether it has made all of it.

        Raises:
            CommandRefused: if the file is not shared.
        """
        return await self._joined(uri).pull()

    async def read(self, document_id: str) -> EditorDocumentText:
        """The text of a shared document now.

        Raises:
            CommandRefused: if there is no such document, or it cannot be read.
        """
        documents = self._files.documents
        shared = documents.get(document_id)
        if shared is None:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, "this document is not shared")
        file = self._files.file(document_id)
        if file is not None and file.opened is not None and file.opened.state != "detached":
            await self._ready(file)
            return self._read(shared, file.opened)
        self._require_connection()
        try:
            opened = documents.open(
                document_id, on_change=ignore, on_state=ignore, on_keep=ignore, on_discarded=ignore
            )
        except ValueError:
            raise CommandRefused("BUSY", "This document is being read already.") from None
        try:
            await opened.ready()
            return self._read(shared, opened)
        except ClientError as error:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, str(error)) from None
        finally:
            opened.close()

    async def blame(self, uri: str) -> EditorBlame:
        """The authors of a file.

        Raises:
            CommandRefused: if the file is not shared.
        """
        file = self._joined(uri)
        self._require_connection()
        try:
            authors = await self._files.documents.blame(file.document_id)
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None
        joined = file.joined
        if joined is None:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, "This file is no longer shared.")
        runs: list[BlameRun] = []
        at = 0
        for author in authors:
            first, last = joined.from_shared(at), joined.from_shared(at + author.length)
            at += author.length
            if first != last:
                color, name = self._color_and_name(author.user_id)
                where = Range(start=first, end=last)
                run = BlameRun(range=where, user_id=author.user_id, username=name, color=color)
                runs.append(run)
        return EditorBlame(version=joined.version, runs=runs)

    # --- inside ----------------------------------------------------------------------------

    def _require_connection(self) -> None:
        session = self._session()
        if session is None or not session.is_joined:
            text = "There is no connection to the session. Try again when you are connected."
            raise CommandRefused(ErrorCode.NOT_JOINED, text)

    def _document(self, uri: str) -> Document:
        document = self._locations.documents.get(uri)
        if document is None:
            raise CommandRefused(
                "INVALID_FIELD", "this file is not open in the editor: open it first"
            )
        return document

    def _shareable(self, uri: str) -> tuple[Document, str]:
        """The open document and its path in the session, if it can be shared."""
        document = self._document(uri)
        file = self._locations.file_of(uri)
        if file is None:
            reason = self._locations.why_unshared(uri)
            text = "is not a file of the open folders" if reason is None else reason.value
            raise CommandRefused("INVALID_FIELD", f"The file cannot be shared: it {text}.")
        session = self._session()
        if session is None or not session.is_joined:
            raise CommandRefused(ErrorCode.NOT_JOINED, _OFFLINE)
        if session.role is not None and not is_allowed(session.role, Action.EDIT_DOCUMENT):
            raise viewer_refusal(session, _MAY_READ)
        path = path_of_uri(uri)
        problem = why_not_shared(document.text)
        if problem is None and path is not None:
            problem = _problem_on_disk(path)
        if problem is not None:
            code = "INVALID_FIELD"
            if "too " in problem:
                code = ErrorCode.DOCUMENT_TOO_LARGE
            name = sanitize.line(file)
            raise CommandRefused(code, f"The file {name} cannot be shared: {problem}.")
        return document, file

    def _shared_at(self, uri: str) -> SharedDocument:
        shared = self._files.shared_at(uri)
        if shared is None:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, "This file is not shared.")
        return shared

    def _joined(self, uri: str) -> OpenFile:
        file = self._files.file_of(uri)
        if file is None or file.joined is None:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, "This file is not shared.")
        return file

    async def _ready(self, file: OpenFile) -> None:
        assert file.opened is not None, "checked by the callers"
        try:
            await file.opened.ready()
        except ClientError as error:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, str(error)) from None

    def _read(self, shared: SharedDocument, opened: Opened) -> EditorDocumentText:
        return EditorDocumentText(
            document_id=shared.id,
            file=sanitize.line(shared.file),
            uri=uri_without_file(self._files.paths.session_id, shared.file),
            text=opened.text,
            can_edit=opened.can_edit,
        )


def _step(act: Callable[[], bool]) -> bool:
    try:
        return act()
    except ClientError as error:
        raise CommandRefused(ErrorCode.PERMISSION_DENIED, str(error)) from None


def _problem_on_disk(path: Path) -> str | None:
    status = file_system.status(path)
    if status is None:
        return None  # it was not saved yet
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        return "it is read-only: make it writable and share it again"
    data = file_system.read(path, MAX_READ_BYTES)
    return why_not_from_disk(data) if isinstance(data, bytes) else None
