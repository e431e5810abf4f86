"""The commands of shared documents: share, answer a question, undo, read, show the authors."""

from peerline.protocol.editor.documents import (
    AnswerDocumentArguments,
    BlameArguments,
    ReadDocumentArguments,
    ShareDocumentArguments,
    UndoArguments,
    UnshareDocumentArguments,
)
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.session.bridge import Bridge


@command("peerline.shareDocument", ShareDocumentArguments)
async def share_document(bridge: Bridge, arguments: ShareDocumentArguments) -> Result:
    """Share an open file."""
    bridge.require_session()
    shared = await bridge.sharing.commands.share(arguments.uri)
    return {"document_id": shared.id, "shared_by": shared.shared_by}


@command("peerline.unshareDocument", UnshareDocumentArguments)
async def unshare_document(bridge: Bridge, arguments: UnshareDocumentArguments) -> Result:
    """Stop sharing a file, for everybody."""
    bridge.require_session()
    await bridge.sharing.commands.unshare(arguments.uri)
    return {}


@command("peerline.answerDocument", AnswerDocumentArguments)
async def answer_document(bridge: Bridge, arguments: AnswerDocumentArguments) -> Result:
    """Answer the question about texts that differ."""
    bridge.require_session()
    await bridge.sharing.commands.answer(arguments.uri, arguments.choice)
    return {}


@command("peerline.undo", UndoArguments)
async def undo(bridge: Bridge, arguments: UndoArguments) -> Result:
    """Take back the last step of the user's own; whether there was one."""
    bridge.require_session()
    return {"is_done": bridge.sharing.commands.undo(arguments.uri)}


@command("peerline.redo", UndoArguments)
async def redo(bridge: Bridge, arguments: UndoArguments) -> Result:
    """Make again what was taken back; whether there was something."""
    bridge.require_session()
    return {"is_done": bridge.sharing.commands.redo(arguments.uri)}


@command("peerline.readDocument", ReadDocumentArguments)
async def read_document(bridge: Bridge, arguments: ReadDocumentArguments) -> Result:
    """Answer with an EditorDocumentText."""
    bridge.require_session()
    text = await bridge.sharing.commands.read(arguments.document_id)
    return text.model_dump(mode="json", exclude_none=True)


@command("peerline.blame", BlameArguments)
async def blame(bridge: Bridge, arguments: BlameArguments) -> Result:
    """Answer with an EditorBlame."""
    bridge.require_session()
    found = await bridge.sharing.commands.blame(arguments.uri)
    return found.model_dump(mode="json", exclude_none=True)
