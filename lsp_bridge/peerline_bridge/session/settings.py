"""What an editor sets of its bridge, once its options and its environment are read."""

from dataclasses import dataclass

from peerline.protocol.editor.defaults import AWAY_SECONDS, IDLE_SECONDS
from peerline_bridge.session.local_user import FindToken


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """The settings of one editor."""

    username: str | None = None
    client_name: str = "lsp"
    idle_seconds: float = IDLE_SECONDS
    away_seconds: float = AWAY_SECONDS
    find_token: FindToken | None = None
    """Where the user keeps tokens."""
    server: str | None = None
    """Where the user starts sessions; None is this computer."""
    all_comments: bool = False
    comment_changes: bool = False
    """Whether the editor takes what has changed about comments instead of always all."""
