"""Clients that trust the server in nothing: they reconnect and count everything."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from peerline.client import Replica
from peerline.protocol.messages import decode_server_message
from peerline.protocol.roles import Role

from .servers import KillableServer, Site

POLL_SECONDS: Final = 0.01
PATIENCE_SECONDS: Final = 60.0
"""A limit, not a wait."""
TRY_AGAIN: Final = frozenset({"INTERNAL_ERROR", "SERVER_BUSY", "RATE_LIMITED"})


async def until(holds: Callable[[], object], what: str, within: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds."""
    deadline = asyncio.get_running_loop().time() + within
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, f"not in time: {what}"
        await asyncio.sleep(POLL_SECONDS)


class StrictClient:
    """One editor of a user. A gap, a double or an answer that changes is a failure at once."""

    def __init__(self, site: Site, server: KillableServer, user_id: str, role: Role) -> None:
        self.user_id = user_id
        self.replica = Replica()
        self.seen: list[dict[str, Any]] = []
        """The events since the last snapshot, in the order in which they came."""
        self.acks: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        """Requests that were refused for good."""
        self.troubles = 0
        """How often it was told to try again."""
        self.unchanged: set[str] = set()
        """Requests of which it was told that nothing was changed, the last time."""
        self.unknown: set[str] = set()
        """Requests of which it was told that nobody knows, at any time."""
        self.snapshots = 0
        self.resumes = 0
        self.failures: list[str] = []
        self.pending: dict[str, str] = {}
        self.joined_at = 0.0
        """When it joined the last time, by the clock of the loop."""
        self._site = site
        self._session_id = site.session_id
        self._server = server
        self._role = role
        self._socket: ClientConnection | None = None
        self._number = 0
        self._task = asyncio.create_task(self._run())

    @property
    def is_joined(self) -> bool:
        """Whether it is in the session now."""
        return self._socket is not None

    async def send(self, kind: str, **fields: Any) -> str:
        """Send a request, which is sent again until it is answered; its id."""
        self._number += 1
        request_id = f"{self.user_id}-{self._number}"
        message = {"type": kind, "session_id": self._session_id, "request_id": request_id, **fields}
        self.pending[request_id] = json.dumps(message)
        await self._write(self.pending[request_id])
        return request_id

    async def send_raw(self, **message: Any) -> None:
        """Send something without an answer."""
        await self._write(json.dumps({"session_id": self._session_id, **message}))

    async def try_again(self) -> None:
        """Send everything that is not answered once more."""
        for frame in list(self.pending.values()):
            await self._write(frame)

    def cut(self) -> None:
        """Break the connection."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.transport.abort()

    def again(self) -> "StrictClient":
        """The same editor, with all that it knows, once more after `close`."""
        assert self._task.done()
        self._task = asyncio.create_task(self._run())
        return self

    async def close(self) -> None:
        """End it."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self.cut()

    # --- inside ----------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            with suppress(OSError, TimeoutError, InvalidHandshake, ConnectionClosed):
                url = f"ws://{self._server.address}/ws/session/{self._session_id}"
                async with asyncio.timeout(PATIENCE_SECONDS):
                    socket = await connect(url, compression=None, max_queue=None, proxy=None)
                try:
                    await self._converse(socket)
                finally:
                    self._socket = None
                    socket.transport.abort()
            await asyncio.sleep(POLL_SECONDS)

    async def _converse(self, socket: ClientConnection) -> None:
        replica = self.replica
        join: dict[str, Any] = {
            "type": "join_session",
            "session_id": self._session_id,
            "auth_token": self._site.token(self.user_id),
            "invite": self._site.invites[self._role],
        }
        if replica.session is not None:
            join["resume"] = {"epoch": replica.epoch, "seq": replica.seq}
        await socket.send(json.dumps(join))
        while True:
            frame = await socket.recv()
            message = json.loads(frame)
            self._take(frame, message)
            if message["type"] == "connected":
                self._socket = socket
                self.joined_at = asyncio.get_running_loop().time()
                await self.try_again()

    async def _write(self, frame: str) -> None:
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(frame)

    def _take(self, frame: str | bytes, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "connected":
            if message["resumed"]:
                self.resumes += 1
            else:
                self.snapshots += 1
                self.seen.clear()
        elif kind == "ack":
            self._take_ack(message)
        elif kind == "error":
            self._take_error(message)
        elif "seq" in message:
            expected = self.replica.seq + 1
            if message["seq"] != expected:
                text = f"{self.user_id}: event {message['seq']} came in place of {expected}"
                self.failures.append(text)
            self.seen.append(message)
        decoded = decode_server_message(frame)
        if decoded is not None:
            self.replica.apply(decoded)

    def _take_ack(self, message: dict[str, Any]) -> None:
        request_id, seq = message["request_id"], message["seq"]
        self.pending.pop(request_id, None)
        before = self.acks.setdefault(request_id, seq)
        if before != seq:
            self.failures.append(f"{request_id} was acknowledged as {before} and as {seq}")

    def _take_error(self, message: dict[str, Any]) -> None:
        request_id, code = message.get("request_id", ""), message["error_code"]
        if code in TRY_AGAIN:
            self.troubles += 1
            self.unchanged.discard(request_id)
            if message.get("outcome") == "unknown":
                self.unknown.add(request_id)
            else:
                self.unchanged.add(request_id)
        elif request_id in self.pending:
            del self.pending[request_id]
            self.refused[request_id] = code


class Writer:
    """A user who writes as fast as answers come: chat, comments, replies, edits, reactions."""

    def __init__(self, client: StrictClient, *, window: int = 10, padding: str = "") -> None:
        self.client = client
        self._window = window
        self._padding = padding
        self._is_writing = True
        self._written = 0
        self._task = asyncio.create_task(self._run())

    async def finish(self) -> None:
        """Write no more, and wait for what is not answered."""
        self._is_writing = False
        await self._task
        await settle([self.client])

    async def _run(self) -> None:
        client = self.client
        await until(lambda: client.is_joined or not self._is_writing, "joined")
        while self._is_writing:
            if len(client.pending) >= self._window:
                await asyncio.sleep(POLL_SECONDS / 10)
                continue
            self._written += 1
            kind, fields = self._next()
            await client.send(kind, **fields)

    def _next(self) -> tuple[str, dict[str, Any]]:
        number = self._written
        text = f"{self.client.user_id} {number}{self._padding}"
        replica = self.client.replica
        threads = list(replica.threads)[-3:]
        own = [said.id for said in replica.messages if said.user_id == self.client.user_id]
        match number % 6:
            case 0:
                data = {"file": "a.py", "line": number, "content": text}
                return "add_comment", {"data": data}
            case 1 if threads:
                return "reply_comment", {
                    "comment_id": threads[number % len(threads)],
                    "content": text,
                }
            case 2 if own:
                return "edit_message", {"message_id": own[-1], "content": f"{text} better"}
            case 3 if replica.messages:
                emoji = f"e{number % 1000}"  # another each time, so that it is an event each time
                return "react", {"message_id": replica.messages[-1].id, "emoji": emoji}
            case _:
                return "chat_message", {"content": text}


async def settle(clients: list[StrictClient], within: float = PATIENCE_SECONDS) -> None:
    """Wait until everything is answered."""
    deadline = asyncio.get_running_loop().time() + within
    while any(client.pending for client in clients):
        assert asyncio.get_running_loop().time() < deadline, [
            (client.user_id, len(client.pending), client.is_joined) for client in clients
        ]
        for client in clients:
            if client.pending:
                await client.try_again()
        await asyncio.sleep(POLL_SECONDS * 10)


def failures(clients: list[StrictClient]) -> list[str]:
    """Everything that went wrong for them."""
    return [failure for client in clients for failure in client.failures]
