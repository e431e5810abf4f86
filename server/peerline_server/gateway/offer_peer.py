"""One connection, as offers of folders see it."""

from dataclasses import dataclass

from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ServerMessage
from peerline_server.gateway.replies import Replies


@dataclass(eq=False, slots=True)
class OfferPeer:
    """Implements `peerline_server.runtime.live_offers.OfferConnection`."""

    user_id: str
    replies: Replies

    def send(self, message: ServerMessage) -> None:
        """Send a message to this connection alone."""
        self.replies.send(message)

    def acknowledge(self, request_id: str, seq: int) -> None:
        """Say that a request had its effect."""
        self.replies.acknowledge(request_id, seq)

    def refuse(self, code: ErrorCode, text: str, request_id: str | None) -> None:
        """Say that a request is not carried out, and why."""
        self.replies.refuse(code, text, request_id)
