"""Sends the local user's cursor, visible lines and status while there is a session."""

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from peerline.client import Client
from peerline.protocol.editor.base import LineRange
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.presence import CursorData, SelectionData, ViewportData
from peerline.protocol.types import Status
from peerline_bridge.guard import Guard
from peerline_bridge.session.activity import Activity
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.positions import to_wire

TYPING_REFRESH_SECONDS: Final = 5.0
"""Between two messages that the user is still typing: the server ends it 10 s after the last."""
_TIMER_MARGIN_SECONDS: Final = 0.01
"""The status is looked at again when it has certainly changed."""


class LocalPresence:
    """The local user as others see them.

    Args:
        client: the client of the current session; None if there is none.
        activity: decides on the status.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        locations: Locations,
        activity: Activity,
        guard: Guard,
        client: Callable[[], Client | None],
    ) -> None:
        self._loop = loop
        self._locations = locations
        self._activity = activity
        self._guard = guard
        self._client = client
        self._status = Status.ACTIVE
        self._typing_in: Literal["chat"] | None = None
        self._status_sent = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._last_cursor: EditorCursor | None = None

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

    def on_viewport(self, uri: str, rows: LineRange) -> None:
        """Lines of a document are visible in which the cursor is not known."""
        file, lines = self._locations.file_of(uri), self._locations.lines_of_uri(uri)
        client = self._client()
        if client is not None and file is not None and lines is not None:
            _send_viewport(client, file, rows, len(lines))

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
        document = cursor.textDocument
        file = None if document is None else self._locations.file_of(document.uri)
        lines = None if document is None else self._locations.lines_of_uri(document.uri)
        if file is None or lines is None:
            client.send_cursor(None)
            return
        encoding = self._locations.encoding
        line, column = to_wire(lines, cursor.position, encoding)
        selection = None
        if cursor.selection is not None and cursor.selection.start != cursor.selection.end:
            start = to_wire(lines, cursor.selection.start, encoding)
            end = to_wire(lines, cursor.selection.end, encoding)
            first, last = min(start, end), max(start, end)
            selection = SelectionData(
                start_line=first[0],
                start_column=first[1],
                end_line=last[0],
                end_column=last[1],
            )
        client.send_cursor(CursorData(file=file, line=line, column=column, selection=selection))
        if cursor.viewport is not None:
            _send_viewport(client, file, cursor.viewport, len(lines))

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


def _send_viewport(client: Client, file: str, rows: LineRange, line_count: int) -> None:
    start = min(rows.start, line_count - 1)
    end = max(start, min(rows.end, line_count - 1))
    client.send_presence(viewport=ViewportData(file=file, start_line=start + 1, end_line=end + 1))
