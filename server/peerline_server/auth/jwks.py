"""The keys of an identity provider: a JSON Web Key Set (RFC 7517), read, cached and rotated."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from peerline.tasks import Tasks

_log = logging.getLogger("peerline.server.jwks")

KEY_TYPES: Final = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
"""The algorithms of providers (RFC 7518, RFC 8037) with the type of their keys."""
_CURVES: Final = {"ES256": "P-256", "EdDSA": "Ed25519"}
MIN_RSA_BITS: Final = 2_048
"""RFC 7518, section 3.3."""
MAX_KEYS: Final = 100


class JwksError(Exception):
    """The provider's keys could not be fetched or read; the text is for the operator."""


class KeysUnavailable(Exception):  # noqa: N818 - a state
    """Whether the key is a good one cannot be told now; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("the keys of the identity provider are not known at the moment")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key for one algorithm."""

    kid: str | None
    algorithm: str
    key: Any


def read_keys(document: bytes, algorithms: Sequence[str]) -> list[SigningKey]:
    """The keys of a set that fit these algorithms; what else is in it is left out.

    Raises:
        JwksError: if it is not a key set.
    """
    try:
        found: Any = json.loads(document)
    except (ValueError, RecursionError):
        raise JwksError("it is not JSON") from None
    entries: Any = cast("dict[str, Any]", found).get("keys") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise JwksError("it is not a key set: it has no list `keys`")
    keys: list[SigningKey] = []
    for entry in cast("list[Any]", entries)[:MAX_KEYS]:
        for algorithm in algorithms:
            key = _read_key(entry, algorithm)
            if key is not None:
                keys.append(key)
    return keys


def _read_key(entry: Any, algorithm: str) -> SigningKey | None:  # noqa: ANN401 - JSON of the provider
    if not isinstance(entry, dict):
        return None
    jwk = cast("dict[str, Any]", entry)
    kid = jwk.get("kid")
    fits = (
        jwk.get("kty") == KEY_TYPES[algorithm]
        and jwk.get("alg", algorithm) == algorithm
        and jwk.get("use", "sig") == "sig"
        and jwk.get("crv") == _CURVES.get(algorithm)
        and (kid is None or isinstance(kid, str))
    )
    if not fits:
        return None
    import jwt  # noqa: PLC0415 - as in `auth.tokens`

    try:
        key: Any = jwt.PyJWK(jwk, algorithm).key
    except Exception:  # noqa: BLE001 - of a provider's odd key; the others are good all the same
        return None
    if algorithm == "RS256" and key.key_size < MIN_RSA_BITS:
        _log.warning("a key of the identity provider is left out: RSA below %d bits", MIN_RSA_BITS)
        return None
    return SigningKey(kid, algorithm, key)


def find_key(keys: Sequence[SigningKey], kid: str | None, algorithm: str) -> SigningKey | None:
    """The key that a token names; a token that names none needs the only one of its algorithm."""
    fitting = [key for key in keys if key.algorithm == algorithm]
    if kid is None:
        return fitting[0] if len(fitting) == 1 else None
    return next((key for key in fitting if key.kid == kid), None)


class KeyCache:
    """Keeps a provider's keys.

    They are fetched again when they are old, and when a token names a key that is not among them:
    providers rotate. Both at most once in `retry_seconds`, so that made-up key ids cause no load.
    While the provider cannot be reached, the keys that are there go on serving.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[bytes]],
        algorithms: Sequence[str],
        clock: Callable[[], float],
        *,
        refresh_seconds: float,
        retry_seconds: float,
    ) -> None:
        self._fetch = fetch
        self._algorithms = algorithms
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._retry_seconds = retry_seconds
        self._keys: list[SigningKey] = []
        self._fetched_at = -float("inf")
        self._tried_at = -float("inf")
        self._is_fresh = False
        """Whether the last try brought the keys."""
        self._fetching: asyncio.Task[None] | None = None
        self._tasks = Tasks()

    async def key(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key that a token names; None if the provider has no such key.

        Raises:
            KeysUnavailable: if that cannot be told now.
        """
        found = find_key(self._keys, kid, algorithm)
        now = self._clock()
        if found is not None:
            if now - self._fetched_at >= self._refresh_seconds:
                self._begin_fetch(now)  # and meanwhile the old one serves
            return found
        fetching = self._begin_fetch(now)
        if fetching is None:
            raise KeysUnavailable(self._tried_at + self._retry_seconds - now)
        await asyncio.wait([fetching])  # what it failed with is logged: the keys are not fresh
        found = find_key(self._keys, kid, algorithm)
        if found is None and not self._is_fresh:
            raise KeysUnavailable(self._retry_seconds)
        return found

    def prepare(self) -> None:
        """Begin to fetch before the first token comes."""
        self._begin_fetch(self._clock())

    async def close(self) -> None:
        """Give up what is under way."""
        await self._tasks.close()

    def _begin_fetch(self, now: float) -> "asyncio.Task[None] | None":
        """The fetch under way, a new one, or None if the last one was just now."""
        if self._fetching is None and now - self._tried_at >= self._retry_seconds:
            self._tried_at = now
            self._fetching = self._tasks.spawn(self._refresh(), "fetch the keys")
        return self._fetching

    async def _refresh(self) -> None:
        self._is_fresh = False
        try:
            self._keys = read_keys(await self._fetch(), self._algorithms)
        except JwksError as error:
            _log.warning("the keys of the identity provider could not be fetched: %s", error)
        else:
            self._is_fresh = True
            self._fetched_at = self._clock()
            if not self._keys:
                _log.warning("the identity provider has no key for the accepted algorithms")
        finally:
            self._fetching = None
