"""The directory within one process, for a node without Redis and for tests."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from peerline_server.directory.base import NODE_SECONDS, SESSION_SECONDS, NodeEntry, SessionEntry


class MemoryDirectory:
    """Implements `peerline_server.directory.base.Directory`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: dict[str, tuple[SessionEntry, float]] = {}
        self._nodes: dict[str, tuple[NodeEntry, float]] = {}

    async def put(self, entries: Mapping[str, SessionEntry], node: NodeEntry | None = None) -> None:
        """Write entries of sessions, and of the node, for a while."""
        now = self._clock()
        known = await self.get_many(entries)
        for session_id, entry in entries.items():
            if session_id not in known or known[session_id].fence <= entry.fence:
                self._sessions[session_id] = (entry, now + SESSION_SECONDS)
        if node is not None:
            self._nodes[node.node_id] = (node, now + NODE_SECONDS)

    async def remove(self, fences: Mapping[str, int]) -> None:
        """Remove the entries of sessions, unless a newer owner has written them."""
        for session_id, fence in fences.items():
            found = self._sessions.get(session_id)
            if found is not None and found[0].fence <= fence:
                del self._sessions[session_id]

    async def get_many(self, session_ids: Iterable[str]) -> dict[str, SessionEntry]:
        """The entries of these sessions, of those that are in use."""
        now = self._clock()
        found = {each: self._sessions[each] for each in session_ids if each in self._sessions}
        return {each: entry for each, (entry, until) in found.items() if now < until}

    async def nodes(self) -> Sequence[NodeEntry]:
        """The nodes that live, in the order of their addresses."""
        now = self._clock()
        found = [node for node, until in self._nodes.values() if now < until]
        return sorted(found, key=lambda node: (node.address, node.node_id))

    async def close(self) -> None:
        """There is nothing to disconnect from."""
