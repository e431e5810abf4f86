"""Changes that wait to be told apart are a bounded number, and none is lost."""

from peerline.documents.delta import apply, composed
from peerline_bridge.coediting.effects import EditRequest, LocalEdit
from peerline_bridge.coediting.handshake import Handshake
from peerline_bridge.coediting.held_changes import MAX_HELD, Held, hold

MANY = 5_000


def test_changes_beyond_a_number_are_one_and_the_first_ones_stay_apart() -> None:
    held: list[Held] = []
    for version in range(1, MAX_HELD + 1):
        hold(held, version, ("x",))
        assert len(held) == version
    first = held[: MAX_HELD // 2]
    hold(held, MAX_HELD + 1, (MAX_HELD, "y"))
    assert held[: MAX_HELD // 2] == first
    assert [item.version for item in held[MAX_HELD // 2 :]] == [MAX_HELD, MAX_HELD + 1]
    assert apply("", composed(item.change for item in held)) == "x" * MAX_HELD + "y"


def test_what_is_typed_in_an_editor_that_does_not_answer_goes_out_when_it_does() -> None:
    bridge = Handshake("one\n", 0, marks_edits=False)
    bridge.remote((3, "!"), 0.0)
    for number in range(MANY):
        assert bridge.changed(("x",), number + 1, 0.0) == []
    *effects, again = bridge.answered(1, MANY, 0.0, applied=False)
    assert len(effects) <= MAX_HELD
    text = "one!\n"
    for effect in effects:
        assert isinstance(effect, LocalEdit)
        text = apply(text, effect.change)
    assert text == "x" * MANY + "one!\n"
    assert again == EditRequest(2, MANY, (MANY + 3, "!"))


def test_an_edit_of_thousands_of_places_is_told_in_as_many_changes() -> None:
    """As by Neovim: to put them together one after the other would take minutes."""
    text = "word\n" * MANY
    edit = composed((5 * at + 4 if at else 4, "s") for at in reversed(range(MANY)))
    bridge = Handshake(text, 0, marks_edits=True)
    assert bridge.remote(edit, 0.0) == [EditRequest(1, 0, edit)]
    bridge.applying(1)
    for version, at in enumerate(reversed(range(MANY)), 1):
        assert bridge.changed((5 * at + 4, "s"), version, 0.0) == []
    assert bridge.answered(1, MANY, 0.0, applied=True) == []
    assert bridge.is_equal
    assert bridge.text == "words\n" * MANY
