"""Clients of a shared document: whatever breaks on the way, all end with the same text.

Each character that is written is another one, so that a lost or doubled one is found.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.client.documents.ports import DocumentStatus
from peerline.documents.delta import normal
from peerline.documents.difference import difference
from tests.document_sequencer import Person, Sequencer, settle

PEOPLE = 3
WHO = st.integers(0, PEOPLE - 1)
SEED = "stan🎉é"


def character(number: int) -> str:
    """A character that is used once, every other one of two UTF-16 code units."""
    return chr((0x20000 if number % 2 else 0x4E00) + number)


class World:
    """A server, its people, and the ledger of what was written and deleted."""

    def __init__(self) -> None:
        self.now = 0.0
        self.server = Sequencer(SEED)
        self.people = [Person(self.server, f"u{i}", lambda: self.now) for i in range(PEOPLE)]
        self.written = 0
        self.deleted: set[str] = set()

    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    def act(self, kind: str, who: int, one: int, two: int) -> None:
        person = self.people[who]
        if kind in {"edit", "undo"}:
            if person.can_edit:
                self.write(person, kind, one, two)
        elif kind == "kill":
            self.people[who] = person.killed()
        elif kind in {"send", "receive"}:
            (person.send if kind == "send" else person.receive)(one)
        else:
            self.disturb(person, kind, one)
        for other in self.people:
            if other.is_open:
                assert other.editor == other.document.text

    def disturb(self, person: Person, kind: str, one: int) -> None:
        match kind:
            case "wait":
                self.pass_time(one / 100)
            case "connect" if person.connection is None:
                person.connect()
            case "drop":
                person.drop()
            case "crash":
                for other in self.people:
                    other.drop()
            case "renew":
                self.server.renew()
            case _:
                pass

    def write(self, person: Person, kind: str, one: int, two: int) -> None:
        if kind == "undo":
            person.undo(redo=bool(one % 2))
        else:
            self.edit(person, one, two)

    def edit(self, person: Person, one: int, two: int) -> None:
        at = one % (len(person.editor) + 1)
        gone = person.editor[at : at + two % 4]
        self.deleted.update(gone)
        new = "".join(character(self.written + i) for i in range(one % 3))
        self.written += len(new)
        # No two insertions are the same: none is ever taken back.
        person.edit(normal((at, new, -len(gone))), is_once=True)

    def check(self) -> None:
        settle(self.people, self.pass_time)
        text = self.server.text
        for person in self.people:
            assert person.document.status is DocumentStatus.EQUAL, person.document.reason
            assert person.editor == person.document.text == text
            assert person.document.pending == 0
            assert person.kept is None
            assert person.discarded == []


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["edit"] * 6
            + ["send", "receive"] * 3
            + ["wait", "connect", "connect", "drop"]
            + ["crash", "renew", "kill"]
        ),
        WHO,
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=60,
)


def run(actions: list[tuple[str, int, int, int]]) -> World:
    world = World()
    for person in world.people:
        person.connect()
        person.send(9)
        person.receive(9)
    for action in actions:
        world.act(*action)
    return world


@settings(max_examples=2000, deadline=None)
@given(ACTIONS)
def test_nothing_is_lost_and_nothing_twice(actions: list[Any]) -> None:
    world = run(actions)
    world.check()
    text = world.server.text
    assert len(set(text)) == len(text), "a character is there twice"
    everything = set(SEED) | {character(i) for i in range(world.written)}
    assert set(text) >= everything - world.deleted, "a character is lost"


@settings(max_examples=100, deadline=None)
@given(ACTIONS, st.lists(st.tuples(st.just("undo"), WHO, st.integers(0, 9), st.just(0))))
def test_all_end_equal_with_undo_on_the_way(actions: list[Any], undos: list[Any]) -> None:
    mixed = [step for pair in zip(actions, undos, strict=False) for step in pair]
    run([*mixed, *actions[len(undos) :]]).check()


TEXT = st.text(st.sampled_from(" \nab{é🎉"), max_size=12)


@settings(max_examples=300, deadline=None)
@given(TEXT, TEXT, st.integers(2, 3), st.permutations(range(3)), st.booleans())
def test_a_text_that_all_format_at_once_is_formatted_once(
    old: str, new: str, people: int, order: list[int], is_offline: bool
) -> None:
    now = [0.0]

    def pass_time(seconds: float) -> None:
        now[0] += seconds

    server = Sequencer(old)
    all_people = [Person(server, f"u{i}", lambda: now[0]) for i in range(people)]
    settle(all_people, pass_time)
    for person in all_people:
        if is_offline:
            person.drop()
        person.edit(difference(old, new), is_once=True)
    for index in order:
        if index < people and not is_offline:
            all_people[index].send(9)
            all_people[index].receive(1)
    settle(all_people, pass_time)
    assert {person.editor for person in all_people} == {server.text}
    assert server.text == new
