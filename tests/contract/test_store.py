"""Promises of every store, held over each implementation on a real disk."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.chat import ChatMessageSent, MessageDeleted
from peerline.protocol.comments import (
    Anchor,
    CodeComment,
    Comment,
    CommentReattached,
    CommentReplied,
    CommentReply,
    CommentResolved,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import (
    ParticipantRemoved,
    RoleChanged,
    UserJoined,
    UserLeft,
)
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionChanges, SessionEnded, SessionUpdate
from peerline_server.core.records import (
    Committed,
    Duplicate,
    NewCursorTrail,
    NewDocumentEdit,
    NewEvent,
    NewInvite,
    NewSession,
    Rejected,
)
from peerline_server.store.base import ActivityFilter, Retention, Store, StoreBusyError, StoreError
from tests.contract.stores import NOW, OpenStore, S, chat, event, join, seq_of
from tests.databases import STORES, StoreKind


def thread(item: str) -> Comment:
    return Comment(
        id=item,
        user_id="alice",
        username="Alice",
        file="a.py",
        line=3,
        end_line=4,
        content="why?",
        code_snippet="x",
        context_before=["a"],
        context_after=["b"],
        timestamp=NOW,
    )


async def test_events_get_contiguous_places_in_the_order_of_submission(store: Store) -> None:
    futures = [store.submit(chat(f"m{number}")) for number in range(500)]
    results = await asyncio.gather(*futures)
    assert [seq_of(result) for result in results] == list(range(2, 502))
    events = await store.events_since(S, 1, limit=1_000)
    assert [item.seq for item in events] == list(range(2, 502))
    assert events[0] == results[0].message  # pyright: ignore[reportAttributeAccessIssue]
    assert len(await store.events_since(S, 100, limit=7)) == 7


async def test_the_same_request_has_one_effect_also_in_one_batch_and_after_a_restart(
    store: Store, open_store: OpenStore
) -> None:
    first, second = store.submit(chat("m1", "r1")), store.submit(chat("m2", "r1"))
    seq = seq_of(await first)
    assert await second == Duplicate(seq)
    other = await open_store()
    assert await other.submit(chat("m3", "r1")) == Duplicate(seq)
    session = await other.load_session(S, last_messages=10)
    assert session is not None
    assert [message.id for message in session.messages] == ["m1"]


async def test_an_event_of_no_session_is_rejected(store: Store) -> None:
    message = UserLeft(session_id="none", seq=0, user_id="alice", username="A", timestamp=NOW)
    assert await store.submit(event(message)) == Rejected(ErrorCode.SESSION_NOT_FOUND)


async def test_an_answer_needs_a_message_of_the_session(store: Store) -> None:
    assert await store.submit(chat("m1", parent="none")) == Rejected(ErrorCode.MESSAGE_NOT_FOUND)
    results = await asyncio.gather(store.submit(chat("m1")), store.submit(chat("m2", parent="m1")))
    assert [seq_of(result) for result in results] == [2, 3]


async def test_a_session_comes_back_as_its_events_made_it(
    store: Store, open_store: OpenStore
) -> None:
    reply = CommentReply(id="p1", user_id="alice", username="Alice", content="so", timestamp=NOW)
    resolved: dict[str, Any] = {
        "session_id": S,
        "seq": 0,
        "comment_id": "c1",
        "user_id": "alice",
        "username": "Alice",
        "timestamp": NOW,
    }
    events: list[NewEvent] = [
        join("bob"),
        *(chat(f"m{number}") for number in range(5)),
        event(CodeComment(session_id=S, seq=0, comment=thread("c1"))),
        event(CodeComment(session_id=S, seq=0, comment=thread("c2"))),
        event(CommentReplied(session_id=S, seq=0, comment_id="c1", reply=reply)),
        event(CommentResolved(**resolved, resolved=True)),
        event(
            SessionUpdate(
                session_id=S,
                seq=0,
                changes=SessionChanges(token_count=5, title="New"),
                updated_by="alice",
                timestamp=NOW,
            )
        ),
        event(
            SessionUpdate(
                session_id=S,
                seq=0,
                changes=SessionChanges(health_score=75.5),
                updated_by="alice",
                timestamp=NOW,
            )
        ),
        event(UserLeft(session_id=S, seq=0, user_id="bob", username="Bob", timestamp=NOW)),
    ]
    await asyncio.gather(*(store.submit(item) for item in events))
    session = await (await open_store()).load_session(S, last_messages=3)
    assert session is not None
    assert session.seq == 1 + len(events)
    assert (session.info.title, session.info.token_count) == ("New", 5)
    assert session.info.health_score == 75.5
    assert [message.id for message in session.messages] == ["m2", "m3", "m4"]
    assert session.messages[0].mentions == ["alice"]
    assert list(session.comments) == [
        thread("c1").model_copy(
            update={
                "resolved": True,
                "resolved_by": "alice",
                "resolved_at": NOW,
                "replies": [reply],
            }
        ),
        thread("c2"),
    ]
    participants = {one.user_id: one for one in session.participants}
    assert (participants["alice"].role, participants["alice"].is_active) == (Role.HOST, True)
    assert (participants["bob"].role, participants["bob"].is_active) == (Role.EDITOR, False)


async def test_nothing_is_added_to_a_thread_that_was_deleted_meanwhile(store: Store) -> None:
    reply = CommentReply(id="p1", user_id="alice", username="Alice", content="so", timestamp=NOW)
    late = reply.model_copy(update={"id": "p2"})
    gone = MessageDeleted(
        session_id=S, seq=0, message_id="c1", comment_id="c1", deleted_by="alice", timestamp=NOW
    )
    resolved = CommentResolved(
        session_id=S,
        seq=0,
        comment_id="c1",
        resolved=True,  # pyright: ignore[reportArgumentType]
        user_id="alice",
        username="Alice",
        timestamp=NOW,
    )
    moved = CommentReattached(
        session_id=S,
        seq=0,
        comment_id="c1",
        anchor=Anchor(file="b.py", line=1),
        user_id="alice",
        username="Alice",
        timestamp=NOW,
    )
    for comment_id in ("c1", "c2"):
        await store.submit(event(CodeComment(session_id=S, seq=0, comment=thread(comment_id))))
    kept = gone.model_copy(update={"message_id": "c2", "comment_id": "c2"})
    results = await asyncio.gather(
        store.submit(event(gone)),
        store.submit(event(CommentReplied(session_id=S, seq=0, comment_id="c1", reply=late))),
        store.submit(event(resolved)),
        store.submit(event(resolved.model_copy(update={"resolved": False}))),
        store.submit(event(moved)),
        store.submit(event(CommentReplied(session_id=S, seq=0, comment_id="c2", reply=reply))),
        store.submit(event(kept)),
        store.submit(event(resolved.model_copy(update={"comment_id": "c2"}))),
    )
    assert results[1:5] == [Rejected(ErrorCode.COMMENT_NOT_FOUND)] * 4
    assert [seq_of(results[place]) for place in (0, 5, 6, 7)] == [4, 5, 6, 7]
    session = await store.load_session(S, last_messages=1)
    assert session is not None
    assert [comment.id for comment in session.comments] == ["c2"]


async def test_a_reopened_thread_travels_whole_with_every_reply_before_it(store: Store) -> None:
    reply = CommentReply(id="p1", user_id="alice", username="Alice", content="so", timestamp=NOW)
    reopen = CommentResolved(
        session_id=S,
        seq=0,
        comment_id="c1",
        resolved=False,
        user_id="alice",
        username="Alice",
        timestamp=NOW,
    )
    results = await asyncio.gather(
        store.submit(event(CodeComment(session_id=S, seq=0, comment=thread("c1")))),
        store.submit(event(CommentReplied(session_id=S, seq=0, comment_id="c1", reply=reply))),
        store.submit(event(reopen)),
    )
    assert isinstance(results[2], Committed)
    message = results[2].message
    assert isinstance(message, CommentResolved)
    assert message.comment == thread("c1").model_copy(update={"replies": [reply]})
    assert (await store.events_since(S, message.seq - 1, limit=1))[0] == message


async def test_a_reattached_thread_keeps_nothing_of_its_anchor_before(
    store: Store, open_store: OpenStore
) -> None:
    anchor = Anchor(
        file="b.py",
        line=7,
        code_snippet="y",
        occurrence=1,
        occurrences=2,
        sketch_before="ab",
        sketch_after="",
        lookalikes="abcdefghijkl",
    )
    reattached = CommentReattached(
        session_id=S,
        seq=0,
        comment_id="c1",
        anchor=anchor,
        user_id="alice",
        username="Alice",
        timestamp=NOW,
    )
    results = await asyncio.gather(
        store.submit(event(CodeComment(session_id=S, seq=0, comment=thread("c1")))),
        store.submit(event(CodeComment(session_id=S, seq=0, comment=thread("c2")))),
        store.submit(event(reattached)),
    )
    session = await (await open_store()).load_session(S, last_messages=3)
    assert session is not None
    moved, other = session.comments
    assert moved == thread("c1").model_copy(update=dict(anchor))
    assert (moved.end_line, moved.context_before) == (None, [])
    assert other == thread("c2")
    seq = seq_of(results[2])
    assert list(await store.events_since(S, seq - 1, limit=1)) == [
        reattached.model_copy(update={"seq": seq})
    ]


def invite(name: str, *, uses: int | None = 1, lifetime: float = 60) -> NewInvite:
    expires = NOW + timedelta(seconds=lifetime)
    return NewInvite(name, S, f"hash-{name}", Role.EDITOR, NOW, expires, uses)


async def test_of_two_who_race_for_the_last_use_one_comes_in(
    store: Store, open_store: OpenStore
) -> None:
    other = await open_store()
    await store.create_invite(invite("i1"))
    results = await asyncio.gather(
        store.submit(join("bob", invite="hash-i1")), other.submit(join("carol", invite="hash-i1"))
    )
    assert sorted(type(result).__name__ for result in results) == ["Committed", "Rejected"]
    assert Rejected(ErrorCode.INVITE_EXHAUSTED) in results
    found = await store.find_invite(S, "hash-i1")
    assert found is not None
    assert found.uses == 1


async def test_an_invite_brings_guests_up_to_its_bound_and_accounts_beyond(
    store: Store, open_store: OpenStore
) -> None:
    other = await open_store()
    await store.create_invite(invite("i1", uses=None))

    def guest(name: str, most: int | None = 2) -> NewEvent:
        return replace(join(f"guest_{name}", invite="hash-i1"), max_guests=most)

    seq_of(await store.submit(guest("a")))
    results = await asyncio.gather(store.submit(guest("b")), other.submit(guest("c")))
    assert sorted(type(result).__name__ for result in results) == ["Committed", "Rejected"]
    assert Rejected(ErrorCode.INVITE_FULL) in results
    # In one batch too, and one who is here already is not counted again.
    results = await asyncio.gather(*(store.submit(guest(name, 3)) for name in "adef"))
    assert [type(result).__name__ for result in results] == [
        "Committed",
        "Committed",
        "Rejected",
        "Rejected",
    ]
    seq_of(await store.submit(join("bob", invite="hash-i1")))
    found = await store.find_invite(S, "hash-i1")
    assert found is not None
    assert (found.guests, found.uses) == (3, 4)
    (shown,) = await store.usable_invites(S, NOW)
    assert shown.guests == 3


def role_change(user_id: str, role: Role) -> NewEvent:
    changed = RoleChanged(
        session_id=S,
        seq=0,
        user_id=user_id,
        username=user_id.title(),
        role=role,
        changed_by="alice",
        timestamp=NOW,
    )
    return NewEvent(changed, "alice")


def removal(user_id: str) -> NewEvent:
    removed = ParticipantRemoved(
        session_id=S, seq=0, user_id=user_id, username="", removed_by="alice", timestamp=NOW
    )
    return NewEvent(removed, "alice")


async def role_in_store(store: Store, user_id: str) -> Role | None:
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    found = [person.role for person in session.participants if person.user_id == user_id]
    return found[0] if found else None


@pytest.mark.parametrize("in_one_batch", [True, False])
@pytest.mark.parametrize(
    ("now", "code", "given", "role"),
    [
        (Role.VIEWER, None, Role.EDITOR, Role.VIEWER),
        (Role.HOST, None, Role.EDITOR, Role.HOST),
        (Role.HOST, "hash-i1", Role.EDITOR, Role.HOST),
        (Role.VIEWER, "hash-i1", Role.EDITOR, Role.VIEWER),
        (Role.VIEWER, "hash-i2", Role.EDITOR, Role.EDITOR),
    ],
)
async def test_a_join_that_was_decided_before_a_change_of_role_does_not_undo_it(
    store: Store, now: Role, code: str | None, given: Role, role: Role, *, in_one_batch: bool
) -> None:
    await store.create_invite(invite("i1", uses=9))
    await store.submit(join("bob", Role.EDITOR, invite="hash-i1"))
    changing = store.submit(role_change("bob", now))
    if not in_one_batch or code == "hash-i2":
        await changing
    await store.create_invite(invite("i2", uses=9))
    placed = await store.submit(join("bob", given, invite=code))
    assert isinstance(placed, Committed)
    assert isinstance(placed.message, UserJoined)
    assert (placed.message.user.role, await role_in_store(store, "bob")) == (role, role)


@pytest.mark.parametrize("in_one_batch", [True, False])
async def test_a_join_that_was_decided_before_a_removal_brings_nobody_back(
    store: Store, *, in_one_batch: bool
) -> None:
    await store.create_invite(invite("i1", uses=9))
    await store.submit(join("bob", Role.EDITOR, invite="hash-i1"))
    removing = store.submit(removal("bob"))
    if not in_one_batch:
        await removing
    assert await store.submit(join("bob")) == Rejected(ErrorCode.NOT_A_PARTICIPANT)
    assert await role_in_store(store, "bob") is None
    by_old = join("bob", Role.EDITOR, invite="hash-i1")
    assert await store.submit(by_old) == Rejected(ErrorCode.NOT_A_PARTICIPANT)
    await store.create_invite(invite("i2", uses=9))
    back = await store.submit(join("bob", Role.EDITOR, invite="hash-i2"))
    assert isinstance(back, Committed)
    assert await role_in_store(store, "bob") is Role.EDITOR
    assert [arrival.invite_id for arrival in await store.arrivals(S)] == ["i2"]


async def test_created_sessions_that_have_not_ended_are_counted(store: Store) -> None:
    await store.create_session(NewSession("other", "T", "alice", NOW))
    await store.create_session(NewSession("third", "T", "bob", NOW))
    assert await store.count_created("alice") == 2
    ended = SessionEnded(session_id="other", seq=0, ended_by="alice", timestamp=NOW)
    await store.submit(NewEvent(ended, "alice"))
    assert await store.count_created("alice") == 1
    assert await store.count_created("nobody") == 0


async def test_an_invite_is_used_up_only_by_those_whom_it_gives_something(store: Store) -> None:
    await store.create_invite(invite("i1"))
    seq_of(await store.submit(join("bob", invite="hash-i1")))
    seq_of(await store.submit(join("bob", invite="hash-i1")))
    assert await store.submit(join("carol", invite="hash-i1")) == Rejected(
        ErrorCode.INVITE_EXHAUSTED
    )
    await store.create_invite(invite("i2", lifetime=0))
    assert await store.submit(join("dave", invite="hash-i2")) == Rejected(ErrorCode.INVITE_EXPIRED)
    assert await store.find_invite(S, "unknown") is None
    with pytest.raises(StoreError):
        await store.create_invite(NewInvite("i3", "none", "hash-i3", Role.EDITOR, NOW, None, None))


async def test_a_caller_who_gives_up_harms_nobody(store: Store) -> None:
    given_up = store.submit(chat("m1"))
    given_up.cancel()
    assert seq_of(await store.submit(chat("m2"))) == 3


async def test_a_bad_event_fails_alone(store: Store) -> None:
    good, bad, good_too = (
        store.submit(chat("m1")),
        store.submit(chat("m1")),  # its id is taken
        store.submit(chat("m2")),
    )
    results = await asyncio.gather(good, bad, good_too, return_exceptions=True)
    assert isinstance(results[1], StoreError)
    assert [seq_of(results[0]), seq_of(results[2])] == [2, 3]


@pytest.mark.parametrize("limit", [10])
async def test_what_waits_is_limited_at_both_sides(open_store: OpenStore, limit: int) -> None:
    store = await open_store(max_waiting=limit)
    await store.create_session(NewSession(S, "T", "alice", NOW))
    futures = [store.submit(chat(f"m{number}")) for number in range(limit)]
    with pytest.raises(StoreBusyError):
        store.submit(chat("one-too-many"))
    await asyncio.gather(*futures)
    seq_of(await store.submit(chat("again")))


async def test_closing_writes_what_waits(store: Store, open_store: OpenStore) -> None:
    future = store.submit(chat("m1"))
    await store.close()
    assert seq_of(await future) == 2
    session = await (await open_store()).load_session(S, last_messages=1)
    assert session is not None
    assert session.seq == 2


async def test_a_write_that_fails_is_an_error_and_no_ack(store: Store, kind: StoreKind) -> None:
    """A full disk."""
    await kind.fill_disk(store)
    big = [
        event(CodeComment(session_id=S, seq=0, comment=_huge(f"c{number}")))
        for number in range(500)
    ]
    results = await asyncio.gather(*map(store.submit, big), return_exceptions=True)
    failed = [result for result in results if isinstance(result, StoreError)]
    kept = [result for result in results if isinstance(result, Committed)]
    assert failed
    assert len(failed) + len(kept) == len(big)
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    assert (session.seq, len(session.comments)) == (1 + len(kept), len(kept))


def _huge(item: str) -> Comment:
    return thread(item).model_copy(update={"content": "x" * 8_000})


WRITER = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from tests.contract.stores import NOW, S, chat
from peerline_server.core.records import NewSession
from peerline_server.store.opening import make_store

async def main():
    store = make_store(sys.argv[1])
    await store.open()
    await store.create_session(NewSession(S, "T", "alice", NOW))
    number = 0
    while True:
        batch = [store.submit(chat(f"m{number + step}")) for step in range(20)]
        for future in batch:
            print((await future).message.seq, flush=True)
        number += 20

asyncio.run(main())
"""


async def test_a_killed_process_loses_nothing_that_it_acknowledged(
    open_store: OpenStore, kind: StoreKind, tmp_path: Path
) -> None:
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs meanwhile
        [sys.executable, "-c", WRITER, kind.locate(tmp_path), root],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(200):
        assert process.stdout.readline()
    process.kill()
    rest, _ = process.communicate()
    acknowledged = 200 + len(rest.splitlines())
    store = await open_store()
    events = await store.events_since(S, 0, limit=100_000)
    assert [item.seq for item in events] == list(range(1, len(events) + 1))
    assert len(events) >= acknowledged - 1  # the last line may have been cut in the pipe


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        pytest.param(kind, trouble, id=f"{kind.name}-{trouble}")
        for kind in STORES.values()
        for trouble in kind.troubles
    ],
)
async def test_data_that_cannot_be_used_is_a_clear_error(
    tmp_path: Path, kind: StoreKind, trouble: str
) -> None:
    place = tmp_path / "data"
    kind.troubles[trouble](place)
    store = kind.make(place)
    with pytest.raises(StoreError, match=kind.advice):
        await store.open()
    await store.close()


def trail(name: str, number: int, *, session_id: str = S) -> NewCursorTrail:
    moment = NOW + timedelta(seconds=number)
    return NewCursorTrail(session_id, name, f"{number}.py", 1, 2, moment, moment)


async def kept_activity(store: Store) -> tuple[list[str], list[str]]:
    """The ids of the messages and the files of the trails that are left, newest first."""
    entries, following = await store.activity(S, ActivityFilter(), limit=100)
    assert following is None
    events = [
        entry.event.message.id
        for entry in entries
        if entry.event is not None and isinstance(entry.event, ChatMessageSent)
    ]
    return events, [entry.trail.file for entry in entries if entry.trail is not None]


FOR_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("retention", "events", "trails"),
    [
        (Retention(FOR_EVER, 0, 100, 100), 5, 4),
        (Retention(FOR_EVER, 0, 5, 4), 5, 4),
        (Retention(FOR_EVER, 0, 4, 3), 4, 3),
        (Retention(FOR_EVER, 3, 0, 0), 3, 0),
        (Retention(NOW + timedelta(days=1), 2, 100, 100), 2, 0),
    ],
)
async def test_the_activity_is_kept_as_long_and_as_much_as_wanted(
    store: Store, retention: Retention, events: int, trails: int
) -> None:
    for number in range(5):
        seq_of(await store.submit(chat(f"m{number}")))
    await store.add_cursor_trails([trail("alice", number) for number in range(4)])
    await store.add_cursor_trails([trail("alice", 0, session_id="no-such-session")])
    await store.forget_activity(retention)
    assert await kept_activity(store) == (
        [f"m{number}" for number in range(4, 4 - events, -1)],
        [f"{number}.py" for number in range(3, 3 - trails, -1)],
    )
    # The messages stay, and the next event follows the last one.
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    assert len(session.messages) == 5
    assert seq_of(await store.submit(chat("next"))) == session.seq + 1


def edit(number: int, *, session_id: str = S) -> NewDocumentEdit:
    moment = NOW + timedelta(seconds=number)
    return NewDocumentEdit(session_id, "alice", "d1", f"{number}.py", number, 2, moment, moment)


@pytest.mark.parametrize(
    ("retention", "left"),
    [
        (Retention(FOR_EVER, 0, 100, 4), 4),
        (Retention(FOR_EVER, 0, 100, 3), 3),
        (Retention(NOW + timedelta(days=1), 0, 100, 100), 0),
    ],
)
async def test_edits_of_documents_are_kept_like_trails(
    store: Store, retention: Retention, left: int
) -> None:
    await store.add_document_edits([edit(number) for number in range(4)])
    await store.add_document_edits([edit(0, session_id="no-such-session")])
    await store.forget_activity(retention)
    wanted = ActivityFilter(types=frozenset({"document_edited"}))
    entries, following = await store.activity(S, wanted, limit=100)
    assert following is None
    edits = [entry.edit for entry in entries if entry.edit is not None]
    assert len(edits) == len(entries)
    assert [(found.file, found.inserted, found.deleted) for found in edits] == [
        (f"{number}.py", number, 2) for number in range(3, 3 - left, -1)
    ]


async def test_entries_of_one_moment_are_paged_without_loss(store: Store) -> None:
    await store.add_cursor_trails([trail("alice", 0) for _ in range(3)])
    await store.add_document_edits([edit(0) for _ in range(3)])
    for number in range(3):
        seq_of(await store.submit(chat(f"m{number}")))
    seen = 0
    wanted = ActivityFilter(since=NOW)
    while True:
        entries, following = await store.activity(S, wanted, limit=1)
        seen += len(entries)
        if following is None:
            break
        wanted = replace(wanted, before=following)
    assert seen == len((await store.activity(S, ActivityFilter(since=NOW), limit=100))[0])
