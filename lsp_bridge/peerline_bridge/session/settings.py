"""The settings of a bridge, read from the editor's options and the environment."""

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
    """The folder in which the user keeps tokens."""
    server: str | None = None
    """The server on which the user starts sessions; None is this computer."""
    all_comments: bool = False
    comment_changes: bool = False
    """Whether the editor takes what has changed about comments instead of always all."""
