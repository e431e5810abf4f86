"""The limits of shared documents, each at both sides, on a real server."""

import asyncio
import base64
from typing import Any

import pytest

from peerline.documents.frames import Awareness, Update
from peerline.protocol.roles import Role
from peerline_server.documents.awareness import Entry, encode_states
from peerline_server.gateway.replies import Replies
from peerline_server.limits.token_bucket import TokenBucket
from peerline_server.settings import Settings
from peerline_server.transport.websocket import WebSocketTransport
from tests.unit.server.conftest import SESSION, Door, OpenDoor
from tests.unit.server.document_client import DocumentClient, OpenText

DEFAULTS = Settings()
HASH = "sha256:" + "0" * 64
"""Of another text."""


async def client(door: Door, name: str = "ann") -> DocumentClient:
    role = Role.HOST if name == "ann" else Role.EDITOR
    return DocumentClient(await door.join(name, role))


def test_the_defaults_are_those_that_are_promised() -> None:
    assert (DEFAULTS.max_documents, DEFAULTS.max_open_documents) == (200, 50)
    assert (DEFAULTS.max_awareness_bytes, DEFAULTS.awareness_per_second) == (4096, 20)
    assert (DEFAULTS.document_updates_per_second, DEFAULTS.document_bytes_per_second) == (
        100,
        2**20,
    )
    assert (DEFAULTS.max_document_bytes, DEFAULTS.max_document_lines) == (2**20, 50_000)
    assert DEFAULTS.max_update_bytes == 256 * 1024


@pytest.mark.parametrize("most", [0, 3, DEFAULTS.max_documents])
async def test_a_session_has_a_number_of_documents_and_no_more(
    open_door: OpenDoor, most: int
) -> None:
    door = await open_door(max_documents=most, messages_per_minute=10_000)
    ann = await client(door)
    ids = [await ann.shared(f"{number}.py", "x\n") for number in range(most)]
    refused = await ann.share("one-more.py", "x\n")
    assert refused["error_code"] == "LIMIT_EXCEEDED"
    assert refused["message"] == f"a session has at most {most} shared documents: unshare one"
    if ids:
        assert (await ann.ask("unshare_document", document_id=ids[0]))["type"] == "ack"
        assert (await ann.share("one-more.py", "x\n"))["type"] == "ack"


@pytest.mark.parametrize("most", [1, DEFAULTS.max_open_documents])
async def test_a_connection_has_a_number_of_documents_open_and_no_more(
    open_door: OpenDoor, most: int
) -> None:
    door = await open_door(max_open_documents=most, messages_per_minute=10_000)
    ann = await client(door)
    ids = [await ann.shared(f"{number}.py", "x\n") for number in range(most + 1)]
    for document_id in ids[:most]:
        await ann.open(document_id)
    refused = await ann.ask("open_document", document_id=ids[most])
    assert refused["error_code"] == "LIMIT_EXCEEDED"
    assert refused["message"] == f"at most {most} documents are open on a connection: close one"
    # It is a limit of a connection: others have their own, and one that is closed makes room.
    bob = await client(door, "bob")
    assert (await bob.open(ids[most])).text == "x\n"
    closed = await ann.ask("close_document", document_id=ids[0])
    assert closed["type"] in {"ack", "document_closed"}
    assert (await ann.open(ids[most])).text == "x\n"


LONG: list[tuple[dict[str, int], str, str]] = [
    ({"max_document_bytes": 1_000}, "é" * 499 + "x\n", "a shared text has at most 1000 bytes"),
    ({"max_document_lines": 10}, "x\n" * 10, "a shared text has at most 10 lines"),
]


@pytest.mark.parametrize(("settings", "text", "said"), LONG, ids=["bytes", "lines"])
async def test_a_text_is_as_long_as_it_may_be_and_no_longer(
    open_door: OpenDoor, settings: dict[str, int], text: str, said: str
) -> None:
    door = await open_door(**settings)
    ann = await client(door)
    refused = await ann.share("long.py", text + "x")
    assert refused["error_code"] == "DOCUMENT_TOO_LARGE"
    assert refused["message"].startswith(said)
    # By typing too.
    shared = await ann.open(await ann.shared("a.py", text[:-2]))
    await shared.edit(len(shared.text), text[-2:])
    await shared.until_kept()
    await shared.edit(len(shared.text), "x")
    error = await ann.receive("error")
    assert error["error_code"] == "DOCUMENT_TOO_LARGE"
    bob = await client(door, "bob")
    assert (await bob.open(shared.opened["document_id"])).text == text


async def refusal(ann: DocumentClient) -> dict[str, Any]:
    error = await ann.receive("error")
    assert error["error_code"] == "UPDATE_REFUSED"
    return error


async def test_an_update_is_as_long_as_it_may_be_and_no_longer(open_door: OpenDoor) -> None:
    most = 1_000
    door = await open_door(max_update_bytes=most)
    ann = await client(door)
    shared = await ann.open(await ann.shared("a.py", "x\n"))
    await shared.edit(2, "y" * 500)
    beside = len(await shared.edit(502, "y" * 500)) - 500
    assert len(await shared.edit(1_002, "y" * (most - beside))) == most
    await shared.until_kept()
    assert len(await shared.edit(1_002, "z" * (most - beside + 1))) > most
    assert str(most) in (await refusal(ann))["message"]


def state(text: OpenText, clock: int, length: int = 0) -> bytes:
    """Awareness with one state, and a text of a length in it."""
    return encode_states([Entry(text.opened["client_id"], clock, {"note": "x" * length})])


async def test_awareness_is_as_long_as_it_may_be_and_no_longer(open_door: OpenDoor) -> None:
    door = await open_door()
    ann, bob = await client(door), await client(door, "bob")
    document_id = await ann.shared("a.py", "x\n")
    mine, theirs = await ann.open(document_id), await bob.open(document_id)
    most = DEFAULTS.max_awareness_bytes
    fits = most - len(state(mine, 1, 1_000)) + 1_000
    assert len(state(mine, 1, fits)) == most
    await mine.send(Awareness(state(mine, 1, fits)))
    while not theirs.awareness:
        await bob.step()
    await mine.send(Awareness(state(mine, 2, fits + 1)))
    assert (await refusal(ann))["message"].endswith(
        f"awareness has at most {most} bytes, this has more"
    )
    assert len(theirs.awareness) == 1


async def test_awareness_beyond_its_rate_is_left_out(
    open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await open_door()
    ann, bob = await client(door), await client(door, "bob")
    document_id = await ann.shared("a.py", "x\n")
    mine, theirs = await ann.open(document_id), await bob.open(document_id)
    stop_the_clock(monkeypatch)
    most = DEFAULTS.awareness_per_second
    for clock in range(1, most + 6):
        await mine.send(Awareness(state(mine, clock)))
    await mine.edit(2, "the end")
    await theirs.until("x\nthe end")
    assert len(theirs.awareness) == most


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no second pass for the buckets."""
    take, charge = TokenBucket.take, TokenBucket.charge
    moments: dict[int, float] = {}

    def at(bucket: TokenBucket, now: float) -> float:
        return moments.setdefault(id(bucket), now)

    monkeypatch.setattr(TokenBucket, "take", lambda self, now: take(self, at(self, now)))
    monkeypatch.setattr(
        TokenBucket, "charge", lambda self, amount, now: charge(self, amount, at(self, now))
    )


RATES: list[tuple[dict[str, int], int]] = [
    ({"document_updates_per_second": 10}, 1),
    ({"document_bytes_per_second": 1_000}, 100),
]


@pytest.mark.parametrize(("settings", "size"), RATES, ids=["updates", "bytes"])
async def test_beyond_their_rate_updates_wait_and_none_is_lost(
    open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch, settings: dict[str, int], size: int
) -> None:
    door = await open_door(**settings)
    ann, bob = await client(door), await client(door, "bob")
    document_id = await ann.shared("a.py", "")
    mine, theirs = await ann.open(document_id), await bob.open(document_id)
    stop_the_clock(monkeypatch)
    held: list[str] = []
    hold = WebSocketTransport.hold_reading

    def noted(peer: WebSocketTransport) -> None:
        held.append("held")
        hold(peer)

    monkeypatch.setattr(WebSocketTransport, "hold_reading", noted)
    (rate,) = settings.values()
    taken = 0
    while taken + size <= rate - (30 if size > 1 else 0):
        update = await mine.edit(len(mine.text), "y" * size)
        taken += 1 if size == 1 else len(Update(update).update)
    await mine.until_kept()
    assert held == []
    for _ in range(3):
        await mine.edit(len(mine.text), "z" * size)
    await mine.until_kept()
    assert held
    await theirs.until(mine.text)


@pytest.mark.parametrize("kind", ["document_check", "get_blame", "open_document"])
async def test_others_have_turns_between_the_answers_about_a_document(
    door: Door, kind: str
) -> None:
    ann, bob = await client(door), await client(door, "bob")
    text = await ann.open(await ann.shared("a.py", "x\n"))
    fields: dict[str, Any] = {"document_id": text.opened["document_id"]}
    if kind == "document_check":
        fields |= {"state": base64.b64encode(text.shared.state).decode(), "hash": HASH}
    turns = 0
    answered: list[int] = []
    send = Replies.send

    def noted(replies: Replies, message: Any) -> None:
        if getattr(message, "request_id", None) in asked:
            answered.append(turns)
        send(replies, message)

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    asked = [f"many{number}" for number in range(50)]
    counting = asyncio.create_task(others())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Replies, "send", noted)
        for request_id in asked:
            await bob.raw.send(type=kind, session_id=SESSION, request_id=request_id, **fields)
        await bob.answer(asked[-1])
    counting.cancel()
    assert len(answered) == len(set(answered)) == len(asked)
