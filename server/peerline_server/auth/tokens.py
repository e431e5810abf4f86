"""JSON Web Tokens (RFC 7519): what their claims say, and issuing them with the local secret."""

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Self

from peerline.protocol.agents import Answerers
from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_AVATAR_CHARS, MAX_TOKEN_CHARS, MAX_USERNAME_CHARS
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.text import clean_name
from peerline.protocol.types import is_storable

ALGORITHM: Final = "HS256"
ISSUER: Final = "peerline"
AUDIENCE: Final = "peerline"
LEEWAY_SECONDS: Final = 5.0
GUEST_PREFIX: Final = "guest_"
"""The ids of guests begin so; no provider's account may."""
AGENT_PREFIX: Final = "agent_"
"""The same for AI agents."""
_GUEST_ID_BYTES: Final = 12
_USER_ID = re.compile(r"[!-~]{1,128}")
_AVATAR = re.compile(rf"(?=[!-~]{{1,{MAX_AVATAR_CHARS}}}\Z)https://.+")
"""A URI has only such characters (RFC 3986, section 2)."""


@dataclass(eq=False, slots=True)
class AuthError(Exception):
    """A token that does not sign anybody in; `text` never repeats the token."""

    code: ErrorCode
    text: str
    retry_after: float | None = None
    """Seconds after which the same token may do."""


@dataclass(frozen=True, slots=True)
class AgentClaims:
    """The rest of an agent's token: its owner, and the session that it is for."""

    owner_id: str
    session_id: str
    role: Role
    product: str
    model: str | None = None
    agent_policy: Answerers | None = None
    prompt_policy: Answerers | None = None
    made_by: str | None = None
    """The id of the owner's token that it was made with: revoked, it takes the agent's along."""

    @classmethod
    def read(cls, claims: dict[str, Any]) -> Self:
        """Those of a token's claims.

        Raises:
            AuthError: with TOKEN_INVALID.
        """
        agent: dict[str, Any] = claims.get("agent") or {}
        try:
            return cls(
                claims["owner"],
                agent["session"],
                Role(agent["role"]),
                **_product(agent),
                agent_policy=_policy(agent.get("policy")),
                prompt_policy=_policy(agent.get("prompts")),
                made_by=agent.get("by"),
            )
        except (KeyError, TypeError, ValueError):
            text = "auth_token: it is not a token of an agent"
            raise AuthError(ErrorCode.TOKEN_INVALID, text) from None

    def written(self) -> dict[str, Any]:
        """As claims."""
        agent = {"session": self.session_id, "role": self.role.value, "product": self.product}
        if self.model is not None:
            agent["model"] = self.model
        if self.agent_policy is not None:
            agent["policy"] = self.agent_policy.value
        if self.prompt_policy is not None:
            agent["prompts"] = self.prompt_policy.value
        if self.made_by is not None:
            agent["by"] = self.made_by
        return {"kind": "agent", "owner": self.owner_id, "agent": agent}


def _policy(given: Any) -> Answerers | None:  # noqa: ANN401 - a claim
    return None if given is None else Answerers(given)


def _product(agent: dict[str, Any]) -> dict[str, str]:
    return {name: agent[name] for name in ("product", "model") if name in agent}


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity that a token states."""

    user_id: str
    username: str
    avatar: str | None
    is_guest: bool
    issued_at: datetime
    """For a guest the moment of the first token: a renewed one is no newer sign-in."""
    expires_at: datetime
    token_id: str | None = None
    agent: AgentClaims | None = None
    """None for a person."""

    @property
    def renews(self) -> bool:
        """Whether the server gives the user a new token in time."""
        return self.is_guest or self.agent is not None

    @property
    def valid_until(self) -> datetime:
        """The end with the leeway for clocks that differ."""
        return self.expires_at + timedelta(seconds=LEEWAY_SECONDS)


def new_guest_id() -> str:
    """An id that no guest has had."""
    return f"{GUEST_PREFIX}{secrets.token_hex(_GUEST_ID_BYTES)}"


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
        """A token with the claims sub, name, iss, aud, iat, exp and jti.

        A guest's also has `guest`, and `auth_time`: the moment of the first sign-in.
        """
        claims = self._claims(user_id, name, lifetime_seconds, now)
        if guest:
            claims |= {"guest": True, "auth_time": now.timestamp()}
        return self._sign(claims)

    def guest_id(self, key: str) -> str:
        """The id of the guest with a key. Without the secret nobody can tell whether a key fits."""
        digest = hmac.new(self._secret, f"guest {key}".encode(), sha256).digest()
        return f"{GUEST_PREFIX}{digest[:_GUEST_ID_BYTES].hex()}"

    def agent_id(self, session_id: str, owner_id: str, request_id: str) -> str:
        """The id of the agent that a request makes: each time the same."""
        what = f"agent\0{session_id}\0{owner_id}\0{request_id}".encode()
        digest = hmac.new(self._secret, what, sha256).digest()
        return f"{AGENT_PREFIX}{digest[:_GUEST_ID_BYTES].hex()}"

    def issue_agent(
        self, user_id: str, name: str, agent: AgentClaims, lifetime_seconds: float, now: datetime
    ) -> str:
        """A token of an agent, with the claims kind, owner and agent besides."""
        claims = self._claims(user_id, name, lifetime_seconds, now)
        return self._sign(claims | agent.written() | {"auth_time": now.timestamp()})

    def renew(self, user: Identity, lifetime_seconds: float, now: datetime) -> str:
        """The next token of a guest or agent.

        It is no newer sign-in: what revokes the first revokes it too.
        """
        claims = self._claims(user.user_id, user.username, lifetime_seconds, now)
        claims |= {"guest": True} if user.agent is None else user.agent.written()
        claims["auth_time"] = user.issued_at.timestamp()
        if user.token_id is not None:
            claims["jti"] = user.token_id
        return self._sign(claims)

    @staticmethod
    def _claims(user_id: str, name: str, lifetime_seconds: float, now: datetime) -> dict[str, Any]:
        return {
            "sub": user_id,
            "name": name,
            "iss": ISSUER,
            "aud": AUDIENCE,
            # With its fraction, so that a token made right after a revocation is not older.
            "iat": now.timestamp(),
            "exp": now.timestamp() + lifetime_seconds,
            "jti": secrets.token_hex(8),
        }

    def _sign(self, claims: dict[str, Any]) -> str:
        import jwt  # noqa: PLC0415 - the same

        return jwt.encode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
            claims, self._secret, algorithm=ALGORITHM
        )


class TokenVerifier:
    """Reads the tokens that this server signed."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def verify(self, token: str, now: datetime) -> Identity:
        """Return the user that the token signs in.

        Raises:
            AuthError: with TOKEN_EXPIRED or TOKEN_INVALID.
        """
        claims = read_claims(token, self._secret, ALGORITHM, issuer=ISSUER, audience=AUDIENCE)
        identity = identity_of(claims, now)
        is_agent = claims.get("kind") == "agent"
        if not is_agent and claims.get("guest") is not True:
            return identity
        since = datetime.fromtimestamp(claims.get("auth_time", claims["iat"]), UTC)
        agent = AgentClaims.read(claims) if is_agent else None
        return replace(identity, is_guest=not is_agent, issued_at=since, agent=agent)


def read_claims(
    token: str,
    key: Any,  # noqa: ANN401 - a secret, or a key of a library that need not be there
    algorithm: str,
    *,
    issuer: str,
    audience: str,
) -> dict[str, Any]:
    """The claims of a token that is signed with this key and this algorithm; times as floats.

    Whether it is the time for it, `identity_of` says.

    Raises:
        AuthError: with TOKEN_INVALID.
    """
    # It brings cryptography along, which takes a 20th of a server's start.
    import jwt  # noqa: PLC0415

    if len(token) > MAX_TOKEN_CHARS:
        raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: it is too long")
    try:
        claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
            token,
            key,
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            # The times are compared with the injected clock instead of the library's own.
            options={
                "require": ["exp", "iat", "aud", "iss", "sub"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        # A time that no clock shows would overflow later.
        for claim in {"exp", "iat", "nbf", "auth_time"} & claims.keys():
            claims[claim] = float(claims[claim])
            datetime.fromtimestamp(claims[claim], UTC)
    except jwt.MissingRequiredClaimError as error:
        text = f"auth_token: its claim {error.claim} is missing"
        raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
    except jwt.InvalidAudienceError:
        text = "auth_token: it is not meant for this service"
        raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
    except jwt.InvalidIssuerError:
        text = "auth_token: this service does not accept its issuer"
        raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError):
        text = "auth_token: it is not a token that this server accepts"
        raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
    return claims


def identity_of(claims: dict[str, Any], now: datetime) -> Identity:
    """Return the account that the claims name; with the leeway for clocks that differ.

    Raises:
        AuthError: with TOKEN_EXPIRED or TOKEN_INVALID.
    """
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    issued_at = datetime.fromtimestamp(claims["iat"], UTC)
    if (now - expires_at).total_seconds() >= LEEWAY_SECONDS:
        raise AuthError(ErrorCode.TOKEN_EXPIRED, "auth_token: it has expired; get a new one")
    not_before = max(issued_at, datetime.fromtimestamp(claims.get("nbf", claims["iat"]), UTC))
    if (not_before - now).total_seconds() > LEEWAY_SECONDS:
        raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: it is not valid yet")
    user_id = claims["sub"]
    if not _USER_ID.fullmatch(user_id) or user_id == SERVER_USER_ID:
        raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: its sub is not a user id")
    avatar = claims.get("picture")
    return Identity(
        user_id=user_id,
        username=_name_of(claims) or user_id,
        avatar=avatar if isinstance(avatar, str) and _AVATAR.fullmatch(avatar) else None,
        is_guest=False,
        issued_at=issued_at,
        expires_at=expires_at,
        token_id=_token_id_in(claims),
    )


def token_id_of(token: str) -> str | None:
    """Return the claim jti of a token, without a look at its signature; None if it has none."""
    import jwt  # noqa: PLC0415 - the same

    try:
        claims = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
            token, options={"verify_signature": False}
        )
    except (jwt.InvalidTokenError, ValueError):
        return None
    return _token_id_in(claims)


def _token_id_in(claims: dict[str, Any]) -> str | None:
    """The claim jti, unless no store could keep a revocation of it (RFC 7519, section 4.1.7)."""
    token_id = claims.get("jti")
    return token_id if isinstance(token_id, str) and is_storable(token_id) else None


def _name_of(claims: dict[str, Any]) -> str:
    """The first of the usual claims that shows something (OpenID Connect Core, section 5.1)."""
    for claim in ("name", "preferred_username", "nickname"):
        name = claims.get(claim)
        if isinstance(name, str) and (cleaned := clean_name(name)[:MAX_USERNAME_CHARS].strip()):
            return cleaned
    return ""
