"""How the view signs in to a session, and how it says why it cannot."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from peerline.client import Client, Credentials, LinkState
from peerline.client.callbacks import ignore
from peerline.client.connection import OnChanges, OnState
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline.protocol.session import ClientInfo
from peerline.user_names import shown_name
from peerline.watch.spans import safe

MakeClient = Callable[[OnChanges, OnState], Client]


@dataclass(frozen=True, slots=True)
class Return:
    """The things that a user needs to come back as the same person, and how they are kept."""

    guest_token: str | None = None
    on_joined: Callable[[Client], None] = ignore
    """Called at each join."""


def client_maker(
    link: SessionLink, *, name: str | None, token: str | None, back: Return | None = None
) -> MakeClient:
    """Makes the client of a view, once there are callbacks for its changes."""
    back = back or Return()
    credentials = Credentials(
        auth_token=token,
        invite=link.invite,
        username=shown_name(name),
        guest_token=None if token else back.guest_token,
    )
    info = ClientInfo(name="peerline-watch", version=version("peerline"))

    def make(on_changes: OnChanges, on_state: OnState) -> Client:
        def on_link_state(state: LinkState, reason: str | None, error: ErrorCode | None) -> None:
            if state is LinkState.JOINED:
                back.on_joined(client)
            on_state(state, reason, error)

        client = Client(link, credentials, info=info, on_changes=on_changes, on_state=on_link_state)
        return client

    return make


def why_not(reason: str | None, error: ErrorCode | None) -> str:
    """Why there is no connection any more, for the user.

    The server's text says what to do about an invite; here is what only this program knows.
    """
    text = safe(reason or "the connection was closed").removesuffix(".")
    match error:
        case ErrorCode.AUTH_REQUIRED:
            return f"{text}; use a link with an invite, or set PEERLINE_TOKEN"
        case ErrorCode.TOKEN_EXPIRED | ErrorCode.TOKEN_INVALID:
            return f"{text}; check --token or PEERLINE_TOKEN"
        case _:
            return text


def still_trying(reason: str | None) -> str:
    """Return the view's notice while it is away."""
    text = safe(reason or "the connection broke").removesuffix(".")
    return f"{text}; trying again"
