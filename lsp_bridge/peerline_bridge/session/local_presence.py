"""Sends the local user's cursor, visible lines and status while there is a session."""

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from peerline.client import Client
from peerline.protocol.editor.base import LineRange
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.presence import CursorData, SelectionData, ViewportData
from peerline.protocol.types import DocumentCursor, Status
from peerline_bridge.guard import Guard
from peerline_bridge.session.activity import Activity
from peerline_bridge.texts.cells import cell_cursor
from peerline_bridge.texts.locations import Locations

TYPING_REFRESH_SECONDS: Final = 5.0
"""Between two messages that the user is still typing: the server ends it 10 s after the last."""
_TIMER_MARGIN_SECONDS: Final = 0.01
"""The status is looked at again when it has certainly changed."""


class LocalPresence:
    """The local user as others see them.

    Args:
        client: the client of the current session; None if there is none.
        activity: decides on the status.
        on_unshared: called when the cursor is in a document that the others cannot see.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        locations: Locations,
        activity: Activity,
        guard: Guard,
        client: Callable[[], Client | None],
        on_unshared: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._loop = loop
        self._locations = locations
        self._activity = activity
        self._guard = guard
        self._client = client
        self._on_unshared = on_unshared
        self._status = Status.ACTIVE
        self._typing_in: Literal["chat"] | None = None
        self._status_sent = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._last_cursor: EditorCursor | None = None
        self.relative: Callable[[EditorCursor], DocumentCursor | None] = lambda _: None
        """Finds the place of a cursor in a shared document."""

    def on_cursor(self, cursor: EditorCursor) -> None:
        """The local cursor, selection or viewport changed."""
        self._activity.input(self._loop.time())
        self._last_cursor = cursor
        self._send_cursor(cursor)
        self._update_status()

    def on_close(self, uri: str) -> None:
        """A document was closed: the cursor is not in it any more."""
        document = None if self._last_cursor is None else self._last_cursor.textDocument
        if document is not None and document.uri == uri:
            self._last_cursor = EditorCursor()
            self._send_cursor(self._last_cursor)

    def settled(self, uri: str) -> None:
        """The text of a shared document is certain again: the cursor was told before it was."""
        document = None if self._last_cursor is None else self._last_cursor.textDocument
        if self._last_cursor is not None and document is not None and document.uri == uri:
            self._send_cursor(self._last_cursor)

    def on_viewport(self, uri: str, rows: LineRange) -> None:
        """Lines of a document are visible in which the cursor is not known."""
        client = self._client()
        if client is not None:
            self._send_viewport(client, uri, rows)

    def typed(self, *, in_chat: bool = False) -> None:
        """The user changed a file, or the message that they write for the chat."""
        self._activity.typed(self._loop.time(), in_chat=in_chat)
        self._update_status()

    def message_sent(self) -> None:
        """The message that the user was writing is sent."""
        self._activity.said()
        self._update_status()

    def set_status(self, status: Status) -> None:
        """The user chose a status."""
        self._activity.set(status, self._loop.time())
        self._update_status()

    def send_again(self) -> None:
        """Send the status and the last cursor to a session that has just been joined."""
        client = self._client()
        if client is not None:
            client.send_presence(status=self._status, typing_in=self._typing_in)
        if self._last_cursor is not None:
            self._send_cursor(self._last_cursor)

    def close(self) -> None:
        """The editor ends."""
        if self._timer is not None:
            self._timer.cancel()

    def _send_cursor(self, cursor: EditorCursor) -> None:
        client = self._client()
        if client is None:
            return
        uri = None if cursor.textDocument is None else cursor.textDocument.uri
        file = None if uri is None else self._locations.file_of(uri)
        if file is not None and cursor.cell is not None:
            client.send_cursor(cell_cursor(file, cursor.cell, cursor))
            return
        place = None if uri is None else self._locations.to_wire(uri, cursor.position)
        if uri is None or file is None or place is None:
            client.send_cursor(None)
            if uri is not None and file is None:
                self._on_unshared(uri)
            return
        selection = None
        if cursor.selection is not None and cursor.selection.start != cursor.selection.end:
            start = self._locations.to_wire(uri, cursor.selection.start) or place
            end = self._locations.to_wire(uri, cursor.selection.end) or place
            first, last = min(start, end), max(start, end)
            selection = SelectionData(
                start_line=first[0],
                start_column=first[1],
                end_line=last[0],
                end_column=last[1],
            )
        line, column = place
        at = self.relative(cursor)
        data = CursorData(file=file, line=line, column=column, selection=selection, at=at)
        client.send_cursor(data)
        if cursor.viewport is not None:
            self._send_viewport(client, uri, cursor.viewport)

    def _send_viewport(self, client: Client, uri: str, rows: LineRange) -> None:
        file, seen = self._locations.file_of(uri), self._locations.wire_rows(uri, rows)
        if file is not None and seen is not None:
            viewport = ViewportData(file=file, start_line=seen.start + 1, end_line=seen.end + 1)
            client.send_presence(viewport=viewport)

    def _update_status(self) -> None:
        now = self._loop.time()
        status, typing_in = self._activity.status(now), self._activity.typing_in(now)
        is_due = status is Status.TYPING and now - self._status_sent >= TYPING_REFRESH_SECONDS
        if (status, typing_in) != (self._status, self._typing_in) or is_due:
            self._status, self._typing_in, self._status_sent = status, typing_in, now
            client = self._client()
            if client is not None:
                client.send_presence(status=status, typing_in=typing_in)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wait = self._activity.next_change(now)
        if wait is not None:
            self._timer = self._loop.call_later(
                wait + _TIMER_MARGIN_SECONDS, self._guard.wrap("the status", self._update_status)
            )
