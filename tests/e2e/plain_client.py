"""LSP clients of pytest-lsp, each with the capabilities of an editor, in front of a real bridge."""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

TIMEOUT = 30.0


def neovim() -> types.ClientCapabilities:
    """UTF-8; hints with refresh; diagnostics pulled, but without a refresh."""
    return client_capabilities("neovim@v0.11.0")


def emacs() -> types.ClientCapabilities:
    """UTF-32, which it offers first; no hints, no lenses, no documents on request."""
    return client_capabilities("emacs@v29.1")


def modern() -> types.ClientCapabilities:
    """UTF-16, and all that the bridge can use: LSP 3.18 with every refresh."""
    capabilities = deepcopy(client_capabilities("neovim@v0.11.0"))
    assert capabilities.workspace is not None
    assert capabilities.general is not None
    assert capabilities.text_document is not None
    capabilities.general.position_encodings = [types.PositionEncodingKind.Utf16]
    refresh = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    capabilities.workspace.diagnostics = refresh
    lenses = types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    capabilities.workspace.code_lens = lenses
    content = types.TextDocumentContentClientCapabilities()
    capabilities.workspace.text_document_content = content
    tokens = capabilities.text_document.semantic_tokens
    assert tokens is not None
    tokens.requests = types.ClientSemanticTokensRequestOptions(range=True, full=True)
    return capabilities


def bare() -> types.ClientCapabilities:
    """A client that says that it can do nothing."""
    return types.ClientCapabilities()


PROFILES: dict[str, tuple[Callable[[], types.ClientCapabilities], str]] = {
    "neovim": (neovim, "utf-8"),
    "emacs": (emacs, "utf-32"),
    "modern": (modern, "utf-16"),
}


class PlainClient:
    """One client, its workspace, and what the bridge has asked of it."""

    def __init__(self, workspace: Path, capabilities: types.ClientCapabilities, name: str) -> None:
        self.workspace = workspace
        self.capabilities = capabilities
        self.name = name
        self.lsp: LanguageClient = make_test_lsp_client()
        self.asked: list[str] = []
        """The methods of the bridge's requests and notifications."""
        self.questions: list[types.ShowMessageRequestParams] = []
        self.answer: str | None = None
        self.texts: dict[str, list[str]] = {}
        self.takes_edits = True
        """Whether it makes edits also while it waits for no command."""
        self.commands_under_way = 0
        self._versions: dict[str, int] = {}
        converter: Any = self.lsp.protocol._converter  # pyright: ignore[reportPrivateUsage]
        converter.register_structure_hook(types.Command | types.CodeAction, _action)
        self._register()

    def _register(self) -> None:
        for method in (
            types.WORKSPACE_INLAY_HINT_REFRESH,
            types.WORKSPACE_CODE_LENS_REFRESH,
            types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH,
        ):
            self._on(method, partial(self._refresh, method))

        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.asked.append(types.WORKSPACE_APPLY_EDIT)
            takes_it = self.takes_edits or self.commands_under_way > 0
            if takes_it:
                self.apply(params.edit)
            return types.ApplyWorkspaceEditResult(applied=takes_it)

        self._on(types.WORKSPACE_APPLY_EDIT, apply)

        def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            self.asked.append(types.WINDOW_SHOW_MESSAGE_REQUEST)
            self.questions.append(params)
            return None if self.answer is None else types.MessageActionItem(title=self.answer)

        self._on(types.WINDOW_SHOW_MESSAGE_REQUEST, ask)

    def _on(self, method: str, handler: Callable[..., Any]) -> None:
        feature: Any = self.lsp.feature(method)
        feature(handler)

    def _refresh(self, method: str, _: Any = None) -> None:
        self.asked.append(method)

    async def start(self, environ: dict[str, str], options: dict[str, Any] | None = None) -> None:
        """Start the bridge and say hello."""
        inherited = {key: value for key, value in os.environ.items() if "PEERLINE" not in key}
        command = [sys.executable, "-m", "peerline", "lsp", "--stdio"]
        await self.lsp.start_io(*command, env=inherited | environ)
        folder = types.WorkspaceFolder(uri=self.workspace.as_uri(), name="w")
        await self.lsp.initialize_session(
            types.InitializeParams(
                capabilities=self.capabilities,
                client_info=types.ClientInfo(name=self.name),
                workspace_folders=[folder],
                initialization_options={"username": "alice", **(options or {})},
            )
        )

    async def stop(self) -> None:
        """Say goodbye."""
        await self.lsp.shutdown_session()
        await self.lsp.stop()

    def uri(self, file: str) -> str:
        return (self.workspace / file).as_uri()

    def document(self, file: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(file))

    def open(self, file: str) -> None:
        text = (self.workspace / file).read_bytes().decode()
        uri = self.uri(file)
        self.texts[uri] = text.split("\n")
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)
        self.lsp.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Carry out an edit of whole lines, and tell the bridge the whole text."""
        changes: dict[str, list[Any]] = {
            uri: list(edits) for uri, edits in (edit.changes or {}).items()
        }
        for change in edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            assert change.text_document.version == self._versions[change.text_document.uri]
            changes[change.text_document.uri] = list(change.edits)
        for uri, edits in changes.items():
            for item in edits:
                first, last = item.range.start, item.range.end
                assert (first.character, last.character) == (0, 0)
                new = item.new_text.split("\n")[:-1]
                self.texts[uri][first.line : last.line] = new
            self._changed(uri)

    def write(self, file: str, row: int, text: str) -> None:
        """Replace a line."""
        uri = self.uri(file)
        self.texts[uri][row] = text
        self._changed(uri)

    def _changed(self, uri: str) -> None:
        self._versions[uri] += 1
        version = self._versions[uri]
        document = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        whole = types.TextDocumentContentChangeWholeDocument(text="\n".join(self.texts[uri]))
        self.lsp.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=document, content_changes=[whole])
        )

    async def wait(self, condition: Callable[[], Any], what: str) -> Any:
        """Poll until the condition, or what it awaits, gives something true, and return it."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            value = condition()
            if asyncio.iscoroutine(value):
                value = await value
            if value:
                return value
            assert time.monotonic() < deadline, f"{what} never came; messages {self.lsp.messages}"
            await asyncio.sleep(0.02)

    async def diagnostics(self, file: str) -> list[types.Diagnostic]:
        """The diagnostics that the client shows: the pushed and the pulled ones together."""
        shown = list(self.lsp.diagnostics.get(self.uri(file), []))
        if get_capability(self.capabilities, "text_document.diagnostic") is not None:
            report = await self.lsp.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(text_document=self.document(file))
            )
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            shown += report.items
        return shown

    async def hints(self, file: str, first: int, last: int) -> list[types.InlayHint]:
        rows = types.Range(types.Position(first, 0), types.Position(last, 0))
        found = await self.lsp.text_document_inlay_hint_async(
            types.InlayHintParams(text_document=self.document(file), range=rows)
        )
        return list(found or [])

    async def actions(self, file: str, where: types.Range) -> dict[str, Any]:
        """The code actions by title."""
        found = await self.lsp.text_document_code_action_async(
            types.CodeActionParams(
                text_document=self.document(file),
                range=where,
                context=types.CodeActionContext(diagnostics=[]),
            )
        )
        return {item.title: item for item in found or []}

    async def act(self, file: str, row: int, title: str, rows: int = 0) -> None:
        """Choose the code action whose title contains the text, with `rows` rows selected."""
        where = types.Range(types.Position(row, 0), types.Position(row + rows, 0))

        async def offered() -> Any:
            found = await self.actions(file, where)
            return next((item for name, item in found.items() if title in name), None)

        chosen = await self.wait(offered, title)
        if isinstance(chosen, types.CodeAction):
            if chosen.edit is not None:
                self.apply(chosen.edit)
            chosen = chosen.command
        if chosen is not None:
            await self.command(chosen.command, *(chosen.arguments or []))

    async def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(command=name, arguments=list(arguments))
        self.commands_under_way += 1
        try:
            return await self.lsp.workspace_execute_command_async(params)
        finally:
            self.commands_under_way -= 1


def _action(item: Any, _: object) -> types.Command | types.CodeAction:
    """An item that pygls takes for a command in any case: an action that has a command is none."""
    if isinstance(item.get("command"), str):
        return types.Command(**item)
    command, edit = item.pop("command", None), item.pop("edit", None)
    converter = default_converter()
    return types.CodeAction(
        **item,
        command=None if command is None else types.Command(**command),
        edit=None if edit is None else converter.structure(edit, types.WorkspaceEdit),
    )
