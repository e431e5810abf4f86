"""Invites: codes that nobody guesses, stored as hashes, and whether one is still valid. Pure."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from peerline.protocol.errors import ErrorCode
from peerline_server.core.records import StoredInvite

CODE_BYTES: Final = 24
"""192 bits; a link must hold at least 128."""
DEFAULT_LIFETIME: Final = timedelta(days=7)


def new_code() -> str:
    """A fresh code of 192 random bits in URL-safe characters."""
    return secrets.token_urlsafe(CODE_BYTES)


def hash_code(code: str) -> str:
    """The SHA-256 of a code in hexadecimal, which is stored. A random code needs no salt."""
    return hashlib.sha256(code.encode()).hexdigest()


def refusal_of(invite: StoredInvite | None, now: datetime) -> ErrorCode | None:
    """The reason why nobody can join with the invite, or None."""
    if invite is None or invite.revoked:
        return ErrorCode.INVITE_INVALID
    if invite.expires_at is not None and now >= invite.expires_at:
        return ErrorCode.INVITE_EXPIRED
    if invite.max_uses is not None and invite.uses >= invite.max_uses:
        return ErrorCode.INVITE_EXHAUSTED
    return None


def is_full(guests: int, max_guests: int | None) -> bool:
    """Whether an invite that has brought this number of guests brings no more."""
    return max_guests is not None and guests >= max_guests
