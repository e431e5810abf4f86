"""Presence ends: who is dead disappears, and no status sticks."""

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from peerline.protocol.roles import Role

from .clients import until
from .conftest import Scene, SetScene
from .servers import SESSION

PEER = """
import asyncio, sys
from peerline.client import Client, Credentials, Timing
from peerline.protocol.links import SessionLink
from peerline.protocol.types import Status

async def main(address, session, token, invite):
    timing = Timing(backoff_base=0.05, backoff_cap=0.2)
    client = Client(
        SessionLink(address, session), Credentials(auth_token=token, invite=invite), timing=timing
    )
    client.start()
    client.send_presence(status=Status.TYPING)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@contextmanager
def peer(scene: Scene, user_id: str) -> Generator[subprocess.Popen[bytes]]:
    """A process that is in the session, typing, until it is ended."""
    credentials = scene.site.credentials(user_id, Role.EDITOR)
    arguments = [SESSION, str(credentials.auth_token), str(credentials.invite)]
    process = subprocess.Popen([sys.executable, "-c", PEER, scene.server.address, *arguments])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_stopped_peer_disappears_and_comes_back_when_it_runs_again(
    set_scene: SetScene,
) -> None:
    """SIGSTOP: the socket stays open, and nothing ever comes from it."""
    scene = await set_scene(
        PEERLINE_PING_INTERVAL_SECONDS="0.5",
        PEERLINE_PING_TIMEOUT_SECONDS="0.5",
        PEERLINE_LEAVE_GRACE_SECONDS="0.2",
    )
    watcher = scene.join("watcher")
    with peer(scene, "bob") as process:
        await until(lambda: "bob" in watcher.replica.participants, "bob is here")
        process.send_signal(signal.SIGSTOP)
        await until(lambda: "bob" not in watcher.replica.participants, "bob has gone")
        fresh = scene.join("fresh")
        await until(lambda: fresh.is_joined, "joined")
        assert "bob" not in fresh.replica.participants
        process.send_signal(signal.SIGCONT)
        await until(lambda: "bob" in watcher.replica.participants, "bob is back")
    await until(lambda: "bob" not in watcher.replica.participants, "bob has gone for good")


async def test_the_typing_of_a_peer_that_hangs_ends_long_before_the_heartbeat_does(
    set_scene: SetScene,
) -> None:
    scene = await set_scene(PEERLINE_TYPING_SECONDS="1")
    watcher = scene.join("watcher")

    def status() -> str | None:
        person = watcher.replica.participants.get("bob")
        return None if person is None else person.presence.status.value

    with peer(scene, "bob") as process:
        await until(lambda: status() == "typing", "bob types")
        process.send_signal(signal.SIGSTOP)
        await until(lambda: status() == "active", "bob types no more", within=15)
        fresh = scene.join("fresh")
        await until(lambda: fresh.is_joined, "joined")
        assert fresh.replica.participants["bob"].presence.status.value == "active"


async def test_nobody_is_left_over_from_before_a_kill(set_scene: SetScene) -> None:
    """A participant of before the kill that does not come back is shown as gone."""
    scene = await set_scene(PEERLINE_LEAVE_GRACE_SECONDS="0.5")
    watcher = scene.join("watcher")
    with peer(scene, "bob"):
        await until(lambda: "bob" in watcher.replica.participants, "bob is here")
        scene.server.kill()
    scene.server.start()
    await until(
        lambda: watcher.is_joined and list(watcher.replica.participants) == ["watcher"],
        "bob has gone",
    )
