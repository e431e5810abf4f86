"""How one connection is signed in: its token watched over, renewed, and ended when it must be."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ServerMessage
from peerline.protocol.session import RenewToken, TokenExpiring, TokenRenewed
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.tokens import AuthError, Identity

_LONGEST_SLEEP = 24 * 3600.0
"""Beyond some weeks the timers of event loops overflow."""


class Step(Enum):
    """The next step for a token."""

    RENEW = "renew"
    """A guest or an agent gets a new one automatically."""
    WARN = "warn"
    END = "end"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long before its end something is done about a token."""

    warning: timedelta
    guest_renewal: timedelta
    agent_renewal: timedelta


def next_step(
    identity: Identity, now: datetime, plan: Plan, *, is_warned: bool
) -> tuple[Step, float]:
    """Return the next step, and in how many seconds; 0.0 is at once."""
    if identity.renews:
        renewal = plan.guest_renewal if identity.is_guest else plan.agent_renewal
        step, moment = Step.RENEW, identity.expires_at - renewal
    elif is_warned:
        step, moment = Step.END, identity.valid_until
    else:
        step, moment = Step.WARN, identity.expires_at - plan.warning
    return step, max(0.0, (moment - now).total_seconds())


class TokenDesk(Protocol):
    """Reads and issues tokens."""

    async def identify(self, token: str) -> Identity:
        """Return the user that the token signs in now; raises AuthError."""
        ...

    def renew(self, user: Identity) -> tuple[str, Identity]:
        """The next token of a guest or agent, and what it says."""
        ...


class SignedIn(Protocol):
    """The connection, as this module sees it."""

    @property
    def session_id(self) -> str | None:
        """The session that it is in."""
        ...

    def send_message(self, message: ServerMessage) -> None:
        """Send it."""
        ...

    def acknowledge(self, request_id: str) -> None:
        """The request had its effect."""
        ...

    def refuse(
        self, code: ErrorCode, text: str, request_id: str | None, retry_after: float | None
    ) -> None:
        """The request has none."""
        ...

    def sign_out(self, code: ErrorCode, text: str) -> None:
        """End the connection: its token holds no longer."""
        ...


class SignIn:
    """The identity of a connection; its token is renewed in time between `watch` and `cancel`."""

    __slots__ = (
        "_connection",
        "_desk",
        "_identity",
        "_is_warned",
        "_is_watching",
        "_loop",
        "_now",
        "_plan",
        "_timer",
    )

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        identity: Identity,
        connection: SignedIn,
        desk: TokenDesk,
        *,
        plan: Plan,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], datetime],
    ) -> None:
        self._identity = identity
        self._connection = connection
        self._desk = desk
        self._plan = plan
        self._loop = loop
        self._now = now
        self._is_warned = False
        self._is_watching = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def token_id(self) -> str | None:
        """The id of the token."""
        return self._identity.token_id

    def watch(self) -> None:
        """The connection is in a session: warn, renew and end in time."""
        self._is_watching = True
        self._schedule()

    def cancel(self) -> None:
        """The connection is over."""
        self._is_watching = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end_if_revoked(self, revocations: Revocations) -> None:
        """End the connection if its token was revoked."""
        if revocations.covers(self._identity):
            self.cancel()
            self._connection.sign_out(ErrorCode.TOKEN_REVOKED, "auth_token: it has been revoked")

    async def renew(self, message: RenewToken) -> AuthError | None:
        """Go on with a newer token; why not, if it is refused: then everything is as before."""
        connection, request_id = self._connection, message.request_id
        try:
            identity = await self._desk.identify(message.auth_token)
            if identity.user_id != self._identity.user_id:
                text = "auth_token: it is another user's"
                raise AuthError(ErrorCode.TOKEN_INVALID, text)  # noqa: TRY301 - as the others
        except AuthError as error:
            connection.refuse(error.code, error.text, request_id, error.retry_after)
            return error
        if self._is_watching:
            self._follow(identity)
            if request_id is not None:
                connection.acknowledge(request_id)
        return None

    def _follow(self, identity: Identity) -> None:
        self._identity = identity
        self._is_warned = False
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        _, seconds = self._next()
        self._timer = self._loop.call_later(min(seconds, _LONGEST_SLEEP), self._wake)

    def _wake(self) -> None:
        self._timer = None
        step, seconds = self._next()
        session_id = self._connection.session_id
        if session_id is None:
            return
        if seconds > 0:  # the time of day was set, or the machine slept
            self._schedule()
            return
        match step:
            case Step.WARN:
                expires_at = self._identity.expires_at
                expiring = TokenExpiring(session_id=session_id, expires_at=expires_at)
                self._connection.send_message(expiring)
                self._is_warned = True
                self._schedule()
            case Step.RENEW:
                token, identity = self._desk.renew(self._identity)
                renewed = TokenRenewed(
                    session_id=session_id, auth_token=token, expires_at=identity.expires_at
                )
                self._connection.send_message(renewed)
                self._follow(identity)
            case Step.END:
                text = "auth_token: it has expired; get a new one"
                self._connection.sign_out(ErrorCode.TOKEN_EXPIRED, text)

    def _next(self) -> tuple[Step, float]:
        return next_step(self._identity, self._now(), self._plan, is_warned=self._is_warned)
