"""The code actions of shared documents, in a client without a plugin. Pure."""

from lsprotocol import types

from peerline.protocol.editor.documents import DocumentState, EditorDocument, EditorDocumentQuestion
from peerline.protocol.editor.offers import EditorOffers
from peerline_bridge.plain.lens_commands import command
from peerline_bridge.plain.text import one_line
from peerline_bridge.sharing.file_notices import PULL_TITLE

_ANSWER = "peerline.answerDocument"


def document_actions(
    uri: str,
    document: EditorDocument | None,
    question: EditorDocumentQuestion | None,
    *,
    may_edit: bool,
) -> list[types.Command]:
    """Return what one can do about a document of the editor, the likeliest first.

    Args:
        uri: The document.
        document: The shared document that it is; None if it is none.
        question: The question about its text, if there is one.
        may_edit: Whether the user's role lets them share.
    """
    about = {"uri": uri}
    if document is None:
        title = "Peerline: share this file"
        return [command(title, "peerline.shareDocument", about)] if may_edit else []
    found: list[types.Command] = []
    if question is not None:
        name = one_line(question.shared_by_name, 32)
        text = f"Peerline: use the shared text of {name} (yours is kept in a file)"
        found.append(command(text, _ANSWER, {**about, "choice": "shared"}))
        if question.can_offer:
            text = "Peerline: offer my text to everybody"
            found.append(command(text, _ANSWER, {**about, "choice": "mine"}))
        found.append(command("Peerline: not now", _ANSWER, {**about, "choice": "later"}))
    elif document.state is DocumentState.DETACHED:
        text = "Peerline: use the shared text (yours is kept in a file)"
        found.append(command(text, _ANSWER, {**about, "choice": "shared"}))
    else:
        if document.state is DocumentState.WAITING:
            found.append(command(PULL_TITLE, "peerline.pullDocument", about))
        if document.can_edit:
            found.append(command("Peerline: undo my last edit", "peerline.undo", about))
            found.append(command("Peerline: redo my last edit", "peerline.redo", about))
    if document.can_unshare:
        found.append(command("Peerline: stop sharing this file", "peerline.unshareDocument", about))
    return found


def folder_actions(offers: EditorOffers, *, may_edit: bool) -> list[types.Command]:
    """Share the folder of this editor, or do so no longer."""
    if offers.is_sharing:
        return [command("Peerline: stop sharing this folder", "peerline.stopSharingFolder")]
    title = "Peerline: share this folder"
    return [command(title, "peerline.shareFolder")] if may_edit else []
