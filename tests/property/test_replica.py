"""snapshot + events = fresh snapshot, and resumed = never disconnected, for any history."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peerline.client import Gap, Replica
from peerline.protocol.messages import decode_server_message, encode_message
from peerline.protocol.participants import User, UserJoined
from peerline.protocol.roles import Role
from tests.session_history import KINDS, START, USERS, History, S

STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(USERS), st.integers(0, 5)),
    max_size=40,
)


def over_the_wire(message: Any) -> Any:
    """As a client receives it."""
    return decode_server_message(encode_message(message))


def replica_at(history: History, seq: int) -> Replica:
    replica = Replica()
    replica.apply(over_the_wire(history.snapshots[seq]))
    return replica


@given(STEPS, st.data())
def test_a_snapshot_and_its_events_equal_a_fresh_snapshot(
    steps: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    history = History(steps)
    cut = data.draw(st.integers(0, len(history.events)))
    replica = replica_at(history, cut)
    for event in history.events[cut:]:
        replica.apply(over_the_wire(event))
    assert replica.state() == replica_at(history, len(history.events)).state()


@given(STEPS, st.data())
def test_resumed_is_as_if_never_disconnected(
    steps: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    history = History(steps)
    total = len(history.events)
    lost = data.draw(st.integers(0, total))
    overlap = data.draw(st.integers(0, lost))
    replica = replica_at(history, 0)
    for event in history.events[:lost]:
        replica.apply(over_the_wire(event))
    replica.apply(over_the_wire(history.snapshot(resumed=True)))
    # What was received before and is repeated must change nothing.
    for event in history.events[overlap:]:
        replica.apply(over_the_wire(event))
    assert replica.state() == replica_at(history, total).state()


@given(STEPS, st.data())
def test_a_missing_event_is_always_noticed(
    steps: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    history = History([("join", "alice", 1), *steps, ("chat", "alice", 0), ("join", "bob", 1)])
    missing = data.draw(st.integers(0, len(history.events) - 2))
    replica = replica_at(history, 0)
    for event in history.events[:missing]:
        replica.apply(over_the_wire(event))
    before = replica.state()
    changes = replica.apply(over_the_wire(history.events[missing + 1]))
    assert changes == [Gap(expected=missing + 1, got=missing + 2)]
    assert replica.state() == before


def test_the_own_role_rises_with_a_join_of_another_connection() -> None:
    replica = replica_at(History([]), 0)
    me = User(id="me", username="me", role=Role.HOST)
    replica.apply(UserJoined(session_id=S, seq=1, user=me, timestamp=START))
    assert replica.is_host
    other = User(id="other", username="other", role=Role.VIEWER)
    replica.apply(UserJoined(session_id=S, seq=2, user=other, timestamp=START))
    assert replica.is_host
