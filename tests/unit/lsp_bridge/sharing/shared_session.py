"""Editors with bridges on one session: the real shared text and bridge, and a relay between them.

The editors are models of real ones: each has a text with a version, makes an edit at exactly that
version or refuses it, and its messages keep their order and come late.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peerline.client import ClientError, RequestRefused
from peerline.documents.delta import Delta
from peerline.documents.shared_text import SharedText
from peerline.protocol.documents import SharedDocument
from peerline.protocol.editor.documents import (
    ApplyingEdit,
    EditAnswer,
    EditorDocumentQuestion,
    EditorEdit,
    TextAnswer,
)
from peerline.protocol.editor.session import NoticeLevel
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from peerline.protocol.types import RelativePosition
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import AuthorRun
from peerline_bridge.sharing.questions import Questions
from peerline_bridge.sharing.share_commands import ShareCommands
from peerline_bridge.sharing.shared_files import SharedFiles
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents, TextChange
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding


@dataclass(frozen=True)
class Run:
    length: int
    user_id: str


class RelayedText:
    """A shared text that is open in one bridge; implements `Opened`."""

    def __init__(self, relay: "Relay", document_id: str, client_id: int, calls: Any) -> None:
        self.document_id = document_id
        self.state = "opening"
        self.reason: str | None = None
        self.code: ErrorCode | None = None
        self.can_edit = True
        self.calls = calls
        self.incoming: deque[bytes] = deque()
        self._relay = relay
        self._shared = SharedText(client_id)
        self.checks = 0
        self.saves_begun = 0
        self.pending = 0
        self.kept_bytes: bytes | None = None

    @property
    def text(self) -> str:
        return self._shared.text

    @property
    def generation(self) -> str:
        return "g1"

    def begin(self, state: bytes) -> None:
        self._shared.apply(state)
        self.state = "equal"
        self.calls["on_state"](self)

    def begin_offline(self, state: bytes) -> None:
        """Begin with what was kept: the server is away."""
        self._shared.apply(state)
        self.state = "offline"
        self.calls["on_state"](self)

    def come_back(self) -> None:
        """The server is there, with all that this text lacks."""
        server = self._relay.texts[self.document_id]
        self.calls["on_change"](self._shared.apply(server.encode(self._shared.state)))
        self.state = "equal"
        self.calls["on_state"](self)

    def edit(self, delta: Delta, *, is_once: bool = False) -> None:
        del is_once  # nothing is taken back here
        if self.state == "detached":
            raise ClientError("the document is not open")
        if not self.can_edit:
            raise ClientError("this document is read-only for you")
        self._relay.send(self, self._shared.edit(delta))

    def undo(self) -> Delta | None:
        return self._step(self._shared.undo())

    def redo(self) -> Delta | None:
        return self._step(self._shared.redo())

    def _step(self, done: tuple[Delta, bytes] | None) -> Delta | None:
        if done is None:
            return None
        self._relay.send(self, done[1])
        return done[0]

    def saving(self) -> None:
        self.saves_begun += 1

    def end_undo_step(self) -> None:
        self._shared.end_undo_step()

    def relative(self, index: int, assoc: int) -> RelativePosition:
        return self._shared.relative(index, assoc)

    def index_of(self, position: RelativePosition) -> int | None:
        return self._shared.index_of(position)

    def kept(self) -> bytes | None:
        return self.kept_bytes

    async def check(self) -> bool | None:
        self.checks += 1
        return True

    async def ready(self) -> None:
        while self.state == "opening":  # noqa: ASYNC110 - it is there in a turn or two
            await asyncio.sleep(0)
        if self.state == "detached":
            raise ClientError(self.reason or "it was closed")

    def close(self) -> None:
        self.state = "detached"
        self._relay.forget(self)

    def receive(self) -> None:
        if self.incoming:
            self.calls["on_change"](self._shared.apply(self.incoming.popleft()))

    def detach(self, reason: str) -> None:
        self.state, self.reason = "detached", reason
        self.calls["on_state"](self)


class Relay:
    """The server's part: it keeps and sends on."""

    def __init__(self) -> None:
        self.known: dict[str, SharedDocument] = {}
        self.texts: dict[str, SharedText] = {}
        self.opened: list[RelayedText] = []
        self.authors: dict[str, list[Run]] = {}
        self.bridges: list[Site] = []
        self.is_late = False
        self.kept: bytes | None = None
        """The state with which documents are opened while the server is away."""
        self._clients = 0

    def send(self, sender: RelayedText, update: bytes) -> None:
        self.texts[sender.document_id].apply(update)
        for other in self.opened:
            if other is not sender and other.document_id == sender.document_id:
                other.incoming.append(update)
                if not self.is_late:
                    other.receive()

    def open(self, document_id: str, calls: Any) -> RelayedText:
        self._clients += 1
        opened = RelayedText(self, document_id, 1000 + self._clients, calls)
        self.opened.append(opened)
        if (kept := self.kept) is not None:
            asyncio.get_running_loop().call_soon(lambda: opened.begin_offline(kept))
            return opened
        state = self.texts[document_id].encode()
        asyncio.get_running_loop().call_soon(
            lambda: opened.state == "opening" and opened.begin(state)
        )
        return opened

    def forget(self, opened: RelayedText) -> None:
        if opened in self.opened:
            self.opened.remove(opened)

    def share(self, user: str, file: str, content: str) -> SharedDocument:
        for shared in self.known.values():
            if shared.file == file:
                raise RequestRefused(ErrorCode.DOCUMENT_EXISTS, "the file is shared already", None)
        text = SharedText(1)
        text.apply(SharedText.seeded(content))
        shared = SharedDocument(
            id=f"d{len(self.known)}",
            file=file,
            generation="g1",
            shared_by=user,
            hash=hash_of(content),
            lines=content.count("\n") + 1,
        )
        self.texts[shared.id] = text
        self.known[shared.id] = shared
        self.tell()
        return shared

    def tell(self) -> None:
        for bridge in self.bridges:
            bridge.files.look_again()


class SiteDocuments:
    """Implements `SessionDocuments` for one bridge."""

    def __init__(self, relay: Relay, user: str) -> None:
        self._relay = relay
        self._user = user
        self.renamed: list[tuple[str, str]] = []
        self.saves: list[tuple[str, str]] = []
        self.given: list[bytes | None] = []
        """The kept bytes that documents were opened with."""

    def list(self) -> Sequence[SharedDocument]:
        return list(self._relay.known.values())

    def get(self, document_id: str) -> SharedDocument | None:
        return self._relay.known.get(document_id)

    async def share(self, file: str, text: str) -> SharedDocument:
        await asyncio.sleep(0)
        return self._relay.share(self._user, file, text)

    async def unshare(self, document_id: str) -> None:
        del self._relay.known[document_id]
        for opened in [each for each in self._relay.opened if each.document_id == document_id]:
            opened.code = ErrorCode.DOCUMENT_NOT_FOUND
            opened.detach("it is no longer shared")
        self._relay.tell()

    async def rename(self, document_id: str, file: str) -> None:
        self.renamed.append((document_id, file))
        shared = self._relay.known[document_id]
        self._relay.known[document_id] = shared.model_copy(update={"file": file})
        self._relay.tell()

    async def saved(self, document_id: str, saved_hash: str) -> None:
        self.saves.append((document_id, saved_hash))

    async def blame(self, document_id: str) -> Sequence[AuthorRun]:
        return self._relay.authors[document_id]

    def open(self, document_id: str, *, kept: bytes | None = None, **calls: Any) -> RelayedText:
        self.given.append(kept)
        return self._relay.open(document_id, calls)


class SiteView:
    """Implements `SessionView`."""

    is_joined = True
    role: Role | None = Role.EDITOR
    hosts: Sequence[str] = ()


class Site:
    """One editor and its bridge.

    Args:
        marks: Whether the editor marks its edits.
        newline: The line end of its files.
    """

    def __init__(
        self, relay: Relay, folder: Path, user: str, *, marks: bool, newline: str = "\n"
    ) -> None:
        self.relay = relay
        self.folder = folder
        self.name = user
        self.newline = newline
        self.marks_edits = marks
        self.loop = asyncio.get_running_loop()
        self.encoding = Encoding.UTF8 if marks else Encoding.UTF16
        self.locations = Locations(Documents(), Workspace([folder]), self.encoding)
        self.texts: dict[str, EditorText] = {}
        self.versions: dict[str, int] = {}
        self.requests: deque[tuple[EditorEdit, Callable[[EditAnswer | None], None]]] = deque()
        self.to_bridge: deque[Callable[[], None]] = deque()
        self.own_steps: list[bool] = []
        """For each edit, whether it shows an undo or redo of the user."""
        self.is_busy = False
        self.fails = False
        self.is_at_once = True
        """Whether the editor answers at once."""
        self.asked: list[EditorDocumentQuestion] = []
        self.notices: list[tuple[str, str]] = []
        self.documents = SiteDocuments(relay, user)
        self.view = SiteView()
        questions = Questions(self.asked.append, str)
        self.changes = 0
        self.files = SharedFiles(
            self.loop,
            self.locations,
            self,
            questions,
            Guard(),
            self._notify,
            lambda: folder.parent / f"{folder.name}-state",
            self._changed,
        )
        self.commands = ShareCommands(
            self.files, questions, self.locations, lambda: self.view, lambda user_id: (1, user_id)
        )
        self.files.begin(("server", "s", user), self.documents)
        relay.bridges.append(self)

    def _changed(self) -> None:
        self.changes += 1

    def _notify(self, level: NoticeLevel, code: str, text: str) -> None:
        del level
        self.notices.append((code, text))

    def uri(self, file: str) -> str:
        """The URI of a file, or of a document without one, which is named by it."""
        return file if "://" in file else (self.folder / file).as_uri()

    def shown(self, file: str) -> str:
        """The text in the editor."""
        return self.texts[self.uri(file)].text

    def open(self, file: str, text: str, *, disk: str | None = None) -> None:
        """Open a file with this text, as the disk has it if that has no other one."""
        uri = self.uri(file)
        on_disk = text if disk is None else disk
        if uri != file:
            (self.folder / file).write_text(on_disk, newline=self.newline)
        told = text.replace("\n", self.newline)
        self.texts[uri] = EditorText(told, self.encoding)
        self.versions[uri] = self.versions.get(uri, 0) + 1
        document = self.locations.documents.open(uri, self.versions[uri], told)
        self.files.on_open(document)

    def close(self, file: str) -> None:
        uri = self.uri(file)
        self.files.on_close(uri)
        self.locations.documents.close(uri)
        del self.texts[uri]

    def type(self, file: str, at: int, deleted: int, inserted: str) -> None:
        """A change of the user."""
        uri = self.uri(file)
        text = self.texts[uri]
        length = len(text.text)
        at = min(at, length)
        edits = text.edits((at, inserted, -min(deleted, length - at)))
        for edit in edits:
            self._change(uri, [TextChange(edit.newText, edit.range)])

    def _change(self, uri: str, changes: list[TextChange]) -> None:
        self.texts[uri].change(changes)
        self.versions[uri] += 1
        self._tell(uri, self.versions[uri], changes)

    def _tell(self, uri: str, version: int, changes: list[TextChange]) -> None:
        def tell() -> None:
            document = self.locations.documents.get(uri)
            if document is not None:
                for change in changes:
                    document.apply(change, self.encoding)
                document.version = version
                self.files.on_change(uri, version, changes)

        self._to_bridge(tell)

    def _to_bridge(self, message: Callable[[], None]) -> None:
        self.to_bridge.append(message)
        if self.is_at_once:
            while self.to_bridge:
                self.to_bridge.popleft()()

    # The editor's answers; implements `EditorLink`

    by_hunks = False
    checks_versions = True

    def edit(
        self,
        edit: EditorEdit,
        on_answer: Callable[[EditAnswer | None], None],
        made_at: Callable[[], int | None],
    ) -> None:
        del made_at
        self.own_steps.append(edit.is_own_step)
        self.requests.append((edit, on_answer))
        if self.is_at_once:
            self.loop.call_soon(self.step)

    def text(self, uri: str, on_answer: Callable[[TextAnswer | None], None]) -> None:
        answer = TextAnswer(version=self.versions[uri], text=self.texts[uri].text)
        self._to_bridge(lambda: on_answer(answer))

    def step(self) -> None:
        """Work off one request."""
        if not self.requests:
            return
        edit, on_answer = self.requests.popleft()
        version = self.versions.get(edit.uri, 0)
        is_open = edit.uri in self.texts
        applied = is_open and edit.version == version and not self.is_busy and not self.fails
        if applied:
            if self.marks_edits:
                self._to_bridge(lambda: self.files.on_applying(ApplyingEdit(id=edit.id)))
            changes = [TextChange(each.newText, each.range) for each in edit.edits]
            if self.marks_edits:
                for change in changes:
                    self._change(edit.uri, [change])
            else:
                self._change(edit.uri, changes)
        answer = EditAnswer(
            applied=applied, version=self.versions.get(edit.uri, 0), later=self.is_busy
        )
        self._to_bridge(lambda: on_answer(None if self.fails else answer))

    def ready(self, file: str) -> None:
        self.is_busy = False
        opened = self.files.file_of(self.uri(file))
        if opened is not None:
            self._to_bridge(opened.on_ready)


async def settle() -> None:
    """Let everything happen that is under way."""
    for _ in range(30):
        await asyncio.sleep(0)
