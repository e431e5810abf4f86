"""Keeps one session's socket: connects, joins, backs off, resumes, and sends what waits."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import time
from typing import Final, Literal
from uuid import uuid4

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from peerline.client import failures
from peerline.client.backoff import Backoff
from peerline.client.errors import ClientError, NotConnected, OutcomeUnknown, RequestTimeout
from peerline.client.failures import Failure
from peerline.client.opening import open_socket
from peerline.client.replica import Change, Gap, Replica
from peerline.client.requests import PendingRequests
from peerline.client.timing import Timing
from peerline.client.tokens import GetToken, TokenKeeper, has_expired
from peerline.client.words import in_words
from peerline.logs import describe
from peerline.protocol.base import Ack, Error
from peerline.protocol.errors import ErrorCode
from peerline.protocol.handshake import SERVER_HEADER
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import (
    Answer,
    ClientMessage,
    DecodeError,
    Request,
    ServerMessage,
    decode_server_message,
    encode_message,
)
from peerline.protocol.moderation import Moderation
from peerline.protocol.presence import (
    CursorData,
    CursorUpdate,
    PresenceChanged,
    PresenceUpdate,
    ViewportData,
)
from peerline.protocol.session import (
    ClientInfo,
    Connected,
    JoinPending,
    JoinSession,
    LeaveSession,
    RenewToken,
    ResumePoint,
    SessionToCreate,
    TokenExpiring,
    TokenRenewed,
)
from peerline.protocol.types import Status
from peerline.tasks import Tasks, is_asked_to_end

_log = logging.getLogger("peerline.client")
_FRAMES_IN_A_ROW: Final = 50
"""That are read before other tasks get their turn: some 2 ms."""
_TOKEN_ERRORS: Final = frozenset({ErrorCode.TOKEN_EXPIRED, ErrorCode.TOKEN_INVALID})


class LinkState(StrEnum):
    """Where a client is with its session."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    """A host must let the user in."""
    JOINED = "joined"
    RECONNECTING = "reconnecting"
    TOKEN_NEEDED = "token_needed"  # noqa: S105 - a state, not a secret
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client signs in with: a token, an invite with a guest's name, or both.

    `guest_token` is what a guest was given before. It is no account: if the server does not take
    it any more, the invite makes a new guest.
    """

    auth_token: str | None = field(default=None, repr=False)
    invite: str | None = field(default=None, repr=False)
    username: str | None = None
    guest_token: str | None = field(default=None, repr=False)


class _JoinFailed(Exception):  # noqa: N818 - inside this module only
    """The server refused the join."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.error = error


OnChanges = Callable[[Sequence[Change]], None]
OnState = Callable[[LinkState, str | None, ErrorCode | None], None]


def _ignore(*_: object) -> None:
    pass


class Client:
    """A participant's connection to a session, which heals by itself.

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
        on_changes: OnChanges = _ignore,
        on_state: OnState = _ignore,
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
        self._credentials = credentials
        self._info = info
        self._create = create
        self._on_changes = on_changes
        self._on_state = on_state
        self._timing = timing or Timing()
        self._backoff = Backoff(random_source, self._timing.backoff_base, self._timing.backoff_cap)
        self._tokens = TokenKeeper(
            credentials.auth_token or credentials.guest_token, get_token, on_token
        )
        self._waits_for_token = waits_for_token
        self._renewed = asyncio.Event()
        self._server_id: str | None = None
        """Of the server that the client was joined at."""
        self._is_new = False
        """Whether the next join is another user's than the one before."""
        self._told: ErrorCode | None = None
        """The last error of this connection that answered no request."""
        self._pending = PendingRequests()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._socket: ClientConnection | None = None
        self._cursor: CursorData | None = None
        self._viewport: ViewportData | None = None
        self._status: Status | None = None
        self._typing_in: Literal["chat"] | None = None
        self._unsent: set[str] = set()
        self.advised: float | None = None
        """When the server said to come back, in seconds from its going down."""
        self._presence_wake = asyncio.Event()
        self._tasks = Tasks(self._failed)

    # --- for the user of the library -------------------------------------------------------

    def start(self) -> None:
        """Begin to connect, in a task of its own."""
        self._tasks.spawn(self._run(), "connect")

    @staticmethod
    def new_request_id() -> str:
        """An id that no other request has."""
        return uuid4().hex

    async def request(self, message: ClientMessage) -> Ack:
        """Send a message and wait until it had its effect.

        It survives reconnects, and a server whose disk fails is asked again, always with the same
        `request_id`: the message has one effect. A message without a `request_id` gets one.

        Raises:
            RequestRefused: the server said no; nothing was changed.
            RequestTimeout: no answer came in time (30 s, `Timing.request`). The message may still
                be carried out, such as by a server whose disk is slow: see `outcome`.
            OutcomeUnknown: the same, after the server said that it does not know either.
            TooManyRequests: too many wait already.
            NotConnected: the client was closed.
        """
        answer = await self._ask(message)
        assert isinstance(answer, Ack), "queries go through `ask`"
        return answer

    async def outcome(self, request_id: str) -> Ack:
        """Find out what became of a request that timed out, and have it carried out if need be.

        The request is sent again with its `request_id`: it is acknowledged with the `seq` of what
        it caused, whether that happened before or happens now.

        Args:
            request_id: as the `RequestTimeout` or `OutcomeUnknown` has it. The client remembers the
                last 1,000; later, or with another client, call `request(error.request)`.

        Raises:
            ValueError: this client remembers no such request.
            ClientError: as `request`.
        """
        message = self._pending.unsettled(request_id)
        if message is None:
            raise ValueError(f"no request {request_id} of this client is unsettled")
        return await self.request(message)

    async def ask(self, request: Request) -> Answer:
        """Send what has an answer of its own, such as a query, and wait for it.

        Raises:
            ClientError: as `request`.
        """
        answer = await self._ask(request)
        assert not isinstance(answer, Ack), "a query has an answer of its own"
        return answer

    async def _ask(self, message: ClientMessage) -> Ack | Answer:
        if self.state is LinkState.CLOSED:
            raise NotConnected("there is no connection to a session")
        request_id = message.request_id or self.new_request_id()
        numbered = message.model_copy(update={"request_id": request_id})
        frame, answer = self._pending.add(numbered)
        if self.state is LinkState.JOINED and not answer.done():
            self._outgoing.put_nowait(frame)
        try:
            return await asyncio.wait_for(answer, self._timing.request)
        except TimeoutError:
            if self._pending.is_unknown(request_id):
                text = "the server's disk failed: the request may have been stored or not"
                raise OutcomeUnknown(text, numbered) from None
            text = "the server did not answer in time; the request may still be carried out"
            raise RequestTimeout(text, numbered) from None
        except NotConnected as error:
            raise NotConnected(str(error), numbered) from None
        finally:
            self._pending.give_up(request_id)

    def _send_again(self, request_id: str) -> None:
        """Ask for the outcome of a request, unless somebody has answered it meanwhile."""
        frame = self._pending.frame(request_id)
        if frame is not None and self.state is LinkState.JOINED:
            self._outgoing.put_nowait(frame)

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

    def send_cursor(self, cursor: CursorData) -> None:
        """My cursor is here now. Only the latest is sent, and again after each join."""
        self._cursor = cursor
        self._presence_changed("cursor")

    def send_presence(
        self,
        *,
        status: Status | None = None,
        typing_in: Literal["chat"] | None = None,
        viewport: ViewportData | None = None,
    ) -> None:
        """My status or viewport is this now. Only the latest is sent, and again after a join."""
        if status is not None:
            self._status, self._typing_in = status, typing_in
        if viewport is not None:
            self._viewport = viewport
        self._presence_changed("presence")

    @property
    def guest_token(self) -> str | None:
        """The token that a guest was given, to come back with as the same guest."""
        return None if self._credentials.auth_token is not None else self._tokens.current

    def renew(self, auth_token: str) -> None:
        """Sign in with another token from now on; at once if the client waits for one."""
        # A guest who signs in is somebody else, who may need the invite.
        self._is_new |= self._credentials.auth_token is None
        self._tokens.current = auth_token
        self._credentials = replace(self._credentials, auth_token=auth_token)
        self._renewed.set()
        if self.state is LinkState.JOINED:
            self._tasks.spawn(self._tell_token(auth_token), "renew the token", _ignore)

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
        self._end(None)

    # --- connecting ------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            failure = await self._live_once()
            code = failure.code
            if code is ErrorCode.TOKEN_EXPIRED and await self._tokens.get_newer():
                failure = replace(failure, code=None, is_final=False)
            elif code in _TOKEN_ERRORS and self._becomes_new_guest():
                continue
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
            join = self._make_join()
        except ValidationError as error:
            wrong = error.errors(include_input=False)[0]["loc"][0]
            reason = in_words(ErrorCode.INVALID_FIELD, f"{wrong}: is not valid")
            return Failure(reason, ErrorCode.INVALID_FIELD, is_final=True)
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
        here = _server_id_of(socket)
        try:
            if here is not None and self._server_id not in {None, here}:
                # It need not see the token.
                return failures.of_another_server(self._link.address)
            await self._join(socket, join)
            await self._converse(socket)
        except _JoinFailed as failed:
            return self._unless_elsewhere(failures.of_refusal(failed.error), here)
        except ConnectionClosed as closed:
            ended = failures.of_close(closed, failures.bounded(self.advised), self._told)
            return self._unless_elsewhere(ended, here) if self._socket is None else ended
        except TimeoutError:
            return Failure("the server did not answer in time")
        except asyncio.CancelledError:
            if is_asked_to_end():
                raise
            return Failure("the connection broke")
        except Exception as error:  # noqa: BLE001 - the next connection may do better
            _log.error("the connection failed: %s", describe(error))
            return Failure(f"the connection failed ({type(error).__name__})")
        finally:
            self._socket = None
            # A close that waits for a dead peer must not hold up the next try.
            socket.transport.abort()
        return Failure("an event was missed")

    def _unless_elsewhere(self, failure: Failure, here: str | None) -> Failure:
        """A refusal, unless it is another server's than the one that the client was joined at."""
        if failure.code is None or self.replica.session is None:
            return failure
        expired = has_expired(self._tokens.current, time())
        if failures.is_another_server(failure.code, self._server_id, here, has_expired=expired):
            return failures.of_another_server(self._link.address)
        return failure

    def _make_join(self) -> JoinSession:
        """The message to join with.

        Raises:
            ValidationError: the name or the invite is none that a server takes.
        """
        replica = self.replica
        has_state = replica.session is not None
        # Who comes back is known. The invite could give a role that a host has taken since.
        is_known = has_state and self._tokens.current is not None and not self._is_new
        return JoinSession(
            session_id=self._link.session_id,
            auth_token=self._tokens.current,
            invite=None if is_known else self._credentials.invite,
            username=self._credentials.username,
            client=self._info,
            resume=ResumePoint(epoch=replica.epoch, seq=replica.seq) if has_state else None,
            create=None if has_state else self._create,
        )

    async def _join(self, socket: ClientConnection, join: JoinSession) -> None:
        replica = self.replica
        message = await self._enter(socket, join)
        if message.resumed and replica.session is None:
            raise ValueError("a session cannot go on that was never there")
        if message.auth_token is not None:
            self._tokens.take(message.auth_token)
        self._told = None
        self._is_new = False
        self._server_id = _server_id_of(socket) or self._server_id
        before = replica.connected
        if before is not None and before.user.id != message.user.id:
            # An id of a request is known to the server for its user only: it could count twice.
            self._pending.fail_all()
        self._socket = socket
        self._backoff.succeeded()
        self._tell_changes(replica.apply(message))
        while not self._outgoing.empty():
            self._outgoing.get_nowait()  # what was not answered is sent again below
        for frame in self._pending.frames():
            self._outgoing.put_nowait(frame)
        self._unsent = {"cursor", "presence"}
        self._presence_wake.set()
        self._set_state(LinkState.JOINED, None)

    async def _enter(self, socket: ClientConnection, join: JoinSession) -> Connected:
        """Ask to join, and wait for the answer; also for a host's."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._timing.join) as deadline:
            await socket.send(encode_message(join).decode())
            while True:
                message = self._decode(await socket.recv())
                # `recv` does not let others run, the deadline included, as long as there is
                # something to receive.
                await asyncio.sleep(0)
                if isinstance(message, Error):
                    raise _JoinFailed(message)
                if isinstance(message, JoinPending):
                    deadline.reschedule(loop.time() + message.timeout + self._timing.join)
                    self._set_state(LinkState.WAITING, "a host must let you in")
                if isinstance(message, Connected):
                    return message

    async def _converse(self, socket: ClientConnection) -> None:
        """Send and receive; ends when an event is missing, and raises what ended the connection."""
        tasks = Tasks()
        running = [
            tasks.share(self._write_requests(socket), "write requests"),
            tasks.share(self._write_presence(socket), "write presence"),
            tasks.share(self._read(socket), "read"),
        ]
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await tasks.close()

    # --- the three tasks of a connection ---------------------------------------------------

    async def _read(self, socket: ClientConnection) -> None:
        """Ends when an event is missing: then resume."""
        in_a_row = 0
        async for frame in socket:
            in_a_row += 1
            if in_a_row >= _FRAMES_IN_A_ROW:
                # A server sends the moves of a crowd together; `recv` does not let others run
                # as long as there is something to receive.
                in_a_row = 0
                await asyncio.sleep(0)
            message = self._decode(frame)
            if message is not None and not self._receive(message):
                return
        # `async for` hides a normal close; its code still decides what follows.
        await socket.recv()

    def _receive(self, message: ServerMessage) -> bool:
        """Take over one message; false if one before it is missing."""
        if isinstance(message, PresenceChanged):
            pass  # nearly all that comes in a crowd
        elif (
            isinstance(message, Error)
            and (seconds := self._pending.again_after(message)) is not None
        ):
            loop = asyncio.get_running_loop()
            loop.call_later(
                min(seconds, failures.LONGEST_ADVICE), self._send_again, message.request_id or ""
            )
            return True
        elif isinstance(message, Ack | Answer | Error) and self._pending.answer(message):
            if not isinstance(message, Moderation):
                return True
        elif isinstance(message, Error):
            self.advised = message.retry_after
            self._told = message.error_code
            _log.warning("the server refused a message: %s", message.error_code)
        elif isinstance(message, TokenRenewed):
            self._tokens.take(message.auth_token)
            return True
        elif isinstance(message, TokenExpiring):
            self._tasks.spawn(self._renew_token(), "renew the token", _ignore)
            return True
        changes = self.replica.apply(message)
        if any(isinstance(change, Gap) for change in changes):
            return False
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

    async def _write_requests(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(await self._outgoing.get())

    async def _write_presence(self, socket: ClientConnection) -> None:
        while True:
            await self._presence_wake.wait()
            self._presence_wake.clear()
            unsent, self._unsent = self._unsent, set()
            session_id = self._link.session_id
            messages: list[ClientMessage] = []
            if "cursor" in unsent and self._cursor is not None:
                messages.append(CursorUpdate(session_id=session_id, data=self._cursor))
            if "presence" in unsent and (self._status or self._viewport) is not None:
                messages.append(
                    PresenceUpdate(
                        session_id=session_id,
                        status=self._status,
                        typing_in=self._typing_in,
                        viewport=self._viewport,
                    )
                )
            for message in messages:
                await socket.send(encode_message(message).decode())

    # --- helpers ---------------------------------------------------------------------------

    def _becomes_new_guest(self) -> bool:
        credentials = self._credentials
        is_guest = credentials.auth_token is None and credentials.invite is not None
        if not is_guest or self._tokens.current is None:
            return False
        self._tokens.current = None
        return True

    def _asks_for_token(self, code: ErrorCode) -> bool:
        """Whether another token helps: one was good once, and this client may wait for it."""
        was_good = code is ErrorCode.TOKEN_EXPIRED or self.replica.session is not None
        return self._waits_for_token and code in _TOKEN_ERRORS and was_good

    def _presence_changed(self, part: str) -> None:
        self._unsent.add(part)
        self._presence_wake.set()

    def _decode(self, frame: str | bytes) -> ServerMessage | None:
        try:
            return decode_server_message(frame)
        except DecodeError as error:
            # Its text may name a key that somebody made up.
            _log.warning("a message of the server makes no sense: %s", error.code)
            return None

    def _tell_changes(self, changes: Sequence[Change]) -> None:
        """One change that cannot be shown must not end the connection."""
        if not changes:
            return
        try:
            self._on_changes(changes)
        except Exception as error:  # noqa: BLE001 - the user's code; the session goes on
            _log.error("changes could not be shown: %s", describe(error))

    def _set_state(
        self, state: LinkState, reason: str | None, code: ErrorCode | None = None
    ) -> None:
        if self.state is state is LinkState.CLOSED:
            return
        self.state = state
        try:
            self._on_state(state, reason, code)
        except Exception as error:  # noqa: BLE001 - the user's code; the session goes on
            _log.error("the state could not be shown: %s", describe(error))

    def _end(self, reason: str | None, code: ErrorCode | None = None) -> None:
        self._set_state(LinkState.CLOSED, reason, code)
        self._pending.fail_all()

    def _failed(self, error: BaseException) -> None:
        """Something is wrong in this program: say so instead of standing still."""
        self._end(f"The client failed ({type(error).__name__}). Join again.")


def _server_id_of(socket: ClientConnection) -> str | None:
    response = socket.response
    return None if response is None else response.headers.get(SERVER_HEADER)
