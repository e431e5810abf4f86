"""The shared documents of the session, and the files of this editor that are theirs."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from peerline.client import ClientError
from peerline.protocol.documents import DocumentUnshared, SharedDocument
from peerline.protocol.editor.documents import ApplyingEdit, QuestionKind, TextCheck
from peerline.protocol.errors import ErrorCode
from peerline.tasks import Tasks
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.errors import CommandRefused
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import SessionDocuments
from peerline_bridge.sharing.document_opener import DocumentOpener
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.sharing.file_events import FileEvents
from peerline_bridge.sharing.file_notices import FileNotices, Notify
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.questions import Questions
from peerline_bridge.sharing.recovered_texts import keep_text
from peerline_bridge.sharing.reloading import RELOAD_SECONDS, after_break, reload
from peerline_bridge.sharing.seen_texts import SeenTexts
from peerline_bridge.sharing.shared_paths import SharedPaths
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.session_uris import SCHEME

_log = logging.getLogger("peerline.bridge")


class SharedFiles:
    """The shared documents as one editor has them.

    Args:
        link: Asks the editor to edit its documents; None if it cannot be asked.
        notify: Shows a notice, given its level, code and text.
        state_dir: Finds the folder of the user's state.
        on_change: Called when something that is shown may have changed.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        locations: Locations,
        link: EditorLink | None,
        questions: Questions,
        guard: Guard,
        notify: Notify,
        state_dir: Callable[[], Path],
        on_change: Callable[[], None],
    ) -> None:
        self.paths = SharedPaths(locations)
        self._notices = FileNotices(self.paths, notify)
        self._loop = loop
        self._locations = locations
        self._link = link
        self._questions = questions
        self._guard = guard
        self._state_dir = state_dir
        self._on_change = on_change
        self._documents: SessionDocuments | None = None
        self._files: dict[str, OpenFile] = {}
        """The files that are open here, by the id of their document."""
        self._shared_texts: dict[str, str] = {}
        """The texts that are being shared, by their hashes."""
        self._closing: dict[OpenFile, asyncio.TimerHandle] = {}
        """Files that were closed, and may be opened again at once."""
        self._opener = DocumentOpener(loop, guard, state_dir, link, on_change)
        self._events = FileEvents(
            on_change,
            self._on_meeting,
            self._on_end,
            self._on_mended,
            self._notices.not_taken,
            lambda file: self.on_text(file.document_id),
            lambda file: self.on_settled(file.uri),
        )
        self._edit_numbers = count(1)
        self._seen = SeenTexts(state_dir)
        self._tasks = Tasks()
        self.on_text: Callable[[str], None] = lambda _: None
        """Called with the id of a document whose text others have changed."""
        self.on_settled: Callable[[str], None] = lambda _: None
        """Called with a document in which the places of the user are certain again."""
        self.on_opening: Callable[[str], None] = lambda _: None
        """Called with the id of a document just before it is opened for a file of the editor."""
        self.mended = 0
        """How often an editor's text was another than it had told."""

    # --- the session -----------------------------------------------------------------------

    @property
    def known(self) -> list[SharedDocument]:
        """The shared documents of the session, by their paths."""
        found = () if self._documents is None else self._documents.list()
        return sorted(found, key=lambda each: each.file)

    def file(self, document_id: str) -> OpenFile | None:
        """The file of this editor that is a shared document."""
        return self._files.get(document_id)

    def file_of(self, uri: str) -> OpenFile | None:
        """The file of a document of the editor."""
        return next((file for file in self._files.values() if file.uri == uri), None)

    def begin(self, names: tuple[str, str, str], documents: SessionDocuments | None) -> None:
        """A session is at hand, given the server, the session and the person."""
        self.end()
        self._opener.names = names
        self.paths.begin(names[1])
        self._documents = documents

    def end(self) -> None:
        """There is no session any more; editors keep their texts."""
        for timer in self._closing.values():
            timer.cancel()
        self._closing.clear()
        for file in self._files.values():
            self._leave(file)
        self._files.clear()
        self._opener.end()
        self._documents = None
        self._on_change()

    def look_again(self, unshared: DocumentUnshared | None = None) -> None:
        """The documents of the session have changed, or the session was joined."""
        documents = self._documents
        if documents is None or self._link is None:
            return
        for document_id in [each for each in self._files if documents.get(each) is None]:
            file = self._files.pop(document_id)
            self._questions.settle(file)
            file.end("it is no longer shared", is_told=True)
            self._notices.unshared(file, unshared)
        for shared in list(documents.list()):
            self._guard.run("opening a shared document", self._look_at, shared)
        self._on_change()

    # --- the editor ------------------------------------------------------------------------

    def on_open(self, document: Document) -> None:
        """A document was opened; the file may have been closed just before."""
        file = next((each for each in self._closing if each.uri == document.uri), None)
        shared = self.shared_at(document.uri)
        if file is None and shared is not None:
            file = self._files.get(shared.id)
        if file is not None and file in self._closing:
            self._take_over(file, document)
        elif shared is None:
            return
        elif file is None or file.is_detached:
            self._open(shared, document)

    def _take_over(self, file: OpenFile, document: Document) -> None:
        """A file that was closed just before is open again."""
        self._closing.pop(file).cancel()
        asked = file.question
        self._questions.settle(file)
        reload(file, document, self._ask, self._is_untouched, asked)

    def on_change(self, uri: str, version: int, changes: Sequence[TextChange]) -> None:
        """A document was edited."""
        file = self.file_of(uri)
        if file is None:
            return
        if file.question is not None and file.opened is not None:
            if len(file.text) == len(file.opened.text) and file.text == file.opened.text:
                self._questions.settle(file)
                file.take_shared()
            return
        file.on_change(changes, version)

    def on_close(self, uri: str) -> None:
        """A document was closed, maybe only to be opened again."""
        file = self.file_of(uri)
        if file is not None:
            self._closing[file] = self._loop.call_later(
                RELOAD_SECONDS, self._guard.wrap("closing a file", self.closed), file
            )

    def on_saving(self, uri: str) -> None:
        """The editor begins to save a document: formatters change it, and the disk may be slow."""
        file = self.file_of(uri)
        if file is not None and file.opened is not None:
            file.opened.saving()

    def on_saved(self, uri: str) -> None:
        """A document was saved."""
        file = self.file_of(uri)
        if file is None or (file.joined is None and file.question is None):
            return
        file.saved(file.text)
        if file.joined is None or self._documents is None:
            return
        if not file.joined.has_held:
            self._seen.saved(file.document_id, file.saved_hash)
        saved = self._documents.saved(file.document_id, file.saved_hash)
        self._tasks.spawn(self._tell(saved), "telling that a file was saved")

    def on_renamed(self, old: str, new: str) -> None:
        """The editor renamed a file or a folder, given the session's paths."""
        documents = self._documents
        if documents is None:
            return
        for document_id in list(self._files):
            shared = documents.get(document_id)
            if shared is not None and f"{shared.file}/".startswith(f"{old}/"):
                renamed = documents.rename(document_id, new + shared.file.removeprefix(old))
                self._tasks.spawn(self._tell(renamed), "telling that a file was renamed")

    def on_applying(self, applying: ApplyingEdit) -> None:
        """The editor makes an edit now."""
        for file in self._files.values():
            file.on_applying(applying.id)

    def on_check(self, check: TextCheck) -> None:
        """The editor has this text."""
        file = self.file_of(check.uri)
        if file is not None:
            file.on_check(check)

    def on_undo_step(self, uri: str) -> None:
        """The next edit begins a new step of undo."""
        file = self.file_of(uri)
        if file is not None and file.opened is not None and file.joined is not None:
            file.opened.end_undo_step()

    # --- for the commands ------------------------------------------------------------------

    @property
    def documents(self) -> SessionDocuments:
        """The documents of the session at hand.

        Raises:
            CommandRefused: if there is none.
        """
        if self._documents is None:
            raise CommandRefused(ErrorCode.NOT_JOINED, "join a session first")
        return self._documents

    def expect(self, text: str) -> None:
        """Note that a text is about to be shared: what is typed meanwhile is merged."""
        self._shared_texts[hash_of(text)] = text

    def expect_no_more(self, text: str) -> None:
        """Note that the text is shared now, or will not be."""
        self._shared_texts.pop(hash_of(text), None)

    def editor_text(self, document: Document) -> str:
        """The text of a document with LF line ends."""
        encoding = self._locations.encoding
        return EditorText(document.text, encoding, keeps_cr=document.keeps_cr).text

    def open_again(self, uri: str) -> OpenFile:
        """Open the shared document of a file that was let go of.

        Raises:
            CommandRefused: if it is not shared, or not open in the editor.
        """
        shared = self.shared_at(uri)
        document = self._locations.documents.get(uri)
        if shared is None or document is None or self._link is None:
            raise CommandRefused(ErrorCode.DOCUMENT_NOT_FOUND, "this file is not shared")
        file = self._files.get(shared.id)
        if file is None or file.is_detached:
            file = self._open(shared, document)
        return file

    def keep(self, file: OpenFile, text: str) -> None:
        """Keep an own version of a file, and tell the user where it is.

        Raises:
            CommandRefused: if it cannot be kept.
        """
        try:
            path = keep_text(self._state_dir, self._notices.name_of(file), text, datetime.now)
        except OSError as error:
            reason = error.strerror or str(error)
            raise CommandRefused(
                "INTERNAL_ERROR", f"your version could not be kept ({reason}): nothing was changed"
            ) from None
        self._notices.kept(file, path)

    # --- inside ----------------------------------------------------------------------------

    def shared_at(self, uri: str) -> SharedDocument | None:
        """The shared document that a document of the editor is."""
        documents = self._documents
        if documents is None:
            return None
        for shared in documents.list():
            document = self.paths.open_document(shared.file)
            if document is not None and document.uri == uri:
                return shared
        return None

    def _look_at(self, shared: SharedDocument) -> None:
        """Open a shared document whose file is open here."""
        document = self.paths.open_document(shared.file)
        file = self._files.get(shared.id)
        if file is not None and document is not None and file in self._closing:
            self._take_over(file, document)  # it was opened under its new name before
        elif file is not None and not file.is_detached:
            if file.opened is not None:
                file.on_state()
        elif document is not None and file is None:
            self._open(shared, document)

    def _open(self, shared: SharedDocument, document: Document) -> OpenFile:
        assert self._documents is not None, "checked by the callers"
        assert self._link is not None, "checked by the callers"
        file = OpenFile(
            self._loop,
            self._link,
            self._locations.encoding,
            document,
            shared.id,
            self._events,
            self._edit_numbers,
        )
        file.base = self._shared_texts.get(shared.hash)
        file.untouched = file.text if self._is_untouched(file) else None
        self._files[shared.id] = file
        self.on_opening(shared.id)
        self._opener.open(file, self._documents, lambda text: self._keep_discarded(file, text))
        file.on_state()
        return file

    def _is_untouched(self, file: OpenFile) -> bool:
        """Whether the text of a file comes from the shared one as it is."""
        shared = self.documents.get(file.document_id)
        is_seed = shared is not None and hash_of(file.text) == shared.hash
        has_no_file = file.uri.startswith(f"{SCHEME}:")
        return is_seed or has_no_file or self._seen.has(file.document_id, file.text)

    def _keep_discarded(self, file: OpenFile, text: str) -> None:
        """Own edits were not kept in the shared text."""
        try:
            self.keep(file, text)
        except CommandRefused as refused:
            self._notices.refused(refused)

    def _on_meeting(self, file: OpenFile) -> None:
        """Both texts are there: they are joined, or the user is asked."""
        opened = file.opened
        assert opened is not None, "the shared text is there"
        if file.base is not None:
            file.meet(file.base)
        elif opened.state == "offline" and file.untouched is None and file.text != opened.text:
            # The server may have the difference already, from the bridge that was killed or from
            # others: it is looked at when all of that is here, or it would be there twice.
            return
        elif file.text != opened.text and after_break(file, self._link, self._ask):
            return
        elif file.untouched is not None or file.text == opened.text:
            file.meet(file.text if file.untouched is None else file.untouched)
        else:
            self._ask(file, QuestionKind.JOIN)

    def _ask(self, file: OpenFile, kind: QuestionKind) -> None:
        file.pause(kind)
        shared = None if self._documents is None else self._documents.get(file.document_id)
        if shared is not None:
            self._questions.ask(file, shared, kind)

    def closed(self, file: OpenFile) -> None:
        """A closed file was not opened again; its path may be open under another URI."""
        self._closing.pop(file, None)
        if self._files.get(file.document_id) is file:
            del self._files[file.document_id]
        self._leave(file)
        self.look_again()

    def _leave(self, file: OpenFile) -> None:
        self._questions.settle(file)
        if file.joined is not None and not file.joined.has_held:
            self._seen.closed(file.document_id, file.text)
        self._opener.leave(file)

    async def _tell(self, request: Coroutine[Any, Any, None]) -> None:
        try:
            await request
        except ClientError as error:
            _log.warning("a change of a file was not told: %s", type(error).__name__)

    def _on_end(self, file: OpenFile, reason: str) -> None:
        """Sharing has stopped here."""
        self._questions.settle(file)
        self._notices.ended(file, reason)

    def _on_mended(self, file: OpenFile) -> None:
        self.mended += 1
        self._notices.mended(file)
