"""Writes this node and its sessions into the directory, and finds nodes that are better off."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from peerline.tasks import Tasks
from peerline_server.directory.base import (
    Directory,
    DirectoryError,
    NodeEntry,
    SessionEntry,
)
from peerline_server.directory.plan import Plan

WRITE_SECONDS: Final = 1.0


class DirectoryWriter:
    """Writes once a second what has changed. What fails is due again a second later."""

    def __init__(
        self,
        directory: Directory,
        sessions: Callable[[], Mapping[str, SessionEntry]],
        node: Callable[[int], NodeEntry],
        on_others_better: Callable[[], None],
    ) -> None:
        """`node` gives the entry of this node, which has a number of sessions.

        `on_others_better` is called after each look by which this node does not reach its database
        while another one does.
        """
        self._directory = directory
        self._sessions = sessions
        self._node = node
        self._on_others_better = on_others_better
        self._plan = Plan()
        self._tasks = Tasks()

    def start(self) -> None:
        """Begin to write."""
        self._tasks.keep(self._write_on, "write the directory")

    async def stop(self) -> None:
        """Take the sessions out, then disconnect."""
        await self._tasks.close()
        with suppress(DirectoryError):  # they expire
            await self._directory.remove(self._plan.gone({}))
        await self._directory.close()

    async def write(self, now: float) -> None:
        """Write what is due.

        Raises:
            DirectoryError: if that does not work.
        """
        entries = self._sessions()
        due, gone = self._plan.due(entries, now), self._plan.gone(entries)
        node = self._node(len(entries))
        await self._directory.put(due, node)
        self._plan.put(due, now)
        if gone:
            await self._directory.remove(gone)
            self._plan.removed(gone)
        if not node.has_database and any(
            each.has_database for each in await self._directory.nodes()
        ):
            self._on_others_better()

    async def _write_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            with suppress(DirectoryError):  # it was logged
                await self.write(loop.time())
            await asyncio.sleep(WRITE_SECONDS)
