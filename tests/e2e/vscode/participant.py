"""Somebody in the session without an editor: a client that does one thing and leaves."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from threading import Thread

from websockets.sync.client import connect

from peerline.client import Client, Credentials, LinkState
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage
from peerline.protocol.participants import ChangeRole
from peerline.protocol.roles import Role
from tests.e2e.conftest import ServerProcess, run_apart

SECONDS = 60


def as_host(server: ServerProcess, messages: Callable[[Client], Sequence[ClientMessage]]) -> None:
    """Join as the host of the session, who is alice, send what `messages` gives, and leave."""
    _run(Credentials(auth_token=server.token("host", "alice")), server.invite("viewer"), messages)


def as_guest(
    server: ServerProcess, name: str, messages: Callable[[Client], Sequence[ClientMessage]]
) -> None:
    """Join as an editor of this name, send what `messages` gives, and leave."""
    link = server.invite("editor")
    invite = SessionLink.parse(link).invite
    _run(Credentials(invite=invite, username=name), link, messages)


def _run(
    credentials: Credentials, link: str, messages: Callable[[Client], Sequence[ClientMessage]]
) -> None:
    run_apart(_act(credentials, link, messages))


def give_role(server: ServerProcess, name: str, role: Role) -> None:
    """Have the host give somebody who is in the session a role."""

    def change(client: Client) -> list[ChangeRole]:
        people = client.replica.participants.values()
        found = [person for person in people if person.username == name]
        assert len(found) == 1, f"{name} is not in the session once: {found}"
        return [ChangeRole(session_id=server.session, user_id=found[0].id, role=role)]

    as_host(server, change)


@contextmanager
def crowd(server: ServerProcess, count: int) -> Generator[None]:
    """Guests, as many as `count`, are in the session meanwhile."""
    with guests(server.invite("editor"), *(f"user{number}" for number in range(count))):
        yield


@contextmanager
def guests(link: str, *names: str) -> Generator[None]:
    """New people have joined by a link, and are in the session meanwhile."""

    async def join() -> list[Client]:
        return [await joined(Credentials(invite=_invite(link), username=n), link) for n in names]

    with present(join()):
        yield


@contextmanager
def present(joining: Coroutine[None, None, Sequence[Client]]) -> Generator[None]:
    """The clients that this gives are in the session meanwhile, in a loop of their own."""
    loop = asyncio.new_event_loop()
    # The tests run in Playwright's own loop, in which there cannot be another.
    thread = Thread(target=loop.run_forever)
    thread.start()

    async def leave(clients: Sequence[Client]) -> None:
        for client in clients:
            await client.leave()

    try:
        clients = asyncio.run_coroutine_threadsafe(joining, loop).result(SECONDS)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(leave(clients), loop).result(SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def refusal_of(link: str) -> str | None:
    """The code with which the server refuses a new guest with this link; None if they join."""
    parsed = SessionLink.parse(link)
    join = {
        "type": "join_session",
        "session_id": parsed.session_id,
        "invite": parsed.invite,
        "username": "newcomer",
    }
    with connect(parsed.websocket_url, proxy=None) as socket:
        socket.send(json.dumps(join))
        return json.loads(socket.recv(SECONDS)).get("error_code")


def _invite(link: str) -> str | None:
    return SessionLink.parse(link).invite


async def joined(credentials: Credentials, link: str) -> Client:
    """A client that has joined."""
    is_joined = asyncio.Event()
    client = Client(
        SessionLink.parse(link),
        credentials,
        on_state=lambda state, *_: is_joined.set() if state is LinkState.JOINED else None,
    )
    client.start()
    async with asyncio.timeout(SECONDS):
        await is_joined.wait()
    return client


async def _act(
    credentials: Credentials, link: str, messages: Callable[[Client], Sequence[ClientMessage]]
) -> None:
    client = await joined(credentials, link)
    try:
        async with asyncio.timeout(SECONDS):
            for message in messages(client):
                await client.request(message)
            await client.leave()
    finally:
        await client.close()
