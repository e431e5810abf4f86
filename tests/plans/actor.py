"""A user in a plan, with one editor or two."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from peerline.client import (
    Client,
    ClientError,
    Credentials,
    LinkState,
    RequestRefused,
    Timing,
)
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage, Query
from peerline.protocol.moderation import CreateInvite, GetModeration

MAX_CLIENTS: Final = 2
_TIMING: Final = Timing(request=60.0, backoff_base=0.02, backoff_cap=0.3, leave=5.0)


@dataclass(slots=True, eq=False)
class Sent:
    """A request and everything that it was answered."""

    message: ClientMessage
    acks: list[int] = field(default_factory=list[int])
    refusals: list[str] = field(default_factory=list[str])


class Actor:
    """One user of a plan."""

    def __init__(self, user_id: str, link: SessionLink, credentials: Credentials) -> None:
        self.user_id = user_id
        self.clients: list[Client] = []
        self.sent: dict[str, Sent] = {}
        """By request id, `USER-EDITOR-NUMBER`, in the order of the first sending."""
        self._numbers: dict[Client, int] = {}
        self._under_way: list[Sent] = []
        self._link = link
        self._credentials = credentials
        self._tasks: set[asyncio.Task[None]] = set()

    def client(self, number: int) -> Client | None:
        """One of the editors that are in the session, or want to be."""
        self._forget_closed()
        return self.clients[number % len(self.clients)] if self.clients else None

    def join(self) -> None:
        """Open one more editor."""
        self._forget_closed()
        if len(self.clients) < MAX_CLIENTS:
            client = Client(self._link, self._credentials, timing=_TIMING)
            client.start()
            self.clients.append(client)
            self._numbers[client] = len(self._numbers)

    async def leave(self, client: Client) -> None:
        """Close an editor properly."""
        self.clients.remove(client)
        await client.leave()

    async def vanish(self, client: Client) -> None:
        """The network of an editor goes away for good."""
        self.clients.remove(client)
        drop(client)
        await client.close()

    def request(self, client: Client, message: ClientMessage) -> None:
        """Send, without waiting for the answer."""
        known = self.sent.get(message.request_id or "")
        if known is None:
            request_id = f"{self.user_id}-{self._numbers[client]}-{len(self.sent)}"
            known = Sent(message.model_copy(update={"request_id": request_id}))
            self.sent[request_id] = known
        if known not in self._under_way:
            self._own(asyncio.create_task(self._request(client, known)))

    async def settle(self) -> None:
        """Wait until every request was answered or was given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """End everything, whatever state it is in."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self.clients:
            await client.close()

    async def _request(self, client: Client, sent: Sent) -> None:
        self._under_way.append(sent)
        try:
            if isinstance(sent.message, Query | GetModeration | CreateInvite):
                await client.ask(sent.message)
            else:
                sent.acks.append((await client.request(sent.message)).seq)
        except RequestRefused as refused:
            sent.refusals.append(str(refused.code))
        except ClientError as error:
            sent.refusals.append(type(error).__name__)
        finally:
            self._under_way.remove(sent)

    def _own(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget_closed(self) -> None:
        self.clients = [client for client in self.clients if client.state is not LinkState.CLOSED]


def drop(client: Client) -> None:
    """Break the client's connection, as a network does: it comes back on its own."""
    socket = client._socket  # pyright: ignore[reportPrivateUsage] - nobody else can
    if socket is not None:
        with suppress(RuntimeError):
            socket.transport.abort()
