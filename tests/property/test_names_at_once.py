"""Names that are chosen while others are being written: no two participants ever look alike."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations, count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.participants import ChangeName, ParticipantRemoved, User
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo
from peerline_server.core.decisions import Append
from peerline_server.core.names import looks
from peerline_server.core.records import NewEvent, StoredSession
from peerline_server.core.session import Session

NOW = datetime(2026, 1, 1, tzinfo=UTC)
S = "session1"
USERS = ("u1", "u2", "u3", "u4")
NAMES = ("Max", "MAX", "Mах", "Max (2)", "Ann", "An n")


@dataclass
class Written:
    """A session whose decisions wait for the store, which keeps their order."""

    session: Session = field(init=False)
    waiting: deque[tuple[NewEvent, str, str | None]] = field(
        default_factory=deque[tuple[NewEvent, str, str | None]]
    )
    seq: int = 0

    def __post_init__(self) -> None:
        ids = count()
        self.session = Session(
            StoredSession(SessionInfo(id=S, title="T", created_at=NOW), "epoch", 0, [], [], []),
            new_id=lambda: f"id{next(ids)}",
            snapshot_messages=3,
            max_threads=10,
            typing_lifetime=NOW - NOW,
        )

    def join(self, user_id: str, name: str) -> None:
        # One join of a user at a time, as the server has it.
        joining = {user for event, user, _ in self.waiting if event.message.type == "user_joined"}
        if user_id in joining:
            return
        given = self.session.reserve_name_on_joining(user_id, name)
        user = User(id=user_id, username=given, role=Role.EDITOR)
        self.waiting.append((self.session.join_event(user, NOW, invite_hash=None), user_id, given))

    def rename(self, user_id: str, name: str) -> None:
        if self.session.member(user_id) is None:
            return
        decision = self.session.decide(ChangeName(session_id=S, name=name), user_id, NOW)
        if isinstance(decision, Append):
            self.waiting.append((decision.event, user_id, decision.reserved_name))

    def remove(self, user_id: str, _: str) -> None:
        if self.session.member(user_id) is None:
            return
        event = ParticipantRemoved(
            session_id=S, seq=0, user_id=user_id, username="x", removed_by="h", timestamp=NOW
        )
        self.waiting.append((NewEvent(event, "h"), user_id, None))

    def commit(self, *_: str) -> None:
        if not self.waiting:
            return
        event, user_id, name = self.waiting.popleft()
        is_there = self.session.member(user_id) is not None
        if event.message.type == "user_joined" or is_there:
            self.seq += 1
            self.session.apply(event.message.model_copy(update={"seq": self.seq}))
        if name is not None:
            self.session.release_name(user_id, name)

    def fail(self, *_: str) -> None:
        if not self.waiting:
            return
        __, user_id, name = self.waiting.popleft()
        if name is not None:
            self.session.release_name(user_id, name)

    def names(self) -> dict[str, str]:
        found = {user_id: self.session.member(user_id) for user_id in USERS}
        return {user_id: one.user.username for user_id, one in found.items() if one is not None}


STEPS = st.tuples(
    st.sampled_from(["join", "join", "rename", "rename", "remove", "commit", "commit", "fail"]),
    st.sampled_from(USERS),
    st.sampled_from(NAMES),
)


@given(st.lists(STEPS, max_size=40))
def test_no_two_participants_look_alike_whatever_is_written_when(steps: list[Any]) -> None:
    room = Written()
    for action, user_id, name in [*steps, *[("commit", "", "")] * len(steps)]:
        getattr(room, action)(user_id, name)
        for (_, one), (_, other) in combinations(room.names().items(), 2):
            assert not looks(one) & looks(other), room.names()
    assert not room.waiting
    # Nothing stays reserved: a name that nobody has is free.
    free = room.session.reserve_name_on_joining("newcomer", "Zoe")
    assert free == "Zoe"
    for name in NAMES:
        if not any(looks(name) & looks(taken) for taken in room.names().values()):
            assert room.session.reserve_name_on_joining(f"new {name}", name) == name
            room.session.release_name(f"new {name}", name)


def test_a_failed_join_or_rename_frees_the_name() -> None:
    room = Written()
    room.join("u1", "Max")
    room.join("u2", "Max")
    room.fail()
    room.join("u3", "Max")
    room.commit()
    room.commit()
    assert room.names() == {"u2": "Max (2)", "u3": "Max"}
