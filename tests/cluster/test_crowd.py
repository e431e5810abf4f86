"""An owner of many sessions is killed: everybody goes on, nothing is lost or doubled.

`make crowd` has 200 sessions of 5 clients, and prints how long they were away, and what it took of
the two servers that are left and of the clients themselves, who are one process.
"""

import asyncio
import os
import sys
from pathlib import Path
from time import process_time

import pytest

from benchmarks.cpu import Usage
from peerline.protocol.roles import Role
from tests.plans.judge import wrong_on_disk
from tests.reliability.clients import StrictClient, failures, settle, until
from tests.reliability.servers import ForkedServer

from .conftest import FAST, LEASE_SECONDS, Anywhere
from .several import SeveralServers, SharedSite

SESSIONS = int(os.environ.get("PEERLINE_CROWD_SESSIONS", "10"))
CLIENTS = int(os.environ.get("PEERLINE_CROWD_CLIENTS", "3"))
ROUNDS = 3
"""Messages of each client before the kill, and after."""
PATIENCE = 300.0
LIMITS = {
    **FAST,
    "PEERLINE_MESSAGES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_HANDSHAKES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_MAX_CONNECTIONS_PER_ADDRESS": "10000",
    # A thousand clients in one process are slow to answer, and slow to come back.
    "PEERLINE_PING_TIMEOUT_SECONDS": "300",
    "PEERLINE_LEAVE_GRACE_SECONDS": "60",
    "PEERLINE_TAKEOVER_GRACE_SECONDS": "120",
}


class Door:
    """The servers: all sessions are at the first, and at the others in turn when it is dead."""

    def __init__(self, servers: list[ForkedServer]) -> None:
        self._first, *self.others = servers
        self._is_alive = True

    def of(self, number: int) -> "DoorOfSession":
        """The way to a session: all of its clients come to one server, as behind a proxy."""
        return DoorOfSession(self, self.others[number % len(self.others)])

    def address(self, other: ForkedServer) -> str:
        return self._first.address if self._is_alive else other.address

    def kill(self) -> None:
        self._is_alive = False
        self._first.kill()


class DoorOfSession(Anywhere):
    def __init__(self, door: Door, other: ForkedServer) -> None:
        super().__init__([])
        self._door = door
        self._other = other

    @property
    def address(self) -> str:
        return self._door.address(self._other)


async def write(clients: list[StrictClient], count: int) -> None:
    """Each client writes, and does not wait for an answer."""
    for number in range(count):
        for client in clients:
            text = f"{client.user_id} {number}"
            await client.send("chat_message", content=text)


async def test_an_owner_of_many_sessions_is_killed_and_everybody_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    several = SeveralServers(tmp_path / "data", LIMITS, count=3)
    sites = [await SharedSite.create(tmp_path / "data", f"crowd{n}") for n in range(SESSIONS)]
    clients: list[StrictClient] = []
    try:
        for server in several.servers:
            await asyncio.to_thread(server.start)
        door = Door(several.servers)
        loop = asyncio.get_running_loop()
        for place, site in enumerate(sites):
            way = door.of(place)
            of_site = [
                StrictClient(site, way, f"{site.session_id}-{number}", Role.EDITOR)
                for number in range(CLIENTS)
            ]
            clients += of_site
            await until(
                lambda of_site=of_site: all(each.is_joined for each in of_site), "joined", PATIENCE
            )
        claimed_at = loop.time()
        await write(clients, ROUNDS)
        await settle(clients, PATIENCE)
        # A session that was claimed a moment ago is not taken over.
        await until(lambda: loop.time() > claimed_at + LEASE_SECONDS, "a lease has passed")
        # What is on its way when the owner dies is sent again.
        await write(clients, 1)
        killed_at, before = loop.time(), _cpu(door.others)
        await asyncio.to_thread(door.kill)
        await until(
            lambda: all(each.is_joined and each.joined_at > killed_at for each in clients),
            "everybody is back",
            PATIENCE,
        )
        took = [now - then for now, then in zip(_cpu(door.others), before, strict=True)]
        away = sorted(client.joined_at - killed_at for client in clients)
        await write(clients, ROUNDS)
        await settle(clients, PATIENCE)
        for site, of_site in zip(sites, _by(CLIENTS, clients), strict=True):
            rows = await site.rows()
            assert wrong_on_disk(rows) == []
            assert not [row for row in rows if row["data"]["type"] == "user_left"]
            places = {row["request"]: row["seq"] for row in rows if row["request"]}
            for client in of_site:
                assert len(client.acks) == 2 * ROUNDS + 1
                assert all(places[name] == seq for name, seq in client.acks.items())
            last = len(rows)
            await until(
                lambda of_site=of_site, last=last: all(
                    each.replica.seq == last for each in of_site
                ),
                "all have all",
                PATIENCE,
            )
            first, *others = of_site
            assert all(each.replica.state() == first.replica.state() for each in others)
        assert failures(clients) == []
        with capsys.disabled():
            sys.stdout.write(
                f" {len(sites)} sessions, {len(clients)} clients: away p50 "
                f"{away[len(away) // 2]:.2f} s, p99 {away[len(away) * 99 // 100]:.2f} s; CPU "
                f"of the servers {took[0]:.2f} and {took[1]:.2f} s, of the clients {took[2]:.2f} s "
            )
    finally:
        await asyncio.gather(*(client.close() for client in clients))
        await asyncio.to_thread(several.close)


def _cpu(servers: list[ForkedServer]) -> list[float]:
    """The CPU seconds of the servers, and last of this process."""
    return [*(Usage.of(server.pid).cpu for server in servers), process_time()]


def _by(count: int, clients: list[StrictClient]) -> list[list[StrictClient]]:
    return [clients[at : at + count] for at in range(0, len(clients), count)]
