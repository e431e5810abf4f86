"""The connections that have a document open, and what each of them is sent of it."""

from dataclasses import dataclass
from typing import Protocol

from peerline.documents.frames import DocumentMessage, encode_message, encode_number
from peerline.protocol.errors import ErrorCode
from peerline_server.transport.base import SharedFrame


class Relay:
    """One message of a document for many connections, encoded once for each kind of socket."""

    __slots__ = ("_bare", "_channel", "_framed", "_payload")

    def __init__(self, channel: int, message: DocumentMessage) -> None:
        self._channel = channel
        self._payload = encode_message(message)
        self._framed: SharedFrame | None = None
        self._bare: SharedFrame | None = None

    @property
    def framed(self) -> SharedFrame:
        """For sockets of sessions: behind the number of the channel."""
        if self._framed is None:
            data = encode_number(self._channel) + self._payload
            self._framed = SharedFrame(data, is_binary=True)
        return self._framed

    @property
    def bare(self) -> SharedFrame:
        """For sockets of one document."""
        if self._bare is None:
            self._bare = SharedFrame(self._payload, is_binary=True)
        return self._bare


class DocumentPeer(Protocol):
    """A connection that has a document open."""

    @property
    def user_id(self) -> str:
        """The user of the connection."""
        ...

    @property
    def is_stock(self) -> bool:
        """Whether it speaks y-protocols and nothing else: it has no presence of the session."""
        ...

    def relay(self, relay: Relay) -> None:
        """Send a message of the document."""
        ...

    def acknowledge(self, channel: int, count: int) -> None:
        """The first `count` updates on the channel are on disk."""
        ...

    def document_closed(self, channel: "Channel", code: ErrorCode | None, text: str | None) -> None:
        """The document is closed here from now on; without a text the client knows it already."""
        ...


@dataclass(eq=False, slots=True)
class Channel:
    """A document that one connection has open."""

    peer: DocumentPeer
    document_id: str
    number: int
    """The same for all connections, so that one frame fits all of them."""
    client_id: int
    order: int
    """Channels that were opened later have a higher one."""
    can_edit: bool
    received: int = 0
    """The updates that were taken."""
    kept: int = 0
    """The first ones of them, which are on disk."""
    stuck_at: int | None = None
    """The updates before the first one that was refused: no more are acknowledged."""
