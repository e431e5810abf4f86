"""The user that a client joins as: its credentials, and the token in use."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from peerline.client.replica import Replica
from peerline.client.tokens import TokenKeeper
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline.protocol.session import ClientInfo, JoinSession, ResumePoint, SessionToCreate

TOKEN_ERRORS: Final = frozenset({ErrorCode.TOKEN_EXPIRED, ErrorCode.TOKEN_INVALID})


class LinkState(StrEnum):
    """The state of a client's link to its session."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    """A host has to admit the user."""
    JOINED = "joined"
    RECONNECTING = "reconnecting"
    TOKEN_NEEDED = "token_needed"  # noqa: S105 - a state, not a secret
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of a client: a token, an invite with a guest's name, or both.

    `guest_token` is what a guest was given before. It is no account: if the server does not take
    it any more, the invite makes a new guest.
    """

    auth_token: str | None = field(default=None, repr=False)
    invite: str | None = field(default=None, repr=False)
    username: str | None = None
    guest_token: str | None = field(default=None, repr=False)


class Identity:
    """The credentials of a client, and whether its next join is another user's."""

    def __init__(self, credentials: Credentials, tokens: TokenKeeper) -> None:
        self._credentials = credentials
        self._tokens = tokens
        self._is_new = False

    @property
    def guest_token(self) -> str | None:
        """The token that a guest was given, to come back with as the same guest."""
        return None if self._credentials.auth_token is not None else self._tokens.current

    def join_message(
        self,
        link: SessionLink,
        replica: Replica,
        info: ClientInfo | None,
        create: SessionToCreate | None,
    ) -> JoinSession:
        """Make the message to join with.

        Raises:
            ValidationError: no server accepts the name or the invite.
        """
        has_state = replica.session is not None
        # A user who comes back is known. The invite could give a role that a host has taken since.
        is_known = has_state and self._tokens.current is not None and not self._is_new
        return JoinSession(
            session_id=link.session_id,
            auth_token=self._tokens.current,
            invite=None if is_known else self._credentials.invite,
            username=self._credentials.username,
            client=info,
            resume=ResumePoint(epoch=replica.epoch, seq=replica.seq) if has_state else None,
            create=None if has_state else create,
        )

    def rename(self, username: str) -> None:
        """Join under another name from now on."""
        self._credentials = replace(self._credentials, username=username)

    def joined(self) -> None:
        """Note that the server knows the user now."""
        self._is_new = False

    def sign_in(self, auth_token: str) -> None:
        """Use another token from now on."""
        # A guest who signs in is somebody else, who may need the invite.
        self._is_new |= self._credentials.auth_token is None
        self._tokens.current = auth_token
        self._credentials = replace(self._credentials, auth_token=auth_token)

    def become_new_guest(self) -> bool:
        """Drop a guest's token that the server refused; false if the user is no guest."""
        credentials = self._credentials
        is_guest = credentials.auth_token is None and credentials.invite is not None
        if not is_guest or self._tokens.current is None:
            return False
        self._tokens.current = None
        return True
