"""The handler of a socket that is gone, so that the two do not hold each other."""

from collections.abc import Sequence
from typing import Final

from peerline_server.transport.base import HandshakeRequest, HttpAnswer


class NoHandler:
    """Implements `peerline_server.transport.base.SocketHandler`."""

    def on_connect(self, address: str) -> None:
        """Nothing."""

    def on_received(self, amount: int) -> None:
        """Nothing."""

    def on_request(self, request: HandshakeRequest) -> HttpAnswer | None:
        """Nothing is answered any more."""

    def own_hosts(self, request: HandshakeRequest) -> Sequence[str]:  # noqa: ARG002 - none at all
        """No page is its own any more."""
        return ()

    def on_open(self) -> None:
        """Nothing."""

    def on_text(self, text: bytes) -> None:
        """Nothing."""

    def on_binary(self, data: bytes) -> None:
        """Nothing."""

    def on_writable(self) -> None:
        """Nothing."""

    def on_closed(self, code: int) -> None:
        """Nothing."""

    def on_gone(self) -> None:
        """Nothing."""


NO_HANDLER: Final = NoHandler()
