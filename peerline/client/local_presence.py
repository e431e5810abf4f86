"""The client's own presence: only the latest is sent, and again after each join."""

import asyncio
from typing import Literal

from peerline.protocol.agents import AgentActivity, TellAgentUpdate
from peerline.protocol.messages import ClientMessage
from peerline.protocol.presence import CursorData, CursorUpdate, PresenceUpdate, ViewportData
from peerline.protocol.types import Status


class LocalPresence:
    """The latest cursor, viewport and status, and which of them the server has not seen."""

    def __init__(self) -> None:
        self._cursor: CursorData | None = None
        self._has_place = False
        """Whether it is known where the cursor is, in a file of the session or not."""
        self._viewport: ViewportData | None = None
        self._status: Status | None = None
        self._typing_in: Literal["chat"] | None = None
        self._activity: AgentActivity | None = None
        self._unsent: set[str] = set()
        self._wake = asyncio.Event()

    def set_cursor(self, cursor: CursorData | None) -> None:
        """Take the cursor's place; None is in no file of the session."""
        self._cursor, self._has_place = cursor, True
        if cursor is None or cursor.cell is not None:
            self._viewport = None
        self._changed("cursor")

    def set(
        self,
        status: Status | None,
        typing_in: Literal["chat"] | None,
        viewport: ViewportData | None,
    ) -> None:
        """Take the status, the viewport or both; None leaves what was there."""
        if status is not None:
            self._status, self._typing_in = status, typing_in
        if viewport is not None:
            self._viewport = viewport
        self._changed("presence")

    def set_activity(self, activity: AgentActivity) -> None:
        """Take what an agent does now."""
        self._activity = activity
        self._changed("activity")

    def send_again(self) -> None:
        """Have everything sent: the server may have forgotten it."""
        self._unsent = {"cursor", "presence", "activity"}
        self._wake.set()

    async def next_messages(self, session_id: str) -> list[ClientMessage]:
        """Wait for a change; the messages that tell the server."""
        await self._wake.wait()
        self._wake.clear()
        unsent, self._unsent = self._unsent, set()
        messages: list[ClientMessage] = []
        if "cursor" in unsent and self._has_place:
            messages.append(CursorUpdate(session_id=session_id, data=self._cursor))
        if "presence" in unsent and (self._status or self._viewport) is not None:
            messages.append(
                PresenceUpdate(
                    session_id=session_id,
                    status=self._status,
                    typing_in=self._typing_in,
                    viewport=self._viewport,
                )
            )
        if "activity" in unsent and self._activity is not None:
            messages.append(TellAgentUpdate(session_id=session_id, data=self._activity))
        return messages

    def _changed(self, part: str) -> None:
        self._unsent.add(part)
        self._wake.set()
