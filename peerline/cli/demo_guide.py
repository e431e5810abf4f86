"""The guide of the demo: joins the sample session as a participant, and shares a file in it."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from peerline.client import (
    Change,
    Client,
    ClientError,
    Credentials,
    Joined,
    OpenedDocument,
    Reset,
)
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage
from peerline.protocol.participants import Participant
from peerline.protocol.presence import CursorData, SelectionData, ViewportData
from peerline.protocol.session import SessionChanges, UpdateSession
from peerline.protocol.types import Status
from peerline.tasks import Tasks

FILE: Final = "src/cart.py"
COMMENTED_TEXT: Final = "total = 0"
STEP_SECONDS: Final = 0.7
_VIEWPORT_LINES: Final = 20

_log = logging.getLogger("peerline.guide")


class Guide:
    """Shares a file and walks through it, comments a line, and greets each user who joins."""

    def __init__(self, link: SessionLink, token: str, workspace: Path) -> None:
        self._session_id = link.session_id
        self._text = (workspace / FILE).read_text(encoding="utf-8")
        self._greeted: set[str] = set()
        self._tasks = Tasks()
        self._client = Client(link, Credentials(auth_token=token), on_changes=self._on_changes)

    async def run(self) -> None:
        """Guide until cancelled, then leave."""
        self._client.start()
        try:
            document = await self._share()
            await self._prepare(document)
            while True:
                await self._walk(document)
        finally:
            await self._tasks.close()
            await self._client.leave()

    async def _share(self) -> OpenedDocument:
        """Share the file, so that also users without a copy of it can open it."""
        shared = await self._client.documents.share(FILE, self._text)
        document = self._client.documents.open(shared.id)
        await document.ready()
        return document

    async def _prepare(self, document: OpenedDocument) -> None:
        await self._send(
            SendChatMessage(
                session_id=self._session_id,
                content="Welcome! src/cart.py is shared: open it to see my cursor, write in it, or "
                "comment on a line.",
            )
        )
        # The line may be gone: the sample is a copy that is kept, with what users wrote in it.
        start = f"{document.text}\n".find(f"{COMMENTED_TEXT}\n")
        if start >= 0:
            anchor = self._client.documents.anchor(document.id, start, start + len(COMMENTED_TEXT))
            content = "total() says float, but of an empty cart it is an int. What now?"
            data = CommentData(**dict(anchor), content=content)
            await self._send(AddComment(session_id=self._session_id, data=data))
        # No tokens and no health: those are of AI agents, and there is none.
        changes = SessionChanges(status="active")
        await self._send(UpdateSession(session_id=self._session_id, changes=changes))

    async def _walk(self, document: OpenedDocument) -> None:
        """Once through the file as it is now, with a look at each line that says something."""
        row = 0
        while row < len(lines := document.text.splitlines()):
            if lines[row].strip():
                self._look(lines, row)
                is_function = lines[row].lstrip().startswith("def ")
                await asyncio.sleep(STEP_SECONDS * (2 if is_function else 1))
            row += 1
        # Also an empty file takes a while.
        await asyncio.sleep(STEP_SECONDS)

    def _look(self, lines: list[str], row: int) -> None:
        line = lines[row]
        start = len(line) - len(line.lstrip())
        end = len(line.rstrip())
        is_function = line.lstrip().startswith("def ")
        selection = (
            SelectionData(
                start_line=row + 1,
                start_column=start + 1,
                end_line=row + 1,
                end_column=end + 1,
            )
            if is_function
            else None
        )
        column = (end if is_function else start) + 1
        self._client.send_cursor(
            CursorData(file=FILE, line=row + 1, column=column, selection=selection)
        )
        first = max(0, min(row - _VIEWPORT_LINES // 2, len(lines) - _VIEWPORT_LINES))
        last = min(first + _VIEWPORT_LINES, len(lines))
        self._client.send_presence(
            status=Status.ACTIVE,
            viewport=ViewportData(file=FILE, start_line=first + 1, end_line=last),
        )

    def _on_changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, Reset):
                # Users who are here at a restart were greeted before.
                self._greeted.update(self._client.replica.participants)
            elif isinstance(change, Joined) and self._is_new(change.participant):
                self._greeted.add(change.participant.id)
                self._tasks.spawn(self._greet(change.participant.username), "greet")

    def _is_new(self, participant: Participant) -> bool:
        """Whether this is a person who was not greeted; AI agents are here to work."""
        return not participant.is_agent and participant.id not in self._greeted

    async def _greet(self, name: str) -> None:
        content = (
            f"Hello {name}! Write here, or open src/cart.py:1. "
            "To follow me, press the eye beside my name; in Neovim :Peerline follow guide."
        )
        await self._send(SendChatMessage(session_id=self._session_id, content=content))

    async def _send(self, message: ClientMessage) -> None:
        try:
            await self._client.request(message)
        except ClientError as error:
            _log.warning("the guide could not send: %s", error)
