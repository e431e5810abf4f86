"""Ties an LSP client without a plugin to the bridge: answers what it asks, shows what happens."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from lsprotocol import types
from pydantic import ValidationError

from peerline.protocol.editor.approvals import EditorApproval
from peerline.protocol.editor.base import DocumentId, LineRange, Range
from peerline.protocol.editor.chat import EditorChatMessage, SendChatArguments
from peerline.protocol.editor.participants import EditorCursor, EditorFollow
from peerline.protocol.editor.session import ConnectionState, EditorNotice, EditorState, NoticeLevel
from peerline.protocol.errors import ErrorCode
from peerline.protocol.moderation import PendingJoin
from peerline.protocol.roles import Role
from peerline.protocol.types import ServerModel, Status
from peerline.tasks import Tasks
from peerline_bridge import sanitize
from peerline_bridge.commands.chat import send_chat
from peerline_bridge.commands.participants import unfollow
from peerline_bridge.errors import CommandRefused
from peerline_bridge.options import InitializationOptions, problem_in_words
from peerline_bridge.plain import actions
from peerline_bridge.plain.chat_document import ChatDocument
from peerline_bridge.plain.drafting import Drafting
from peerline_bridge.plain.following import Following
from peerline_bridge.plain.inference import Inference, Viewport
from peerline_bridge.plain.joining import ConfiguredSession
from peerline_bridge.plain.marks import Page, position_of
from peerline_bridge.plain.model import PlainModel
from peerline_bridge.plain.progress import Progress
from peerline_bridge.plain.questions import Questions
from peerline_bridge.plain.refresher import Refresher
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.plain.surface import PlainSurface
from peerline_bridge.plain.text import one_line
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.configured_session import Choice, choose, read_file
from peerline_bridge.texts.drafts import WORD
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document, TextChange

_log = logging.getLogger("peerline.bridge")
MANY_THREADS: Final = 50
"""From this number in a document on, a client asks again only when typing pauses."""


class _DiagnosticRange(ServerModel):
    textDocument: DocumentId  # noqa: N815 - LSP's own name
    range: Range


_TOKEN_CODES: Final = frozenset(
    {ErrorCode.TOKEN_EXPIRED, ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_REVOKED}
)


class PlainEditor:
    """One client. `bridge` acts for its user."""

    def __init__(
        self,
        requests: ClientRequests,
        locations: Locations,
        options: InitializationOptions,
        environ: Mapping[str, str],
        make_bridge: Callable[[PlainSurface], Bridge],
    ) -> None:
        def choice_of() -> Choice | None:
            # Without a folder there is nothing to share a place in.
            roots = locations.workspace.marked_folders
            return choose(options, environ, read_file(roots)) if roots else None

        loop = self._loop = asyncio.get_running_loop()
        self._requests = requests
        self._locations = locations
        self._options = options
        self.model = PlainModel()
        self.bridge = make_bridge(PlainSurface(self.model, self))
        self.drafting = Drafting(self.bridge, requests, locations)
        self.chat = ChatDocument(loop, self.model, requests, self._send_chat)
        self.joining = ConfiguredSession(self.bridge, requests, self.model, choice_of)
        self._inference = Inference()
        self._following = Following(loop, requests, lambda: self._inference.cursor)
        self._progress = Progress(loop, requests)
        self.questions = Questions(self.bridge, requests, self._progress, self.open_chat)
        self._hints = Refresher(loop, requests.refresh_inlay_hints)
        self._lenses = Refresher(loop, requests.refresh_code_lenses)
        self._diagnostics = Refresher(loop, self._show_diagnostics)
        self._published: dict[str, list[types.Diagnostic]] = {}
        self._has_asked_for_hints = False
        self._tasks = Tasks(
            lambda error: requests.show_error(f"It failed ({type(error).__name__}); see the log.")
        )

    # --- the start and the end -------------------------------------------------------------

    def start(self) -> None:
        """The client is ready: join what is configured, or offer it."""
        self._run(self.joining.start())

    def close(self) -> None:
        """The editor ends."""
        for part in (self._hints, self._lenses, self._diagnostics, self._following, self._progress):
            part.close()
        self.chat.close()
        self._tasks.cancel()

    # --- what the client asks --------------------------------------------------------------

    def inlay_hints(self, uri: str, where: types.Range) -> list[types.InlayHint]:
        """textDocument/inlayHint."""
        self._see_rows(uri, where)
        if not self._has_asked_for_hints:
            self._has_asked_for_hints = True
            self._diagnostics.mark()
        page = self._page(uri)
        if page is None or self._options.presence in {"diagnostics", "off"}:
            return []
        return page.inlay_hints(where.start.line, where.end.line)

    def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """textDocument/diagnostic: nothing if they are pushed."""
        page = self._page(uri)
        if page is None or not self._requests.features.pulls:
            return []
        return page.diagnostics(with_presence=self._presence_is_diagnosed)

    def code_lenses(self, uri: str) -> list[types.CodeLens]:
        """textDocument/codeLens."""
        page = self._page(uri)
        return [] if page is None else page.code_lenses()

    def code_actions(self, uri: str, where: types.Range, only: list[str] | None) -> Any:  # noqa: ANN401 - a list of two types
        """textDocument/codeAction."""
        page = self._page(uri)
        if page is None or not actions.wants(only):
            return []
        start, end = position_of(where.start), position_of(where.end)
        self._share(self._inference.code_action(uri, Range(start=start, end=end)))
        place = actions.place_of(page, where)
        return actions.actions(page, place, self._requests.features)

    def hover(self, uri: str, position: types.Position) -> types.Hover | None:
        """textDocument/hover."""
        self._share(self._inference.hover(uri, position_of(position)))
        page = self._page(uri)
        text = None if page is None else page.hover(position)
        if text is None:
            return None
        if self._requests.features.plain_hover:
            return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text))
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, sanitize.markdown(text)))

    def highlight(self, uri: str, position: types.Position) -> None:
        """textDocument/documentHighlight: it tells where the cursor is."""
        self._share(self._inference.highlight(uri, position_of(position)))

    def see_rows(self, uri: str, where: types.Range) -> None:
        """textDocument/semanticTokens/range: these rows are visible."""
        self._see_rows(uri, where)

    def see_diagnostic_range(self, params: object) -> None:
        """Read the visible rows, which Neovim adds to textDocument/diagnostic."""
        try:
            seen = _DiagnosticRange.model_validate(params)
        except ValidationError:
            return  # other clients ask about the whole document
        start, end = seen.range.start, seen.range.end
        where = types.Range(
            types.Position(start.line, start.character), types.Position(end.line, end.character)
        )
        self._see_rows(seen.textDocument.uri, where)

    def edited(self, uri: str, changes: Sequence[TextChange]) -> None:
        """textDocument/didChange, after the bridge had it."""
        if self.chat.owns(uri):
            self.bridge.presence.typed(in_chat=True)
            return
        self._share(self._inference.edited(uri, changes))
        if not any(_moves_lines(change) for change in changes):
            return
        is_draft = any(WORD in change.text for change in changes)
        are_few = len(self.model.threads.get(uri, ())) < MANY_THREADS
        for refresher in (self._lenses, self._diagnostics):
            if is_draft or are_few:
                refresher.mark()
            else:
                refresher.mark_moved()

    def opened(self, uri: str) -> None:
        """textDocument/didOpen."""
        self._published.pop(uri, None)
        self._diagnostics.mark()

    def closed(self, uri: str) -> None:
        """textDocument/didClose."""
        self._inference.closed(uri)
        self.model.forget_threads(uri)
        if self._published.pop(uri, None):
            self._requests.publish(uri, [])

    # --- the chat --------------------------------------------------------------------------

    async def open_chat(self) -> dict[str, Any]:
        """Show the chat's document; answer where it is."""
        uri = self._chat_uri()
        try:
            self.chat.write()
        except OSError as error:
            raise CommandRefused("NO_CHAT", f"chat.txt: {error.strerror}") from None
        self.model.unread = 0
        self._lenses.mark()
        return await self._show(uri, "The chat")

    async def write_chat(self) -> dict[str, Any]:
        """Show the file whose text is sent when it is saved."""
        self._chat_uri()
        if self.chat.files is None:
            raise CommandRefused("NO_CHAT", "the file to write in could not be made")
        return await self._show(self.chat.files.message.as_uri(), "The file to write in")

    async def _send_chat(self, text: str) -> None:
        try:
            await send_chat(self.bridge, SendChatArguments(content=text))
        except ValidationError as error:
            raise CommandRefused("INVALID_FIELD", problem_in_words(error)) from None

    def _chat_uri(self) -> str:
        uri = self.chat.uri
        if uri is None:
            raise CommandRefused("NOT_JOINED", "join a session first")
        return uri

    async def _show(self, uri: str, what: str) -> dict[str, Any]:
        files = self.chat.files
        if not await self._requests.show_document(uri) and files is not None:
            self._requests.show_message(f"{what} is in {files.folder}")
        paths = {} if files is None else {"chat": str(files.chat), "message": str(files.message)}
        return {"uri": uri, **paths}

    # --- Listener: what happened -----------------------------------------------------------

    def state_changed(self, before: EditorState) -> None:
        """The connection, the session or the user's role."""
        state = self.model.state
        if state.state is ConnectionState.OFFLINE:
            if before.state is not ConnectionState.OFFLINE:
                self.model.forget_session()
                self.chat.end()
                self._progress.end()
                self._mark_all()
        elif state.state is not before.state:
            if state.state is ConnectionState.JOINED:
                self.model.needs_token = False
                self._progress.report(f"joined {one_line(state.title or 'the session')}")
                # The model was emptied if a new token was waited for.
                self.bridge.presenter.threads.show_again()
            else:
                waits = f", {state.pending} to be sent" if state.pending else ""
                self._progress.report(f"{state.state}{waits}", stays=True)
            self._mark_all()
        if state.session_id is not None and state.state is ConnectionState.JOINED:
            self.chat.begin(state.session_id)
        self.chat.changed()

    def people_changed(self) -> None:
        """Show the participants and their status."""
        for person in self.model.others:
            if person.role is Role.HOST and person.status is Status.TYPING:
                where = "" if person.file is None else f" in {one_line(person.file)}"
                self._progress.report(f"{one_line(person.username, 32)} is typing{where}")
        self.chat.changed()

    def marks_changed(self, uris: set[str]) -> None:
        """Show the others' cursors."""
        if uris:
            self._hints.mark()
            if self._presence_is_diagnosed:
                self._diagnostics.mark()

    def threads_changed(self, uri: str) -> None:  # noqa: ARG002 - what is the same is not sent again
        """The comments of a document."""
        self._diagnostics.mark()
        self._lenses.mark()

    def chat_changed(self, news: list[EditorChatMessage]) -> None:
        """The chat."""
        self.chat.changed()
        if news:
            self._lenses.mark()
        for message in news:
            if message.kind == "system" and message.id.startswith("event-"):
                name = one_line(message.username, 32)
                self._progress.report(f"{name} {one_line(message.content)}")
            elif message.mentions_me and not message.is_me:
                self._run(self.questions.mentioned(message.username, message.content))

    def moderation_changed(self, news: list[PendingJoin]) -> None:
        """Show the users who wait for a host; `news` are those who did not before."""
        self._lenses.mark()
        for person in news:
            self._run(self.questions.wants_in(person))

    def approvals_changed(self, news: list[EditorApproval]) -> None:
        """Show the questions that the user may answer; `news` are those that are new."""
        self._lenses.mark()
        for approval in news:
            self._run(self.questions.asked(approval))

    def notice(self, notice: EditorNotice) -> None:
        """One line for the user."""
        self.model.needs_token |= notice.code in _TOKEN_CODES
        if notice.level is NoticeLevel.ERROR:
            self._requests.show_error(notice.message)
        else:
            self._requests.show_message(notice.message)

    def follow(self, follow: EditorFollow) -> None:
        """Go there, or follow nobody any more."""
        self._following.update(follow)

    # --- inside ----------------------------------------------------------------------------

    @property
    def _presence_is_diagnosed(self) -> bool:
        if self._options.presence != "auto":
            return self._options.presence == "diagnostics"
        return not (self._requests.features.inlay_hints and self._has_asked_for_hints)

    def _page(self, uri: str) -> Page | None:
        document = self._locations.documents.get(uri)
        return None if document is None else self._page_of(document)

    def _page_of(self, document: Document) -> Page:
        uri = document.uri

        rows = self.bridge.presenter.threads.known_rows(uri)

        def row_now(thread_id: str) -> int | None:
            place = None if rows is None else rows.place_of(thread_id)
            return None if place is None else place.first

        return Page(self.model, uri, document.lines, self._locations.encoding, row_now)

    def _see_rows(self, uri: str, where: types.Range) -> None:
        start, end = where.start.line, where.end.line
        if where.end.character == 0 and end > start:
            end -= 1
        document = self._locations.documents.get(uri)
        if document is not None:
            end = min(end, len(document.lines) - 1)
            rows = LineRange(start=min(start, end), end=end)
            self._share(self._inference.visible(uri, rows))

    def _share(self, seen: EditorCursor | Viewport | None) -> None:
        if isinstance(seen, Viewport):
            self.bridge.presence.on_viewport(seen.uri, seen.lines)
        elif seen is not None and seen.textDocument is not None:
            uri = seen.textDocument.uri
            if self.chat.owns(uri):
                return
            self.bridge.presence.on_cursor(seen)
            if self._following.is_left(uri, seen.position.line):
                self._run(unfollow(self.bridge))
                self._progress.report("you moved: no longer following")

    def _mark_all(self) -> None:
        self._hints.mark()
        self._lenses.mark()
        self._diagnostics.mark()

    async def _show_diagnostics(self) -> None:
        if self._requests.features.pulls:
            await self._requests.refresh_diagnostics()
            return
        for document in self._locations.documents.all():
            found = self._page_of(document).diagnostics(with_presence=self._presence_is_diagnosed)
            if found != self._published.get(document.uri, []):
                self._published[document.uri] = found
                self._requests.publish(document.uri, found)

    def _run(self, work: Coroutine[Any, Any, Any]) -> None:
        async def guarded() -> None:
            try:
                await work
            except CommandRefused as refused:
                self._requests.show_error(refused.text)

        self._tasks.spawn(guarded(), "an action")


def _moves_lines(change: TextChange) -> bool:
    """Whether lines below the change are elsewhere now, or a draft may be new."""
    if change.range is None or change.range.start.line != change.range.end.line:
        return True
    return any(mark in change.text for mark in ("\n", "\r", WORD))
