"""The session between bridge and plugin: state, joining, notices."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from peerline.protocol.limits import MAX_TOKEN_CHARS
from peerline.protocol.roles import Role
from peerline.protocol.session import Limits, SessionChanges, SessionInfo, SessionTitle
from peerline.protocol.types import ClientModel, ServerModel, SessionId

# --- bridge → plugin -----------------------------------------------------------------------


class ConnectionState(StrEnum):
    """The state of the bridge's session."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    WAITING = "waiting"
    """A host must let the user in."""
    JOINED = "joined"
    RECONNECTING = "reconnecting"


class EditorState(ServerModel):
    """`peerline/state`: connection and session, sent whole on every change."""

    state: ConnectionState
    reason: str | None = None
    is_over: bool = False
    """Whether the session cannot be joined again: it ended, or the user was removed from it."""
    session_id: str | None = None
    title: str | None = None
    user_id: str | None = None
    username: str | None = None
    role: Role | None = None
    following: str | None = None
    participants: int = 0
    session: SessionInfo | None = None
    limits: Limits | None = None
    pending: int = 0
    """How much of what I wrote waits to be sent."""
    refused: int = 0
    """How much of it was refused and is kept: see `peerline.listPending`."""


class NoticeLevel(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class EditorNotice(ServerModel):
    """`peerline/notice`: one line for the user; `code` tells a program what it is."""

    level: NoticeLevel
    code: str
    message: str


class JoinArguments(ClientModel):
    """`peerline.join`.

    `link` is any text with a session link in it. `auth_token_server` says which server the token is
    for, for an editor that leaves the reading of the text to the bridge; elsewhere it is not sent.
    """

    link: str
    username: str | None = None
    auth_token: str | None = None
    auth_token_server: str | None = None


class EditorRecentSession(ServerModel):
    """One session in the answer to `peerline.recentSessions`, a list with the latest first.

    `link` has no invite: the bridge knows who the user was in this session. An own session is on
    a server of the user, which is started again when it is joined.
    """

    session_id: str
    title: str
    server: str
    link: str
    last_joined: str
    is_own: bool


class ForgetSessionArguments(ClientModel):
    """`peerline.forgetSession`."""

    session_id: SessionId


class StartSessionArguments(ClientModel):
    """`peerline.startSession`: `server` as HOST:PORT, by default the one of the options.

    Without any it is a server of this computer, which is started if there is none. `reach` says who
    can join then, as `peerline start --reach`; a server that runs is started again for it. `listen`
    is its older form.
    """

    server: str | None = None
    title: SessionTitle | None = None
    username: str | None = None
    auth_token: str | None = None
    listen: Literal["computer", "network"] = "computer"
    reach: Literal["computer", "network", "ssh", "tunnel"] | None = None
    ssh_host: str | None = None
    tunnel: Literal["cloudflared", "tailscale", "ngrok", "devtunnel"] | None = None


class RenewTokenArguments(ClientModel):
    """`peerline.renewToken`: sign in with this token from now on."""

    auth_token: Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_CHARS)]


class UpdateSessionArguments(ClientModel):
    """`peerline.updateSession`."""

    changes: SessionChanges
