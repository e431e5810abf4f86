"""Commands that work in a data directory, whether or not a server runs on it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

from peerline.protocol.links import ServerPlace, SessionLink
from peerline.protocol.moderation import Invite
from peerline.protocol.participants import ChangeRole, RemoveParticipant
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.session import EndSession
from peerline_server.admin.live import ring_everybody
from peerline_server.admin.place import place_of
from peerline_server.cluster.opening import make_cluster
from peerline_server.cluster.places import Elsewhere, Found, Mine, Unreachable
from peerline_server.core.decisions import Append, Refused
from peerline_server.core.invites import hash_code, new_code
from peerline_server.core.records import (
    Fenced,
    NewInvite,
    NewSession,
    Rejected,
    Revocation,
    StoredParticipant,
    StoredSession,
)
from peerline_server.core.session import Session
from peerline_server.settings import Settings, SettingsError
from peerline_server.store.base import Store, StoreError
from peerline_server.store.opening import is_postgres, opened

_log = logging.getLogger("peerline.server.admin")


class NoSuchSessionError(StoreError):
    """The store holds no such session."""


async def create_session(data_dir: Path, title: str, host_user_id: str) -> str:
    """Create a session; its id.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    session_id = token_hex(8)
    async with opened(place_of(data_dir)) as store:
        await store.create_session(NewSession(session_id, title, host_user_id, datetime.now(UTC)))
    return session_id


async def title_of(data_dir: Path, session_id: str) -> str:
    """The title of a session that goes on.

    Raises:
        StoreError: if there is no such session, it has ended, or the data directory cannot be used.
    """
    async with opened(place_of(data_dir)) as store:
        return (await _open_session(store, session_id)).info.title


async def revoke_tokens(data_dir: Path, revocation: Revocation) -> None:
    """End tokens; servers notice within a second, with Redis at once.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    place = place_of(data_dir)
    async with opened(place) as store:
        await store.revoke(revocation)
    if is_postgres(place):
        try:
            await ring_everybody()
        except SettingsError as error:
            _log.warning("%s; the servers notice within a second", error)


async def create_invite(  # noqa: PLR0913 - the columns of an invite
    data_dir: Path,
    session_id: str,
    role: Role,
    *,
    address: str,
    lifetime: timedelta,
    max_uses: int | None = None,
) -> SessionLink:
    """Create an invite; the link, which is the only place where its code is.

    Raises:
        StoreError: if there is no such session, it has ended, or the data directory cannot be used.
    """
    code = new_code()
    now = datetime.now(UTC)
    async with opened(place_of(data_dir)) as store:
        await _open_session(store, session_id)
        await store.create_invite(
            NewInvite(
                token_hex(8),
                session_id,
                hash_code(code),
                role,
                now,
                now + lifetime,
                max_uses,
            )
        )
    return ServerPlace.parse(address).session(session_id, code)


_TRIES: Final = 5
"""To reach the owner of a session, or to be it."""
Moderation = ChangeRole | RemoveParticipant | EndSession


@dataclass(frozen=True, slots=True)
class Hosted:
    """A session that goes on, its host, and the participant who was asked for."""

    host: str
    host_name: str
    user: str | None
    link: Invite | None = None
    """The invite that the participant joined by, if it can still be used."""


async def find_host(data_dir: Path, session_id: str, user: str | None = None) -> Hosted:
    """A host of the session, and the id of a participant given by id or name.

    Raises:
        StoreError: if there is no such session or participant, if the session has ended, or if the
            data directory cannot be used.
    """
    async with opened(place_of(data_dir)) as store:
        stored = await _open_session(store, session_id)
        host = _host_of(stored)
        found = None if user is None else _participant(stored, user)
        link = None if found is None else await _link_of(store, session_id, found)
    return Hosted(host.user_id, host.username, found, link)


async def _link_of(store: Store, session_id: str, user_id: str) -> Invite | None:
    arrivals = {one.user_id: one.invite_id for one in await store.arrivals(session_id)}
    usable = await store.usable_invites(session_id, datetime.now(UTC))
    return next((invite for invite in usable if invite.id == arrivals.get(user_id)), None)


async def moderate(data_dir: Path, message: Moderation) -> None:
    """Carry out what a host decides, in the store alone: no server may run beside it.

    Raises:
        StoreError: if it is refused, or the data directory cannot be used.
    """
    async with opened(place_of(data_dir), alone=True) as store:
        await _moderate(store, message, fence=0)


async def moderate_or_find(
    url: str, message: Moderation, ask: Callable[[str], Awaitable[bool]]
) -> None:
    """The same in a database that servers run on, as the owner of the session for a moment.

    If another node owns the session, `ask` is called with its address and asks that node; it
    returns False if nobody is there.

    Raises:
        StoreError: if it is refused, or neither the database nor the owner can be used.
    """
    cluster = make_cluster(url, lease_seconds=Settings().lease_seconds)
    try:
        async with opened(url) as store:
            # Without an address: others take the session over as soon as they want it.
            await cluster.start("", _ignore, _ignore_letters, list[str])
            place = await cluster.place(message.session_id)
            for _ in range(_TRIES):
                match place:
                    case None:
                        raise StoreError(f"there is no session {message.session_id}")
                    case Mine(fence) if await _moderate(store, message, fence=fence):
                        await cluster.release(message.session_id, fence)
                        return
                    case Mine():
                        place = await cluster.place(message.session_id)
                    case Elsewhere() if await ask(place.address):
                        return
                    case Elsewhere():
                        place = await cluster.take_over(message.session_id, place, Found.GONE)
                    case Unreachable():
                        await asyncio.sleep(place.retry_after)
                        place = await cluster.place(message.session_id)
            raise StoreError("the server that has the session cannot be reached; try again")
    finally:
        await cluster.stop()


async def _moderate(store: Store, message: Moderation, *, fence: int) -> bool:
    """Decide and write; False if another node has taken the session over meanwhile."""
    settings = Settings()
    stored = await _open_session(store, message.session_id)
    session = Session(
        stored,
        new_id=lambda: token_hex(8),
        snapshot_messages=settings.snapshot_messages,
        max_threads=settings.max_threads,
        typing_lifetime=timedelta(seconds=settings.typing_seconds),
    )
    decision = session.decide(message, _host_of(stored).user_id, datetime.now(UTC))
    if isinstance(decision, Refused):
        raise StoreError(decision.text)
    assert isinstance(decision, Append), "moderation is durable"
    result = await store.submit(decision.event, fence=fence)
    if isinstance(result, Rejected):
        raise StoreError(f"the store refused it: {result.code}")
    return not isinstance(result, Fenced)


def _ignore(session_id: str) -> None:
    """A session that is lost is fenced, which is noticed."""


def _ignore_letters() -> None:
    """Nobody is connected to a command."""


async def _open_session(store: Store, session_id: str) -> StoredSession:
    stored = await store.load_session(session_id, last_messages=0)
    if stored is None:
        raise NoSuchSessionError(f"there is no session {session_id}")
    if stored.info.ended_at is not None:
        raise StoreError(
            f"the session {session_id} ended at {stored.info.ended_at:%Y-%m-%d %H:%M} UTC"
        )
    return stored


def _host_of(stored: StoredSession) -> StoredParticipant:
    """A host, one who was not made so by the server if there is one."""
    hosts = [person for person in stored.participants if person.role is Role.HOST]
    if not hosts:
        raise StoreError(f"the session {stored.info.id} has no host")
    return min(hosts, key=lambda person: person.role_by == SERVER_USER_ID)


def _participant(stored: StoredSession, text: str) -> str:
    ids = [person.user_id for person in stored.participants]
    if text in ids:
        return text
    named = [
        person.user_id
        for person in stored.participants
        if person.username.casefold() == text.casefold()
    ]
    match named:
        case [user_id]:
            return user_id
        case []:
            raise StoreError(f"the session {stored.info.id} has no participant {text}")
        case _:
            raise StoreError(f"several are called {text}; say which id: {', '.join(named)}")
