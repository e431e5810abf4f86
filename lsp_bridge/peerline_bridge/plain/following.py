"""Following without a plugin: the client is asked to show the place, or told why it cannot be."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from lsprotocol import types

from peerline.protocol.editor.base import Position
from peerline.protocol.editor.participants import EditorFollow
from peerline_bridge.plain.refresher import Refresher
from peerline_bridge.plain.requests import ClientRequests

FOLLOW_SECONDS: Final = 0.3
"""Between two requests to show a place."""
_REMEMBERED: Final = 8


class Following:
    """Shows the latest place, and notices when the user has gone somewhere else."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        requests: ClientRequests,
        cursor: Callable[[], tuple[str, Position] | None],
    ) -> None:
        self._requests = requests
        self._cursor = cursor
        self._refresher = Refresher(loop, self._show, FOLLOW_SECONDS)
        self._target: EditorFollow | None = None
        self._expected: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)
        """The latest positions shown, where a cursor may be without the user having moved it."""

    def update(self, follow: EditorFollow) -> None:
        """peerline/follow of a plugin: go there, or follow nobody any more."""
        if follow.user_id is None:
            self._target = None
            self._expected.clear()
            return
        if self._target is None or self._target.user_id != follow.user_id:
            self._expected.clear()
            here = self._cursor()
            if here is not None:
                self._expected.append((here[0], here[1].line))
        before, self._target = self._target, follow
        if follow.reason is not None and (before is None or follow.reason != before.reason):
            self._requests.show_message(f"{follow.reason}; following waits")
        if follow.uri is not None and _place(before) != _place(follow):
            self._refresher.mark()

    def is_left(self, uri: str, line: int) -> bool:
        """Whether a cursor on that line means that the user has gone elsewhere."""
        return self._target is not None and (uri, line) not in self._expected

    def close(self) -> None:
        """Show nothing any more."""
        self._target = None
        self._refresher.close()

    async def _show(self) -> None:
        target = self._target
        if target is None or target.uri is None or target.position is None:
            return
        self._expected.append((target.uri, target.position.line))
        position = types.Position(target.position.line, target.position.character)
        await self._requests.show_document(target.uri, position)


def _place(follow: EditorFollow | None) -> tuple[str | None, int] | None:
    if follow is None or follow.position is None:
        return None
    return follow.uri, follow.position.line
