"""Shared documents on a server that is killed, and that is sent what ends or starves a CRDT."""

import asyncio
import os
import random
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from peerline.documents.frames import Update
from peerline.protocol.roles import Role
from tests.unit.server.conftest import RawClient
from tests.unit.server.document_client import DocumentClient, OpenText
from tests.yjs_updates import (
    ANY,
    COLLECTED,
    DOC,
    EMBED,
    FORMAT,
    HAS_KEY,
    JSON,
    SKIP,
    TYPE,
    deleted,
    insert,
    number,
    section,
    struct,
    text,
    update,
)

from .clients import until
from .servers import SESSION, ForkedServer, Site

ROUNDS = int(os.environ.get("PEERLINE_CHAOS_ROUNDS", "4"))
SEED = int(os.environ.get("PEERLINE_CHAOS_SEED", "1"))
MORE_MEMORY = 50 * 1024 * 1024


class Place:
    """A server that can be killed, and clients of it."""

    def __init__(self, site: Site, server: ForkedServer, stack: AsyncExitStack) -> None:
        self.site = site
        self.server = server
        self._stack = stack

    async def join(self, user_id: str, role: Role = Role.EDITOR) -> DocumentClient:
        url = f"ws://{self.server.address}/ws/session/{SESSION}"
        socket = await self._stack.enter_async_context(connect(url, compression=None))
        raw = RawClient(socket)
        token, invite = self.site.token(user_id), self.site.invites[role]
        await raw.send(type="join_session", session_id=SESSION, auth_token=token, invite=invite)
        raw.connected = await raw.receive()
        assert raw.connected["type"] == "connected", raw.connected
        return DocumentClient(raw)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    site = await Site.create(tmp_path / "data")
    settings = {
        "PEERLINE_DOCUMENT_SNAPSHOT_UPDATES": "20",
        "PEERLINE_DOCUMENT_UPDATES_PER_SECOND": "100000",
        "PEERLINE_BAD_MESSAGES_PER_MINUTE": "100000",
        "PEERLINE_QUERIES_PER_MINUTE": "100000",
    }
    server = ForkedServer(site.data_dir, settings)
    await asyncio.to_thread(server.start)
    async with AsyncExitStack() as stack:
        try:
            yield Place(site, server, stack)
        finally:
            server.close()


class Typist:
    """Types marks, each one only once, and knows which of them are kept."""

    def __init__(self, name: str, opened: OpenText) -> None:
        self.name = name
        self.text = opened
        self.updates: list[tuple[str, bytes]] = []

    @property
    def kept(self) -> list[str]:
        return [mark for mark, _ in self.updates[: self.text.kept]]

    async def type(self, source: random.Random) -> None:
        """Until the server is gone."""
        try:
            while True:
                mark = f"<{self.name}{len(self.updates)}>"
                size = len(self.text.text)
                at = source.randrange(size + 1)
                self.updates.append((mark, await self.text.edit(at, mark)))
                while len(self.updates) - self.text.kept > 5:
                    await self.text.client.step()
        except ConnectionClosed:
            pass


def marks_in(content: str) -> list[str]:
    """The marks, also those that others have typed into."""
    found = list(content)
    marks: list[str] = []
    while (match := re.search(r"<(\w+)>", "".join(found))) is not None:
        marks.append(match.group())
        del found[match.start() : match.end()]
    return sorted(marks)


async def test_no_update_that_was_acknowledged_is_lost_and_none_is_there_twice(
    place: Place,
) -> None:
    source = random.Random(SEED)  # noqa: S311 - a plan, not a secret
    document_id = await (await place.join("alice")).shared("a.py", "")
    everything: set[str] = set()
    for round_number in range(ROUNDS):
        typists = [
            Typist(f"{name}{round_number}x", await (await place.join(name)).open(document_id))
            for name in ("bob", "carol")
        ]
        typing = [asyncio.ensure_future(typist.type(source)) for typist in typists]
        wanted = source.randrange(5, 60)
        await until(
            lambda typists=typists, wanted=wanted: (
                sum(typist.text.kept for typist in typists) >= wanted
            ),
            "enough is kept",
        )
        await asyncio.to_thread(place.server.kill)
        await asyncio.gather(*typing)
        await asyncio.to_thread(place.server.start)
        fresh = await (await place.join("alice")).open(document_id)
        found = marks_in(fresh.text)
        assert len(found) == len(set(found)), f"seed {SEED}: nothing is there twice"
        kept = everything | {mark for typist in typists for mark in typist.kept}
        assert kept <= set(found), f"seed {SEED}: what was acknowledged is there"
        for typist in typists:
            user_id = typist.name.rstrip("x0123456789")
            again = await (await place.join(user_id)).open(document_id, typist.text)
            for _, data in typist.updates[typist.text.kept :]:
                await again.send(Update(data))
            await again.until_kept()
            everything |= {mark for mark, _ in typist.updates}
        whole = await (await place.join("alice")).open(document_id)
        assert marks_in(whole.text) == sorted(everything), f"seed {SEED}: all is there once"


NESTED = number(1) + b"\x75\x01" * 30_000
HOSTILE = {
    "nested values": update([section(9, 0, struct(NESTED, ANY))]),
    "2^28 clients": number(2**28) + b"\x00\x00",
    "2^28 structs": number(1) + number(2**28) + b"\x09\x00\x04",
    "2^28 deletions": number(0) + number(2**28),
    "a gap": update([section(9, 5, insert("a"))]),
    "an unknown origin": update([section(9, 0, insert("a", left=(8, 4)))]),
    "another root": update([section(9, 0, insert("a", root="other"))]),
    "JSON": update([section(9, 0, struct(number(1) + text("1"), JSON))]),
    "an embed": update([section(9, 0, struct(text("{}"), EMBED))]),
    "a format": update([section(9, 0, struct(text("a") + text("1"), FORMAT))]),
    "a type": update([section(9, 0, struct(number(2), TYPE))]),
    "a document": update([section(9, 0, struct(text("a"), DOC))]),
    "a skip": update([section(9, 0, struct(number(1), SKIP, root=None))]),
    "a key": update([section(9, 0, struct(text("a"), flags=HAS_KEY))]),
    "a huge deletion": update([section(9, 0, bytes([COLLECTED]) + number(2**30))]),
    "what is not there deleted": update([], [deleted(1, (0, 2**30))]),
    "cut": update([section(9, 0, insert("abc"))])[:-4],
    "not UTF-8": update([section(9, 0, insert(b"\xff\xfe"))]),
    "too long": update([section(9, 0, insert("a" * 300_000))]),
}


def peak_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert found is not None
    return int(found.group(1)) * 1024


async def test_hostile_updates_are_refused_and_harm_nothing(place: Place) -> None:
    alice = await place.join("alice")
    document_id = await alice.shared("a.py", "text")
    mallory = await place.join("mallory")
    mine = await alice.open(document_id)
    theirs = await mallory.open(document_id)
    forged = mine.opened["client_id"]
    await mine.edit("my ")
    await theirs.until("my text")
    before = peak_memory(place.server.pid)
    cases = {
        **HOSTILE,
        "the author's id": update([section(forged, 3, insert("forged", left=(forged, 0)))]),
    }
    for name, data in cases.items():
        await theirs.send(Update(data))
        error = await mallory.receive("error")
        assert error["error_code"] == "UPDATE_REFUSED", (name, error)
        assert error["document_id"] == document_id
        await mallory.ask("get_history", limit=1)  # what a refusal causes is there then
        if any(message["type"] == "document_closed" for message in mallory.messages):
            theirs = await mallory.open(document_id)
        mallory.messages.clear()
    assert peak_memory(place.server.pid) - before < MORE_MEMORY
    await mine.edit("still ")
    await mine.until_kept()
    assert mine.text == "still my text"
    await asyncio.to_thread(place.server.kill)
    await asyncio.to_thread(place.server.start)
    assert (await (await place.join("alice")).open(document_id)).text == "still my text"
    assert "Traceback" not in place.server.log()
