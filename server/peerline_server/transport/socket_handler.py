"""The limits of a socket's transport, and the handler that takes what comes."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from websockets.http11 import Request


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer to a plain HTTP request, or to a handshake that is refused."""

    status: HTTPStatus
    body: str
    retry_after: float | None = None
    """Seconds, for a header Retry-After (RFC 9110, section 10.2.3)."""


class SocketHandler(Protocol):
    """Takes what happens on a socket. All calls come from the event loop and must not block."""

    def on_connect(self, address: str) -> None:
        """The socket is there; `address` is the IP address of its other end, if it has one."""
        ...

    def on_received(self, amount: int) -> None:
        """`amount` more bytes have come, whatever they were. Called once in a while."""
        ...

    def on_gone(self) -> None:
        """The socket is no longer there, whether it was ever open or not. The last call."""
        ...

    def on_request(self, request: Request) -> HttpAnswer | None:
        """Look at a handshake: None accepts it, an answer ends it."""
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


class Nobody:
    """Takes the handler's place when the socket is gone, so that the two do not hold each other."""

    def on_connect(self, address: str) -> None:
        """Nothing."""

    def on_received(self, amount: int) -> None:
        """Nothing."""

    def on_gone(self) -> None:
        """Nothing."""

    def on_request(self, request: Request) -> HttpAnswer | None:
        """Nothing is answered any more."""

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


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Limits in bytes, counts and seconds."""

    max_frame_bytes: int
    max_fragments: int
    handshake_timeout: float
    ping_interval: float
    ping_timeout: float
    close_timeout: float
    compression: bool = True
    """Whether permessage-deflate is agreed to."""
    max_head_bytes: int = 16 * 1024
    """Of a request's line and header fields together; more gets 431."""
    max_early_frame_bytes: int | None = None
    """Instead of `max_frame_bytes` until `allow_long_messages`; None is no other limit."""
    small_frames_per_minute: int | None = None
    """Control frames and those too short for a message; more close the socket. None: any."""
