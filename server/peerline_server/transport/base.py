"""The seam between WebSockets and what is done with them: what each implementation promises.

The gateway and the runtime know only this module. `tests/contract/transport` holds every
implementation to it.

Messages are handed over as frames of RFC 6455 (`SharedFrame`): one message to a thousand sockets is
encoded, and perhaps compressed, once.
"""

from asyncio import Transport
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol, Self

from peerline.protocol.errors import CloseCode
from peerline_server.settings import Settings
from peerline_server.transport.frames import SharedFrame

__all__ = [
    "HandshakeRequest",
    "Headers",
    "HttpAnswer",
    "Listener",
    "Opening",
    "Outbox",
    "OutboxCounts",
    "SharedFrame",
    "SocketHandler",
    "TransportLimits",
    "WebSocket",
]


class Headers(Protocol):
    """The headers of a request."""

    def get_all(self, key: str) -> list[str]:
        """All values of a header in order; its name in any case."""
        ...


class HandshakeRequest(Protocol):
    """A GET request: the head of a handshake, or plain HTTP."""

    @property
    def path(self) -> str:
        """The request target with its query, as it was sent."""
        ...

    @property
    def headers(self) -> Headers:
        """The request's headers."""
        ...


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer to a plain HTTP request, or to a handshake that is refused."""

    status: HTTPStatus
    body: str | bytes
    headers: Sequence[tuple[str, str]] = ()
    """Beside its length. A body of bytes needs its `Content-Type`; text is `text/plain`."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The handshake of a socket: the client's request, and what the answer chose."""

    head: bytes = field(repr=False)
    """As the client sent it, with the empty line at its end. It may hold a token."""
    extensions: str
    subprotocol: str


class Outbox(Protocol):
    """The send queue of one socket: messages that must arrive, and presence that may be left out.

    What is sent in one turn of the event loop is written at once. A peer that does not read gets
    no presence above `TransportLimits.outbox_soft_bytes`, and is cut above `outbox_hard_bytes`; one
    that has taken all until now gets the next message however long it is.
    Nothing happens once the socket is closing.
    """

    missed_presence: bool
    """Whether presence was left out and is owed as soon as the peer has caught up."""

    def send_text(self, payload: bytes) -> None:
        """Queue a text message for this socket alone; the payload is UTF-8."""
        ...

    def send_text_made_late(self, make: Callable[[], bytes]) -> None:
        """Queue a text message that is made when it is written: it may still change until then."""
        ...

    def send_binary(self, payload: bytes) -> None:
        """Queue a binary message for this socket alone."""
        ...

    def send_document(self, payload: bytes) -> None:
        """Queue a binary message that may be long: until the peer has taken it, it may lag more."""
        ...

    def send_shared(self, frame: SharedFrame) -> None:
        """Queue a message that other sockets get too."""
        ...

    def send_presence(self, frames: bytes) -> None:
        """Write joined frames now, after what is queued, or leave them out."""
        ...


class WebSocket(Protocol):
    """The server's side of one socket. Its methods are called from the event loop.

    Until the handshake is done only `is_open`, `abort` and the holds of reading have a meaning. A
    socket that is gone keeps nothing and does nothing. Pings are answered; a peer that is silent
    for the keepalive's time is pinged, and cut if it does not answer, whether it reads or not.
    """

    @property
    def id(self) -> str:
        """Names the socket in logs and to its client."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The send queue."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent."""
        ...

    @property
    def is_writable(self) -> bool:
        """Whether the peer has taken what it was sent; else `on_writable` follows."""
        ...

    @property
    def deflates(self) -> bool:
        """Whether the peer takes compressed frames; known from `on_open` on."""
        ...

    def allow_long_messages(self) -> None:
        """Take messages up to `max_frame_bytes` from the next one on: the peer has signed in."""
        ...

    def read_while_closing(self) -> None:
        """Deliver binary messages also after `close`: those that the peer sent before it knew."""
        ...

    def hold_reading(self) -> None:
        """Read no more until `resume_reading`, nor look at what was read; calls count."""
        ...

    def resume_reading(self) -> None:
        """Undo one `hold_reading`."""
        ...

    def close(self, code: CloseCode, reason: str) -> None:
        """Write what is queued and a close frame; end the socket at most `close_timeout` later.

        A reason that is too long for a close frame is shortened.
        """
        ...

    def cut_flood(self, reason: str) -> None:
        """The same with `CloseCode.FLOODED`, and look at nothing more from this peer."""
        ...

    def abort(self) -> None:
        """End the socket without waiting for the peer."""
        ...

    @property
    def opening(self) -> Opening | None:
        """The handshake, where the listener keeps it; gone after `allow_long_messages`."""
        ...

    def pass_on(self, far: Transport, first: bytes) -> None:
        """Be a pipe to another node from now on: what the peer sends goes there, and back.

        What was received and not yet looked at goes to the other node, and `first` to the peer.
        When either end closes, so does the other. The handler is called when the socket is gone,
        and for nothing else.
        """
        ...


class SocketHandler(Protocol):
    """Takes what happens on a socket. All calls come from the event loop and must not block."""

    def on_connect(self, address: str) -> None:
        """The socket is there; `address` is the IP address of its other end, if it has one."""
        ...

    def on_received(self, amount: int) -> None:
        """`amount` more bytes have come, whatever they were. Called once in a while."""
        ...

    def on_request(self, request: HandshakeRequest) -> HttpAnswer | None:
        """Look at a handshake: None accepts it, an answer ends it."""
        ...

    def own_hosts(self, request: HandshakeRequest) -> Sequence[str]:
        """The hosts whose pages are this server's own: a browser may connect from them."""
        ...

    def on_open(self) -> None:
        """The handshake is done."""
        ...

    def on_text(self, text: bytes) -> None:
        """A whole text message came: valid UTF-8."""
        ...

    def on_binary(self, data: bytes) -> None:
        """A whole binary message came."""
        ...

    def on_writable(self) -> None:
        """The peer has caught up with what it was sent."""
        ...

    def on_closed(self, code: int) -> None:
        """The socket has gone; `code` is the peer's or 1006. Not called without `on_open`."""
        ...

    def on_gone(self) -> None:
        """The socket is no longer there, whether it was ever open or not. The last call."""
        ...


MakeHandler = Callable[[WebSocket], SocketHandler]


class OutboxCounts(Protocol):
    """The counters of all outboxes of a server."""

    presence_left_out: int
    """Presence that a peer did not get because it lagged behind."""
    aborted: int
    """Sockets that were cut because the peer did not read."""


class Listener(Protocol):
    """Accepts connections on a host and port."""

    async def listen(self, make_handler: MakeHandler, host: str, port: int) -> None:
        """Accept connections from now on, each with a handler of its own; 0 is any free port.

        Raises:
            OSError: if the address cannot be used.
            ValueError: if `host` cannot be the name of one.
        """
        ...

    @property
    def port(self) -> int:
        """The port it listens on."""
        ...

    def close(self) -> None:
        """Accept no more connections; those that are there stay."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportLimits:
    """Limits in bytes, counts and seconds."""

    max_head_bytes: int
    """Of a request's line and header fields together; more gets 431."""
    max_frame_bytes: int
    """Of a message, however many frames it has; compressed ones count inflated."""
    max_early_frame_bytes: int | None = None
    """Instead of `max_frame_bytes` until `allow_long_messages`; None is no other limit."""
    max_fragments: int
    small_frames_per_minute: int | None = None
    """Control frames and those too short for a message; more close the socket. None: any."""
    handshake_timeout: float
    ping_interval: float
    """Of silence, after which the peer is pinged."""
    ping_timeout: float
    close_timeout: float
    compression: bool = True
    """Whether permessage-deflate is agreed to."""
    outbox_soft_bytes: int
    """Above this a socket's presence is left out until the peer has caught up."""
    outbox_hard_bytes: int
    """Above this the socket is aborted."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of the server's settings."""
        return cls(
            max_head_bytes=settings.max_head_bytes,
            max_frame_bytes=settings.max_frame_bytes,
            max_early_frame_bytes=min(settings.max_early_frame_bytes, settings.max_frame_bytes),
            max_fragments=settings.max_fragments,
            small_frames_per_minute=settings.small_frames_per_minute,
            handshake_timeout=settings.auth_timeout_seconds,
            ping_interval=settings.ping_interval_seconds,
            ping_timeout=settings.ping_timeout_seconds,
            close_timeout=settings.close_timeout_seconds,
            compression=settings.compression,
            outbox_soft_bytes=settings.outbox_soft_bytes,
            outbox_hard_bytes=settings.outbox_hard_bytes,
        )
