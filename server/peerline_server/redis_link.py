"""One Redis, or Valkey: its clients, the names of its keys, and whether it works.

Nothing waits for it and nothing is lost with it: what fails here is logged once a minute.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import redis.exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_log = logging.getLogger("peerline.server.redis")

ANSWER_SECONDS: Final = 2.0
COMPLAINT_SECONDS: Final = 60.0
"""Between two warnings that it does not work."""
ERRORS: Final = (redis.exceptions.RedisError, OSError, EOFError, ValueError)
"""The errors of the client: its own, of the network, and of an address that makes no sense."""


class RedisLink:
    """The Redis of a URL; only `shown` may be in texts, since the rest has the password."""

    def __init__(
        self, url: str, cluster: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._prefix = f"peerline:{cluster}:"
        self._clock = clock
        self._complained_at: float | None = None
        self.is_up = False
        """Whether the last thing that was asked of it worked."""

    @property
    def shown(self) -> str:
        """HOST:PORT/DATABASE."""
        parts = urlsplit(self._url)
        if "@" in parts.path:
            # A password with a slash in it that is not written as %2F.
            return "an address that cannot be read"
        return parts.netloc.rpartition("@")[2] + parts.path.rstrip("/")

    def key(self, name: str) -> str:
        """The name of a key or channel of this cluster."""
        return self._prefix + name

    def client(self) -> Any:  # noqa: ANN401 - its types are partly unknown
        """A client that tries nothing twice: who asks knows what is worth another try.

        Raises:
            ValueError: if the URL makes no sense.
        """
        url: Any = Redis
        return url.from_url(
            self._url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            client_name="peerline",
        )

    def worked(self) -> None:
        """It has answered."""
        self.is_up = True
        if self._complained_at is not None:
            self._complained_at = None
            _log.info("Redis at %s works again", self.shown)

    def failed(self, error: Exception) -> None:
        """It has not."""
        self.is_up = False
        now = self._clock()
        if self._complained_at is None or now - self._complained_at >= COMPLAINT_SECONDS:
            self._complained_at = now
            _log.warning("%s", self.problem(error))

    def problem(self, error: Exception) -> str:
        """The reason why it does not work, the consequence, and what to do, in a sentence."""
        match error:
            case redis.exceptions.AuthenticationError() | redis.exceptions.NoPermissionError():
                said = f"Redis at {self.shown} does not accept the user or the password"
            case redis.exceptions.ReadOnlyError():
                said = f"Redis at {self.shown} is a replica, which takes no writes"
            case redis.exceptions.BusyLoadingError():
                said = f"Redis at {self.shown} is starting"
            case redis.exceptions.ResponseError() if _asks_for_password(error):
                said = f"Redis at {self.shown} asks for a password"
            case redis.exceptions.ConnectionError() | redis.exceptions.TimeoutError() | OSError():
                said = f"cannot reach Redis at {self.shown}"
            case _:
                # Not its text, which may repeat what was sent.
                said = f"cannot use Redis at {self.shown} ({type(error).__name__})"
        return (
            f"{said}: sessions go on without it, takeovers take up to a second; "
            "check PEERLINE_REDIS_URL"
        )


def _asks_for_password(error: Exception) -> bool:
    return str(error).startswith(("NOAUTH", "Authentication required"))


async def close(client: Any) -> None:  # noqa: ANN401 - a client of redis-py
    """Disconnect, however that goes."""
    with suppress(*ERRORS):
        await asyncio.wait_for(client.aclose(), ANSWER_SECONDS)
