"""The guide of the demo: joins the sample session as a participant and keeps it alive."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from peerline.client import Change, Client, ClientError, Credentials, Joined, Reset
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage
from peerline.protocol.presence import CursorData, SelectionData, ViewportData
from peerline.protocol.session import SessionChanges, UpdateSession
from peerline.protocol.types import Status
from peerline.tasks import Tasks

FILE: Final = "src/cart.py"
COMMENTED_LINE: Final = "        total = 0"
STEP_SECONDS: Final = 0.7
_VIEWPORT_LINES: Final = 20

_log = logging.getLogger("peerline.guide")


class Guide:
    """Walks through a file, comments a line, and greets each user who joins."""

    def __init__(self, link: SessionLink, token: str, workspace: Path) -> None:
        self._session_id = link.session_id
        self._lines = (workspace / FILE).read_text(encoding="utf-8").splitlines()
        self._greeted: set[str] = set()
        self._tasks = Tasks()
        self._client = Client(link, Credentials(auth_token=token), on_changes=self._on_changes)

    async def run(self) -> None:
        """Guide until cancelled, then leave."""
        self._client.start()
        try:
            await self._prepare()
            while True:
                await self._walk()
        finally:
            await self._tasks.close()
            await self._client.leave()

    async def _prepare(self) -> None:
        await self._send(
            SendChatMessage(
                session_id=self._session_id,
                content="Welcome! Watch my cursor in src/cart.py, or comment a line yourself.",
            )
        )
        if not self._client.replica.threads:
            row = self._lines.index(COMMENTED_LINE)
            await self._send(
                AddComment(
                    session_id=self._session_id,
                    data=CommentData(
                        file=FILE,
                        line=row + 1,
                        content="total() says float, but of an empty cart it is an int. What now?",
                        code_snippet=self._lines[row],
                        context_before=self._lines[max(0, row - 3) : row],
                        context_after=self._lines[row + 1 : row + 4],
                    ),
                )
            )
        changes = SessionChanges(status="active", token_count=1_200, health_score=97.0)
        await self._send(UpdateSession(session_id=self._session_id, changes=changes))

    async def _walk(self) -> None:
        """Once through the file, with a look at each line that says something."""
        for row, line in enumerate(self._lines):
            if not line.strip():
                continue
            start = len(line) - len(line.lstrip())
            is_function = line.lstrip().startswith("def ")
            end = len(line.rstrip())
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
            first = max(0, min(row - _VIEWPORT_LINES // 2, len(self._lines) - _VIEWPORT_LINES))
            last = min(first + _VIEWPORT_LINES, len(self._lines))
            self._client.send_presence(
                status=Status.ACTIVE,
                viewport=ViewportData(file=FILE, start_line=first + 1, end_line=last),
            )
            await asyncio.sleep(STEP_SECONDS * (2 if is_function else 1))

    def _on_changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, Reset):
                # Users who are here at a restart were greeted before.
                self._greeted.update(self._client.replica.participants)
            elif isinstance(change, Joined) and change.participant.id not in self._greeted:
                self._greeted.add(change.participant.id)
                self._tasks.spawn(self._greet(change.participant.username), "greet")

    async def _greet(self, name: str) -> None:
        content = f"Hello {name}! In Neovim try :Peerline chat, or :Peerline follow guide."
        await self._send(SendChatMessage(session_id=self._session_id, content=content))

    async def _send(self, message: ClientMessage) -> None:
        try:
            await self._client.request(message)
        except ClientError as error:
            _log.warning("the guide could not send: %s", error)
