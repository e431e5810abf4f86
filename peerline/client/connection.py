"""Keeps one session's socket: connects, joins, backs off, resumes, and sends what waits."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from time import time
from typing import Literal

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from peerline.client import failures
from peerline.client.asking import Asking
from peerline.client.backoff import Backoff
from peerline.client.callbacks import ignore, show
from peerline.client.changes import Change, Gap
from peerline.client.conversation import Conversation, JoinFailed
from peerline.client.documents.service import Documents
from peerline.client.errors import ClientError, NotConnected, RequestTimeout
from peerline.client.failures import Failure
from peerline.client.identity import TOKEN_ERRORS, Credentials, Identity, LinkState
from peerline.client.local_presence import LocalPresence
from peerline.client.offers import Offers
from peerline.client.opening import open_socket
from peerline.client.replica import Replica
from peerline.client.request_sender import RequestSender
from peerline.client.timing import Timing
from peerline.client.tokens import GetToken, TokenKeeper, clean_token, has_expired
from peerline.logs import describe
from peerline.protocol.base import Ack, Error
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import (
    Answer,
    ServerMessage,
    encode_message,
)
from peerline.protocol.moderation import Moderation
from peerline.protocol.presence import CursorData, PresenceChanged, ViewportData
from peerline.protocol.session import (
    ClientInfo,
    Connected,
    LeaveSession,
    RenewToken,
    SessionToCreate,
    TokenExpiring,
    TokenRenewed,
)
from peerline.protocol.types import Status
from peerline.tasks import Tasks, is_asked_to_end

_log = logging.getLogger("peerline.client")


OnChanges = Callable[[Sequence[Change]], None]
OnState = Callable[[LinkState, str | None, ErrorCode | None], None]


class Client(Asking):
    """A participant's connection to a session, which reconnects automatically.

    `on_changes` is called with what changed in `replica`; `on_state` with the state, a reason for
    the user and the server's error code, if there is one. `get_token` is asked for a newer token
    before the one in use expires; `on_token` is called with the token that a guest is given. With
    `waits_for_token` a client whose token has expired is not closed: it is TOKEN_NEEDED until
    `renew` is called. With `create` the session is created by the first join, if it is not there.
    """

    def __init__(  # noqa: PLR0913 - all but two have defaults
        self,
        link: SessionLink,
        credentials: Credentials,
        *,
        info: ClientInfo | None = None,
        on_changes: OnChanges = ignore,
        on_state: OnState = ignore,
        get_token: GetToken | None = None,
        on_token: Callable[[str], None] | None = None,
        waits_for_token: bool = False,
        create: SessionToCreate | None = None,
        timing: Timing | None = None,
        random_source: Callable[[], float] = random.random,
    ) -> None:
        self.replica = Replica()
        self.state = LinkState.CONNECTING
        self._link = link
        self._info = info
        self._create = create
        self._on_changes = on_changes
        self._on_state = on_state
        self._timing = timing or Timing()
        self._backoff = Backoff(random_source, self._timing.backoff_base, self._timing.backoff_cap)
        self._tokens = TokenKeeper(
            credentials.auth_token or credentials.guest_token, get_token, on_token
        )
        self._identity = Identity(credentials, self._tokens)
        self._waits_for_token = waits_for_token
        self._renewed = asyncio.Event()
        self._server_id: str | None = None
        """Of the server that the client was joined at."""
        self._told: ErrorCode | None = None
        """The last error of this connection that answered no request."""
        self._requests = RequestSender(self._timing.request, lambda: self.state is LinkState.JOINED)
        self._presence = LocalPresence()
        self.documents = Documents(link.session_id, self, self.replica)
        """The session's shared documents."""
        self.offers = Offers(link.session_id, self, self.replica)
        """The folders that are offered to the session."""
        self._socket: ClientConnection | None = None
        self.advised: float | None = None
        """When the server said to come back, in seconds from its going down."""
        self._tasks = Tasks(self._failed)

    def start(self) -> None:
        """Begin to connect, in a task of its own."""
        self._tasks.spawn(self._run(), "connect")

    async def ping(self) -> float:
        """The time to the server and back, in seconds.

        Raises:
            ClientError: if there is no connection, or no answer in time.
        """
        if self._socket is None or self.state is not LinkState.JOINED:
            raise NotConnected("there is no connection to a session")
        try:
            return await asyncio.wait_for(await self._socket.ping(), self._timing.request)
        except TimeoutError:
            raise RequestTimeout("the server did not answer in time") from None
        except ConnectionClosed:
            raise NotConnected("the connection has ended") from None

    def send_cursor(self, cursor: CursorData | None) -> None:
        """My cursor is here now, or in no file. Only the latest is sent, and after each join."""
        self._presence.set_cursor(cursor)

    def send_presence(
        self,
        *,
        status: Status | None = None,
        typing_in: Literal["chat"] | None = None,
        viewport: ViewportData | None = None,
    ) -> None:
        """My status or viewport is this now. Only the latest is sent, and again after a join."""
        self._presence.set(status, typing_in, viewport)

    @property
    def guest_token(self) -> str | None:
        """The token that a guest was given, to come back with as the same guest."""
        return self._identity.guest_token

    def renew(self, auth_token: str) -> None:
        """Sign in with another token from now on; at once if the client waits for one."""
        auth_token = clean_token(auth_token) or auth_token
        self._identity.sign_in(auth_token)
        self._renewed.set()
        if self.state is LinkState.JOINED:
            self._tasks.spawn(self._tell_token(auth_token), "renew the token", ignore)

    async def leave(self) -> None:
        """Leave the session and stop; others see it at once."""
        socket = self._socket
        try:
            if socket is not None and self.state is LinkState.JOINED:
                message = LeaveSession(session_id=self._link.session_id)
                with suppress(ConnectionClosed, OSError, TimeoutError):
                    async with asyncio.timeout(self._timing.leave):
                        await socket.send(encode_message(message).decode())
                        await socket.wait_closed()
        finally:
            await self.close()

    async def close(self) -> None:
        """Stop, without saying so to the others if the server does not answer."""
        await self._tasks.close()
        await self.offers.close()
        self._end(None)

    async def _run(self) -> None:
        while True:
            failure = await self._live_once()
            code = failure.code
            if code is ErrorCode.TOKEN_EXPIRED and await self._tokens.get_newer():
                failure = replace(failure, code=None, is_final=False)
            elif code in TOKEN_ERRORS and self._identity.become_new_guest():
                failure = Failure("joining as a new guest")
            elif code is not None and self._asks_for_token(code):
                self._renewed.clear()
                self._set_state(LinkState.TOKEN_NEEDED, failure.reason, code)
                await self._renewed.wait()
                self._set_state(LinkState.RECONNECTING, "signing in with the new token")
                continue
            if failure.is_final:
                self._end(failure.reason, failure.code)
                return
            self._set_state(LinkState.RECONNECTING, failure.reason)
            await asyncio.sleep(self._backoff.next_delay(failure.advised))

    async def _live_once(self) -> Failure:
        """One connection from its handshake to its end."""
        try:
            join = self._identity.join_message(self._link, self.replica, self._info, self._create)
        except ValidationError as error:
            return failures.of_own_join(error)
        try:
            socket = await open_socket(self._link, self._timing)
        except asyncio.CancelledError:
            if is_asked_to_end():
                raise
            return Failure("the connection broke")
        except Exception as error:  # noqa: BLE001 - it is told, whatever it is
            _log.info("no connection: %s", type(error).__name__)
            return failures.of_opening(
                error, self._link.address, was_joined=self.replica.session is not None
            )
        conversation = Conversation(
            socket, self._requests, self._presence, self.documents, self._receive
        )
        here = conversation.server_id
        try:
            if here is not None and self._server_id not in {None, here}:
                # It need not see the token.
                return failures.of_another_server(self._link.address)
            connected = await conversation.enter(join, self._timing.join, self._wait_for_host)
            self._join(socket, connected, here)
            await conversation.run(self._link.session_id)
        except JoinFailed as failed:
            refused = failures.of_refusal(failed.error)
            return self._unless_elsewhere(refused, here, was_told=True)
        except ConnectionClosed as closed:
            ended = failures.of_close(closed, failures.bounded(self.advised), self._told)
            is_new = self._socket is None
            return self._unless_elsewhere(ended, here, was_told=False) if is_new else ended
        except TimeoutError:
            return Failure("the server did not answer in time")
        except asyncio.CancelledError:
            if is_asked_to_end():
                raise
            return Failure("the connection broke")
        except Exception as error:  # noqa: BLE001 - the next connection may do better
            _log.error("the connection failed: %s", describe(error))
            was_joined = self.replica.session is not None
            return failures.of_broken(error, self._link.address, was_joined=was_joined)
        finally:
            self._socket = None
            self.documents.lost()
            # A close that waits for a dead peer must not hold up the next try.
            socket.transport.abort()
        return Failure("an event was missed")

    def _unless_elsewhere(self, failure: Failure, here: str | None, *, was_told: bool) -> Failure:
        """A refusal, unless it is another server's than the one that the client was joined at."""
        expired = has_expired(self._tokens.current, time())
        is_other = self.replica.session is not None and failures.is_another_server(
            failure.code, self._server_id, here, has_expired=expired, was_told=was_told
        )
        return failures.of_another_server(self._link.address) if is_other else failure

    def _wait_for_host(self) -> None:
        self._set_state(LinkState.WAITING, "waiting for a host to admit you")

    def _join(self, socket: ClientConnection, message: Connected, here: str | None) -> None:
        replica = self.replica
        if message.auth_token is not None:
            self._tokens.take(message.auth_token)
        self._told = None
        self._identity.joined()
        self._server_id = here or self._server_id
        before = replica.connected
        if before is not None and before.user.id != message.user.id:
            # An id of a request is known to the server for its user only: it could count twice.
            self._requests.fail_all()
        self._socket = socket
        self._backoff.succeeded()
        self._tell_changes(replica.apply(message))
        self._requests.send_all_again()
        self._presence.send_again()
        self.documents.joined()
        self.offers.joined()
        self._set_state(LinkState.JOINED, None)

    def _receive(self, message: ServerMessage) -> bool:
        """Take over one message; false if one before it is missing."""
        if isinstance(message, PresenceChanged):
            pass  # nearly every message in a crowd
        elif isinstance(message, Ack | Answer | Error) and self._requests.settle(message):
            if not isinstance(message, Moderation):
                return True
        elif self.documents.receive(message) or self.offers.receive(message):
            return True
        elif isinstance(message, Error):
            self.advised = message.retry_after
            self._told = message.error_code
            _log.warning("the server refused a message: %s", message.error_code)
        elif isinstance(message, TokenRenewed):
            self._tokens.take(message.auth_token)
            return True
        elif isinstance(message, TokenExpiring):
            self._tasks.spawn(self._renew_token(), "renew the token", ignore)
            return True
        changes = self.replica.apply(message)
        if any(isinstance(change, Gap) for change in changes):
            return False
        self.documents.apply(changes)
        self.offers.applied()
        self._tell_changes(changes)
        return True

    async def _renew_token(self) -> None:
        if await self._tokens.get_newer() and self._tokens.current is not None:
            await self._tell_token(self._tokens.current)

    async def _tell_token(self, token: str) -> None:
        try:
            await self.request(RenewToken(session_id=self._link.session_id, auth_token=token))
        except ClientError as error:
            _log.warning("the token was not renewed: %s", error)

    def _asks_for_token(self, code: ErrorCode) -> bool:
        """Whether another token helps: one was good once, and this client may wait for it."""
        was_good = code is ErrorCode.TOKEN_EXPIRED or self.replica.session is not None
        return self._waits_for_token and code in TOKEN_ERRORS and was_good

    def _tell_changes(self, changes: Sequence[Change]) -> None:
        if changes:
            show("changes", lambda: self._on_changes(changes))

    def _set_state(
        self, state: LinkState, reason: str | None, code: ErrorCode | None = None
    ) -> None:
        if self.state is state is LinkState.CLOSED:
            return
        self.state = state
        show("the state", lambda: self._on_state(state, reason, code))

    def _end(self, reason: str | None, code: ErrorCode | None = None) -> None:
        self._set_state(LinkState.CLOSED, reason, code)
        self._requests.fail_all()
        self.documents.end(reason or "the client was closed")

    def _failed(self, error: BaseException) -> None:
        """Something is wrong in this program: say so instead of standing still."""
        self._end(f"The client failed ({type(error).__name__}). Join again.")
