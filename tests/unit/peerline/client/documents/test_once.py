"""Insertions that several make at the same place at once: white space, and those of formatters."""

import pytest

from peerline.documents.delta import Delta
from peerline.documents.difference import difference
from peerline.documents.insertions import SAVE_SECONDS
from tests.unit.peerline.client.documents.world import World

JSON = '{"a":1,"é🎉":[2]}'
FORMATTED = '{\n  "a": 1,\n  "é🎉": [\n    2\n  ]\n}\n'


def at_once(world: World, *deltas: Delta) -> None:
    """Each person makes a change before the changes of the others arrive."""
    for person, delta in zip(world.people, deltas, strict=True):
        person.edit(delta, is_once=True)


@pytest.mark.parametrize("people", [2, 3])
def test_a_newline_at_the_end_that_all_add_at_once_is_there_once(people: int) -> None:
    world = World("one", people)
    at_once(world, *[(3, "\n")] * people)
    assert world.equal() == "one\n"


@pytest.mark.parametrize("people", [2, 3])
def test_a_text_that_all_format_at_once_is_formatted_once(people: int) -> None:
    world = World(JSON, people)
    at_once(world, *[difference(JSON, FORMATTED)] * people)
    assert world.equal() == FORMATTED


def test_no_editor_shows_twice_what_all_format_at_once() -> None:
    # Saving would trim the doubled white space before it is taken back.
    world = World(JSON, 3)
    at_once(world, *[difference(JSON, FORMATTED)] * 3)
    for person in world.people:
        person.send(9)
    for _ in range(9):
        for person in world.people:
            person.receive(1)
            assert person.editor == FORMATTED
    assert world.equal() == FORMATTED


def test_what_was_formatted_offline_is_there_once() -> None:
    world = World(JSON)
    ann, bob = world.people
    for person in (ann, bob):
        person.drop()
        person.edit(difference(JSON, FORMATTED), is_once=True)
    assert world.equal() == FORMATTED
    assert ann.document.undo() is not None


def test_undo_leaves_alone_what_was_taken_back() -> None:
    world = World("one")
    for person, typed in zip(world.people, ("ann ", "bob "), strict=True):
        person.edit((typed,))
        world.settle()
    at_once(world, *[(len("bob ann one"), "\n")] * 2)
    assert world.equal() == "bob ann one\n"
    for person in world.people:
        while person.document.undo() is not None:
            pass
        person.editor = person.document.text
    assert world.equal() == "one"


def test_a_newline_at_the_end_of_a_line_that_another_goes_on_with_is_there_once() -> None:
    # Where the newline comes before what the other has typed, it is not at the end of the text.
    for number in range(20):
        world = World(f"one{number}", 2)
        ann, bob = world.people
        end = len(world.server.text)
        ann.edit((end, " more"), is_once=True)
        ann.edit((end + 5, "\n"), is_once=True)
        bob.edit((end, "\n"), is_once=True)
        assert world.equal() in {f"one{number} more\n", f"one{number}\n more\n"}


def test_lines_that_two_have_begun_at_once_stay_apart() -> None:
    world = World("one")
    for person, word in zip(world.people, ("alice", "bob"), strict=True):
        person.edit((3, "\n"), is_once=True)
        person.edit((4, word))
    assert sorted(world.equal().split("\n")) == ["alice", "bob", "one"]


def test_the_same_text_that_is_typed_at_once_or_after_one_another_stays() -> None:
    world = World("one")
    ann, bob = world.people
    ann.edit((3, "\n"))
    bob.edit((3, "\n"))
    assert world.equal() == "one\n\n"
    ann.edit((3, "\n"), is_once=True)
    world.settle()
    bob.edit((3, "\n"), is_once=True)
    assert world.equal() == "one\n\n\n\n"
    bob.edit((len(world.server.text), "\n"), is_once=True)
    world.settle()
    ann.edit((len(world.server.text), "\n"), is_once=True)
    assert world.equal() == "one\n\n\n\n\n\n"


def test_who_may_only_read_by_now_takes_nothing_back() -> None:
    world = World("one")
    ann, bob = world.people
    at_once(world, (3, "\n"), (3, "\n"))
    for person in (ann, bob):
        person.send(9)
        person.document.can_edit = False
    assert world.equal() == "one\n\n"


def test_an_insertion_that_was_changed_meanwhile_stays() -> None:
    world = World("one", 2)
    ann, bob = world.people
    for person in (ann, bob):
        person.edit((1, "  ", 1, "  "), is_once=True)
    bob.edit((2, "x"))
    ann.edit((2, "y"))
    text = world.equal()
    assert "x" in text
    assert "y" in text
    assert [each for each in text if each not in " xy"] == list("one")


@pytest.mark.parametrize("people", [2, 3])
@pytest.mark.parametrize("saves", ["before", "behind"])
def test_one_piece_of_text_that_all_put_in_on_saving_is_there_once(people: int, saves: str) -> None:
    # A formatter tells each place as a change of its own, as if it was typed.
    world = World("one()\ntwo()", people)
    for person in world.people:
        person.edit((5, ";"))
        person.edit((12, ";"))
        if saves == "before":
            person.document.saved()
    for person in world.people:
        person.send(9)
        person.receive(9)
    for person in world.people:
        person.document.saved()
    assert world.equal() == "one();\ntwo();"


def test_what_was_typed_long_before_the_text_was_saved_is_each_users_own() -> None:
    for seconds, wanted in ((SAVE_SECONDS, "one;"), (SAVE_SECONDS + 0.1, "one;;")):
        world = World("one")
        for person in world.people:
            person.edit((3, ";"))
        world.pass_time(seconds)
        for person in world.people:
            person.document.saved()
        assert world.equal() == wanted


def test_what_a_slow_save_puts_in_is_there_once() -> None:
    world = World("one")
    for person in world.people:
        person.document.saving()
    world.pass_time(5)
    for person in world.people:
        person.edit((3, ";"))
    world.pass_time(5)
    for person in world.people:
        person.document.saved()
    assert world.equal() == "one;"


def test_a_word_that_two_have_begun_alike_and_saved_stays_whole() -> None:
    world = World("one ")
    for person, word in zip(world.people, ("abc", "ade"), strict=True):
        for number, letter in enumerate(word):
            person.edit((4 + number, letter))
        person.document.saved()
    assert world.equal() in {"one abcade", "one adeabc"}


def test_who_takes_back_what_is_there_twice_sees_no_change() -> None:
    world = World("one")
    at_once(world, (3, "\n"), (3, "\n"))
    told: list[list[Delta]] = [[], []]
    for person, changes in zip(world.people, told, strict=True):
        person.on_change = changes.append
    assert world.equal() == "one\n"
    assert sorted(told) == [[], [(4, "\n"), (4, -1)]]


@pytest.mark.parametrize("viewer", [0, 1])
def test_who_comes_back_as_a_viewer_takes_nothing_back(viewer: int) -> None:
    world = World("one")
    gone, other = world.people[viewer], world.people[1 - viewer]
    gone.edit((3, "\n"), is_once=True)
    gone.send(9)
    gone.receive(9)
    gone.drop()
    other.edit((3, "\n"), is_once=True)
    other.send(9)
    world.server.viewers.add(gone.user)
    told: list[Delta] = []
    gone.on_change = told.append
    world.settle()
    assert told[:1] == [(4 - viewer, "\n")]
    assert world.equal() in {"one\n", "one\n\n"}
