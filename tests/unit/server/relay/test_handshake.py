import pytest

from peerline.protocol.errors import CloseCode
from peerline_server.cluster.places import Found
from peerline_server.relay.handshake import (
    MAX_ANSWER_BYTES,
    answer_in,
    handshake_of,
    head_to_send,
    is_owner,
)
from peerline_server.relay.header import NODE_HEADER, NOT_OWNER, Handshake
from peerline_server.transport.base import Opening
from peerline_server.transport.opening import head_too_large

HEAD = (
    b"GET /ws/session/one?token=t HTTP/1.1\r\nHost: x:8400\r\nx-PEERLINE-relay: mine\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Key: AAAA==\r\nOrigin: http://x:8400\r\n\r\n"
)
OPENING = Opening(HEAD, "permessage-deflate", "peerline.v1")


def test_the_clients_head_goes_on_as_it_is_but_for_the_relay() -> None:
    sent = head_to_send(OPENING, "1.a.192.0.2.1.s")
    assert sent == (
        b"GET /ws/session/one?token=t HTTP/1.1\r\nHost: x:8400\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Key: AAAA==\r\nOrigin: http://x:8400\r\n"
        b"X-Peerline-Relay: 1.a.192.0.2.1.s\r\n\r\n"
    )


def test_the_signature_is_for_the_key_and_the_target() -> None:
    assert handshake_of(OPENING) == Handshake("AAAA==", "/ws/session/one?token=t")


@pytest.mark.parametrize(
    ("line", "headers", "found"),
    [
        ("101 Switching Protocols", "X-Peerline-Node: one", Found.THERE),
        ("101 Switching Protocols", "X-Peerline-Node: two", Found.GONE),
        ("200 OK", "Server: other", Found.GONE),
        (
            "503 Service Unavailable",
            "x-peerline-node:one\r\nX-Peerline-State: draining",
            Found.DRAINING,
        ),
        (
            "503 Service Unavailable",
            "X-Peerline-Node: one\r\nX-Peerline-State: cut-off",
            Found.CUT_OFF,
        ),
        ("503 Service Unavailable", "X-Peerline-Node: one", Found.SILENT),
        ("403 Forbidden", "X-Peerline-Node: one", Found.SILENT),
        ("429 Too Many Requests", "X-Peerline-Node: one", Found.SILENT),
    ],
)
def test_an_answer_says_what_was_found(line: str, headers: str, found: Found) -> None:
    data = f"HTTP/1.1 {line}\r\n{headers}\r\n\r\nrest".encode()
    for cut in range(len(data) - 4):
        assert answer_in(data[:cut]) is None
    read = answer_in(data)
    assert read is not None
    answer, rest = read
    assert answer.found("one") is found
    assert rest == b"rest"


def test_a_node_that_refuses_a_long_head_is_not_gone() -> None:
    found = answer_in(head_too_large((("Peerline-Server", "s1"), (NODE_HEADER, "n1"))))
    assert found is not None
    answer, rest = found
    assert answer.status == 431
    assert answer.found("n1") is Found.SILENT
    assert rest == b"The request's head is too large.\n"


def test_another_program_answers_no_handshake() -> None:
    for data in (b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/2 OK\r\n\r\n"):
        with pytest.raises(ValueError, match="HTTP"):
            answer_in(data)
    with pytest.raises(ValueError, match="too long"):
        answer_in(b"a" * (MAX_ANSWER_BYTES + 1))


@pytest.mark.parametrize("extensions", ["permessage-deflate", ""])
@pytest.mark.parametrize("subprotocol", ["peerline.v1", ""])
def test_the_owner_must_choose_the_same(extensions: str, subprotocol: str) -> None:
    lines = ["HTTP/1.1 101 Switching Protocols"]
    lines += [f"Sec-WebSocket-Extensions: {extensions}"] if extensions else []
    lines += [f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []
    read = answer_in("\r\n".join([*lines, "\r\n"]).encode())
    assert read is not None
    is_same = bool(extensions and subprotocol)
    assert read[0].chose_as(OPENING) == is_same


def test_a_node_that_does_not_own_the_session_is_known_by_its_first_frame() -> None:
    reason = NOT_OWNER.encode()
    frame = bytes([0x88, len(reason) + 2]) + (1013).to_bytes(2, "big") + reason
    assert CloseCode.TRY_AGAIN_LATER == 1013
    for cut in range(len(frame)):
        assert is_owner(frame[:cut]) is None
    assert is_owner(frame) is False
    assert is_owner(frame + b"more") is False
    for other in (b"\x81\x02{}", b"\x88\x00", b"\x88\x02\x03\xf5", frame[:-1] + b"?"):
        assert is_owner(other) is True
