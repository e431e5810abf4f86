"""workspace/applyEdit to an editor with a plugin."""

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from peerline.protocol.editor.base import Position
from peerline_bridge.plain.requests import EDIT_SECONDS, Ask
from peerline_bridge.texts.line_edit import ApplyEdit, LineEdit

_log = logging.getLogger("peerline.bridge")


def make_apply_edit(capabilities: types.ClientCapabilities, ask: Ask) -> ApplyEdit | None:
    """Return the function that asks the client to make an edit; None if it takes none."""
    workspace = capabilities.workspace
    if workspace is None or not workspace.apply_edit:
        return None
    has_versions = workspace.workspace_edit is not None and bool(
        workspace.workspace_edit.document_changes
    )

    async def apply(edit: LineEdit) -> bool:
        params = types.ApplyWorkspaceEditParams(
            edit=_workspace_edit(edit, has_versions=has_versions), label="Apply suggestion"
        )
        try:
            answer = await ask(types.WORKSPACE_APPLY_EDIT, params, EDIT_SECONDS)
        except (TimeoutError, JsonRpcException) as error:
            _log.warning("the editor did not make an edit: %s", type(error).__name__)
            return False
        return bool(getattr(answer, "applied", False))

    return apply


def _workspace_edit(edit: LineEdit, *, has_versions: bool) -> types.WorkspaceEdit:
    where = types.Range(_position(edit.range.start), _position(edit.range.end))
    change = types.TextEdit(where, edit.text)
    if not has_versions:
        return types.WorkspaceEdit(changes={edit.uri: [change]})
    document = types.OptionalVersionedTextDocumentIdentifier(uri=edit.uri, version=edit.version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=document, edits=[change])]
    )


def _position(position: Position) -> types.Position:
    return types.Position(position.line, position.character)
