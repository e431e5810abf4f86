"""The language server: its features, each handed on to the bridge in a line or two."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pydantic import ValidationError
from pygls.lsp.server import LanguageServer

from peerline import processes
from peerline.protocol.editor.commands import CURSOR_NOTIFICATION
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.editor.session import EditorNotice, NoticeLevel
from peerline_bridge.commands.files import on_renamed
from peerline_bridge.commands.registry import bridge_commands
from peerline_bridge.errors import CommandRefused
from peerline_bridge.lsp.did_change import DocumentChange
from peerline_bridge.lsp.document_notifications import register_document_notifications
from peerline_bridge.lsp.protocol import BridgeProtocol, make_converter
from peerline_bridge.lsp.workspace_commands import Failure, register_commands
from peerline_bridge.options import first_problem, read_options
from peerline_bridge.plain.capabilities import read_features
from peerline_bridge.plain.commands import plain_commands
from peerline_bridge.plain.edit_link import PlainLink
from peerline_bridge.plain.editor import PlainEditor
from peerline_bridge.plain.features import register
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.configured_session import named_addresses
from peerline_bridge.session.settings import BridgeSettings
from peerline_bridge.session.tokens import Tokens
from peerline_bridge.sharing.editor_link import EditorLink, PluginLink
from peerline_bridge.surface import Surface
from peerline_bridge.texts.inner_breaks import keeps_cr
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace, path_of_uri
from peerline_bridge.texts.positions import Encoding

_log = logging.getLogger("peerline.bridge")


_ANY_FILE: Final = types.FileOperationRegistrationOptions(
    filters=[
        types.FileOperationFilter(scheme="file", pattern=types.FileOperationPattern(glob="**/*"))
    ]
)


class BridgeServer(LanguageServer):
    """One editor's language server."""

    protocol: BridgeProtocol  # pyright: ignore[reportIncompatibleVariableOverride] - never replaced

    def __init__(self, on_exit: Callable[[bool], None]) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - pygls does not say
            "peerline",
            version("peerline"),
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=BridgeProtocol,
            converter_factory=make_converter,
        )
        self.bridge: Bridge | None = None
        self.plain: PlainEditor | None = None
        self.tells_file_events = False
        """Set if the client has no plugin."""
        self.parent_pid: int | None = None
        self._surface: Surface | None = None
        self._option_problem: str | None = None
        self._on_exit = on_exit
        _register(self)

    @property
    def is_initialized(self) -> bool:
        """Whether the editor has said what it can do."""
        return self.bridge is not None

    def take(self, message: dict[str, Any]) -> None:
        """Handle one message of the editor."""
        self.protocol.take(message)

    def on_open(self, uri: str, version: int, text: str) -> None:
        """A document was opened."""
        if self.bridge is not None:
            self.bridge.documents.on_open(uri, version, text)
        if self.plain is not None:
            self.plain.opened(uri)

    def on_change(self, change: DocumentChange) -> None:
        """A document was edited."""
        if self.bridge is not None:
            self.bridge.documents.on_change(change.uri, change.version, change.changes)
            if self.plain is not None:
                self.plain.edited(change.uri, change.changes)

    def on_close(self, uri: str) -> None:
        """A document was closed."""
        if self.bridge is not None:
            self.bridge.documents.on_close(uri)
        if self.plain is not None:
            self.plain.closed(uri)

    def on_cursor(self, params: object) -> None:
        """A plugin says where its user is."""
        if self.bridge is None:
            return
        try:
            self.bridge.presence.on_cursor(EditorCursor.model_validate(params))
        except ValidationError as error:
            _log.warning("%s was not understood: %s", CURSOR_NOTIFICATION, first_problem(error))

    def on_diagnostic_request(self, params: object) -> None:
        """The editor asks for diagnostics: Neovim says in it which lines are visible."""
        if self.plain is not None:
            self.plain.see_diagnostic_range(params)

    def on_exit(self, *, clean: bool) -> None:
        """The editor sent `exit`."""
        self._on_exit(clean)

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ANN401, ARG002 - the base's signature
        """Log only: the base would pop up in the editor of the user.

        No text of the error: it may repeat what the user wrote.
        """
        if not isinstance(error, Failure):
            _log.error("a message of the editor failed: %s", type(error).__name__)

    def on_initialized(self) -> None:
        """The editor takes notifications now."""
        text, self._option_problem = self._option_problem, None
        if text is not None and self._surface is not None:
            self._surface.show_notice(
                EditorNotice(level=NoticeLevel.WARNING, code="OPTION_NOT_VALID", message=text)
            )
        if self.plain is not None:
            self.plain.start()

    def initialize(self, params: types.InitializeParams) -> None:
        """Everything that depends on the editor is known now."""
        self.parent_pid = params.process_id
        # The processes that we start do not know the workspace, nor take programs from it.
        os.environ["PATH"] = processes.path_outside(_roots(params), os.environ)
        options, self._option_problem = read_options(params.initialization_options)
        encoding = Encoding(self.workspace.position_encoding)
        name = params.client_info.name if params.client_info else "lsp"
        documents = Documents(keeps_cr=keeps_cr(name))
        locations = Locations(documents, Workspace(_roots(params), options.root), encoding)
        locations.has_cells = options.plugin and options.notebooks
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
        features = read_features(params.capabilities, name, asks=options.ask)
        requests = ClientRequests(features, self.protocol.ask, self.protocol.notify)
        apply_edit = requests.apply if features.apply_edit else None

        def make_bridge(surface: Surface) -> Bridge:
            self._surface = surface
            return Bridge(loop, surface, locations, settings, apply_edit, link)

        link: EditorLink | None = None
        self.tells_file_events = options.tells_file_events
        if options.plugin:
            link = PluginLink(
                self.protocol.ask_json, str(params.process_id), marks_edits=options.marks_edits
            )
            self.bridge = make_bridge(RichSurface(self.protocol.notify_json))
            return
        if features.apply_edit:
            link = PlainLink(loop, requests, locations, str(params.process_id))
        plain = self.plain = PlainEditor(requests, locations, options, os.environ, make_bridge)
        self.bridge = plain.bridge
        register(self, plain, features)
        register_commands(self, plain_commands, lambda: plain)


def _register(server: BridgeServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:  # pyright: ignore[reportUnusedFunction]
        server.initialize(params)

    @server.feature(types.INITIALIZED)
    def initialized(_: Any) -> None:  # pyright: ignore[reportUnusedFunction]  # noqa: ANN401 - no parameters
        server.on_initialized()

    @server.feature(CURSOR_NOTIFICATION)
    def cursor(params: Any) -> None:  # pyright: ignore[reportUnusedFunction]  # noqa: ANN401 - validated here
        server.on_cursor(params)

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _ANY_FILE)
    def did_rename_files(params: types.RenameFilesParams) -> None:  # pyright: ignore[reportUnusedFunction]
        if server.bridge is not None:
            for file in params.files:
                is_told = not server.tells_file_events
                on_renamed(server.bridge, file.old_uri, file.new_uri, is_told=is_told)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:  # pyright: ignore[reportUnusedFunction]
        if server.bridge is not None:
            event = params.event
            server.bridge.documents.on_folders(_paths(event.added), _paths(event.removed))

    def bridge() -> Bridge:
        if server.bridge is None:
            raise CommandRefused("NOT_INITIALIZED", "initialize first")
        return server.bridge

    register_commands(server, bridge_commands, bridge)
    register_document_notifications(
        server, lambda: None if server.bridge is None else server.bridge.sharing.files
    )


def _roots(params: types.InitializeParams) -> list[Path]:
    folders = _paths(params.workspace_folders or [])
    root = path_of_uri(params.root_uri) if params.root_uri else None
    return folders or ([] if root is None else [root])


def _paths(folders: Iterable[types.WorkspaceFolder]) -> list[Path]:
    return [path for folder in folders if (path := path_of_uri(folder.uri)) is not None]
