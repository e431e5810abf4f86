"""Replicas of a shared text: equal whatever the order, own undo only, places that stay."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.delta import Delta, apply, length_after, moved, normal
from peerline.documents.guard import check_update
from peerline.documents.shared_text import SharedText, decode_state, merge_updates

LETTERS = st.text(st.sampled_from("ab\nž漢🎉\u0301"), max_size=4)
STEPS = st.tuples(st.sampled_from(["keep", "insert", "delete"]), st.integers(1, 8), LETTERS)
CHANGES = st.lists(STEPS, min_size=1, max_size=5)


def change_of(text: str, steps: Sequence[tuple[str, int, str]]) -> Delta:
    """A change that fits a text."""
    left = len(text)
    operations: list[int | str] = []
    for kind, count, letters in steps:
        if kind == "insert":
            operations.append(letters)
        else:
            taken = min(count, left)
            left -= taken
            operations.append(taken if kind == "keep" else -taken)
    return normal(operations)


def replicas(count: int, text: str) -> list[SharedText]:
    seed = SharedText.seeded(text)
    made = [SharedText(number + 1) for number in range(count)]
    for replica in made:
        replica.apply(seed)
    return made


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 2), CHANGES),
        st.tuples(st.just("undo"), st.integers(0, 2), st.none()),
        st.tuples(st.just("redo"), st.integers(0, 2), st.none()),
        st.tuples(st.just("step"), st.integers(0, 2), st.none()),
        st.tuples(st.just("exchange"), st.integers(0, 2), st.integers(0, 2)),
    ),
    max_size=20,
)


def crdt_text(replica: SharedText) -> str:
    """The text that the CRDT has."""
    other = SharedText()
    other.apply(replica.encode())
    return other.text


def taken(replica: SharedText, update: bytes) -> None:
    """Take an update of another replica, and see that its delta is what it did."""
    before = replica.text
    checked = check_update(update, replica.clocks)
    delta = replica.apply(update, checked.clocks)
    assert apply(before, delta) == replica.text == crdt_text(replica)
    assert replica.clocks == decode_state(replica.state)


@settings(max_examples=150)
@given(LETTERS, ACTIONS)
def test_deltas_are_what_updates_do_and_all_end_equal(
    text: str, actions: list[tuple[str, int, Any]]
) -> None:
    made = replicas(3, text)
    for kind, who, what in actions:
        replica = made[who]
        before = replica.text
        match kind:
            case "edit":
                delta = change_of(before, what)
                replica.edit(delta)
                assert replica.text == crdt_text(replica) == apply(before, delta)
            case "undo" | "redo":
                done = replica.undo() if kind == "undo" else replica.redo()
                if done is not None:
                    assert apply(before, done[0]) == replica.text == crdt_text(replica)
            case "step":
                replica.end_undo_step()
            case _:
                taken(replica, made[what].encode(replica.state))
    for replica in made:
        for other in made:
            taken(replica, other.encode(replica.state))
    assert len({replica.text for replica in made}) == 1


@given(LETTERS, st.lists(CHANGES, max_size=8))
def test_merged_updates_do_what_each_does_after_the_other(
    text: str, changes: list[list[tuple[str, int, str]]]
) -> None:
    writer, reader = replicas(2, text)
    updates = [writer.edit(change_of(writer.text, steps)) for steps in changes]
    if updates:
        taken(reader, merge_updates(updates))
    assert reader.text == writer.text


@settings(max_examples=150)
@given(LETTERS, st.lists(st.tuples(st.booleans(), CHANGES), max_size=10), st.integers(1, 4))
def test_undo_takes_back_own_text_only(
    text: str, changes: list[tuple[bool, list[tuple[str, int, str]]]], undos: int
) -> None:
    """The other's text is made of other letters, so that it can be told apart."""
    mine, others = replicas(2, text.replace("a", "b"))
    for is_mine, steps in changes:
        writer, reader = (mine, others) if is_mine else (others, mine)
        delta = change_of(writer.text, steps)
        if not is_mine:
            delta = normal("X" * len(step) if isinstance(step, str) else step for step in delta)
        taken(reader, writer.edit(delta))
        mine.end_undo_step()
    before = mine.text.count("X")
    for _ in range(undos):
        done = mine.undo()
        if done is not None:
            taken(others, done[1])
    assert mine.text == others.text
    # Undo may bring back the other's text that was deleted here, but takes nothing of it.
    assert mine.text.count("X") >= before


@settings(max_examples=200)
@given(LETTERS, st.lists(CHANGES, max_size=5), st.data())
def test_a_place_moves_as_far_as_the_edit(
    text: str, changes: list[list[tuple[str, int, str]]], data: st.DataObject
) -> None:
    writer, reader = replicas(2, text)
    for steps in changes:
        place = data.draw(st.integers(0, len(writer.text)))
        assoc = data.draw(st.sampled_from([0, -1]))
        position = writer.relative(place, assoc)
        assert writer.index_of(position) == reader.index_of(position) == place
        delta = change_of(writer.text, steps)
        before = len(writer.text)
        taken(reader, writer.edit(delta))
        now = writer.index_of(position)
        assert now is not None
        assert now == reader.index_of(position)
        assert 0 <= now <= length_after(before, delta)
        if (position[0], position[1]) == (0, 0):
            assert now == (len(writer.text) if position[2] else 0)
        else:
            low = moved(place, delta, behind_insertions=False)
            assert low <= now <= moved(place, delta, behind_insertions=True)
