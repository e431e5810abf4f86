"""The comment threads of files that are not open, for editors that list all threads."""

import asyncio
from collections.abc import Callable, Iterable

from lsp_bridge.anchors import anchor_of, locate
from lsp_bridge.places import Places
from lsp_bridge.surfaces.base import Surface
from peerline.protocol.editor import EditorComments, EditorThread
from peerline.protocol.payloads import Comment

ThreadsOf = Callable[[str], Iterable[Comment]]
Show = Callable[[Comment, int | None], EditorThread]


class ClosedFiles:
    """Shows one file per turn of the loop: each is read from the disk."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        places: Places,
        threads_of: ThreadsOf,
        show: Show,
    ) -> None:
        self._loop = loop
        self._surface = surface
        self._places = places
        self._threads_of = threads_of
        self._show = show
        self._waiting: dict[str, None] = {}
        self._uris: dict[str, str] = {}
        """Under which URI a file's threads are shown."""
        self._turn: asyncio.Handle | None = None

    def request(self, file: str) -> None:
        """Have a file's threads shown soon."""
        self._waiting[file] = None
        if self._turn is None:
            self._turn = self._loop.call_soon(self._next)

    def opened(self, file: str, uri: str) -> None:
        """The file is open now and shown as a document, perhaps by another URI."""
        self._waiting.pop(file, None)
        if self._uris.pop(file, uri) != uri:
            self._surface.show_comments(EditorComments(uri=uri, threads=[]))

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
        file = next(iter(self._waiting), None)
        if file is None:
            return
        del self._waiting[file]
        self._show_file(file)
        if self._waiting:
            self._turn = self._loop.call_soon(self._next)

    def _show_file(self, file: str) -> None:
        path = self._places.workspace.locate(file)
        if path is None or self._places.open_document(file) is not None:
            return
        threads = list(self._threads_of(file))
        if not threads and file not in self._uris:
            return
        uri = path.as_uri()
        # A file that is not here has no lines: its threads are outdated, and listed as such.
        lines = self._places.lines_of(file)
        rows = [None if lines is None else locate(anchor_of(thread), lines) for thread in threads]
        shown = [self._show(thread, row) for thread, row in zip(threads, rows, strict=True)]
        self._surface.show_comments(EditorComments(uri=uri, threads=shown))
        if threads:
            self._uris[file] = uri
        else:
            del self._uris[file]
