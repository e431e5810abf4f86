"""Tests of unsent.sender: a real client against a scripted server on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from peerline.client import (
    Client,
    Credentials,
    LinkState,
    RequestRefused,
    Timing,
    TooManyRequests,
)
from peerline.client.pending import PendingQueue
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.links import SessionLink
from peerline_bridge.unsent import sender
from peerline_bridge.unsent.sender import Sender
from peerline_bridge.unsent.storage import SessionFile

NOW = "2026-01-01T00:00:00.000Z"
LIMITS = {
    "max_message_bytes": 1,
    "max_content_chars": 1,
    "messages_per_minute": 1,
    "presence_interval_ms": 1,
    "snapshot_messages": 1,
    "heartbeat_seconds": 1,
}
ME = {"id": "alice", "username": "Alice", "role": "editor"}


def say(content: str) -> SendChatMessage:
    return SendChatMessage(session_id="s", content=content)


class Room:
    """A server that answers chat as it is told, and the sender of a client who is in."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        """(request_id, content) of each chat message."""
        self.answers: list[dict[str, Any] | None] = []
        """To the next messages; then acks. None: no answer, the connection breaks."""
        self.file = SessionFile(PendingQueue(limit=3))
        self.changed = asyncio.Event()
        self.is_in = asyncio.Event()
        self.sender = Sender(self.file, self.changed.set)

    async def handle(self, socket: ServerConnection) -> None:
        await socket.recv()
        snapshot: dict[str, Any] = {
            "type": "connected",
            "session_id": "s",
            "user": ME,
            "role": "editor",
            "connection_id": "c",
            "seq": 1,
            "epoch": "e",
            "resumed": False,
            "limits": LIMITS,
            "session": {"id": "s", "title": "T", "created_at": NOW},
            "participants": [{**ME, "joined_at": NOW}],
        }
        await socket.send(json.dumps(snapshot))
        async for frame in socket:
            message = json.loads(frame)
            if message["type"] != "chat_message":
                continue
            self.received.append((message["request_id"], message["content"]))
            answer = self.answers.pop(0) if self.answers else {"type": "ack", "seq": 7}
            if answer is None:
                await socket.close(1012)
                return
            reply = {"session_id": "s", "request_id": message["request_id"], **answer}
            await socket.send(json.dumps(reply))

    def on_state(self, state: LinkState, *_: object) -> None:
        if state is LinkState.JOINED:
            self.sender.joined(self.client, "alice")
            self.is_in.set()
        else:
            self.sender.parted()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def enter(self, port: int) -> None:
        self.client = Client(
            SessionLink(f"127.0.0.1:{port}", "s"),
            Credentials(auth_token="t"),
            on_state=self.on_state,
            timing=Timing(backoff_base=0.01, backoff_cap=0.05, leave=0.3),
        )
        self.client.start()
        async with asyncio.timeout(60):
            await self.is_in.wait()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    async with serve(room.handle, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        await room.enter(port)
        try:
            yield room
        finally:
            await room.client.close()
            await room.sender.close()


def error(code: str, **extra: Any) -> dict[str, Any]:
    return {"type": "error", "error_code": code, "message": "no", "timestamp": NOW, **extra}


async def test_in_good_weather_a_message_is_sent_at_once_and_nothing_waits(room: Room) -> None:
    assert await room.sender.submit(say("hello")) == 7
    assert room.sender.visible() == []
    assert [content for _, content in room.received] == ["hello"]


async def test_a_refusal_goes_to_who_asked_and_nothing_is_kept(room: Room) -> None:
    room.answers = [error("PERMISSION_DENIED")]
    with pytest.raises(RequestRefused):
        await room.sender.submit(say("may I?"))
    assert room.file.queue.items == []


async def test_a_busy_server_is_asked_again_with_the_same_id(room: Room) -> None:
    room.answers = [error("RATE_LIMITED", retry_after=0.01), error("SERVER_BUSY", retry_after=0.01)]
    assert await room.sender.submit(say("hello")) == 7
    assert len(room.received) == 3
    assert len(set(room.received)) == 1


async def test_a_lost_connection_answers_with_pending_and_sends_it_again(room: Room) -> None:
    room.answers = [None]
    assert await room.sender.submit(say("one")) is None
    assert [item.message for item in room.sender.visible()] != []
    assert await room.sender.submit(say("two")) in {None, 7}
    await room.until(lambda: room.file.queue.items == [])
    assert [content for _, content in room.received] == ["one", "one", "two"]
    assert room.received[0] == room.received[1]


async def test_who_gets_no_answer_in_time_is_told_that_it_waits(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ANSWER_SECONDS", 0.05)
    room.answers = [error("RATE_LIMITED", retry_after=0.3)]
    assert await room.sender.submit(say("hello")) is None
    assert len(room.sender.visible()) == 1
    await room.until(lambda: room.sender.visible() == [])
    assert len(set(room.received)) == 1


@pytest.mark.parametrize("extra", [0, 1])
async def test_no_more_is_taken_than_there_is_room_for(extra: int) -> None:
    room = Room()
    for number in range(2 + extra):
        assert await room.sender.submit(say(f"m{number}")) is None
    if extra:
        with pytest.raises(TooManyRequests):
            await room.sender.submit(say("one too many"))
    else:
        assert await room.sender.submit(say("the last one")) is None
    assert len(room.sender.visible()) == 3


async def test_what_is_written_while_nobody_is_there_can_be_changed_until_it_is_sent(
    room: Room,
) -> None:
    room.sender.parted()
    assert await room.sender.submit(say("helo")) is None
    for _ in range(5):  # the task that sends has its turns
        await asyncio.sleep(0)
    (item,) = room.sender.visible()
    assert item.sent_as is None
    room.sender.resend(item.request_id, say("hello"))
    room.sender.joined(room.client, "alice")
    await room.until(lambda: room.file.queue.items == [])
    assert [content for _, content in room.received] == ["hello"]


async def test_a_failure_of_any_kind_keeps_the_text_and_sends_it_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = room.client.request
    failures = iter([RuntimeError("injected"), OSError("injected")])

    async def request(message: Any, **options: Any) -> Any:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return await whole(message, **options)

    monkeypatch.setattr(room.client, "request", request)
    await room.sender.submit(say("one"))
    await room.sender.submit(say("two"))
    await room.until(lambda: room.file.queue.items == [])
    assert [content for _, content in room.received] == ["one", "two"]
