"""The requests to an LSP client: each only where it can answer, and never for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import uuid4

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from peerline.tasks import is_asked_to_end
from peerline_bridge.plain.capabilities import ClientFeatures
from peerline_bridge.texts.line_edit import LineEdit

_log = logging.getLogger("peerline.bridge")
REQUEST_SECONDS: Final = 5.0
"""Emacs answers some requests never: nothing waits longer for a client."""
EDIT_SECONDS: Final = 60.0
"""For an edit: some clients ask their user before they make it."""
QUESTION_SECONDS: Final = 600.0
"""For a question, which a person answers."""

Ask = Callable[[str, Any, float], Awaitable[Any]]
"""Sends a request: method, parameters, seconds. Raises TimeoutError or JsonRpcException."""
Notify = Callable[[str, Any], None]


class ClientRequests:
    """The requests and notifications to one client."""

    def __init__(self, features: ClientFeatures, ask: Ask, notify: Notify) -> None:
        self.features = features
        self._ask = ask
        self._notify = notify

    async def show_document(self, uri: str, position: types.Position | None = None) -> bool:
        """window/showDocument: whether the client has shown it."""
        if not self.features.show_document:
            return False
        selection = None if position is None else types.Range(position, position)
        params = types.ShowDocumentParams(uri=uri, take_focus=True, selection=selection)
        result = await self._try(types.WINDOW_SHOW_DOCUMENT, params)
        return result is not None and bool(getattr(result, "success", False))

    async def delete_rows(self, uri: str, version: int, first: int, last: int) -> bool:
        """workspace/applyEdit: take whole lines out; whether the client says that it did."""
        if not self.features.apply_edit:
            return False
        lines = types.Range(types.Position(first, 0), types.Position(last + 1, 0))
        return await self._apply(uri, version, types.TextEdit(lines, ""))

    async def insert(self, uri: str, version: int, row: int, text: str) -> bool:
        """workspace/applyEdit: put text before a line; whether the client says that it did."""
        if not self.features.apply_edit:
            return False
        place = types.Position(row, 0)
        return await self._apply(uri, version, types.TextEdit(types.Range(place, place), text))

    async def apply(self, edit: LineEdit) -> bool:
        """workspace/applyEdit: a suggestion; whether the client says that it made the edit."""
        start, end = edit.range.start, edit.range.end
        place = types.Range(
            types.Position(start.line, start.character), types.Position(end.line, end.character)
        )
        change = types.TextEdit(place, edit.text)
        return await self._apply(edit.uri, edit.version, change, label="Apply suggestion")

    async def apply_quietly(self, edit: LineEdit) -> bool:
        """As `apply`, without a label: some clients ask their user about an edit that has one."""
        start, end = edit.range.start, edit.range.end
        place = types.Range(
            types.Position(start.line, start.character), types.Position(end.line, end.character)
        )
        return await self._apply(edit.uri, edit.version, types.TextEdit(place, edit.text))

    async def ask_user(
        self, text: str, answers: Sequence[str], *, may_block: bool = False
    ) -> str | None:
        """window/showMessageRequest: the answer; None without one, or where asking would block.

        It `may_block` where the user has just asked for it.
        """
        if not self.features.asks and not may_block:
            return None
        params = types.ShowMessageRequestParams(
            type=types.MessageType.Info,
            message=text,
            actions=[types.MessageActionItem(title=answer) for answer in answers],
        )
        result = await self._try(types.WINDOW_SHOW_MESSAGE_REQUEST, params, QUESTION_SECONDS)
        return getattr(result, "title", None)

    def show_error(self, text: str) -> None:
        """window/showMessage as an error: one line."""
        self._message(types.MessageType.Error, text if self._is_named else f"Peerline: {text}")

    def show_message(self, text: str) -> None:
        """window/showMessage; window/logMessage where that would wait for a key."""
        if self.features.quiet_messages:
            self._message(types.MessageType.Info, text)
        else:
            params = types.LogMessageParams(type=types.MessageType.Info, message=text)
            self._notify(types.WINDOW_LOG_MESSAGE, params)

    def tell(self, text: str) -> None:
        """window/showMessage of what the user has just asked for."""
        self._message(types.MessageType.Info, text if self._is_named else f"Peerline: {text}")

    async def refresh_inlay_hints(self) -> None:
        """workspace/inlayHint/refresh."""
        if self.features.inlay_hints and self.features.inlay_hint_refresh:
            await self._try(types.WORKSPACE_INLAY_HINT_REFRESH, None)

    async def refresh_code_lenses(self) -> None:
        """workspace/codeLens/refresh."""
        if self.features.code_lens_refresh:
            await self._try(types.WORKSPACE_CODE_LENS_REFRESH, None)

    async def refresh_diagnostics(self) -> None:
        """workspace/diagnostic/refresh."""
        if self.features.pulls:
            await self._try(types.WORKSPACE_DIAGNOSTIC_REFRESH, None)

    async def refresh_text(self, uri: str) -> None:
        """workspace/textDocumentContent/refresh."""
        if self.features.text_content:
            params = types.TextDocumentContentRefreshParams(uri=uri)
            await self._try(types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH, params)

    def publish(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        """textDocument/publishDiagnostics."""
        params = types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
        self._notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    async def begin_progress(self, title: str, message: str) -> str | None:
        """window/workDoneProgress/create and $/progress: the token; None if it has no progress."""
        if not self.features.progress:
            return None
        token = f"peerline-{uuid4()}"
        params = types.WorkDoneProgressCreateParams(token=token)
        if await self._try(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params, is_void=True) is None:
            return None
        self._progress(token, types.WorkDoneProgressBegin(title=title, message=message))
        return token

    def report_progress(self, token: str, message: str) -> None:
        """$/progress."""
        self._progress(token, types.WorkDoneProgressReport(message=message))

    def end_progress(self, token: str) -> None:
        """$/progress: nothing happens any more."""
        self._progress(token, types.WorkDoneProgressEnd())

    @property
    def _is_named(self) -> bool:
        """Whether the client itself says whose message it is; a longer line waits for a key."""
        return not self.features.quiet_messages

    def _progress(self, token: str, value: object) -> None:
        self._notify(types.PROGRESS, types.ProgressParams(token=token, value=value))

    def _message(self, kind: types.MessageType, text: str) -> None:
        line = " ".join(text.split())
        self._notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(type=kind, message=line))

    async def _apply(
        self, uri: str, version: int | None, edit: types.TextEdit, label: str | None = None
    ) -> bool:
        change = types.WorkspaceEdit(changes={uri: [edit]})
        if self.features.document_changes:
            document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
            change = types.WorkspaceEdit(
                document_changes=[types.TextDocumentEdit(text_document=document, edits=[edit])]
            )
        params = types.ApplyWorkspaceEditParams(edit=change, label=label)
        result = await self._try(types.WORKSPACE_APPLY_EDIT, params, EDIT_SECONDS)
        return result is not None and bool(getattr(result, "applied", False))

    async def _try(
        self,
        method: str,
        params: object,
        seconds: float = REQUEST_SECONDS,
        *,
        is_void: bool = False,
    ) -> Any:  # noqa: ANN401 - the result of the method
        """The client's answer; None if it has refused or not answered. True for an empty answer."""
        try:
            answer = await self._ask(method, params, seconds)
        except TimeoutError:
            _log.warning("the client did not answer %s", method)
            return None
        except JsonRpcException as error:
            _log.warning("the client refused %s: %s", method, type(error).__name__)
            return None
        except asyncio.CancelledError:
            if is_asked_to_end():
                raise
            return None  # the client has sent `shutdown`, which cancels the request only
        return True if is_void else answer
