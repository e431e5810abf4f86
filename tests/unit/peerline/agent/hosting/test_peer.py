"""Tests of peerline.agent.hosting.peer."""

import asyncio
import json
from typing import Any

import pytest

from peerline.agent.hosting.peer import (
    INTERNAL,
    MAX_REQUESTS,
    NO_METHOD,
    AgentEnded,
    Peer,
    RpcError,
)


class Line:
    """The other side: what has been sent, and what passes by."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.shown: list[Any] = []
        self.received: list[Any] = []
        self.may_answer = asyncio.Event()
        self._news = asyncio.Event()
        self.peer = Peer(
            self._take,
            self._handle,
            self.shown.append,
            self.received.append,
        )

    def _take(self, line: bytes) -> None:
        self.sent.append(json.loads(line))
        self._news.set()

    async def has_sent(self, count: int) -> None:
        """Wait for this number of messages."""
        while len(self.sent) < count:
            self._news.clear()
            await self._news.wait()

    async def _handle(self, method: str, params: dict[str, Any]) -> object:
        if method == "unknown":
            raise RpcError(NO_METHOD, "no")
        if method == "fails":
            raise ValueError("a secret of ours")
        await self.may_answer.wait()
        return {"echo": params}

    def say(self, **message: Any) -> None:
        self.peer.receive(json.dumps({"jsonrpc": "2.0", **message}).encode())


async def test_a_request_gets_its_answer_and_others_may_see_another_one() -> None:
    line = Line()
    asked = asyncio.create_task(line.peer.request("go", {"text": "fenced"}, {"text": "plain"}))
    await asyncio.sleep(0)
    (sent,) = line.sent
    assert sent["params"] == {"text": "fenced"}
    assert line.shown[0]["params"] == {"text": "plain"}
    line.say(id="1", result={"wrong": True})  # another id
    line.say(id=sent["id"], result={"done": True})
    assert await asked == {"done": True}
    line.say(id=sent["id"], result={"late": True})


async def test_a_refusal_and_an_end_are_errors() -> None:
    line = Line()
    refused = asyncio.create_task(line.peer.request("go", {}))
    await asyncio.sleep(0)
    line.say(id=line.sent[0]["id"], error={"code": -32000, "message": "sign in"})
    with pytest.raises(RpcError, match="sign in") as error:
        await refused
    assert error.value.code == -32000
    ended = asyncio.create_task(line.peer.request("go", {}))
    await asyncio.sleep(0)
    line.peer.end()
    with pytest.raises(AgentEnded):
        await ended
    with pytest.raises(AgentEnded):
        await line.peer.request("go", {})
    line.peer.notify("note", {})
    assert len(line.sent) == 2


async def test_requests_of_the_agent_are_answered_at_once() -> None:
    line = Line()
    line.say(id=1, method="slow", params={"a": 1})
    line.say(id=2, method="unknown")
    line.say(id=3, method="fails")
    line.say(method="note", params={})
    await line.has_sent(2)
    line.may_answer.set()
    await line.has_sent(3)
    found = {message["id"]: message for message in line.sent}
    assert found[1]["result"] == {"echo": {"a": 1}}
    assert found[2]["error"] == {"code": NO_METHOD, "message": "no"}
    assert found[3]["error"] == {"code": INTERNAL, "message": "it failed"}
    assert [message["method"] for message in line.received] == ["slow", "unknown", "fails", "note"]
    await line.peer.close()


async def test_too_many_requests_at_once_are_refused() -> None:
    line = Line()
    for number in range(MAX_REQUESTS + 1):
        line.say(id=number, method="slow")
    (refused,) = line.sent
    assert (refused["id"], refused["error"]["code"]) == (MAX_REQUESTS, INTERNAL)
    await line.peer.close()


@pytest.mark.parametrize("odd", [b"", b"{", b"[]", b"[" * 100_000, b"\xff", b"1", b'{"id":[]}'])
async def test_a_line_that_makes_no_sense_is_left_out(odd: bytes) -> None:
    line = Line()
    line.peer.receive(odd)
    line.say(id=1, method="unknown")
    await line.has_sent(1)
    await line.peer.close()
