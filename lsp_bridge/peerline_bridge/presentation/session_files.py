"""Finds the session's files in this workspace: by path, by renames, or by what was commented."""

import asyncio
from collections.abc import Callable, Collection
from threading import Event
from typing import Final

from peerline.protocol.comments import Comment
from peerline.tasks import Tasks
from peerline_bridge.anchors.anchor import anchor_of
from peerline_bridge.anchors.file_search import find_renamed
from peerline_bridge.anchors.renames import Renames
from peerline_bridge.guard import Guard
from peerline_bridge.texts.locations import Locations

SEARCH_SECONDS: Final = 5.0
"""Between two searches of the workspace for files that have gone."""


class SessionFiles:
    """The paths of the session's files in this workspace.

    Args:
        threads: returns the open threads of the session, by whose anchors files are found.
        on_found: called when a search has found files under other paths.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        locations: Locations,
        guard: Guard,
        *,
        threads: Callable[[], Collection[Comment]],
        on_found: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._locations = locations
        self._guard = guard
        self._threads = threads
        self._on_found = on_found
        self._tasks = Tasks()
        self._renames = Renames(lambda file: locations.uri_of(file) is not None)
        self._paths: dict[str, str | None] = {}
        """As far as they were asked for."""
        self._search: asyncio.Task[None] | None = None
        self._next_search = 0.0
        self._stop_search = Event()

    def path_of(self, file: str) -> str | None:
        """The path of a session's file in this workspace; None if it is not here."""
        if file not in self._paths:
            # A path that this disk cannot have is a file that is not here.
            here = self._guard.run("finding a file", self._renames.here, file)
            # The session may spell it otherwise than this editor does.
            self._paths[file] = None if here is None else self._locations.canonical(here)
        return self._paths[file]

    def renamed(self, old: str, new: str) -> None:
        """A file or a folder was renamed, here or by a peer."""
        self._renames.record(old, new)

    def look_again(self) -> None:
        """Files may be under other paths than before."""
        self._paths.clear()

    def search(self) -> None:
        """Look through the workspace for files that are not under their paths, now and then."""
        if self._search is not None and not self._search.done():
            return
        gone = self._gone()
        if gone:
            self._search = self._tasks.spawn(self._find(gone), "looking for renamed files")

    def end(self) -> None:
        """Forget everything: another session has other files."""
        self._paths.clear()
        self._renames.clear()
        if self._search is not None:
            self._search.cancel()
            self._stop_search.set()

    def _gone(self) -> dict[str, list[Comment]]:
        gone: dict[str, list[Comment]] = {}
        for thread in self._threads():
            if self.path_of(thread.file) is None:
                gone.setdefault(thread.file, []).append(thread)
        return gone

    async def _find(self, gone: dict[str, list[Comment]]) -> None:
        await asyncio.sleep(max(0.0, self._next_search - self._loop.time()))
        self._next_search = self._loop.time() + SEARCH_SECONDS
        anchors = {
            file: [anchor_of(thread) for thread in threads] for file, threads in gone.items()
        }
        known = frozenset(thread.file for thread in self._threads())
        workspace = self._locations.workspace
        self._stop_search = stop = Event()
        found = await asyncio.to_thread(find_renamed, workspace, anchors, known=known, stop=stop)
        if found:
            self._renames.record_found(found)
            self._paths.clear()
            self._on_found()
