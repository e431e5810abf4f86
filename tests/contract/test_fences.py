"""A session has one writer: every store refuses what is written with an old fence."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from peerline.protocol.documents import DocumentShared, SharedDocument
from peerline.protocol.roles import Role
from peerline_server.core.records import (
    Committed,
    Duplicate,
    Fenced,
    NewEvent,
    NewInvite,
    NewSession,
    NewSnapshot,
    NewUpdate,
    Seed,
)
from peerline_server.store.base import FencedError
from peerline_server.store.schema import sessions
from peerline_server.store.sql import SqlStore
from tests.contract.stores import NOW, S, chat, join
from tests.databases import STORES

OTHER = "session2"
FENCE = 7
INVITE = NewInvite("i1", S, "hash-i1", Role.EDITOR, NOW, NOW + timedelta(hours=1), None)


@pytest.fixture(params=list(STORES))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store with two sessions, of which one was claimed with the fence 7."""
    store = STORES[request.param].make(tmp_path)
    assert isinstance(store, SqlStore)
    await store.open()
    for session_id in (S, OTHER):
        await store.create_session(NewSession(session_id, "Title", "alice", NOW))
    async with store.backend.write() as connection:
        await connection.execute(update(sessions).where(sessions.c.id == S).values(fence=FENCE))
    await store.submit(join("alice", Role.HOST), fence=FENCE)
    yield store
    await store.close()


def elsewhere(event: NewEvent) -> NewEvent:
    """The same event in the session that nobody has claimed."""
    message = event.message.model_copy(update={"session_id": OTHER})
    return NewEvent(message, event.user_id, event.request_id)


async def test_an_event_of_an_earlier_owner_is_fenced_and_its_neighbours_are_written(
    store: SqlStore,
) -> None:
    told: list[tuple[str, int]] = []
    store.on_fenced(lambda session_id, fence: told.append((session_id, fence)))
    results = await asyncio.gather(
        store.submit(chat("m1"), fence=FENCE),
        store.submit(chat("m2"), fence=FENCE - 1),
        store.submit(elsewhere(chat("m3"))),
        store.submit(chat("m4"), fence=FENCE),
        store.submit(chat("m5")),
    )
    assert [type(each) for each in results] == [Committed, Fenced, Committed, Committed, Fenced]
    assert told == [(S, FENCE - 1), (S, 0)]
    kept = await store.events_since(S, 0, limit=10)
    assert [event.seq for event in kept] == [1, 2, 3]
    assert [event.seq for event in await store.events_since(OTHER, 0, limit=10)] == [1]


async def test_whose_session_it_is_is_asked_before_whether_a_request_was_known(
    store: SqlStore,
) -> None:
    await store.submit(chat("m1", "r1"), fence=FENCE)
    assert await store.submit(chat("m2", "r1"), fence=FENCE - 1) == Fenced()
    assert await store.submit(chat("m2", "r1"), fence=FENCE) == Duplicate(2)


async def test_invites_and_bans_of_an_earlier_owner_are_fenced(store: SqlStore) -> None:
    told: list[tuple[str, int]] = []
    store.on_fenced(lambda session_id, fence: told.append((session_id, fence)))
    with pytest.raises(FencedError):
        await store.create_invite(INVITE, fence=FENCE - 1)
    assert list(await store.usable_invites(S, NOW)) == []
    await store.create_invite(INVITE, fence=FENCE)
    with pytest.raises(FencedError):
        await store.revoke_invite(S, "i1", NOW, fence=FENCE - 1)
    assert len(await store.usable_invites(S, NOW)) == 1
    with pytest.raises(FencedError):
        await store.lift_ban(S, "bob", fence=FENCE + 1)
    assert told == [(S, FENCE - 1), (S, FENCE - 1), (S, FENCE + 1)]
    # A command that owns nothing may revoke.
    assert await store.revoke_invite(S, "i1", NOW) == "hash-i1"


async def test_updates_and_snapshots_of_an_earlier_owner_are_fenced(store: SqlStore) -> None:
    document = SharedDocument(
        id="d1", file="a.py", generation="g1", shared_by="alice", hash=f"sha256:{0:064}", lines=1
    )
    shared = DocumentShared(session_id=S, seq=0, document=document, username="Alice", timestamp=NOW)
    begun = NewEvent(shared, "alice", seed=Seed(b"seed", [1], [(1, "alice")]))
    assert isinstance(await store.submit(begun, fence=FENCE), Committed)
    told: list[tuple[str, int]] = []
    store.on_fenced(lambda session_id, fence: told.append((session_id, fence)))
    first, second = (
        NewUpdate(S, "d1", "g1", number, "alice", b"%d" % number, NOW) for number in (1, 2)
    )
    results = await asyncio.gather(
        store.submit_update(first, fence=FENCE),
        store.submit_update(second, fence=FENCE - 1),
        return_exceptions=True,
    )
    assert results[0] is None
    assert isinstance(results[1], FencedError)
    snapshot = NewSnapshot(S, "d1", "g1", 1, b"whole", [(1, "alice")], NOW)
    with pytest.raises(FencedError):
        await store.write_snapshot(snapshot, fence=FENCE - 1)
    assert told == [(S, FENCE - 1), (S, FENCE - 1)]
    loaded = await store.load_generation("d1", "g1")
    assert loaded is not None
    assert (loaded.data, loaded.updates) == (b"seed", [("alice", b"1")])
