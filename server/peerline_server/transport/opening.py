"""The opening handshake: its head found in the stream, and its answer."""

import logging
from collections.abc import Generator, Sequence
from http import HTTPStatus
from typing import Final

from websockets.exceptions import InvalidHandshake
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from peerline_server.transport.base import HttpAnswer, Opening, TransportLimits
from peerline_server.transport.frames import WINDOW_BITS

_log = logging.getLogger("peerline.server.transport")
# The library logs handshakes with their query strings, which may hold a token.
_quiet = logging.getLogger("peerline.server.websockets")
_quiet.setLevel(logging.CRITICAL)

_END_OF_HEAD: Final = b"\r\n\r\n"
_HEAD: Final = b"HEAD "
_GET: Final = b"GET "
_HEAD_TOO_LARGE: Final = "The request's head is too large.\n"
# One for all: it holds settings only. No context is kept, so that an idle connection stays small
# and a compressed frame can be shared.
_deflate: Final = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True,
    client_no_context_takeover=True,
    server_max_window_bits=WINDOW_BITS,
)


def head_too_large(headers: Sequence[tuple[str, str]]) -> bytes:
    """The answer to a head beyond its limit (RFC 6585, section 5)."""
    lines = (
        "HTTP/1.1 431 Request Header Fields Too Large",
        "Connection: close",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(_HEAD_TOO_LARGE)}",
        *(f"{name}: {value}" for name, value in headers),
        "",
        _HEAD_TOO_LARGE,
    )
    return "\r\n".join(lines).encode("latin-1")


def make_protocol(limits: TransportLimits, origins: Sequence[Origin | None]) -> ServerProtocol:
    """The library's side of one socket; None among the origins admits clients without one."""
    return ServerProtocol(
        origins=origins,
        select_subprotocol=_select_subprotocol,
        extensions=[_deflate] if limits.compression else None,
        max_size=limits.max_early_frame_bytes or limits.max_frame_bytes,
        logger=_quiet,
    )


def untie(protocol: ServerProtocol) -> None:
    """Free what the library holds of a socket that is gone.

    Its parser is a generator of the protocol, and so are the tracebacks of errors: without this
    only the cycle collector would free the socket's memory.
    """
    protocol.parser = _no_parser()
    protocol.parser_exc = protocol.handshake_exc = None


def _no_parser() -> Generator[None]:
    yield from ()


class HeadFinder:
    """Finds where the head of a request ends, however the stream is cut."""

    __slots__ = ("_keeps", "_kept", "_tail", "size", "wants_head_only")

    def __init__(self, *, keeps: bool = False) -> None:
        self._keeps = keeps
        self._kept = b""
        self._tail = b""
        self.wants_head_only = False
        """Whether the request is a HEAD, which is answered like a GET without the body."""
        self.size = 0
        """Bytes of the head so far."""

    def as_get(self, data: bytes) -> bytes:
        """The same bytes with the one method that the library knows."""
        if self.size or not data.startswith(_HEAD):
            return data
        self.wants_head_only = True
        return _GET + data[len(_HEAD) :]

    def end_in(self, data: bytes) -> int | None:
        """The position in `data` after the head's last byte; None if it goes on."""
        joined = self._tail + data
        end = joined.find(_END_OF_HEAD)
        if self._keeps:
            self._kept += data if end < 0 else data[: end + len(_END_OF_HEAD) - len(self._tail)]
        if end < 0:
            self._tail = joined[-len(_END_OF_HEAD) + 1 :]
            self.size += len(data)
            return None
        position = end + len(_END_OF_HEAD) - len(self._tail)
        self.size += position
        return position

    def take(self, response: Response) -> Opening | None:
        """The handshake with its answer, if it is kept; it is forgotten here."""
        head, self._kept = self._kept, b""
        if not head:
            return None
        chosen = response.headers
        return Opening(
            head,
            chosen.get("Sec-WebSocket-Extensions", ""),
            chosen.get("Sec-WebSocket-Protocol", ""),
        )


def respond(  # noqa: PLR0913 - one answer of the library, and what it depends on
    protocol: ServerProtocol,
    request: Request,
    answer: HttpAnswer | None,
    headers: Sequence[tuple[str, str]],
    *,
    own_hosts: Sequence[str] = (),
    head_only: bool = False,
) -> Response:
    """Accept the handshake, or give the answer; both with the `headers`.

    Beside the protocol's origins, pages of the `own_hosts` may connect, by HTTP or HTTPS: a proxy
    may end TLS in front of this server.
    """
    if answer is not None:
        response = _response(protocol, answer)
    elif head_only:
        response = protocol.reject(HTTPStatus.METHOD_NOT_ALLOWED, "A handshake is a GET request.\n")
    else:
        own = [Origin(f"{scheme}://{host}") for host in own_hosts for scheme in ("http", "https")]
        protocol.origins = [*(protocol.origins or ()), *own]
        response = protocol.accept(request)
        if isinstance(protocol.handshake_exc, InvalidHandshake):
            _log.info("handshake refused: %s", type(protocol.handshake_exc).__name__)
    for name, value in headers:
        response.headers[name] = value
    if head_only:
        response.body = b""
    protocol.send_response(response)
    _forget(protocol, request)
    return response


def _forget(protocol: ServerProtocol, request: Request) -> None:
    """Free what the handshake brought, a token perhaps: the protocol keeps it with its parser."""
    request.path = ""
    request.headers.clear()
    protocol.origins = None


def _response(protocol: ServerProtocol, answer: HttpAnswer) -> Response:
    if isinstance(answer.body, str):
        response = protocol.reject(answer.status, answer.body)
    else:
        response = protocol.reject(answer.status, "")
        del response.headers["Content-Type"]
        del response.headers["Content-Length"]
        response.body = answer.body
        if answer.status is not HTTPStatus.NOT_MODIFIED:  # RFC 9110, section 15.4.5
            response.headers["Content-Length"] = str(len(answer.body))
    for name, value in answer.headers:
        response.headers[name] = value
    return response


def _select_subprotocol(
    _protocol: ServerProtocol, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    """Browsers close a socket whose server takes none of the offered subprotocols."""
    if not offered:
        return None
    named = [subprotocol for subprotocol in offered if not subprotocol.startswith("bearer.")]
    return named[0] if named else offered[0]
