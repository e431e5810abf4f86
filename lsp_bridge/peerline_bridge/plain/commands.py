"""The workspace commands that only clients without a plugin have: each a registered function."""

from peerline.protocol.editor.approvals import ApprovalArguments
from peerline.protocol.editor.documents import PullDocumentArguments
from peerline.protocol.editor.drafts import (
    SendDraftArguments,
    SendSelectionArguments,
    WriteDraftArguments,
)
from peerline.protocol.editor.prompts import PromptSelectionArguments
from peerline_bridge.commands.registry import Registry, Result
from peerline_bridge.plain.editor import PlainEditor

plain_commands: Registry[PlainEditor] = Registry()
"""The commands of clients without a plugin, beside the bridge's."""
command = plain_commands.command


@command("peerline.joinConfigured")
async def join_configured(editor: PlainEditor) -> Result:
    """Join the session that is configured."""
    return await editor.joining.join()


@command("peerline.start")
async def start(editor: PlainEditor) -> Result:
    """Start a session, and show its link."""
    return await editor.joining.start_new()


@command("peerline.invite")
async def invite(editor: PlainEditor) -> Result:
    """Show one more link for an editor."""
    return await editor.joining.invite()


@command("peerline.reviewApproval", ApprovalArguments)
async def review_approval(editor: PlainEditor, arguments: ApprovalArguments) -> Result:
    """Show a question of an AI agent whole, and send the user's answer."""
    return {"is_answered": await editor.questions.review(arguments.approval_id)}


@command("peerline.openChat")
async def open_chat(editor: PlainEditor) -> Result:
    """Show the chat's document; answer where it is."""
    return await editor.open_chat()


@command("peerline.writeChat")
async def write_chat(editor: PlainEditor) -> Result:
    """Show the file whose text is sent when it is saved."""
    return await editor.write_chat()


@command("peerline.writeDraft", WriteDraftArguments)
async def write_draft(editor: PlainEditor, arguments: WriteDraftArguments) -> Result:
    """Write an empty draft above a line."""
    return await editor.drafting.write(arguments)


@command("peerline.sendDraft", SendDraftArguments)
async def send_draft(editor: PlainEditor, arguments: SendDraftArguments) -> Result:
    """Send a draft, and take it out of the text once everybody has it."""
    return await editor.drafting.send(arguments)


@command("peerline.sendSelection", SendSelectionArguments)
async def send_selection(editor: PlainEditor, arguments: SendSelectionArguments) -> Result:
    """Send the selected text to the chat."""
    return await editor.drafting.send_selection(arguments)


@command("peerline.promptSelection", PromptSelectionArguments)
async def prompt_selection(editor: PlainEditor, arguments: PromptSelectionArguments) -> Result:
    """Give the selected text to a shared AI agent as a prompt."""
    return await editor.drafting.prompt_selection(arguments)


@command("peerline.pullDocument", PullDocumentArguments)
async def pull_document(editor: PlainEditor, arguments: PullDocumentArguments) -> Result:
    """Ask the editor to make what others wrote; whether it has."""
    editor.bridge.require_session()
    return {"is_done": await editor.bridge.sharing.commands.pull(arguments.uri)}
