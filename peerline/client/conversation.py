"""One socket of a client, from the answer to its join to its end."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from peerline.client.documents.service import Documents
from peerline.client.failures import UnreadableAnswer
from peerline.client.local_presence import LocalPresence
from peerline.client.request_sender import RequestSender
from peerline.documents.errors import UpdateError
from peerline.protocol.base import Error
from peerline.protocol.client_defaults import GRACE_SECONDS
from peerline.protocol.handshake import SERVER_HEADER
from peerline.protocol.messages import (
    DecodeError,
    ServerMessage,
    decode_server_message,
    encode_message,
    may_be_newer,
    names_session,
)
from peerline.protocol.session import Connected, JoinPending, JoinSession
from peerline.tasks import Tasks

_UNREADABLE: Final = frozenset(
    {
        CloseCode.PROTOCOL_ERROR,
        CloseCode.UNSUPPORTED_DATA,
        CloseCode.INVALID_DATA,
        CloseCode.MESSAGE_TOO_BIG,
    }
)
"""With these the library ends a connection whose frames it cannot take."""
_log = logging.getLogger("peerline.client")
_FRAMES_IN_A_ROW: Final = 50
"""The frames read before other tasks get their turn: some 2 ms."""


class JoinFailed(Exception):  # noqa: N818 - as the errors of the client are called
    """The server refused the join."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.error = error


class Conversation:
    """Joins on a socket, then sends and receives; `receive` is false if an event is missing."""

    def __init__(
        self,
        socket: ClientConnection,
        requests: RequestSender,
        presence: LocalPresence,
        documents: Documents,
        receive: Callable[[ServerMessage], bool],
    ) -> None:
        self._socket = socket
        self._requests = requests
        self._presence = presence
        self._documents = documents
        self._writing = asyncio.Lock()
        self._receive = receive

    @property
    def server_id(self) -> str | None:
        """The server's id, by which a client tells whether it is still the same one."""
        response = self._socket.response
        return None if response is None else response.headers.get(SERVER_HEADER)

    async def enter(
        self, join: JoinSession, seconds: float, on_pending: Callable[[], None]
    ) -> Connected:
        """Ask to join and wait for the answer, for a host's too.

        Raises:
            JoinFailed: the server refused.
            UnreadableAnswer: the server, or what answers in its place, sent something else.
            TimeoutError: no answer came in time.
            ConnectionClosed: the connection has ended.
        """
        try:
            connected = await self._answer(join, seconds, on_pending)
        except ConnectionClosed as closed:
            if closed.rcvd is None and closed.sent is not None and closed.sent.code in _UNREADABLE:
                raise UnreadableAnswer(closed.sent.reason) from None
            raise
        if connected.session_id != join.session_id:
            raise UnreadableAnswer("it is about another session")
        if connected.resumed and join.resume is None:
            raise UnreadableAnswer("it goes on with a session that was not there")
        return connected

    async def _answer(
        self, join: JoinSession, seconds: float, on_pending: Callable[[], None]
    ) -> Connected:
        loop = asyncio.get_running_loop()
        unreadable: UnreadableAnswer | None = None
        try:
            async with asyncio.timeout(seconds) as deadline:
                await self._socket.send(encode_message(join).decode())
                while True:
                    frame = await self._socket.recv()
                    # `recv` does not let others run, the deadline included, as long as there is
                    # something to receive.
                    await asyncio.sleep(0)
                    try:
                        message = _decode_answer(frame)
                    except UnreadableAnswer as why:
                        if names_session(frame, Connected, join.session_id):
                            raise
                        if unreadable is None:
                            # The answer may be behind something that is not the server's.
                            soon = loop.time() + GRACE_SECONDS
                            deadline.reschedule(min(soon, deadline.when() or soon))
                        unreadable = why
                        continue
                    if isinstance(message, Error):
                        raise JoinFailed(message)
                    if isinstance(message, JoinPending):
                        deadline.reschedule(loop.time() + message.timeout + seconds)
                        unreadable = None
                        on_pending()
                    if isinstance(message, Connected):
                        return message
        except TimeoutError:
            if unreadable is not None:
                raise unreadable from None
            raise

    async def run(self, session_id: str) -> None:
        """Send and receive; ends when an event is missing, and raises what ended the connection."""
        tasks = Tasks()
        running = [
            tasks.share(self._write_requests(), "write requests"),
            tasks.share(self._write_presence(session_id), "write presence"),
            tasks.share(self._write_documents(), "write documents"),
            tasks.share(self._read(), "read"),
        ]
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await tasks.close()

    async def _read(self) -> None:
        in_a_row = 0
        async for frame in self._socket:
            in_a_row += 1
            if in_a_row >= _FRAMES_IN_A_ROW:
                # A server sends the moves of a crowd together; `recv` does not let others run
                # as long as there is something to receive.
                in_a_row = 0
                await asyncio.sleep(0)
            if isinstance(frame, bytes):
                self._read_frame(frame)
                continue
            message = _decode(frame)
            if message is not None and not self._receive(message):
                return
        # `async for` hides a normal close; its code still decides what follows.
        await self._socket.recv()

    async def _write_requests(self) -> None:
        while True:
            await self._write(await self._requests.next_frames())

    async def _write_documents(self) -> None:
        while True:
            await self._write(await self._documents.next_frames())

    async def _write_presence(self, session_id: str) -> None:
        while True:
            for message in await self._presence.next_messages(session_id):
                await self._write([encode_message(message).decode()])

    async def _write(self, frames: Sequence[str | bytes]) -> None:
        # A text that is shared follows its message at once.
        async with self._writing:
            for frame in frames:
                await self._socket.send(frame)

    def _read_frame(self, frame: bytes) -> None:
        try:
            self._documents.receive_frame(frame)
        except UpdateError as error:
            _log.warning("a binary frame of the server makes no sense: %s", error)


def _decode_answer(frame: str | bytes) -> ServerMessage | None:
    """A message before the session is there; None for one that a newer server may send."""
    try:
        message = decode_server_message(frame)
    except DecodeError as error:
        raise UnreadableAnswer(error.text) from None
    if message is None and not may_be_newer(frame):
        raise UnreadableAnswer("it is no message of a Peerline server")
    return message


def _decode(frame: str | bytes) -> ServerMessage | None:
    try:
        return decode_server_message(frame)
    except DecodeError as error:
        # Its text may name a key that somebody made up.
        _log.warning("a message of the server makes no sense: %s", error.code)
        return None
