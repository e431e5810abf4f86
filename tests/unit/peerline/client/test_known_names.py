"""The names that a replica remembers, also of users who have left."""

from datetime import UTC, datetime

from peerline.client.replica import MAX_NAMES, Replica
from peerline.protocol.participants import NameChanged, User, UserJoined, UserLeft
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionInfo

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def replica() -> Replica:
    session = SessionInfo(id="s", title="Pairing", created_at=NOW)
    return Replica(session=session)


def come(to: Replica, user_id: str) -> None:
    user = User(id=user_id, username=user_id.title(), role=Role.EDITOR)
    to.apply(UserJoined(session_id="s", user=user, timestamp=NOW, seq=to.seq + 1))


def go(to: Replica, user_id: str) -> None:
    left = UserLeft(session_id="s", user_id=user_id, username="", timestamp=NOW, seq=to.seq + 1)
    to.apply(left)


def test_a_name_stays_when_its_user_leaves_and_is_the_last_one() -> None:
    known = replica()
    come(known, "ann")
    known.apply(
        NameChanged(
            session_id="s",
            user_id="ann",
            username="Ann",
            name="Anna",
            timestamp=NOW,
            seq=known.seq + 1,
        )
    )
    go(known, "ann")
    assert known.names == {"ann": "Anna"}
    assert not known.participants


def test_the_oldest_names_are_forgotten() -> None:
    known = replica()
    for number in range(MAX_NAMES):
        come(known, f"u{number}")
        go(known, f"u{number}")
    assert len(known.names) == MAX_NAMES
    come(known, "another")
    assert len(known.names) == MAX_NAMES
    assert "u0" not in known.names
    assert known.names["another"] == "Another"
