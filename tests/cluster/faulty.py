"""Several servers behind nginx to which everything happens that can happen to them."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.databases import STORES
from tests.e2e.relay import Relay
from tests.reliability.servers import ForkedServer
from tests.servers.postgres import postgres
from tests.servers.redis import RedisServer

from .several import SeveralServers

MOST: Final = 4
"""Servers that a plan gets to."""
_ANY_NODE: Final = {"    hash $peerline_key consistent;": "    #"}
"""nginx gives each socket to the next server, so that most of them are passed on."""
_LEASE_ENDED: Final = (
    "SELECT pg_sleep_until(lease_until + interval '0.5 s') FROM nodes WHERE address = '{}'"
)


class FaultyServers(SeveralServers):
    """Servers with a Redis, each with a relay to Postgres.

    Implements `tests.plans.carry_out.FaultyServer`.
    """

    def __init__(self, data_dir: Path, environment: Mapping[str, str]) -> None:
        target = urlsplit(STORES["postgres"].locate(data_dir))
        self._target = (target.hostname or "", target.port or 0)
        self._redis = RedisServer()
        self._has_redis = True
        self._relays: list[Relay] = []
        super().__init__(
            data_dir,
            {"PEERLINE_REDIS_URL": self._redis.url, **environment},
            nginx_changes=_ANY_NODE,
        )

    def own_settings(self) -> Mapping[str, str]:
        """A way to Postgres that can be cut."""
        relay = Relay()
        relay.target = self._target
        self._relays.append(relay)
        own = relay.address.rpartition(":")[2]
        return {"PEERLINE_DATABASE_URL": self.url.replace(f":{self._target[1]}", f":{own}", 1)}

    def suffer(self, fault: str, number: int) -> None:
        """Have a fault, from its beginning to its end."""
        match fault:
            case "freeze":
                self._freeze(self._one(number))
            case "cut":
                self._cut(self._one(number), number)
            case "add" if len(self.servers) < MOST:
                self._add().start()
                assert self.nginx is not None
                self.nginx.use(self.addresses())
            case "terminate":
                postgres().cut(self.database, name="" if number % 2 else "peerline/")
            case "postgres":
                postgres().restart()
            case "redis":
                self._end_or_start_redis(number)
            case _:
                assert fault == "add", f"{fault} is not a fault"

    def close(self) -> None:
        """End all of them."""
        super().close()
        self._redis.close()
        for relay in self._relays:
            relay.close()

    def _one(self, number: int) -> ForkedServer:
        """Mostly the owner."""
        return self.owner() if number % 4 else self.servers[number % len(self.servers)]

    def _freeze(self, server: ForkedServer) -> None:
        """Stop it for longer than its lease."""
        os.kill(server.pid, signal.SIGSTOP)
        try:
            self._wait_for_lease(server)
        finally:
            os.kill(server.pid, signal.SIGCONT)

    def _cut(self, server: ForkedServer, number: int) -> None:
        """Break its connections to Postgres, or have nothing pass for longer than its lease.

        What it had written before may then reach Postgres late.
        """
        relay = self._relays[self.servers.index(server)]
        if number % 3 == 0:
            relay.cut()
            return
        relay.passes.clear()
        try:
            if number % 3 == 1:
                relay.cut()
            self._wait_for_lease(server)
        finally:
            relay.passes.set()

    def _wait_for_lease(self, server: ForkedServer) -> None:
        postgres().sql(_LEASE_ENDED.format(server.address), database=self.database)

    def _end_or_start_redis(self, number: int) -> None:
        """End it, for a moment or until the next time."""
        if self._has_redis:
            self._redis.stop()
        if not self._has_redis or number % 2:
            self._redis.start_again()
            self._has_redis = True
        else:
            self._has_redis = False
