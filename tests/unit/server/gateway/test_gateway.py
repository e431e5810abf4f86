"""Tests of server.gateway and server.joining over real sockets."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.errors import CloseCode
from peerline.protocol.roles import Role
from peerline_server.core.records import NewEvent
from peerline_server.store.sqlite import SqliteStore
from tests.unit.server.conftest import SESSION, Door, OpenDoor, RawClient


def chat(content: Any = "hi", **fields: Any) -> dict[str, Any]:
    return {"type": "chat_message", "session_id": SESSION, "content": content, **fields}


def cursor(line: Any = 1, file: str = "a.py") -> dict[str, Any]:
    data = {"file": file, "line": line, "column": 1}
    return {"type": "cursor_update", "session_id": SESSION, "data": data}


async def test_the_first_message_is_connected_with_the_snapshot(door: Door) -> None:
    host = await door.join("host")
    connected = host.connected
    assert connected["user"] == {"id": "host", "username": "Host", "role": "host"}
    assert connected["role"] == "host"
    assert connected["session"]["title"] == "Test"
    assert [person["id"] for person in connected["participants"]] == ["host"]
    assert connected["comments"] == connected["messages"] == []
    assert connected["seq"] == 1
    assert connected["epoch"]
    assert connected["resumed"] is False
    assert connected["limits"]["max_message_bytes"] == 65536


@pytest.mark.parametrize("way", ["header", "subprotocol", "query"])
async def test_a_token_in_the_handshake_joins_at_once(door: Door, way: str) -> None:
    token = door.token("host")
    options: dict[str, Any] = {}
    path = f"/ws/session/{SESSION}"
    match way:
        case "header":
            options["additional_headers"] = {"Authorization": f"Bearer {token}"}
        case "subprotocol":
            options["subprotocols"] = ["peerline.v1", f"bearer.{token}"]
        case _:
            path += f"?token={token}"
    client = await door.connect(path, **options)
    assert (await client.receive())["type"] == "connected"


async def test_a_token_in_the_query_can_be_turned_off(open_door: OpenDoor) -> None:
    door = await open_door(allow_query_token=False)
    client = await door.connect(f"/ws/session/{SESSION}?token={door.token('host')}")
    await client.send(type="join_session", session_id=SESSION)
    assert (await client.receive())["error_code"] == "AUTH_REQUIRED"


async def test_a_guest_needs_only_a_link_and_a_name_and_can_come_back(door: Door) -> None:
    code = await door.invite(Role.EDITOR, uses=1)
    guest = await door.connect()
    await guest.send(type="join_session", session_id=SESSION, invite=code, username="Zoë\u202e 🦊")
    first = await guest.receive()
    assert first["user"]["username"] == "Zoë 🦊"
    assert first["role"] == "editor"
    again = await door.connect()
    await again.send(type="join_session", session_id=SESSION, auth_token=first["auth_token"])
    second = await again.receive()
    assert second["user"] == first["user"]
    third = await door.connect()
    await third.send(type="join_session", session_id=SESSION, invite=code, username="Other")
    assert (await third.receive())["error_code"] == "INVITE_EXHAUSTED"


def foreign(**claims: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "sub": "host",
        "name": "Host",
        "iss": "peerline",
        "aud": "peerline",
        "iat": now,
        "exp": now + timedelta(days=1),
    } | claims


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("not a token", "TOKEN_INVALID"),
        (jwt.encode(foreign(), "k" * 64, algorithm="HS256"), "TOKEN_INVALID"),
        (jwt.encode(foreign(), "", algorithm="none"), "TOKEN_INVALID"),
    ],
    ids=["garbage", "foreign signature", "alg none"],
)
async def test_a_bad_token_is_refused_and_the_socket_closed(
    door: Door, token: str, code: str
) -> None:
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, auth_token=token)
    error = await client.receive()
    assert (error["type"], error["error_code"]) == ("error", code)
    with pytest.raises(ConnectionClosed) as closed:
        await client.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_an_expired_token_says_so(door: Door) -> None:
    client = await door.connect()
    token = door.token("host", seconds=-100)
    await client.send(type="join_session", session_id=SESSION, auth_token=token)
    assert (await client.receive())["error_code"] == "TOKEN_EXPIRED"


async def test_who_is_no_participant_needs_an_invite(door: Door) -> None:
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, auth_token=door.token("bob"))
    assert (await client.receive())["error_code"] == "NOT_A_PARTICIPANT"


async def test_an_expired_invite_is_refused(door: Door) -> None:
    code = await door.invite(Role.EDITOR, expires=timedelta(seconds=-1))
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, invite=code, username="Bob")
    assert (await client.receive())["error_code"] == "INVITE_EXPIRED"


async def test_an_invite_raises_a_role_and_never_lowers_it(door: Door) -> None:
    viewer = await door.join("bob", Role.VIEWER)
    assert viewer.connected["role"] == "viewer"
    editor = await door.join("bob", Role.EDITOR)
    assert editor.connected["role"] == "editor"
    again = await door.join("bob", Role.VIEWER)
    assert again.connected["role"] == "editor"


async def test_a_session_that_does_not_exist(door: Door) -> None:
    client = await door.connect("/ws/session/nowhere")
    await client.send(type="join_session", session_id="nowhere", auth_token=door.token("host"))
    assert (await client.receive())["error_code"] == "SESSION_NOT_FOUND"


BAD = [
    ("this is not JSON", "INVALID_JSON"),
    ('{"type":"fly","session_id":"session1"}', "UNKNOWN_TYPE"),
    ('["chat_message"]', "UNKNOWN_TYPE"),
    (json.dumps(chat(extra=1)), "UNKNOWN_FIELD"),
    ('{"type":"chat_message","session_id":"session1"}', "INVALID_FIELD"),
    (json.dumps(chat(content=5)), "INVALID_FIELD"),
    (json.dumps(cursor(0)), "INVALID_FIELD"),
    (json.dumps(cursor(-1)), "INVALID_FIELD"),
    (json.dumps(cursor(2**63)), "INVALID_FIELD"),
    (json.dumps(cursor(1.5)), "INVALID_FIELD"),
    (json.dumps(cursor(float("nan"))), "INVALID_FIELD"),
    (json.dumps(cursor(file="../../etc/passwd")), "INVALID_FIELD"),
    (json.dumps(chat("")), "INVALID_FIELD"),
    (json.dumps(chat("\x00")), "INVALID_FIELD"),
    (json.dumps(chat("x" * 8_001)), "INVALID_FIELD"),
    ('{"type":"chat_message","session_id":"session1","content":"\\ud800"}', "INVALID_JSON"),
    (json.dumps(chat("x" * 1_000_000)), "MESSAGE_TOO_LARGE"),
    (b"binary", "BINARY_NOT_SUPPORTED"),
    (json.dumps(chat() | {"session_id": "other"}), "SESSION_MISMATCH"),
    (json.dumps({"type": "join_session", "session_id": SESSION}), "ALREADY_JOINED"),
]


@pytest.mark.parametrize(("frame", "code"), BAD, ids=[f"{n}-{bad[1]}" for n, bad in enumerate(BAD)])
async def test_bad_input_is_refused_with_its_reason_and_the_connection_survives(
    door: Door, frame: str | bytes, code: str
) -> None:
    client = await door.join("host")
    await client.socket.send(frame)
    error = await client.receive()
    assert (error["type"], error["error_code"]) == ("error", code)
    await client.send(**chat("still here", request_id="r1"))
    assert (await client.receive_type("ack"))["request_id"] == "r1"


async def test_a_message_before_joining_is_refused_and_the_connection_survives(door: Door) -> None:
    client = await door.connect()
    await client.send(**chat(request_id="r1"))
    error = await client.receive()
    assert (error["error_code"], error["request_id"]) == ("NOT_JOINED", "r1")
    await client.send(type="join_session", session_id=SESSION, auth_token=door.token("host"))
    assert (await client.receive())["type"] == "connected"


async def test_what_is_sent_right_behind_a_join_is_not_lost(door: Door) -> None:
    client = await door.connect()
    join = {"type": "join_session", "session_id": SESSION, "auth_token": door.token("host")}
    await client.send(**join)
    await client.send(**chat("early", request_id="r1"))
    assert (await client.receive())["type"] == "connected"
    assert (await client.receive_type("ack"))["seq"] == 2


async def test_a_silent_socket_is_closed_at_the_sign_in_deadline(open_door: OpenDoor) -> None:
    door = await open_door(auth_timeout_seconds=0.1)
    client = await door.connect()
    assert (await client.receive())["error_code"] == "AUTH_REQUIRED"
    with pytest.raises(ConnectionClosed) as closed:
        await client.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4408


async def test_chat_reaches_everybody_with_its_place_and_is_acknowledged(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    await bob.send(**chat("hello @host", mentions=["host"], request_id="r1"))
    seen = await host.receive_type("chat_message")
    assert seen["message"]["content"] == "hello @host"
    assert seen["message"]["user_id"] == "bob"
    ack = await bob.receive_type("ack")
    assert ack == {"type": "ack", "session_id": SESSION, "request_id": "r1", "seq": seen["seq"]}


async def test_the_same_request_has_one_effect_on_any_connection(door: Door) -> None:
    host = await door.join("host")
    await host.send(**chat("once", request_id="r1"))
    first = await host.receive_type("ack")
    other = await door.join("host")
    await other.send(**chat("once", request_id="r1"))
    assert (await other.receive_type("ack"))["seq"] == first["seq"]
    third = await door.join("host")
    assert [message["content"] for message in third.connected["messages"]] == ["once"]


async def test_an_answer_to_a_message_that_does_not_exist_is_refused(door: Door) -> None:
    host = await door.join("host")
    await host.send(**chat("re", parent_id="nothing", request_id="r1"))
    assert (await host.receive_type("error"))["error_code"] == "MESSAGE_NOT_FOUND"


async def test_presence_goes_to_the_others_and_not_to_oneself(door: Door) -> None:
    host = await door.join("host")
    bob = await door.join("bob", Role.VIEWER)
    await bob.send(**cursor(42))
    seen = await host.receive_type("presence_update")
    assert seen["user_id"] == "bob"
    assert seen["presence"]["cursor"] == {"file": "a.py", "line": 42, "col": 1}
    await host.send(**cursor(7))
    own = await bob.receive_type("presence_update")
    assert own["user_id"] == "host"


async def test_a_user_leaves_with_the_last_connection(door: Door) -> None:
    host = await door.join("host")
    first = await door.join("bob", Role.EDITOR)
    second = await door.join("bob")
    await first.socket.close()
    await host.send(**chat("marker"))
    assert (await host.receive_type("user_left", "chat_message"))["type"] == "chat_message"
    await second.send(type="leave_session", session_id=SESSION, request_id="bye")
    assert (await second.receive_type("ack"))["request_id"] == "bye"
    assert (await host.receive_type("user_left"))["user_id"] == "bob"


async def test_a_broken_connection_leaves_after_the_grace(open_door: OpenDoor) -> None:
    door = await open_door(leave_grace_seconds=0.1)
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    bob.socket.transport.abort()
    assert (await host.receive_type("user_left"))["username"] == "Bob"


async def resume(door: Door, client: RawClient, seq: int) -> list[dict[str, Any]]:
    again = await door.connect()
    await again.send(
        type="join_session",
        session_id=SESSION,
        auth_token=door.token("bob"),
        resume={"epoch": client.connected["epoch"], "seq": seq},
    )
    connected = await again.receive()
    frames = [connected]
    while connected["resumed"] and len(frames) <= connected["seq"] - seq:
        frames.append(await again.receive())
    return frames


async def test_a_resume_brings_exactly_what_was_missed(open_door: OpenDoor) -> None:
    door = await open_door()
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    bob.socket.transport.abort()
    for number in range(5):
        await host.send(**chat(str(number), request_id=str(number)))
        await host.receive_type("ack")
    connected, *missed = await resume(door, bob, bob.connected["seq"])
    assert connected["resumed"] is True
    assert [frame["message"]["content"] for frame in missed] == ["0", "1", "2", "3", "4"]
    await door.server.stop()
    door.stack.pop_all()
    door = await open_door()
    connected, *missed = await resume(door, bob, bob.connected["seq"])
    assert connected["resumed"] is True
    assert [frame["message"]["content"] for frame in missed] == ["0", "1", "2", "3", "4"]


async def test_a_resume_from_another_epoch_or_the_future_gets_a_snapshot(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    assert (await resume(door, bob, 99))[0]["resumed"] is False
    bob.connected["epoch"] = "another"
    assert (await resume(door, bob, 1))[0]["resumed"] is False


@pytest.mark.parametrize("limit", [3, 4])
async def test_a_replay_beyond_its_limit_becomes_a_snapshot(
    open_door: OpenDoor, limit: int
) -> None:
    door = await open_door(replay_events=limit)
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    for number in range(4):
        await host.send(**chat(str(number), request_id=str(number)))
        await host.receive_type("ack")
    assert (await resume(door, bob, bob.connected["seq"]))[0]["resumed"] is (limit == 4)


@pytest.mark.parametrize(("count", "is_replayed"), [(3, True), (200, False)])
async def test_a_replay_beyond_its_bytes_becomes_a_snapshot(
    open_door: OpenDoor, count: int, *, is_replayed: bool
) -> None:
    door = await open_door(messages_per_minute=10_000)
    host = await door.join("host")
    bob = await door.join("bob", Role.EDITOR)
    await bob.socket.close()
    for number in range(count):
        await host.send(**chat("漢" * 8_000, request_id=str(number)))
        await host.receive_type("ack")
    back = await door.connect(max_size=None)
    point = {"epoch": bob.connected["epoch"], "seq": bob.connected["seq"]}
    await back.send(
        type="join_session", session_id=SESSION, auth_token=door.token("bob"), resume=point
    )
    connected = await back.receive()
    assert connected["resumed"] is is_replayed
    await back.send(**chat("still here", request_id="after"))
    await back.receive_type("ack")


async def test_no_participant_makes_a_session_too_large_to_join(open_door: OpenDoor) -> None:
    door = await open_door(messages_per_minute=10_000)
    mallory = await door.join("mallory", Role.EDITOR)
    context = ["漢" * 500] * 5
    data = {"file": "a.py", "line": 1, "content": "漢" * 8_000, "code_snippet": "漢" * 2_000}
    data |= {"context_before": context, "context_after": context}
    answer = {"type": "ack"}
    count = 0
    while answer["type"] == "ack":
        message = {"type": "add_comment", "session_id": SESSION, "request_id": str(count)}
        await mallory.socket.send(json.dumps({**message, "data": data}, ensure_ascii=False))
        answer = await mallory.receive_type("ack", "error")
        count += 1
        assert count < 300, "there is no limit"
    assert answer["error_code"] == "LIMIT_EXCEEDED"
    carol = await door.connect(max_size=16 * 2**20)
    invite = await door.invite(Role.VIEWER)
    await carol.send(type="join_session", session_id=SESSION, username="carol", invite=invite)
    connected = await carol.receive()
    assert connected["type"] == "connected"
    assert len(connected["comments"]) == count - 1


async def test_a_first_message_may_be_longer_than_what_a_slow_peer_may_leave_unread(
    open_door: OpenDoor,
) -> None:
    door = await open_door(outbox_hard_bytes=50_000, outbox_soft_bytes=10_000)
    host = await door.join("host")
    for number in range(10):
        await host.send(**chat("x" * 8_000, request_id=str(number)))
        await host.receive_type("ack")
    bob = await door.join("bob", Role.EDITOR)
    assert len(bob.connected["messages"]) == 10


async def test_the_rate_of_durable_messages_is_held_at_both_sides(open_door: OpenDoor) -> None:
    door = await open_door(messages_per_minute=3)
    host = await door.join("host")
    for number in range(4):
        await host.send(**chat("x", request_id=str(number)))
    answers = [await host.receive_type("ack", "error") for _ in range(4)]
    by_id = {answer["request_id"]: answer for answer in answers}
    assert [by_id[str(number)]["type"] for number in range(4)] == ["ack", "ack", "ack", "error"]
    assert by_id["3"]["error_code"] == "RATE_LIMITED"
    assert 0 < by_id["3"]["retry_after"] <= 20


@pytest.mark.parametrize("size", [1_000, 1_001])
async def test_the_size_of_a_message_is_held_at_both_sides(open_door: OpenDoor, size: int) -> None:
    door = await open_door(max_message_bytes=1_000)
    host = await door.join("host")
    frame = json.dumps(chat("", request_id="r1"))
    frame = json.dumps(chat("x" * (size - len(frame)), request_id="r1"))
    assert len(frame) == size
    await host.socket.send(frame)
    answer = await host.receive_type("ack", "error")
    assert answer["type"] == ("ack" if size == 1_000 else "error")


async def test_a_frame_beyond_the_hard_limit_closes_the_socket(open_door: OpenDoor) -> None:
    door = await open_door(max_frame_bytes=10_000, max_message_bytes=1_000)
    host = await door.join("host")
    await host.socket.send("x" * 10_001)
    with pytest.raises(ConnectionClosed) as closed:
        await host.receive_type("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("limit", [1, 2])
async def test_the_connections_of_a_user_are_limited(open_door: OpenDoor, limit: int) -> None:
    door = await open_door(max_connections_per_user=limit)
    await door.join("host")
    client = await door.connect()
    await client.send(type="join_session", session_id=SESSION, auth_token=door.token("host"))
    answer = await client.receive()
    assert (answer["type"] == "connected") is (limit == 2)


async def test_a_browser_of_an_unknown_origin_is_refused(door: Door) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await door.connect(origin="http://evil.example")
    assert refused.value.response.status_code == 403


async def test_health_and_unknown_paths_over_http(door: Door) -> None:
    host, port = door.address.split(":")
    paths = (("/healthz", b"200"), ("/readyz", b"200"), ("/elsewhere", b"404"))
    for path, status in paths:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {door.address}\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        assert answer.split()[1] == status


async def test_a_peer_that_does_not_read_is_cut_and_the_others_go_on(open_door: OpenDoor) -> None:
    door = await open_door(
        outbox_hard_bytes=300_000, outbox_soft_bytes=50_000, messages_per_minute=10_000
    )
    host = await door.join("host")
    lazy = await door.join("bob", Role.EDITOR)
    lazy.socket.transport.pause_reading()
    sent = 0
    while len(door.server._gateway.connections) == 2:  # pyright: ignore[reportOptionalMemberAccess, reportPrivateUsage]
        await host.send(**chat("x" * 8_000, request_id=str(sent)))
        await host.receive_type("ack")
        sent += 1
        assert sent < 2_000, "the peer was never cut"


async def test_a_server_that_stops_says_come_back(open_door: OpenDoor) -> None:
    door = await open_door()
    client = await door.join("host")
    await door.server.stop()
    door.stack.pop_all()
    with pytest.raises(ConnectionClosed) as closed:
        await client.receive_type("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4512


async def test_the_log_shows_no_secret_and_no_content(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = door.token("host")
    code = await door.invite(Role.EDITOR)
    client = await door.connect(f"/ws/session/{SESSION}?token={token}")
    await client.receive()
    await client.send(**chat("classified-content"))
    await client.socket.send('{"type":"chat_message","classified-content":1}')
    await client.receive_type("error")
    async with connect(f"ws://{door.address}/ws?invite={code}&token={token}x") as other:
        await other.send('{"type":"join_session","session_id":"session1","auth_token":"bad-token"}')
        await other.recv()
    server_log = "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("peerline")
    )
    assert server_log
    for secret in (token, code, "bad-token", "classified-content"):
        assert secret not in server_log


async def test_what_another_process_wrote_is_caught_up_with_by_a_resume(door: Door) -> None:
    host = await door.join("host")
    message = ChatMessage(
        id="m1", user_id="host", username="Host", content="aside", timestamp=datetime.now(UTC)
    )
    other = SqliteStore(door.data_dir)
    await other.open()
    await other.submit(
        NewEvent(ChatMessageSent(session_id=SESSION, seq=0, message=message), "host")
    )
    await other.close()
    await host.send(**chat("own"))
    with pytest.raises(ConnectionClosed) as closed:
        await host.receive_type("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    again = await door.join("host")
    assert [item["content"] for item in again.connected["messages"]] == ["aside", "own"]


@pytest.mark.parametrize("target", ["//[", "//[::1", "/ws/session/[", "//]/ws", "//h:port/ws"])
async def test_a_malformed_request_target_gets_a_400(
    door: Door, caplog: pytest.LogCaptureFixture, target: str
) -> None:
    host, _, port = door.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 ", b"HTTP/1.1 426 "))
    assert target not in {"//[", "//[::1"} or b" 400 " in answer
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(("count", "is_cut"), [(5, False), (6, True)])
async def test_a_peer_whose_messages_are_refused_is_cut_at_the_limit(
    open_door: OpenDoor, count: int, *, is_cut: bool
) -> None:
    door = await open_door(bad_messages_per_minute=5)
    client = await door.connect("/ws")
    for _ in range(count):
        await client.socket.send("{}")
        assert (await client.receive())["error_code"] == "UNKNOWN_TYPE"
    if is_cut:
        await client.socket.wait_closed()
        assert client.socket.close_code == CloseCode.FLOODED
    else:
        await client.socket.send("{}" * 2)
        assert (await client.receive())["type"] == "error"
