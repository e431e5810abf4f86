"""Commands that work in a data directory, whether or not a server runs on it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from peerline.protocol.links import ServerPlace, SessionLink
from peerline.protocol.participants import ChangeRole, RemoveParticipant
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.session import EndSession
from peerline_server.admin.place import place_of
from peerline_server.core.decisions import Append, Refused
from peerline_server.core.invites import hash_code, new_code
from peerline_server.core.records import (
    NewInvite,
    NewSession,
    Rejected,
    Revocation,
    StoredParticipant,
    StoredSession,
)
from peerline_server.core.session import Session
from peerline_server.settings import Settings
from peerline_server.store.base import Store, StoreError
from peerline_server.store.opening import opened


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
    """End tokens; a server that runs on the data directory notices within a second.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    async with opened(place_of(data_dir)) as store:
        await store.revoke(revocation)


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


Moderation = ChangeRole | RemoveParticipant | EndSession


@dataclass(frozen=True, slots=True)
class Hosted:
    """A session that goes on, its host, and the participant who was asked for."""

    host: str
    host_name: str
    user: str | None


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
    return Hosted(host.user_id, host.username, found)


async def moderate(data_dir: Path, message: Moderation) -> None:
    """Carry out what a host decides, in the store alone: no server may run beside it.

    Raises:
        StoreError: if it is refused, or the data directory cannot be used.
    """
    now = datetime.now(UTC)
    settings = Settings()
    async with opened(place_of(data_dir), alone=True) as store:
        stored = await _open_session(store, message.session_id)
        session = Session(
            stored,
            new_id=lambda: token_hex(8),
            snapshot_messages=settings.snapshot_messages,
            max_threads=settings.max_threads,
            typing_lifetime=timedelta(seconds=settings.typing_seconds),
        )
        decision = session.decide(message, _host_of(stored).user_id, now)
        if isinstance(decision, Refused):
            raise StoreError(decision.text)
        assert isinstance(decision, Append), "moderation is durable"
        result = await store.submit(decision.event)
        if isinstance(result, Rejected):
            raise StoreError(f"the store refused it: {result.code}")


async def _open_session(store: Store, session_id: str) -> StoredSession:
    stored = await store.load_session(session_id, last_messages=0)
    if stored is None:
        raise StoreError(f"there is no session {session_id}")
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
