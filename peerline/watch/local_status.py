"""The status that others see of the person at the terminal: active, typing or idle."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from textual.app import App
from textual.timer import Timer

from peerline.protocol.editor.defaults import IDLE_SECONDS
from peerline.protocol.types import Status

TYPING_REFRESH_SECONDS: Final = 3.0
"""Between two signs of typing; the server forgets them after 10 s."""


class LocalStatus:
    """Follows keys and text, and sends the status when it changes."""

    def __init__(self, app: App[Any], send: Callable[[Status], None]) -> None:
        self._app = app
        self._send = send
        self._status = Status.ACTIVE
        self._idle: Timer | None = None
        self._typing_until = 0.0

    def touch(self) -> None:
        """Note a key or a click."""
        if self._idle is not None:
            self._idle.stop()
        if self._status is Status.IDLE:
            self.set(Status.ACTIVE)
        self._idle = self._app.set_timer(IDLE_SECONDS, lambda: self.set(Status.IDLE))

    def follow(self, text: str) -> None:
        """Note the text in the composer: others see that a message is being typed."""
        if text.strip() and not text.startswith("/"):
            if monotonic() >= self._typing_until:
                self._typing_until = monotonic() + TYPING_REFRESH_SECONDS
                self.set(Status.TYPING)
        elif self._status is Status.TYPING:
            self.set(Status.ACTIVE)

    def set(self, status: Status) -> None:
        """Send a status, if it is another; typing is sent again while it lasts."""
        if status is not Status.TYPING:
            self._typing_until = 0.0
            if status is self._status:
                return
        self._status = status
        self._send(status)
