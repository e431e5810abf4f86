"""The language server's features, each handed on to the bridge in a line or two."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

import cattrs
from lsprotocol import types
from pydantic import BaseModel, ValidationError
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    default_converter,
    lsp_method,
)

from peerline.protocol.editor.base import Range
from peerline.protocol.editor.commands import (
    COMMANDS,
    CURSOR_NOTIFICATION,
    PLAIN_COMMANDS,
    CommandFailure,
)
from peerline.protocol.editor.participants import EditorCursor
from peerline_bridge.commands import comments, session
from peerline_bridge.commands.start_session import start_session
from peerline_bridge.errors import CommandRefused
from peerline_bridge.lsp.did_change import DocumentChange, position_at, read_change
from peerline_bridge.options import first_problem, read_options
from peerline_bridge.plain.capabilities import read_features
from peerline_bridge.plain.editor import PlainEditor
from peerline_bridge.plain.features import register
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.session.bridge import Bridge, BridgeSettings
from peerline_bridge.session.configured_session import named_addresses
from peerline_bridge.session.tokens import Tokens
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Places
from peerline_bridge.texts.open_texts import Documents, TextChange
from peerline_bridge.texts.paths import Workspace, path_of_uri
from peerline_bridge.texts.positions import Encoding

_log = logging.getLogger("peerline.bridge")
_INVALID_PARAMS: Final = -32602
_REQUEST_FAILED: Final = -32803
"""LSP 3.17, ErrorCodes.RequestFailed."""


_ANY_FILE: Final = types.FileOperationRegistrationOptions(
    filters=[
        types.FileOperationFilter(scheme="file", pattern=types.FileOperationPattern(glob="**/*"))
    ]
)


class Failure(JsonRpcException):
    """The answer to a command that cannot be carried out."""

    CODE = _REQUEST_FAILED


class BridgeProtocol(LanguageServerProtocol):
    """pygls' protocol without its text model, and with an end that the program decides on."""

    _server: "BridgeServer"  # pyright: ignore[reportIncompatibleVariableOverride] - made by it alone

    def take(self, message: dict[str, Any]) -> None:
        """Handle one message of the editor; a request that makes no sense is answered so.

        Raises:
            Exception: any, for what is no request and makes no sense.
        """
        if self._take_quickly(message):
            return
        is_request = "method" in message and isinstance(message.get("id"), int | str)
        if message.get("method") == types.INITIALIZE and self._server.bridge is not None:
            # LSP 3.17, "Initialize Request": it may only be sent once.
            error = JsonRpcInvalidRequest("the bridge was initialized before")
            self._send_response(message["id"], error=error.to_response_error())
            return
        try:
            structured = self.structure_message(message)
            if isinstance(structured, dict):
                raise JsonRpcInvalidRequest("jsonrpc: must be 2.0")
        except JsonRpcException as error:
            if not is_request:
                raise
            self._send_response(message["id"], error=error.to_response_error())
            return
        self.handle_message(structured)

    def _take_quickly(self, message: dict[str, Any]) -> bool:
        """Handle what comes with every key; whether it was that, and made sense.

        pygls' way takes ten times as long, for the same result.
        """
        bridge = self._server.bridge
        if bridge is None or self._shutdown or "id" in message or message.get("jsonrpc") != "2.0":
            return False
        match message.get("method"):
            case types.TEXT_DOCUMENT_DID_CHANGE:
                change = read_change(message.get("params"))
                if change is None:
                    return False
                self._server.on_change(change)
                return True
            case method if method == CURSOR_NOTIFICATION:
                self._server.on_cursor(message.get("params"))
                return True
            case _:
                return False

    def notify_json(self, method: str, params: bytes) -> None:
        """Send a notification whose parameters are JSON already.

        pygls walks through every value of a message in Python, which for 500 marks takes 20 ms.
        """
        body = b'{"jsonrpc":"2.0","method":"%s","params":%s}' % (method.encode(), params)
        if self.writer is not None:
            # Not awaited: the bridge writes to a pipe.
            self.writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        """The editor is done."""
        self._server.on_exit(clean=self._shutdown)

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        self, params: types.DidOpenTextDocumentParams
    ) -> None:
        """A document was opened."""
        document = params.text_document
        if self._server.bridge is not None:
            self._server.bridge.on_open(document.uri, document.version, document.text)
        if self._server.plain is not None:
            self._server.plain.opened(document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        self, params: types.DidChangeTextDocumentParams
    ) -> None:
        """A document was edited."""
        changes = tuple(_text_change(change) for change in params.content_changes)
        document = params.text_document
        self._server.on_change(DocumentChange(document.uri, document.version, changes))

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(  # pyright: ignore[reportIncompatibleMethodOverride] - no generator is needed
        self, params: types.DidCloseTextDocumentParams
    ) -> None:
        """A document was closed."""
        if self._server.bridge is not None:
            self._server.bridge.on_close(params.text_document.uri)
        if self._server.plain is not None:
            self._server.plain.closed(params.text_document.uri)

    def structure_message(self, data: dict[str, Any]) -> Any:  # noqa: ANN401 - any message
        """Read what Neovim adds to a request before it is lost: the visible lines."""
        if data.get("method") == types.TEXT_DOCUMENT_DIAGNOSTIC and self._server.plain is not None:
            self._server.plain.see_diagnostic_range(data.get("params"))
        return super().structure_message(data)  # pyright: ignore[reportUnknownMemberType]

    async def ask(self, method: str, params: object, seconds: float) -> Any:  # noqa: ANN401 - any result
        """Send a request and wait for the answer, not for ever.

        Raises:
            TimeoutError: if there is none.
            JsonRpcException: if the client refuses.
        """
        msg_id = str(uuid4())
        answer = self.send_request_async(method, params, msg_id)
        try:
            return await asyncio.wait_for(answer, seconds)
        finally:
            # A late answer to a request that was given up must find nothing to fail at.
            self._request_futures.pop(msg_id, None)
            self._result_types.pop(msg_id, None)


class BridgeServer(LanguageServer):
    """One editor's language server."""

    protocol: BridgeProtocol  # pyright: ignore[reportIncompatibleVariableOverride] - never replaced

    def __init__(self, on_exit: Callable[[bool], None]) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - pygls does not say
            "peerline",
            version("peerline"),
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=BridgeProtocol,
            converter_factory=_converter,
        )
        self.bridge: Bridge | None = None
        self.plain: PlainEditor | None = None
        """Set if the client has no plugin."""
        self.parent_pid: int | None = None
        self._on_exit = on_exit
        _register(self)

    def take(self, message: dict[str, Any]) -> None:
        """Handle one message of the editor."""
        self.protocol.take(message)

    def on_change(self, change: DocumentChange) -> None:
        """A document was edited."""
        if self.bridge is not None:
            self.bridge.on_change(change.uri, change.version, change.changes)
            if self.plain is not None:
                self.plain.edited(change.uri, change.changes)

    def on_cursor(self, params: object) -> None:
        """A plugin says where its user is."""
        if self.bridge is None:
            return
        try:
            self.bridge.on_cursor(EditorCursor.model_validate(params))
        except ValidationError as error:
            _log.warning("%s was not understood: %s", CURSOR_NOTIFICATION, first_problem(error))

    def on_exit(self, *, clean: bool) -> None:
        """The editor sent `exit`."""
        self._on_exit(clean)

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401, ARG002 - the base's signature
        """Log only: the base would pop up in the editor of the user.

        No text of the error: it may repeat what the user wrote.
        """
        if not isinstance(error, Failure):
            _log.error("a message of the editor failed: %s", type(error).__name__)

    def initialize(self, params: types.InitializeParams) -> None:
        """Everything that depends on the editor is known now."""
        self.parent_pid = params.process_id
        options = read_options(params.initialization_options)
        encoding = Encoding(self.workspace.position_encoding)
        places = Places(Documents(), Workspace(_roots(params)), encoding)
        name = params.client_info.name if params.client_info else "lsp"
        settings = BridgeSettings(
            username=options.username,
            client_name=name[:64] or "lsp",
            idle_seconds=options.idle_seconds,
            away_seconds=options.away_seconds,
            find_token=Tokens(os.environ, named_addresses(options)).find,
            server=options.server or os.environ.get("PEERLINE_SERVER") or None,
            all_comments=options.plugin and options.all_comments,
            comment_changes=options.comment_changes or not options.plugin,
        )
        loop = asyncio.get_running_loop()

        def make_bridge(surface: Surface) -> Bridge:
            return Bridge(loop, surface, places, settings)

        if options.plugin:
            self.bridge = make_bridge(RichSurface(self.protocol.notify_json))
            return
        features = read_features(params.capabilities, name, asks=options.ask)
        requests = ClientRequests(features, self.protocol.ask, self.protocol.notify)
        self.plain = PlainEditor(requests, places, options, os.environ, make_bridge)
        self.bridge = self.plain.bridge
        register(self, self.plain, features)
        for command, model in PLAIN_COMMANDS.items():
            self.command(command)(_command(command, model, self.plain.commands[command]))


def _register(server: BridgeServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:  # pyright: ignore[reportUnusedFunction]
        server.initialize(params)

    @server.feature(CURSOR_NOTIFICATION)
    def cursor(params: Any) -> None:  # pyright: ignore[reportUnusedFunction]  # noqa: ANN401 - validated here
        server.on_cursor(params)

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _ANY_FILE)
    def did_rename_files(params: types.RenameFilesParams) -> None:  # pyright: ignore[reportUnusedFunction]
        if server.bridge is not None:
            for file in params.files:
                comments.on_renamed(server.bridge, file.old_uri, file.new_uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:  # pyright: ignore[reportUnusedFunction]
        if server.bridge is not None:
            event = params.event
            server.bridge.on_folders(_paths(event.added), _paths(event.removed))

    for name, model in COMMANDS.items():
        server.command(name)(_command(name, model, _bridge_method(server, name)))


_METHODS: Final[dict[str, Callable[..., Awaitable[dict[str, Any]]]]] = {
    "peerline.join": Bridge.join,
    "peerline.startSession": start_session,
    "peerline.leave": Bridge.leave,
    "peerline.sendChat": Bridge.send_chat,
    "peerline.addComment": Bridge.add_comment,
    "peerline.reply": Bridge.reply,
    "peerline.resolve": Bridge.resolve,
    "peerline.reattach": comments.reattach,
    "peerline.listComments": comments.list_comments,
    "peerline.editMessage": Bridge.edit_message,
    "peerline.deleteMessage": Bridge.delete_message,
    "peerline.react": Bridge.react,
    "peerline.loadHistory": Bridge.load_history,
    "peerline.loadResolved": session.load_resolved,
    "peerline.measureLatency": session.measure_latency,
    "peerline.summon": session.summon,
    "peerline.endSession": Bridge.end_session,
    "peerline.typing": Bridge.typing,
    "peerline.setStatus": Bridge.set_status,
    "peerline.follow": Bridge.follow,
    "peerline.unfollow": Bridge.unfollow,
    "peerline.listParticipants": Bridge.list_participants,
    "peerline.gotoParticipant": Bridge.goto_participant,
    "peerline.locate": Bridge.locate,
    "peerline.changeRole": Bridge.change_role,
    "peerline.removeParticipant": Bridge.remove_participant,
    "peerline.createInvite": session.create_invite,
    "peerline.revokeInvite": session.revoke_invite,
    "peerline.liftBan": session.lift_ban,
    "peerline.answerJoin": session.answer_join,
    "peerline.listModeration": session.list_moderation,
    "peerline.search": session.search,
    "peerline.updateSession": session.update_session,
    "peerline.fileEvent": session.tell_file_event,
    "peerline.listPending": Bridge.list_pending,
    "peerline.resendPending": Bridge.resend_pending,
    "peerline.discardPending": Bridge.discard_pending,
    "peerline.renewToken": Bridge.renew_token,
    "peerline.signIn": Bridge.sign_in,
}


def _bridge_method(server: BridgeServer, name: str) -> Callable[..., Awaitable[dict[str, Any]]]:
    def call(*arguments: BaseModel) -> Awaitable[dict[str, Any]]:
        if server.bridge is None:
            raise CommandRefused("NOT_INITIALIZED", "initialize first")
        return _METHODS[name](server.bridge, *arguments)

    return call


def _command(
    name: str, model: type[BaseModel] | None, method: Callable[..., Awaitable[dict[str, Any]]]
) -> Callable[..., Coroutine[Any, Any, dict[str, Any]]]:
    async def run(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - validated here
        try:
            if model is None:
                return await method()
            if not arguments:
                return await method(model())  # right where all that it takes may be left out
            if len(arguments) != 1 or not isinstance(arguments[0], dict):
                raise Failure(f"{name} takes one object as its argument", _INVALID_PARAMS)
            return await method(model.model_validate(arguments[0]))
        except ValidationError as error:
            problem = first_problem(error)
            raise _failure("INVALID_FIELD", f"{name}: {problem}", _INVALID_PARAMS) from None
        except CommandRefused as refused:
            raise _failure(refused.code, refused.text) from None

    return run


def _failure(code: str, text: str, rpc_code: int = _REQUEST_FAILED) -> Failure:
    return Failure(text, rpc_code, CommandFailure(error_code=code).model_dump(mode="json"))


def _roots(params: types.InitializeParams) -> list[Path]:
    folders = _paths(params.workspace_folders or [])
    root = path_of_uri(params.root_uri) if params.root_uri else None
    return folders or ([] if root is None else [root])


def _paths(folders: Iterable[types.WorkspaceFolder]) -> list[Path]:
    return [path for folder in folders if (path := path_of_uri(folder.uri)) is not None]


def _text_change(change: types.TextDocumentContentChangeEvent) -> TextChange:
    if isinstance(change, types.TextDocumentContentChangePartial):
        start, end = change.range.start, change.range.end
        where = Range(
            start=position_at(start.line, start.character),
            end=position_at(end.line, end.character),
        )
        return TextChange(change.text, where)
    return TextChange(change.text)


def _converter() -> cattrs.Converter:
    """Pygls' converter, but messages that it does not know stay the plain dicts that they are."""
    converter = default_converter()
    for kind in (JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage):
        converter.register_structure_hook(kind, _plain)
    return converter


def _plain(data: Any, cls: type[Any]) -> Any:  # noqa: ANN401 - any message
    return cls(**cast("dict[str, Any]", data))
