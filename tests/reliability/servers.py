"""Servers that are processes of their own and can be killed, and the data that they serve.

`ForkedServer` is forked from a process that has imported everything, so that a restart costs a
tenth of a second; `ServerProcess` of the end-to-end tests is the command that users run. Both die
by a real SIGKILL and keep their port.
"""

import json
import logging
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Protocol

from peerline.client import Credentials
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from peerline_server.app import Server, StartError, run, serve
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.core.invites import hash_code, new_code
from peerline_server.core.records import NewInvite, NewSession
from peerline_server.gateway import gateway
from peerline_server.logs import set_up_logging
from peerline_server.settings import Settings
from peerline_server.store.base import Store
from peerline_server.store.sqlite import SqliteStore
from tests.databases import make_database

SESSION = "session1"
HOST = "alice"
START_SECONDS = 60.0
"""A limit, not a wait: a machine with much to do is slow."""
STOP_SECONDS = 10.0
"""The server's promises."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["peerline_server.app", "uvloop", "tests.reliability.servers"])


class KillableServer(Protocol):
    """A server process."""

    @property
    def address(self) -> str:
        """HOST:PORT; of several the next one."""
        ...

    def start(self) -> None:
        """Start, on the same port as before if there was one."""
        ...

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        ...

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        ...

    def close(self) -> None:
        """End the process if it still runs."""
        ...


class ForkedServer:
    """The server in a forked process; `environment` holds its settings."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.address = ""
        self._environment = {"PEERLINE_PORT": "0", **(environment or {})}
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        """Start, on the same port as before if there was one."""
        if self.address:
            self._environment["PEERLINE_PORT"] = self.address.rpartition(":")[2]
        deadline = time.monotonic() + START_SECONDS
        while not self._try_to_start(deadline):
            # Somebody's outgoing connection may have the port for a moment.
            assert time.monotonic() < deadline, self.log()

    def _try_to_start(self, deadline: float) -> bool:
        receiver, sender = _context.Pipe(duplex=False)
        process = _context.Process(
            target=_serve, args=(self.data_dir, self._environment, sender), daemon=True
        )
        process.start()
        sender.close()
        self._process = process
        with receiver:
            try:
                assert receiver.poll(deadline - time.monotonic()), self.log()
                self.address = receiver.recv()
            except EOFError:
                process.join()
                return False
        return True

    @property
    def pid(self) -> int:
        """The process' id."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    def log(self) -> str:
        """The server's stderr."""
        path = _log_path(self.data_dir)
        return path.read_text() if path.exists() else ""

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)
        self._join()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        os.kill(self.pid, signal.SIGTERM)
        self._join()
        assert self._process is not None
        assert self._process.exitcode is not None
        return self._process.exitcode

    def close(self) -> None:
        """End the process if it still runs."""
        if self._process is not None and self._process.exitcode is None:
            self.kill()

    def _join(self) -> None:
        assert self._process is not None
        self._process.join(STOP_SECONDS + 5)
        assert self._process.exitcode is not None, "the process has not ended"


def _log_path(data_dir: Path) -> Path:
    return data_dir.parent / f"{data_dir.name}.log"


def _serve(data_dir: Path, environment: dict[str, str], sender: Connection) -> None:
    with _log_path(data_dir).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    settings = Settings.from_environment(environment, data_dir=data_dir)
    set_up_logging("INFO", "text")
    # A plan stops many servers, and what it is about is not how long clients then wait.
    gateway.COME_BACK_SECONDS = (0.05, 0.3)  # pyright: ignore[reportConstantRedefinition]

    def announce(server: Server) -> None:
        sender.send(server.address)
        sender.close()

    try:
        run(serve(settings, announce))
    except StartError as error:
        logging.getLogger("peerline.server").error("%s", error)  # noqa: TRY400 - it is for the operator
        sender.close()
        raise SystemExit(1) from None


class Site:
    """A data directory with one session of the host `alice`, and what lets users into it."""

    def __init__(self, data_dir: Path, session_id: str = SESSION) -> None:
        self.data_dir = data_dir
        self.session_id = session_id
        self.invites: dict[Role, str] = {}
        """The code of an invite for each role, good for any number of users."""
        self.named_secret = ""
        """The file of the secret, if it is not in the data directory."""

    @classmethod
    async def create(cls, data_dir: Path) -> "Site":
        """A site in a folder that does not exist yet."""
        await make_database(data_dir)
        site = cls(data_dir)
        await site.fill(SqliteStore(data_dir))
        return site

    async def fill(self, store: Store) -> None:
        """Put the session and the invites into a store that is not open yet."""
        now = datetime.now(UTC)
        await store.open()
        try:
            await store.create_session(NewSession(self.session_id, "Test", HOST, now))
            for role in Role:
                code = self.invites[role] = new_code()
                ends = now + timedelta(days=1)
                name = f"{role.value}-{self.session_id}"
                invite = NewInvite(name, self.session_id, hash_code(code), role, now, ends, None)
                await store.create_invite(invite)
        finally:
            await store.close()

    def store(self) -> Store:
        """The store of the site, yet to be opened."""
        return SqliteStore(self.data_dir)

    async def rows(self) -> list[dict[str, Any]]:
        """The session's events as they are on the disk."""
        return rows_of(self.data_dir / "peerline.db", self.session_id)

    def token(self, user_id: str) -> str:
        """A token of an account; its name is the id with a capital."""
        issuer = TokenIssuer(load_secret(self.data_dir, self.named_secret))
        return issuer.issue(user_id, user_id.title(), 3600, datetime.now(UTC))

    def credentials(self, user_id: str, role: Role) -> Credentials:
        """The token that admits an account, whether it is a participant or not."""
        return Credentials(auth_token=self.token(user_id), invite=self.invites[role])

    def link(self, address: str) -> SessionLink:
        """The session on a server."""
        return SessionLink(address, self.session_id, None)


def rows_of(database: Path, session_id: str) -> list[dict[str, Any]]:
    """The session's events as they are on the disk."""
    connection = sqlite3.connect(database)
    try:
        found = connection.execute(
            "SELECT seq, user_id, request_id, event_data FROM session_events"
            " WHERE session_id = ? ORDER BY seq",
            (session_id,),
        )
        return [event_row(*row) for row in found]
    finally:
        connection.close()


def event_row(seq: int, user: str, request: str | None, data: str) -> dict[str, Any]:
    """A row of session_events, decoded."""
    return {"seq": seq, "user": user, "request": request, "data": json.loads(data)}
