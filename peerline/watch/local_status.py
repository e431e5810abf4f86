"""The status that others see of the person at the terminal: active, typing or idle."""

from time import monotonic
from typing import Any, Final

from textual.app import App
from textual.timer import Timer

from peerline.client import Client
from peerline.protocol.editor.defaults import IDLE_SECONDS
from peerline.protocol.types import Status

TYPING_REFRESH_SECONDS: Final = 3.0
"""Between two signs of typing; the server forgets them after 10 s."""


class LocalStatus:
    """Follows keys and text, and sends the status when it changes."""

    def __init__(self, app: App[Any], client: Client) -> None:
        self._app = app
        self._client = client
        self._status: Status | None = None
        self._idle: Timer | None = None
        self._typing_until = 0.0

    def touch(self) -> None:
        """Note a key or a click."""
        if self._idle is not None:
            self._idle.stop()
        if self._status in {None, Status.IDLE}:
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
        # There is nothing but the chat to type in.
        typing_in = "chat" if status is Status.TYPING else None
        self._client.send_presence(status=status, typing_in=typing_in)
