"""Tokens of this server and of an identity provider, and which are accepted."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_TOKEN_CHARS
from peerline_server.auth.jwks import KEY_TYPES, KeyCache, KeysUnavailable
from peerline_server.auth.jwks_fetch import JwksFetcher, check_url
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.tokens import (
    AGENT_PREFIX,
    ALGORITHM,
    GUEST_PREFIX,
    AuthError,
    Identity,
    TokenVerifier,
    identity_of,
    read_claims,
)
from peerline_server.settings import Settings, SettingsError

ALGORITHMS: Final = (ALGORITHM, *KEY_TYPES)


class Provider:
    """Reads the tokens of an identity provider (OpenID Connect Core, section 3.1.3.7)."""

    def __init__(
        self, keys: KeyCache, algorithms: Sequence[str], *, issuer: str, audience: str
    ) -> None:
        self.keys = keys
        self.algorithms = frozenset(algorithms)
        self._issuer = issuer
        self._audience = audience

    async def verify(self, token: str, algorithm: str, kid: str | None, now: datetime) -> Identity:
        """Return the user that the token signs in.

        Raises:
            AuthError: TOKEN_EXPIRED, TOKEN_INVALID, or SERVER_BUSY if its key is not to be had.
        """
        try:
            key = await self.keys.key(kid, algorithm)
        except KeysUnavailable as error:
            text = "the server cannot check this token at the moment: try again"
            raise AuthError(ErrorCode.SERVER_BUSY, text, round(error.retry_after, 3)) from None
        if key is None:
            text = "auth_token: it is signed with a key that the identity provider does not have"
            raise AuthError(ErrorCode.TOKEN_INVALID, text)
        claims = read_claims(
            token, key.key, algorithm, issuer=self._issuer, audience=self._audience
        )
        identity = identity_of(claims, now)
        if identity.user_id.startswith((GUEST_PREFIX, AGENT_PREFIX)):
            text = "auth_token: its sub is that of a guest or an agent"
            raise AuthError(ErrorCode.TOKEN_INVALID, text)
        return identity


class Accounts:
    """Takes a token to the verifier of its algorithm.

    So no token chooses the kind of key that it is checked with: HS256 means the local secret, and
    the others mean the provider's public keys.
    """

    def __init__(
        self,
        local: TokenVerifier,
        revocations: Revocations,
        provider: Provider | None = None,
        *,
        has_local_accounts: bool = True,
    ) -> None:
        self._local = local
        self._revocations = revocations
        self._provider = provider
        self._has_local_accounts = has_local_accounts

    def start(self) -> None:
        """Get the provider's keys before the first token comes."""
        if self._provider is not None:
            self._provider.keys.prepare()

    async def stop(self) -> None:
        """Give up what is under way."""
        if self._provider is not None:
            await self._provider.keys.close()

    async def identify(self, token: str, now: datetime) -> Identity:
        """Return the user that the token signs in.

        Raises:
            AuthError: with the reason.
        """
        identity = await self._verify(token, now)
        if self._revocations.covers(identity):
            raise AuthError(ErrorCode.TOKEN_REVOKED, "auth_token: it has been revoked")
        return identity

    async def _verify(self, token: str, now: datetime) -> Identity:
        algorithm, kid = _header(token)
        if self._provider is not None and algorithm in self._provider.algorithms:
            return await self._provider.verify(token, algorithm, kid, now)
        identity = self._local.verify(token, now)
        if not identity.renews and not self._has_local_accounts:
            text = "auth_token: this server takes the tokens of its identity provider only"
            raise AuthError(ErrorCode.TOKEN_INVALID, text)
        return identity


def make_accounts(settings: Settings, secret: bytes, revocations: Revocations) -> Accounts:
    """The accounts that the settings ask for.

    Raises:
        SettingsError: if they do not fit together.
    """
    algorithms = settings.token_algorithms
    unknown = [name for name in algorithms if name not in ALGORITHMS]
    if unknown or not algorithms:
        raise SettingsError(f"PEERLINE_TOKEN_ALGORITHMS must be some of {', '.join(ALGORITHMS)}")
    local = TokenVerifier(secret)
    of_provider = [name for name in algorithms if name in KEY_TYPES]
    if not of_provider:
        if settings.jwks_url:
            raise SettingsError(
                "PEERLINE_JWKS_URL is set, but PEERLINE_TOKEN_ALGORITHMS names no algorithm of an "
                f"identity provider: {', '.join(KEY_TYPES)}"
            )
        return Accounts(local, revocations)
    named = ", ".join(of_provider)
    if not settings.jwks_url or not settings.token_issuer or not settings.token_audience:
        raise SettingsError(
            f"{named} in PEERLINE_TOKEN_ALGORITHMS needs PEERLINE_JWKS_URL, "
            "PEERLINE_TOKEN_ISSUER and PEERLINE_TOKEN_AUDIENCE"
        )
    try:
        check_url(settings.jwks_url)
    except ValueError as error:
        raise SettingsError(f"PEERLINE_JWKS_URL: {error}") from None
    from jwt.algorithms import has_crypto  # noqa: PLC0415 - as in `auth.tokens`

    if not has_crypto:
        raise SettingsError(f"{named} needs more: install peerline[accounts]")
    cache = KeyCache(
        JwksFetcher(
            settings.jwks_url,
            timeout_seconds=settings.jwks_timeout_seconds,
            max_bytes=settings.max_jwks_bytes,
        ),
        of_provider,
        asyncio.get_running_loop().time,
        refresh_seconds=settings.jwks_refresh_seconds,
        retry_seconds=settings.jwks_retry_seconds,
    )
    provider = Provider(
        cache, of_provider, issuer=settings.token_issuer, audience=settings.token_audience
    )
    return Accounts(local, revocations, provider, has_local_accounts=ALGORITHM in algorithms)


def _header(token: str) -> tuple[str, str | None]:
    """The algorithm and the key that the token names; nothing of it is trusted."""
    import jwt  # noqa: PLC0415 - as in `auth.tokens`

    if len(token) > MAX_TOKEN_CHARS:
        raise AuthError(ErrorCode.TOKEN_INVALID, "auth_token: it is too long")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        text = "auth_token: it is not a token"
        raise AuthError(ErrorCode.TOKEN_INVALID, text) from None
    # The library has refused a kid that is no text.
    algorithm = header.get("alg")
    return algorithm if isinstance(algorithm, str) else "", header.get("kid")
