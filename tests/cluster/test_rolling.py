"""All servers are restarted one after the other behind nginx, as for an update, while people write.

`make crowd` does it with 200 sessions, and prints how long a server hands them over, and for how
long their people are away.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from peerline.protocol.roles import Role
from tests.plans.judge import durable_state, wrong_on_disk
from tests.reliability.clients import until
from tests.reliability.servers import ForkedServer
from tests.servers.nginx import NO_LIMITS

from .conftest import FAST
from .several import SeveralServers, SharedSite
from .writing import Writer

SESSIONS = int(os.environ.get("PEERLINE_ROLLING_SESSIONS", "6"))
DRAIN_SECONDS = float(os.environ.get("PEERLINE_ROLLING_DRAIN_SECONDS", "0.5"))
WRITERS = int(os.environ.get("PEERLINE_ROLLING_WRITERS", "2"))
"""In each session."""
PATIENCE = 300.0
LIMITS = {
    **FAST,
    "PEERLINE_MESSAGES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_HANDSHAKES_PER_MINUTE_PER_ADDRESS": "1000000",
    "PEERLINE_MAX_CONNECTIONS_PER_ADDRESS": "10000",
    "PEERLINE_DRAIN_SECONDS": str(DRAIN_SECONDS),
    "PEERLINE_TAKEOVER_GRACE_SECONDS": "60",
}


async def restart(server: ForkedServer) -> float:
    """Restart a server; the seconds until it had handed over everything."""
    began = time.monotonic()
    assert await asyncio.to_thread(server.stop) == 0
    took = time.monotonic() - began
    await asyncio.to_thread(server.start)
    return took


@pytest.mark.timeout(330)
async def test_all_servers_are_restarted_in_turn_and_nobody_notices_more_than_a_moment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = NO_LIMITS if SESSIONS > 100 else None
    several = SeveralServers(tmp_path / "data", LIMITS, count=3, nginx_changes=changes)
    sites = [await SharedSite.create(tmp_path / "data", f"rolling{n}") for n in range(SESSIONS)]
    writers: list[Writer] = []
    try:
        await asyncio.to_thread(several.start)
        for site in sites:
            writers += [
                Writer(
                    site.link(several.address),
                    site.credentials(f"{site.session_id}-{number}", Role.EDITOR),
                )
                for number in range(WRITERS)
            ]
            for writer in writers[-WRITERS:]:
                writer.client.start()
        await until(lambda: all(writer.joined for writer in writers), "joined", PATIENCE)
        is_over = asyncio.Event()
        writing = [asyncio.create_task(writer.write_until(is_over)) for writer in writers]
        took: list[float] = []
        for server in several.servers:
            known = {writer: len(writer.acknowledged) for writer in writers}
            await until(
                lambda known=known: all(len(w.acknowledged) > known[w] for w in writers),
                "all write",
                PATIENCE,
            )
            took.append(await restart(server))
        is_over.set()
        await asyncio.gather(*writing)
        assert [shown for writer in writers for shown in writer.shown()] == []
        away = sorted(seconds for writer in writers for seconds in writer.away)
        assert {writer for writer in writers if writer.joined > 1}, "sessions were handed over"
        for site in sites:
            of_site = [writer for writer in writers if writer.session == site.session_id]
            rows = await site.rows()
            assert wrong_on_disk(rows) == []
            assert not [row for row in rows if row["data"]["type"] == "user_left"]
            said = [
                (row["user"], row["data"]["message"]["content"])
                for row in rows
                if row["data"]["type"] == "chat_message"
            ]
            wanted = [
                (f"{site.session_id}-{number}", content)
                for number, writer in enumerate(of_site)
                for content in writer.acknowledged
            ]
            assert sorted(said) == sorted(wanted)
            last = len(rows)
            await until(
                lambda of_site=of_site, last=last: all(
                    writer.client.replica.seq == last for writer in of_site
                ),
                "all have all",
                PATIENCE,
            )
            first, *others = (durable_state(writer.client.replica) for writer in of_site)
            assert others == [first] * len(others)
        with capsys.disabled():
            handed = ", ".join(f"{seconds:.1f}" for seconds in took)
            sys.stdout.write(
                f" {len(sites)} sessions, {len(writers)} clients: handed over in {handed} s; "
                f"{len(away)} times away, p50 {away[len(away) // 2]:.2f} s, p99 "
                f"{away[len(away) * 99 // 100]:.2f} s "
            )
    finally:
        await asyncio.gather(*(writer.client.close() for writer in writers))
        await asyncio.to_thread(several.close)
