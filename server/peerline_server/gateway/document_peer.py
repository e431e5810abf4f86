"""A socket of a session as one that has documents open."""

from collections.abc import Callable

from peerline.documents.frames import Persisted, encode_frame
from peerline.protocol.documents import DocumentClosed
from peerline.protocol.errors import ErrorCode
from peerline_server.gateway.replies import Replies
from peerline_server.runtime.connections import ParticipantConnection
from peerline_server.runtime.document_channels import Channel, Relay


def _ignore(_channel: Channel) -> None:
    pass


class SessionPeer:
    """Implements `peerline_server.runtime.document_channels.DocumentPeer`."""

    is_stock = False
    __slots__ = ("_connection", "_on_closed", "_replies", "_session_id", "user_id")

    def __init__(
        self,
        connection: ParticipantConnection,
        replies: Replies,
        session_id: str,
        on_closed: Callable[[Channel], None],
    ) -> None:
        self.user_id = connection.user_id
        self._connection = connection
        self._replies = replies
        self._session_id = session_id
        self._on_closed = on_closed

    def end(self) -> None:
        """The connection has gone: its owner and this hold each other no longer."""
        self._on_closed = _ignore

    def relay(self, relay: Relay) -> None:
        """Send a message of the document."""
        self._connection.outbox.send_shared(relay.framed)

    def acknowledge(self, channel: int, count: int) -> None:
        """The first `count` updates on the channel are on disk."""
        self._connection.outbox.send_binary(encode_frame(channel, Persisted(count)))

    def document_closed(self, channel: Channel, code: ErrorCode | None, text: str | None) -> None:
        """The document is closed here from now on; without a text the client knows it already."""
        self._on_closed(channel)
        if text is None:
            return
        self._replies.send(
            DocumentClosed(
                session_id=self._session_id,
                document_id=channel.document_id,
                channel=channel.number,
                error_code=code,
                message=text,
            )
        )
