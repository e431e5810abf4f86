"""Answers plain HTTP requests: health, readiness, metrics, and handshakes that are refused."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from peerline_server.gateway.handshake import DOCUMENT_PATH, SESSION_PATH
from peerline_server.gateway.open_connections import OpenConnections
from peerline_server.metrics import Metrics
from peerline_server.relay.header import CUT_OFF, DRAINING, STATE_HEADER
from peerline_server.transport.base import HandshakeRequest, HttpAnswer


class HttpAnswers:
    """Looks at each request before its handshake goes on."""

    def __init__(  # noqa: PLR0913 - the parts that it asks
        self,
        connections: OpenConnections,
        metrics: Metrics,
        is_store_stalled: Callable[[], bool],
        is_cut_off: Callable[[], bool],
        *,
        serve_metrics: bool,
        max_connections: int,
    ) -> None:
        self._connections = connections
        self._metrics = metrics
        self._is_store_stalled = is_store_stalled
        self._is_cut_off = is_cut_off
        self._serve_metrics = serve_metrics
        self._max_connections = max_connections
        self.is_draining = False
        """Whether the server goes down and takes no new connections."""

    def answer(self, request: HandshakeRequest) -> HttpAnswer | None:
        """The answer to a request; None for a WebSocket handshake to a session."""
        try:
            path = urlsplit(request.path).path
        except ValueError:
            return HttpAnswer(HTTPStatus.BAD_REQUEST, "The request target is malformed.\n")
        if path == "/healthz":
            return HttpAnswer(HTTPStatus.OK, "ok\n")
        if path == "/readyz":
            return self._readiness()
        if path == "/metrics" and self._serve_metrics:
            return HttpAnswer(HTTPStatus.OK, self._metrics.text())
        is_document = DOCUMENT_PATH.fullmatch(path) is not None
        if path != "/ws" and not is_document and not SESSION_PATH.fullmatch(path):
            return HttpAnswer(
                HTTPStatus.NOT_FOUND,
                "There is nothing at this address. The link to a session ends in /s/SESSION_ID; "
                "clients connect to /ws/session/SESSION_ID.\n",
            )
        if self.is_draining:
            return _unavailable("The server is going down.\n", DRAINING)
        if self._is_cut_off():
            return _unavailable("This server does not reach its database.\n", CUT_OFF)
        is_full = len(self._connections) >= self._max_connections
        if is_full and not self._connections.make_room():
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections.\n")
        return None

    def _readiness(self) -> HttpAnswer:
        """Whether a load balancer may send clients here."""
        if self.is_draining:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "going down\n")
        if self._is_cut_off():
            text = "this server does not reach its database\n"
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, text)
        if self._is_store_stalled():
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "the store does not write\n")
        return HttpAnswer(HTTPStatus.OK, "ready\n")


def _unavailable(text: str, state: str) -> HttpAnswer:
    return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, text, ((STATE_HEADER, state),))
