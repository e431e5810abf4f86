"""Several servers on one Postgres behind nginx, killed and stopped as if they were one server."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import asyncpg

from peerline_server.store.base import Store
from tests.databases import STORES
from tests.reliability.servers import SESSION, ForkedServer, Site, event_row
from tests.servers.nginx import Nginx
from tests.servers.postgres import postgres

from .conftest import LEASE_SECONDS

_OWNER: Final = "SELECT n.address FROM sessions s JOIN nodes n ON n.id = s.owner"


class SharedSite(Site):
    """A session in the Postgres database of a data directory's path."""

    @classmethod
    async def create(cls, data_dir: Path, session_id: str = SESSION) -> "SharedSite":
        """A site whose servers are yet to be started."""
        site = cls(data_dir, session_id)
        site.named_secret = str(_secret(data_dir))
        await site.fill(site.store())
        return site

    def store(self) -> Store:
        """The store of the site, yet to be opened."""
        return STORES["postgres"].make(self.data_dir)

    async def rows(self) -> list[dict[str, Any]]:
        """The session's events as they are in the database."""
        connection = await asyncpg.connect(STORES["postgres"].locate(self.data_dir))
        try:
            found = await connection.fetch(
                "SELECT seq, user_id, request_id, event_data FROM session_events "
                "WHERE session_id = $1 ORDER BY seq",
                self.session_id,
            )
        finally:
            await connection.close()
        return [event_row(*row) for row in found]


class SeveralServers:
    """Implements `tests.reliability.servers.KillableServer`: it is the owner that is killed."""

    def __init__(
        self,
        data_dir: Path,
        environment: Mapping[str, str] | None = None,
        *,
        count: int = 2,
        nginx_changes: Mapping[str, str] | None = None,
    ) -> None:
        self.url = STORES["postgres"].locate(data_dir)
        self._data_dir = data_dir
        self._settings = {
            "PEERLINE_DATABASE_URL": self.url,
            "PEERLINE_SECRET_FILE": str(_secret(data_dir)),
            "PEERLINE_LEASE_SECONDS": str(LEASE_SECONDS),
            "PEERLINE_DRAIN_SECONDS": "0.2",
            "PEERLINE_TRUSTED_PROXIES": "127.0.0.1",
            **(environment or {}),
        }
        self._nginx_changes = nginx_changes
        self.servers: list[ForkedServer] = []
        for _ in range(count):
            self._add()
        self._ended: list[ForkedServer] = list(self.servers)
        self.nginx: Nginx | None = None
        self._folder = data_dir.parent / f"{data_dir.name}-nginx"
        self.address = ""

    def start(self) -> None:
        """Start all that do not run, and at first the nginx before them."""
        while self._ended:
            self._ended.pop().start()
        if self.nginx is None:
            self.nginx = Nginx(self._folder, self.addresses(), self._nginx_changes)
            self.nginx.start()
            self.address = self.nginx.address

    def kill(self) -> None:
        """SIGKILL to the owner of the session, if there is one."""
        server = self.owner()
        server.kill()
        self._ended.append(server)

    def stop(self) -> int:
        """SIGTERM to the owner; its exit code."""
        server = self.owner()
        self._ended.append(server)
        return server.stop()

    def close(self) -> None:
        """End all of them."""
        for server in self.servers:
            server.close()
        if self.nginx is not None:
            self.nginx.stop()

    def owner(self) -> ForkedServer:
        """The owner of the session, or the first server if there is none."""
        found = postgres().sql(_OWNER, database=self.database).splitlines()
        return next((each for each in self.servers if each.address in found), self.servers[0])

    @property
    def database(self) -> str:
        """The name of their database."""
        return self.url.rpartition("/")[2]

    def addresses(self) -> list[str]:
        """Those that nginx knows."""
        return [server.address for server in self.servers]

    def _add(self) -> ForkedServer:
        """One more server, yet to be started."""
        folder = self._data_dir.parent / f"{self._data_dir.name}-{len(self.servers)}"
        server = ForkedServer(folder, {**self._settings, **self.own_settings()})
        self.servers.append(server)
        return server

    def own_settings(self) -> Mapping[str, str]:
        """The settings of one more server alone."""
        return {}


def _secret(data_dir: Path) -> Path:
    """The file of the secret that all servers have."""
    path = data_dir.parent / f"{data_dir.name}-secret"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return path
