"""The doorbell within one process: all who have the same one hear each other."""

import asyncio

from peerline_server.bus.base import EVERYBODY, OnRing


class MemoryBell:
    """Implements `peerline_server.bus.base.Bell`; a node alone needs no other."""

    def __init__(self) -> None:
        self._nodes: list[tuple[str, OnRing]] = []

    def subscribe(self, node_id: str, on_ring: OnRing) -> None:
        """Have `on_ring` called when this node or everybody is rung."""
        self._nodes.append((node_id, on_ring))

    def ring(self, node_id: str) -> None:
        """Ring at a node soon: never in the middle of what the caller does."""
        loop = asyncio.get_running_loop()
        for known, on_ring in self._nodes:
            if node_id in {known, EVERYBODY}:
                loop.call_soon(on_ring)

    async def start(self) -> None:
        """There is nothing to connect to."""

    async def stop(self) -> None:
        """Hear nothing more."""
        self._nodes.clear()
