"""The notifications of a plugin about shared documents."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from lsprotocol import types
from pydantic import ValidationError
from pygls.lsp.server import LanguageServer

from peerline.protocol.editor.documents import (
    APPLYING_NOTIFICATION,
    CHECK_NOTIFICATION,
    READY_NOTIFICATION,
    UNDO_STEP_NOTIFICATION,
    ApplyingEdit,
    DocumentUri,
    TextCheck,
)
from peerline.protocol.types import ClientModel
from peerline_bridge.options import first_problem
from peerline_bridge.sharing.shared_files import SharedFiles

_log = logging.getLogger("peerline.bridge")
_Model = TypeVar("_Model", bound=ClientModel)


def register_document_notifications(
    server: LanguageServer, shared_files: Callable[[], SharedFiles | None]
) -> None:
    """Register a handler of each.

    Args:
        server: gets the handlers.
        shared_files: returns what they act on; None as long as there is none.
    """

    def handle(
        method: str, model: type[_Model], act: Callable[[SharedFiles, _Model], None]
    ) -> None:
        @server.feature(method)
        def handler(params: Any) -> None:  # pyright: ignore[reportUnusedFunction]  # noqa: ANN401 - validated here
            found = shared_files()
            if found is None:
                return
            try:
                read = model.model_validate(params)
            except ValidationError as error:
                _log.warning("%s was not understood: %s", method, first_problem(error))
                return
            act(found, read)

    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE)
    def will_save(params: types.WillSaveTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        found = shared_files()
        # A save at a pause in typing runs no formatters, and typing may go on before it has ended.
        if found is not None and params.reason is not types.TextDocumentSaveReason.AfterDelay:
            found.on_saving(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:  # pyright: ignore[reportUnusedFunction]
        found = shared_files()
        if found is not None:
            found.on_saved(params.text_document.uri)

    handle(APPLYING_NOTIFICATION, ApplyingEdit, SharedFiles.on_applying)
    handle(CHECK_NOTIFICATION, TextCheck, SharedFiles.on_check)
    handle(READY_NOTIFICATION, DocumentUri, _on_ready)
    handle(UNDO_STEP_NOTIFICATION, DocumentUri, lambda files, about: files.on_undo_step(about.uri))


def _on_ready(files: SharedFiles, about: DocumentUri) -> None:
    """An edit that had to wait can be made now."""
    file = files.file_of(about.uri)
    if file is not None:
        file.on_ready()
