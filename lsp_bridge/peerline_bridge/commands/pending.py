"""The commands for messages that were not sent yet: list, send again, discard."""

from peerline.protocol.editor.pending import PendingArguments
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.session.bridge import Bridge


@command("peerline.listPending")
async def list_pending(bridge: Bridge) -> Result:
    """Answer with an EditorPending."""
    return bridge.unsent.listed().model_dump(mode="json", exclude_none=True)


@command("peerline.resendPending", PendingArguments)
async def resend_pending(bridge: Bridge, arguments: PendingArguments) -> Result:
    """Send again what was refused."""
    return bridge.unsent.resend(arguments.id, None)


@command("peerline.discardPending", PendingArguments)
async def discard_pending(bridge: Bridge, arguments: PendingArguments) -> Result:
    """Forget a message."""
    return bridge.unsent.discard(arguments.id)
