"""What the command line does in a data directory, whether or not a server runs on it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from server.invites import hash_code, new_code
from server.store.base import NewInvite, NewSession
from server.store.sqlite import SqliteStore


async def create_session(data_dir: Path, title: str, host_user_id: str) -> str:
    """Create a session; its id.

    Raises:
        StoreError: if the data directory cannot be used.
    """
    session_id = token_hex(8)
    store = SqliteStore(data_dir)
    try:
        await store.open()
        await store.create_session(NewSession(session_id, title, host_user_id, datetime.now(UTC)))
    finally:
        await store.close()
    return session_id


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
        StoreError: if there is no such session, or the data directory cannot be used.
    """
    code = new_code()
    now = datetime.now(UTC)
    store = SqliteStore(data_dir)
    try:
        await store.open()
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
    finally:
        await store.close()
    return SessionLink(address, session_id, code)
