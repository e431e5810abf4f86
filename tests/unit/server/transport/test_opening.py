"""Tests of the opening handshake: what the library keeps of it."""

from typing import Any

from websockets.frames import Frame
from websockets.protocol import State

from peerline_server.transport.opening import make_protocol, respond
from tests.contract.transport.implementations import LIMITS

HANDSHAKE = (
    b"GET /ws/session/s?token=secret HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n"
    b"Authorization: Bearer secret\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def test_what_the_handshake_brought_is_forgotten_once_it_is_answered() -> None:
    protocol = make_protocol(LIMITS, [None])
    protocol.receive_data(HANDSHAKE)
    request: Any = protocol.events_received()[0]
    assert request.headers["Authorization"] == "Bearer secret"
    response = respond(protocol, request, None, [("X-Own", "1")], own_hosts=["x"])
    assert (response.status_code, response.headers["X-Own"]) == (101, "1")
    assert protocol.state is State.OPEN
    # The library's parser keeps the request as long as the socket is open.
    assert (request.path, dict(request.headers), protocol.origins) == ("", {}, None)
    protocol.receive_data(b"\x81\x82\0\0\0\0{}")
    (frame,) = protocol.events_received()
    assert isinstance(frame, Frame)
    assert frame.data == b"{}"
