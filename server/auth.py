"""Sign-in with JSON Web Tokens (RFC 7519): issues and verifies them with the local secret."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import jwt

from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.text import clean_name
from peerline.protocol.types import MAX_TOKEN_CHARS, MAX_USERNAME_CHARS

ALGORITHM: Final = "HS256"
ISSUER: Final = "peerline"
AUDIENCE: Final = "peerline"
MIN_SECRET_BYTES: Final = 32
"""HMAC-SHA256 wants a key as long as its hash (RFC 7518, section 3.2)."""
LEEWAY_SECONDS: Final = 5.0
SECRET_FILE: Final = "secret"  # noqa: S105 - a file name
_USER_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class AuthError(Exception):
    """A token that does not sign anybody in; `text` never repeats the token."""

    code: ErrorCode
    text: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token says that somebody is."""

    user_id: str
    username: str
    avatar: str | None
    is_guest: bool
    expires_at: datetime


class TokenIssuer:
    """Signs tokens."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(
        self,
        user_id: str,
        name: str,
        lifetime_seconds: float,
        now: datetime,
        *,
        guest: bool = False,
    ) -> str:
        """A token with the claims sub, name, iss, aud, iat and exp."""
        claims: dict[str, Any] = {
            "sub": user_id,
            "name": name,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + timedelta(seconds=lifetime_seconds),
        }
        if guest:
            claims["guest"] = True
        return jwt.encode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
            claims, self._secret, algorithm=ALGORITHM
        )


class TokenVerifier:
    """Reads tokens."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def verify(self, token: str, now: datetime) -> Identity:
        """Who the token signs in.

        Raises:
            AuthError: with TOKEN_EXPIRED or TOKEN_INVALID.
        """
        claims = self._claims(token)
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        if (now - expires_at).total_seconds() >= LEEWAY_SECONDS:
            raise AuthError(ErrorCode.TOKEN_EXPIRED, "auth_token: it has expired; get a new one")
        issued_at = datetime.fromtimestamp(claims["iat"], UTC)
        if (issued_at - now).total_seconds() > LEEWAY_SECONDS:
            raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: it is not valid yet")
        user_id = claims["sub"]
        if not _USER_ID.fullmatch(user_id) or user_id == SERVER_USER_ID:
            raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: its sub is not a user id")
        name, avatar = claims.get("name"), claims.get("picture")
        return Identity(
            user_id=user_id,
            username=(clean_name(name) if isinstance(name, str) else "")[:MAX_USERNAME_CHARS]
            or user_id,
            avatar=avatar if isinstance(avatar, str) and avatar.startswith("https://") else None,
            is_guest=claims.get("guest") is True,
            expires_at=expires_at,
        )

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > MAX_TOKEN_CHARS:
            raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: it is too long")
        try:
            claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                # The times are compared with the injected clock instead of the library's own.
                options={
                    "require": ["exp", "iat", "aud", "iss", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            # A time that no clock shows would overflow later.
            for claim in ("exp", "iat"):
                claims[claim] = float(claims[claim])
                datetime.fromtimestamp(claims[claim], UTC)
        except jwt.MissingRequiredClaimError as error:
            text = f"auth_token: its claim {error.claim} is missing"
            raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
        except jwt.InvalidAudienceError:
            text = "auth_token: it is not meant for this service"
            raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError):
            text = "auth_token: it is not a token of this server"
            raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
        return claims


def load_secret(data_dir: Path) -> bytes:
    """The server's secret; made on first use, readable by its owner only.

    Raises:
        ValueError: if the file holds less than 32 bytes.
        OSError: if it can be neither read nor made.
    """
    path = data_dir / SECRET_FILE
    if not path.exists():
        _create_secret(path)
    secret = path.read_bytes().strip()
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(
            f"{path} holds less than {MIN_SECRET_BYTES} bytes; delete it for a new one"
        )
    return secret


def _create_secret(path: Path) -> None:
    """Two processes that start at once agree: the first file linked to the name stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(MIN_SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
