"""Users without a token: their names and ids."""

from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import (
    MAX_GUEST_KEY_CHARS,
    MAX_USERNAME_CHARS,
    MIN_GUEST_KEY_CHARS,
)
from peerline.protocol.text import clean_name
from peerline_server.auth.tokens import TokenIssuer, new_guest_id
from peerline_server.core.join_request import JoinRefused


def guest_name(username: str | None) -> str:
    """The name of a guest, cleaned.

    Raises:
        JoinRefused: if there is none, or it is too long.
    """
    name = clean_name(username or "")
    if len(name) > MAX_USERNAME_CHARS:
        raise JoinRefused(
            ErrorCode.INVALID_FIELD,
            f"username: at most {MAX_USERNAME_CHARS} characters",
        )
    if not name:
        raise JoinRefused(
            ErrorCode.INVALID_FIELD,
            "username: a guest needs a name with a visible character",
        )
    return name


def guest_id(issuer: TokenIssuer, key: str | None) -> str:
    """The id of a guest without a token; each time the same if they bring a key.

    Raises:
        JoinRefused: if the key has another length.
    """
    if key is None:
        return new_guest_id()
    if not MIN_GUEST_KEY_CHARS <= len(key) <= MAX_GUEST_KEY_CHARS:
        raise JoinRefused(
            ErrorCode.INVALID_FIELD,
            f"guest: a key has {MIN_GUEST_KEY_CHARS} to {MAX_GUEST_KEY_CHARS} characters",
        )
    return issuer.guest_id(key)
