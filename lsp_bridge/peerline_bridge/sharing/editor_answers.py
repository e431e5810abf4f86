"""The answers of one editor to edits of others: silence, refusals, and a user who asks for them."""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline_bridge.coediting.joined_text import JoinedText

SILENT_SECONDS: Final = 5.0
"""An edit that is not answered for this long is told to the user."""
SILENT: Final = "the editor does not answer"
REFUSING: Final = "the editor does not take the edits of others unless it is asked to"


class EditorAnswers:
    """The answers about one document.

    Args:
        on_silence: Called when the editor has not answered for a while.
        on_refusal: Called when it does not take the edits of others.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        on_silence: Callable[[], None],
        on_refusal: Callable[[], None],
    ) -> None:
        self.reason: str | None = None
        """Why the editor lacks edits; None while it takes them."""
        self._loop = loop
        self._on_silence = on_silence
        self._on_refusal = on_refusal
        self._silence: asyncio.TimerHandle | None = None
        self._pull: asyncio.Future[bool] | None = None

    def requested(self) -> None:
        """The editor was asked for an edit."""
        if self._silence is None:
            self._silence = self._loop.call_later(SILENT_SECONDS, self._is_silent)

    def answered(self) -> None:
        """The editor has answered."""
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        if self.reason == SILENT:
            self.reason = None

    def pull(self) -> asyncio.Future[bool]:
        """The outcome of asking again: whether the editor has all edits."""
        if self._pull is None:
            self._pull = self._loop.create_future()
        return self._pull

    def look(self, joined: JoinedText) -> None:
        """Look at the text after each step."""
        if joined.is_equal or (joined.has_left and not joined.is_waiting):
            self._end_pull(is_done=joined.is_equal)
        if joined.is_refusing and self.reason != REFUSING:
            self.reason = REFUSING
            self._on_refusal()
        elif self.reason == REFUSING and not joined.is_waiting and not joined.has_left:
            self.reason = None

    def end(self) -> None:
        """Nothing is asked any more."""
        self.answered()
        self._end_pull(is_done=False)
        self.reason = None

    def _end_pull(self, *, is_done: bool) -> None:
        pull, self._pull = self._pull, None
        if pull is not None and not pull.done():
            pull.set_result(is_done)

    def _is_silent(self) -> None:
        self._silence = None
        self.reason = SILENT
        self._on_silence()
