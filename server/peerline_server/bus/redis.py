"""The doorbell over Redis: pub/sub on one channel, which loses what nobody listens to.

A subscription that is half open looks healthy, so it is pinged, and the answer has a deadline.
After each connection this node rings at itself: it may have missed something before.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any, Final

from peerline.tasks import Tasks
from peerline_server.bus.base import EVERYBODY, OnRing
from peerline_server.redis_link import ERRORS, RedisLink, close

CHANNEL: Final = "bell"
PING_SECONDS: Final = 5.0
"""Between a pong and the next ping, and until the pong must be there."""
FIRST_DELAY_SECONDS: Final = 0.1
LONGEST_DELAY_SECONDS: Final = 10.0
MAX_WAITING: Final = 1_000
"""Nodes to ring at while Redis is slow; what is beyond is found in the mailboxes."""


def delay(attempt: int, chance: float) -> float:
    """Before connecting again: growing, and not that of all others; `chance` is from 0 to 1."""
    longest = min(FIRST_DELAY_SECONDS * 2 ** min(attempt, 32), LONGEST_DELAY_SECONDS)
    return longest * (0.5 + chance / 2)


async def ring_once(link: RedisLink, node_id: str) -> None:
    """Ring at a node, or at everybody, from a process that hears nothing.

    A ring that gets lost costs a second, as every other.
    """
    client = link.client()
    try:
        await client.publish(link.key(CHANNEL), node_id)
    except ERRORS as error:
        link.failed(error)
    finally:
        await close(client)


class RedisBell:
    """Implements `peerline_server.bus.base.Bell` for nodes that share a Redis."""

    def __init__(
        self,
        link: RedisLink,
        *,
        ping_seconds: float = PING_SECONDS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._link = link
        self._ping_seconds = ping_seconds
        self._is_heard = False
        self._chance = chance
        self._channel = link.key(CHANNEL)
        self._nodes: list[tuple[str, OnRing]] = []
        self._to_ring: set[str] = set()
        self._wake = asyncio.Event()
        self._tasks = Tasks()

    def subscribe(self, node_id: str, on_ring: OnRing) -> None:
        """Have `on_ring` called when this node or everybody is rung, and when rings may be lost."""
        self._nodes.append((node_id, on_ring))

    def ring(self, node_id: str) -> None:
        """Ring at a node, or at everybody: with the next message to Redis."""
        if len(self._to_ring) < MAX_WAITING:
            self._to_ring.add(node_id)
            self._wake.set()

    async def start(self) -> None:
        """Begin to listen, as soon as Redis answers."""
        self._tasks.keep(self._listen, "listen to the doorbell")
        self._tasks.keep(self._send, "ring the doorbell")

    async def stop(self) -> None:
        """Hear nothing more."""
        await self._tasks.close()

    async def _send(self) -> None:
        client = self._link.client()
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                nodes, self._to_ring = self._to_ring, set()
                try:
                    await client.publish(self._channel, " ".join(sorted(nodes)))
                except ERRORS as error:
                    self._link.failed(error)
                else:
                    self._link.worked()
        finally:
            await close(client)

    async def _listen(self) -> None:
        attempt = 0
        while True:
            client: Any = None
            try:
                client = self._link.client()
                async with client.pubsub() as subscription:
                    await subscription.subscribe(self._channel)
                    await self._follow(subscription)
            except ERRORS as error:
                self._link.failed(error)
            finally:
                if client is not None:
                    await close(client)
            attempt = 0 if self._is_heard else attempt + 1
            self._is_heard = False
            await asyncio.sleep(delay(attempt, self._chance()))

    async def _follow(self, subscription: Any) -> None:  # noqa: ANN401 - of redis-py
        """Hear what comes until the connection is lost, which raises."""
        now = asyncio.get_running_loop().time
        is_asked = False
        deadline = now()
        while True:
            message = await subscription.get_message(timeout=max(deadline - now(), 0.001))
            match message:
                case {"type": "message", "data": bytes(data)}:
                    self._heard(data.decode(errors="replace"))
                case {"type": "pong"}:
                    is_asked, deadline = False, now() + self._ping_seconds
                    self._link.worked()
                    if not self._is_heard:
                        self._is_heard = True
                        # Whatever was rung before is lost.
                        self._heard(EVERYBODY)
                case _ if now() < deadline:
                    pass  # the subscription is confirmed
                case _ if is_asked:
                    raise TimeoutError("no pong")
                case _:
                    await subscription.ping()
                    is_asked, deadline = True, now() + self._ping_seconds

    def _heard(self, nodes: str) -> None:
        rung = set(nodes.split(" "))
        for node_id, on_ring in self._nodes:
            if node_id in rung or EVERYBODY in rung:
                on_ring()
