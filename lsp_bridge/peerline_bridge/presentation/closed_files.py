"""The comment threads of files that are not open, for editors that list all threads."""

import asyncio
from collections.abc import Callable, Sequence

from peerline.protocol.comments import Comment
from peerline.protocol.editor.comments import EditorComments, EditorThread
from peerline_bridge.anchors.anchor import anchor_of
from peerline_bridge.anchors.locate import Place, as_written, locate
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.guard import Guard
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations

ThreadsOf = Callable[[str], Sequence[Comment]]
Show = Callable[[Comment, Place | None], EditorThread]


class ClosedFiles:
    """Shows one file per turn of the loop: each is read from the disk."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        locations: Locations,
        threads_of: ThreadsOf,
        show: Show,
        guard: Guard,
    ) -> None:
        """`threads_of` gives the threads of a path of this workspace, `show` what is shown."""
        self._loop = loop
        self._guard = guard
        self._surface = surface
        self._locations = locations
        self._threads_of = threads_of
        self._show = show
        self._waiting: dict[str, None] = {}
        self._uris: dict[str, str] = {}
        """Under which URI a path's threads are shown."""
        self._turn: asyncio.Handle | None = None

    def request(self, path: str) -> None:
        """Have a file's threads shown soon."""
        self._waiting[path] = None
        if self._turn is None:
            self._turn = self._loop.call_soon(self._next)

    def request_all(self) -> None:
        """The same for all files whose threads are shown: they may have gone from there."""
        for path in self._uris:
            self.request(path)

    def opened(self, path: str, uri: str) -> None:
        """The file is open now and shown as a document, perhaps by another URI."""
        self._waiting.pop(path, None)
        before = self._uris.pop(path, uri)
        if before != uri:
            self._surface.show_comments(EditorComments(uri=before, threads=[]))

    def clear(self) -> None:
        """Show no threads any more."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        self._waiting.clear()
        for uri in self._uris.values():
            self._surface.show_comments(EditorComments(uri=uri, threads=[]))
        self._uris.clear()

    def _next(self) -> None:
        self._turn = None
        path = next(iter(self._waiting), None)
        if path is None:
            return
        del self._waiting[path]
        self._guard.run("showing the comments of a closed file", self._show_file, path)
        if self._waiting:
            self._turn = self._loop.call_soon(self._next)

    def _show_file(self, path: str) -> None:
        if self._locations.open_document(path) is not None:
            return
        location = self._locations.workspace.locate(path)
        before = self._uris.get(path)
        if before is not None and (location is None or before != location.as_uri()):
            del self._uris[path]
            self._surface.show_comments(EditorComments(uri=before, threads=[]))
        if location is None:
            return
        threads = self._threads_of(path)
        if not threads and path not in self._uris:
            return
        uri = location.as_uri()
        # A file that is not here has no lines: its threads are outdated, and listed as such.
        lines = self._locations.lines_of(path)
        index = None if lines is None else TextIndex(lines)
        is_unread = index is None and self._locations.is_unread(path)
        shown: list[EditorThread] = []
        for thread in threads:
            anchor = anchor_of(thread)
            place = as_written(anchor) if is_unread else None
            shown.append(self._show(thread, locate(anchor, index) if index is not None else place))
        self._surface.show_comments(EditorComments(uri=uri, threads=shown))
        if threads:
            self._uris[path] = uri
        else:
            del self._uris[path]
