"""Tests of peerline_server.core.comments: how large threads may become, at both sides."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from peerline.protocol.chat import DeleteMessage, EditMessage, React
from peerline.protocol.comments import (
    AddComment,
    AnchorData,
    CodeComment,
    Comment,
    CommentData,
    CommentReply,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ClientMessage, encode_message
from peerline.protocol.roles import Role
from peerline_server.core.comments import (
    MAX_AUTHOR_BYTES,
    MAX_OPEN_THREADS_BYTES,
    MAX_THREAD_BYTES,
    PAGE_BYTES,
    CommentBoard,
)
from peerline_server.core.decisions import Append, Refused

from .test_session import Room, S

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG = "漢" * 8_000
"""The longest text of a comment, 24 KB."""


def size(thread: Comment) -> int:
    return len(encode_message(thread))


def thread(name: str, bytes_: int, *, resolved: bool = False, author: str | None = None) -> Comment:
    """A thread of exactly this size, as a store may have it; each by another author."""
    user_id = author or f"author-{name}"
    comment = Comment(
        id=name,
        user_id=user_id,
        username="Alice",
        content="c",
        timestamp=NOW,
        file="a.py",
        line=1,
        resolved=resolved,
    )
    reply = CommentReply(
        id=f"{name}-0", user_id=user_id, username="Alice", content="", timestamp=NOW
    )
    comment = comment.model_copy(update={"replies": [reply]})
    filled = reply.model_copy(update={"content": "x" * (bytes_ - size(comment))})
    comment = comment.model_copy(update={"replies": [filled]})
    assert size(comment) == bytes_
    return comment


@pytest.fixture
def room() -> Room:
    room = Room(max_threads=1_000)
    room.join("alice", Role.HOST)
    return room


def put(room: Room, *threads: Comment) -> None:
    for comment in threads:
        room.commit(CodeComment(session_id=S, seq=0, comment=comment))


def is_refused(room: Room, message: ClientMessage, user_id: str = "alice") -> bool:
    """Whether it is refused as too large; if not, it is done."""
    decision = room.session.decide(message, user_id, NOW)
    if isinstance(decision, Append):
        room.commit(decision.event.message)
        return False
    assert isinstance(decision, Refused)
    assert decision.code is ErrorCode.LIMIT_EXCEEDED
    return True


LARGEST = CommentData(
    file="a.py",
    line=1,
    content=LONG,
    code_snippet="漢" * 2_000,
    context_before=["漢" * 500] * 5,
    context_after=["漢" * 500] * 5,
    scope=["漢" * 500] * 5,
)


def written_by(room: Room, user_id: str) -> int:
    return sum(size(one) for one in room.session.comments.open_threads() if one.user_id == user_id)


def test_one_participant_cannot_make_the_snapshot_larger_than_its_limit(room: Room) -> None:
    add = AddComment(session_id=S, data=LARGEST)
    while not is_refused(room, add):
        pass
    largest = max(map(size, room.session.comments.open_threads()))
    assert MAX_AUTHOR_BYTES - largest < written_by(room, "alice") <= MAX_AUTHOR_BYTES
    # Others have room, and what is resolved makes room again.
    room.join("bob")
    assert not is_refused(room, add, "bob")
    assert not is_refused(room, ResolveComment(session_id=S, comment_id="id0"))
    assert not is_refused(room, add)
    assert is_refused(room, add)


def test_the_threads_of_a_snapshot_are_known_as_json(room: Room) -> None:
    put(room, thread("c", 600), thread("d", 700), thread("e", 800))
    is_refused(room, ReplyComment(session_id=S, comment_id="d", content='a "quoted" é'))
    is_refused(room, ResolveComment(session_id=S, comment_id="e"))
    board = room.session.comments
    threads = TypeAdapter(list[Comment]).validate_json(board.open_threads_as_json())
    assert threads == board.open_threads()
    assert [one.id for one in threads] == ["c", "d"]


def test_all_together_cannot_make_the_snapshot_larger_than_its_limit(room: Room) -> None:
    add = AddComment(session_id=S, data=LARGEST)
    for number in range(5):
        room.join(f"user{number}")
        while not is_refused(room, add, f"user{number}"):
            pass
    threads = room.session.comments.open_threads()
    total = sum(map(size, threads))
    assert MAX_OPEN_THREADS_BYTES - max(map(size, threads)) < total <= MAX_OPEN_THREADS_BYTES


@pytest.mark.parametrize("spare", [10, 1_000])
def test_replies_and_edits_count_for_their_author(room: Room, spare: int) -> None:
    put(room, thread("c", 600), thread("full", MAX_AUTHOR_BYTES - spare, author="alice"))
    room.join("bob")
    reply = ReplyComment(session_id=S, comment_id="c", content="y" * 200)
    assert is_refused(room, reply) is (spare == 10)
    edit = EditMessage(session_id=S, message_id="full", content="y" * 900)
    assert is_refused(room, edit)
    assert not is_refused(room, reply, "bob")
    assert not is_refused(room, React(session_id=S, message_id="c", emoji="+1"))
    assert not is_refused(room, ResolveComment(session_id=S, comment_id="full"))
    assert not is_refused(room, reply)


def growing(comment_id: str) -> list[ClientMessage]:
    return [
        ReplyComment(session_id=S, comment_id=comment_id, content="y" * 100),
        EditMessage(session_id=S, message_id=comment_id, content="y" * 100),
        ReattachComment(
            session_id=S,
            comment_id=comment_id,
            data=AnchorData(file="a.py", line=1, code_snippet="y" * 100),
        ),
        React(session_id=S, message_id=comment_id, emoji="+1"),
    ]


@pytest.mark.parametrize("place", range(len(growing("c"))))
@pytest.mark.parametrize(("spare", "refused"), [(1_000, False), (10, True)])
def test_no_change_makes_a_thread_larger_than_its_limit(
    room: Room, place: int, *, spare: int, refused: bool
) -> None:
    put(room, thread("c", MAX_THREAD_BYTES - spare))
    message = growing("c")[place]
    assert is_refused(room, message) is refused
    after = room.session.comments.get("c")
    assert after is not None
    assert size(after) <= MAX_THREAD_BYTES


@pytest.mark.parametrize("place", range(len(growing("c"))))
@pytest.mark.parametrize(("spare", "refused"), [(1_000, False), (10, True)])
def test_no_change_makes_the_open_threads_larger_than_their_limit(
    room: Room, place: int, *, spare: int, refused: bool
) -> None:
    put(room, thread("c", 600))
    left = MAX_OPEN_THREADS_BYTES - 600 - spare
    put(room, *(thread(f"t{number}", left // 5) for number in range(5)))
    total = sum(map(size, room.session.comments.open_threads()))
    assert 0 <= left + 600 - total < 5
    assert is_refused(room, growing("c")[place]) is refused


@pytest.mark.parametrize("fits", [True, False])
def test_a_thread_is_reopened_only_where_there_is_room(room: Room, *, fits: bool) -> None:
    put(room, thread("c", 2_000, resolved=True))
    left = MAX_OPEN_THREADS_BYTES - (2_100 if fits else 1_000)
    put(room, *(thread(f"t{number}", left // 5) for number in range(5)))
    reopen = ResolveComment(session_id=S, comment_id="c", resolved=False)
    assert is_refused(room, reopen) is not fits


@pytest.mark.parametrize(
    "shrinking",
    [
        ResolveComment(session_id=S, comment_id="t0"),
        DeleteMessage(session_id=S, message_id="t0"),
        DeleteMessage(session_id=S, message_id="t0-0"),
        EditMessage(session_id=S, message_id="t0-0", content="short"),
        EditMessage(session_id=S, message_id="m0", content=LONG),
    ],
    ids=["resolve", "delete", "delete a reply", "shorten", "a chat message"],
)
def test_what_does_not_grow_is_always_possible(room: Room, shrinking: ClientMessage) -> None:
    # More than the limits, as an import can have it.
    put(room, *(thread(f"t{number}", 2 * MAX_THREAD_BYTES) for number in range(3)))
    assert not is_refused(room, shrinking)


def test_of_more_than_the_limit_a_snapshot_has_the_newest() -> None:
    threads = [thread(f"t{number}", MAX_OPEN_THREADS_BYTES // 4) for number in range(4)]
    assert CommentBoard(threads).open_threads() == threads
    more = [thread("old", 600), thread("done", MAX_OPEN_THREADS_BYTES, resolved=True), *threads]
    assert CommentBoard(more).open_threads() == threads


def pages(board: CommentBoard) -> list[list[Comment]]:
    found: list[list[Comment]] = []
    has_more = True
    while has_more:
        after = found[-1][-1].id if found else None
        page, has_more = board.page(file=None, resolved=None, after=after, limit=200)
        found.append(page)
    return found


@pytest.mark.parametrize(("bytes_", "counts"), [(PAGE_BYTES // 2, [2, 2]), (PAGE_BYTES, [1] * 4)])
def test_a_page_is_no_longer_than_its_limit_and_never_empty(bytes_: int, counts: list[int]) -> None:
    threads = [thread(f"t{number}", bytes_ + (len(counts) > 2)) for number in range(4)]
    found = pages(CommentBoard(threads))
    assert [len(page) for page in found] == counts
    assert [comment for page in found for comment in page] == threads


def test_the_size_is_what_it_would_be_for_a_board_made_anew(room: Room) -> None:
    checks: list[Callable[[], ClientMessage]] = [
        lambda: AddComment(session_id=S, data=CommentData(file="a.py", line=1, content="one")),
        lambda: AddComment(session_id=S, data=CommentData(file="b.py", line=2, content="two")),
        *(lambda message=message: message for message in growing("id1")),
        lambda: ResolveComment(session_id=S, comment_id="id1"),
        lambda: ReplyComment(session_id=S, comment_id="id1", content="while resolved"),
        lambda: ResolveComment(session_id=S, comment_id="id1", resolved=False),
        lambda: DeleteMessage(session_id=S, message_id="id2"),
    ]
    for make in checks:
        assert not is_refused(room, make())
        board = room.session.comments
        assert board.open_bytes == sum(map(size, board.open_threads()))
