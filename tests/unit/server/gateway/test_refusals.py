"""A peer that is refused much: few answers, each refusal counted, and its end at the limit."""

import json
import re
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.wire import BINARY, TEXT, client_frame
from peerline.documents.frames import AccessDenied, Update, decode_message, encode_frame
from peerline.protocol.errors import CloseCode
from peerline_server.documents.limits import MAX_REFUSALS
from peerline_server.transport.budget import SLICE_FRAMES
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient
from tests.unit.server.document_client import DocumentClient

LEAVE = b'{"type":"leave_session","session_id":"session1"}'
_MORE = re.compile(r" \(and (\d+) more refused with this code\)$")


@pytest.fixture(autouse=True)
def slices_of_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """End slices by their number of frames alone, however slow this machine is."""
    monkeypatch.setattr("peerline_server.transport.budget.SLICE_SECONDS", 600.0)


def write(client: RawClient, *frames: bytes) -> None:
    """Write all of them in one piece."""
    client.socket.transport.write(b"".join(frames))


def refused(error: dict[str, Any]) -> int:
    """The number of messages that an error answers."""
    more = _MORE.search(error["message"])
    return 1 + (int(more[1]) if more else 0)


async def pong(client: RawClient) -> None:
    """Wait until everything that was written before is answered."""
    await (await client.socket.ping())


async def next_frame(client: RawClient) -> bytes | None:
    """The next binary frame; None once the socket is closed."""
    try:
        frame = await client.socket.recv()
    except ConnectionClosed:
        return None
    assert isinstance(frame, bytes)
    return frame


@pytest.mark.parametrize(
    ("count", "most"), [(1, 1), (2, 1), (SLICE_FRAMES, 1), (SLICE_FRAMES + 1, 2)]
)
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (client_frame(TEXT, b"{}"), "UNKNOWN_TYPE"),
        (client_frame(TEXT, b"{"), "INVALID_JSON"),
        (client_frame(TEXT, LEAVE), "NOT_JOINED"),
        (client_frame(BINARY, b"x"), "BINARY_NOT_SUPPORTED"),
    ],
    ids=["text", "no JSON", "not joined", "binary"],
)
async def test_what_is_refused_in_one_slice_has_one_answer(
    door: Door, frame: bytes, code: str, count: int, most: int
) -> None:
    client = await door.connect("/ws")
    write(client, frame * count)
    errors: list[dict[str, Any]] = []
    while sum(map(refused, errors)) < count:
        errors.append(await client.receive())
    assert {error["error_code"] for error in errors} == {code}
    assert sum(map(refused, errors)) == count, "each is counted once"
    assert len(errors) <= most


async def test_each_code_has_an_answer_in_the_order_of_the_first(door: Door) -> None:
    client = await door.connect("/ws")
    write(client, *(client_frame(TEXT, text) for text in (b"{}", b"{", b"{}", LEAVE, b"{")))
    errors = [await client.receive() for _ in range(3)]
    assert [(error["error_code"], refused(error)) for error in errors] == [
        ("UNKNOWN_TYPE", 2),
        ("INVALID_JSON", 2),
        ("NOT_JOINED", 1),
    ]


async def test_a_request_has_its_own_answer_among_those_that_are_none(door: Door) -> None:
    client = await door.connect("/ws")
    requests = [json.dumps({"type": "nonsense", "request_id": f"r{n}"}) for n in range(5)]
    frames = [client_frame(TEXT, request.encode()) for request in requests]
    write(client, *(client_frame(TEXT, b"{}") + frame for frame in frames))
    errors = [await client.receive() for _ in range(6)]
    assert [error.get("request_id") for error in errors] == [None, "r0", "r1", "r2", "r3", "r4"]
    assert [refused(error) for error in errors] == [5, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(("count", "is_cut"), [(5, False), (6, True)])
@pytest.mark.parametrize(
    ("frame", "answers"),
    [
        (client_frame(TEXT, b"{}"), 1),
        (client_frame(TEXT, b'{"type":"nonsense","request_id":"r"}'), 0),
        (client_frame(BINARY, b"x"), 1),
    ],
)
async def test_a_peer_is_cut_by_the_messages_that_were_refused_not_by_their_answers(
    open_door: OpenDoor, frame: bytes, answers: int, count: int, *, is_cut: bool
) -> None:
    door = await open_door(bad_messages_per_minute=5)
    client = await door.connect("/ws")
    write(client, frame * (count + (3 if is_cut else 0)))
    errors = [await client.receive() for _ in range(answers or count)]
    assert sum(map(refused, errors)) == count, "what comes after the end is not looked at"
    if is_cut:
        await client.socket.wait_closed()
        assert client.socket.close_code == CloseCode.FLOODED
    else:
        await pong(client)


async def test_updates_that_are_refused_have_one_answer_and_close_their_channel(
    door: Door,
) -> None:
    host = DocumentClient(await door.join("host"))
    text = await host.open(await host.shared("a.py", "x\n"))
    nonsense = client_frame(BINARY, encode_frame(text.channel, Update(b"\xff\xff\xff")))
    write(host.raw, nonsense * MAX_REFUSALS)
    error = await host.raw.receive_type("error")
    assert (error["error_code"], refused(error)) == ("UPDATE_REFUSED", MAX_REFUSALS)
    assert error["document_id"] == text.opened["document_id"]
    assert (await host.raw.receive())["type"] == "document_closed"


@pytest.mark.parametrize("count", [1, SLICE_FRAMES + 1])
async def test_a_socket_of_one_document_is_refused_once_and_ends(door: Door, count: int) -> None:
    host = DocumentClient(await door.join("host"))
    document_id = await host.shared("a.py", "x\n")
    client = await door.connect(f"/ws/doc/{SESSION}/{document_id}?token={door.token('host')}")
    await client.socket.recv()
    write(client, client_frame(BINARY, b"\xff") * count)
    denials = 0
    while (frame := await next_frame(client)) is not None:
        denials += isinstance(decode_message(frame), AccessDenied)
    assert denials == 1
    assert client.socket.close_code == CloseCode.FORBIDDEN
