"""The refusal of what viewers may not do with shared files."""

from peerline.protocol.errors import ErrorCode
from peerline.protocol.hosts import ask_hosts
from peerline_bridge import sanitize
from peerline_bridge.errors import CommandRefused
from peerline_bridge.sharing.contract import SessionView


def viewer_refusal(session: SessionView | None, may_still: str) -> CommandRefused:
    """The refusal, with what a viewer may still do and the hosts to ask."""
    hosts = [] if session is None else [sanitize.line(name) for name in session.hosts]
    asked = ask_hosts(hosts, "to make you an editor")
    text = f"You are a viewer: you can {may_still}. {asked[0].upper()}{asked[1:]}."
    return CommandRefused(ErrorCode.PERMISSION_DENIED, text)
