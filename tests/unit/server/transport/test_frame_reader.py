"""Tests of server.frame_reader: with it in front, the library sees and does the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from peerline_server.transport.frame_reader import FrameReader

MAX_BYTES = 300
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SIZES = st.sampled_from([0, 1, 124, 125, 126, MAX_BYTES - 1, MAX_BYTES, MAX_BYTES + 1, 70_000])
OPCODES = [Opcode.TEXT, Opcode.TEXT, Opcode.TEXT, Opcode.BINARY, Opcode.CONT, Opcode.PING]


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame as a client may send it, or break the protocol with it."""
    opcode, size = draw(st.sampled_from(OPCODES)), draw(SIZES)
    is_final = draw(st.booleans()) or draw(st.booleans())
    breach = draw(st.sampled_from(["", "", "", "", "reserved bits", "no mask", "length"]))
    first = (0x80 if is_final else 0) | opcode | (0x40 if breach == "reserved bits" else 0)
    mask = b"" if breach == "no mask" else draw(st.binary(min_size=4, max_size=4))
    second = 0 if breach == "no mask" else 0x80
    if size < 126 and breach != "length":
        length = bytes([second | size])
    elif size < 65_536:
        length = bytes([second | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([second | 127]) + size.to_bytes(8, "big")
    return bytes([first]) + length + mask + bytes([draw(st.integers(0, 255))]) * size


class Peer:
    """The frames that a server reads from a stream."""

    def __init__(self, *, has_reader: bool) -> None:
        self.protocol = ServerProtocol(max_size=MAX_BYTES)
        self.protocol.receive_data(HANDSHAKE)
        request: Any = self.protocol.events_received()[0]
        self.protocol.send_response(self.protocol.accept(request))
        self.protocol.data_to_send()
        self.reader = FrameReader(MAX_BYTES) if has_reader else None
        self.events: list[tuple[Opcode, bytes, bool]] = []
        self.sent = b""
        self.in_message = False

    def receive(self, data: bytes) -> None:
        if self.reader is None:
            self.feed(data)
            return
        self.reader.add(data)
        while piece := self.reader.next(
            takes_messages=self.protocol.state is State.OPEN and not self.in_message
        ):
            if piece.is_message:
                self.events.append((Opcode(piece.opcode), piece.data, True))
            else:
                self.feed(piece.data)

    def feed(self, data: bytes) -> None:
        self.protocol.receive_data(data)
        for event in self.protocol.events_received():
            assert isinstance(event, Frame)
            self.events.append((event.opcode, bytes(event.data), event.fin))
            if event.opcode in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
                self.in_message = not event.fin
        self.sent += b"".join(self.protocol.data_to_send())


@given(st.lists(frames(), max_size=6), st.lists(st.integers(1, 150), max_size=20))
def test_it_makes_no_difference(stream: list[bytes], cuts: list[int]) -> None:
    plain, quick = Peer(has_reader=False), Peer(has_reader=True)
    rest = b"".join(stream)
    # What is left after the cuts comes in one piece, with all the whole frames in it.
    for size in [*cuts, len(rest)]:
        data, rest = rest[:size], rest[size:]
        if data:
            plain.receive(data)
            quick.receive(data)
    assert quick.events == plain.events
    assert quick.sent == plain.sent
    assert quick.protocol.state is plain.protocol.state


@given(st.lists(st.binary(max_size=MAX_BYTES), max_size=5))
def test_whole_text_messages_do_not_reach_the_library(payloads: list[bytes]) -> None:
    reader = FrameReader(MAX_BYTES)
    reader.add(b"".join(Frame(Opcode.TEXT, data).serialize(mask=True) for data in payloads))
    found: list[bytes] = []
    while piece := reader.next(takes_messages=True):
        assert piece.is_message
        found.append(piece.data)
    assert found == payloads


def test_a_message_at_the_limit_is_read_and_one_above_is_left_to_the_library() -> None:
    reader = FrameReader(MAX_BYTES)
    for size in (MAX_BYTES, MAX_BYTES + 1):
        reader.add(Frame(Opcode.TEXT, b"a" * size).serialize(mask=True))
        piece = reader.next(takes_messages=True)
        assert piece is not None
        assert piece.is_message == (size == MAX_BYTES)
        assert reader.next(takes_messages=True) is None


@given(st.binary(max_size=400), st.lists(st.integers(1, 50)))
def test_garbage_is_passed_on_as_it_is(garbage: bytes, cuts: list[int]) -> None:
    reader = FrameReader(MAX_BYTES)
    passed = b""
    at = 0
    for size in [*cuts, len(garbage)]:
        if garbage[at : at + size]:
            reader.add(garbage[at : at + size])
        at += size
        while piece := reader.next(takes_messages=False):
            passed += piece.data
    assert garbage.startswith(passed)
    assert len(garbage) - len(passed) < 10, "more than an unfinished head is kept"


@given(st.lists(frames(), max_size=2), st.integers(0, 3))
def test_a_message_that_comes_alone_is_read_as_by_the_steps(
    stream: list[bytes], missing: int
) -> None:
    data = b"".join(stream)[: -missing or None]
    steps = FrameReader(MAX_BYTES)
    steps.add(data)
    piece = steps.next(takes_messages=True)
    is_alone = (
        piece is not None and piece.is_message and piece.opcode == Opcode.TEXT and steps.is_empty
    )
    alone = FrameReader(MAX_BYTES).only_text(data)
    assert (alone is not None) == is_alone
    assert piece is None or alone in {None, piece.data}


def test_nothing_is_alone_behind_what_is_unread() -> None:
    reader = FrameReader(MAX_BYTES)
    frame = b"\x81\x82\0\0\0\0{}"
    assert reader.only_text(frame) == b"{}"
    reader.add(frame[:3])
    assert reader.next(takes_messages=True) is not None  # for the parser, which is owed the rest
    assert reader.only_text(frame) is None
