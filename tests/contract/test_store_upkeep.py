"""Promises of every store about times, repeats, odd cursors, and what it forgets."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerline.protocol.roles import Role
from peerline_server.core.records import (
    Committed,
    NewCursorTrail,
    NewInvite,
    NewSession,
    Revocation,
)
from peerline_server.store.base import ActivityFilter, Retention, Store, StoreError
from tests.contract.stores import NOW, OpenStore, S, chat, join, seq_of
from tests.zones import in_zone

FOR_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def _in_new_york() -> Iterator[None]:
    """The process is in a time zone that is not UTC."""
    with in_zone("America/New_York"):
        yield


@pytest.mark.usefixtures("_in_new_york")
async def test_times_are_the_same_in_every_time_zone(store: Store) -> None:
    assert datetime.now().astimezone().utcoffset() != timedelta(), os.environ["TZ"]
    in_tokyo = NOW.astimezone(datetime.strptime("+0900", "%z").tzinfo)
    seq_of(await store.submit(chat("a")))
    await store.create_invite(
        NewInvite("i", S, "hash", Role.EDITOR, in_tokyo, in_tokyo + timedelta(hours=1), None)
    )
    moment = in_tokyo + timedelta(minutes=1)
    await store.add_cursor_trails([NewCursorTrail(S, "alice", "a.py", 1, 1, moment, moment)])
    await store.revoke(Revocation(None, "alice", in_tokyo))
    session = await store.load_session(S, last_messages=1)
    assert session is not None
    assert session.info.created_at == NOW
    assert session.participants[0].joined_at == NOW
    assert session.messages[0].timestamp == NOW
    (invite,) = await store.usable_invites(S, NOW + timedelta(minutes=59))
    assert (invite.created_at, invite.expires_at) == (NOW, NOW + timedelta(hours=1))
    assert not await store.usable_invites(S, NOW + timedelta(minutes=61))
    wanted = ActivityFilter(since=NOW + timedelta(seconds=1), until=NOW + timedelta(minutes=2))
    (entry,), _ = await store.activity(S, wanted, limit=10)
    assert entry.timestamp == NOW + timedelta(minutes=1)
    ((revocation,), _) = await store.revocations_after(0)
    assert revocation.issued_before == NOW


@pytest.mark.parametrize("kind_of_entry", "ecd")
@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 10**16 - 1])
async def test_a_page_begins_after_any_number(
    store: Store, kind_of_entry: str, number: int
) -> None:
    await store.add_cursor_trails([NewCursorTrail(S, "alice", "a.py", 1, 1, NOW, NOW)])
    seq_of(await store.submit(chat("a")))
    micros = (NOW - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    wanted = ActivityFilter(before=f"{micros}.{kind_of_entry}.{number}")
    entries, following = await store.activity(S, wanted, limit=10)
    # Of one moment, the newest first: two events, then edits, then trails.
    assert len(entries) == {"e": 3, "d": 1, "c": 1}[kind_of_entry]
    assert following is None


async def test_what_is_no_event_may_be_written_twice(store: Store) -> None:
    new = NewSession("other", "Title", "alice", NOW)
    await store.create_session(new)
    before = await store.load_session("other", last_messages=0)
    await store.create_session(replace(new, title="Again", created_at=NOW + timedelta(1)))
    assert await store.load_session("other", last_messages=0) == before
    with pytest.raises(StoreError, match="a session other already"):
        await store.create_session(replace(new, host_user_id="bob"))
    invite = NewInvite("i", S, "hash", Role.EDITOR, NOW, None, None)
    assert await store.create_invite(invite, most=1) == await store.create_invite(invite, most=1)
    assert await store.revoke_invite(S, "i", NOW) == "hash"
    assert await store.revoke_invite(S, "i", NOW) == "hash"


async def test_of_a_long_activity_only_what_is_kept_stays(store: Store) -> None:
    """More rows than one statement deletes, and more than could be compared with each other."""
    trails = [
        NewCursorTrail(S, "alice", "a.py", 1, 1, moment, moment)
        for moment in (NOW + timedelta(seconds=number) for number in range(20_000))
    ]
    await store.add_cursor_trails(trails)
    waiting = [store.submit(chat(f"m{number}")) for number in range(5_200)]
    results = [await result for result in waiting]
    assert all(isinstance(result, Committed) for result in results)
    assert await store.forget_activity(Retention(FOR_EVER, 0, 10, 12_000)) == 8_000 + 5_191
    assert await store.forget_activity(Retention(FOR_EVER, 0, 10, 12_000)) == 0
    assert [event.seq for event in await store.events_since(S, 0, limit=20)] == list(
        range(5_192, 5_202)
    )


async def test_events_are_forgotten_without_a_gap(store: Store) -> None:
    """One that was written while a clock was wrong does not leave a hole behind."""
    for number in range(3):
        seq_of(await store.submit(chat(f"m{number}")))
    seq_of(await store.submit(chat("late", moment=NOW + timedelta(days=9))))
    seq_of(await store.submit(chat("last")))
    await store.submit(join("bob"))
    await store.forget_activity(Retention(NOW + timedelta(days=5), 0, 100, 100))
    assert [event.seq for event in await store.events_since(S, 0, limit=20)] == [5, 6, 7]


async def test_the_data_version_tells_of_what_another_committed(open_store: OpenStore) -> None:
    one, other = await open_store(), await open_store()
    before = one.data_version()
    await other.revoke(Revocation("t", None, None))
    after = one.data_version()
    assert after is None or after != before
    await one.revoke(Revocation("u", None, None))
    assert one.data_version() is None or one.data_version() != after
