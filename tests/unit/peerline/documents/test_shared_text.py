"""The shared text: code points outside, whatever pycrdt counts inside; undo; places; panics."""

import subprocess
import sys

import pytest

from peerline.documents.delta import DeltaError, replacement
from peerline.documents.errors import UpdateError
from peerline.documents.guard import check_update
from peerline.documents.shared_text import (
    MAX_CLIENT_ID,
    NOTHING,
    SharedText,
    decode_state,
    merge_updates,
    new_client_id,
)
from peerline.documents.structs import count_structs

MIXED = "a🎉é漢b🎉z"


def opened(text: str, client_id: int = 7) -> SharedText:
    shared = SharedText(client_id)
    shared.apply(SharedText.seeded(text))
    return shared


def test_a_seed_is_the_text_once() -> None:
    shared = opened(MIXED)
    assert shared.text == MIXED
    assert shared.apply(SharedText.seeded("")) == ()
    assert sum(shared.clocks.values()) == 9  # UTF-16: the two emoji count twice


def test_edits_count_code_points() -> None:
    shared, other = opened(MIXED), SharedText(8)
    other.apply(shared.encode())
    update = shared.edit((1, "x🎉", -1, 1, -1))
    assert shared.text == "ax🎉éb🎉z"
    assert other.apply(update) == (1, "x🎉", -1, 1, -1)
    assert other.text == shared.text
    assert other.clocks == shared.clocks == decode_state(shared.state)


def test_an_edit_beyond_the_text_changes_nothing() -> None:
    shared = opened("ab")
    before = shared.encode()
    for delta in ((3, "x"), (-3,), ("\ud83c",), (1, "x", -1, "\udf89")):
        with pytest.raises(DeltaError):
            shared.edit(delta)
    assert shared.text == "ab"
    assert shared.encode() == before
    assert shared.undo() is None


def test_an_edit_that_does_nothing_is_the_update_that_does_nothing() -> None:
    assert opened("ab").edit(()) == NOTHING


def test_garbage_is_an_update_error_and_so_is_a_panic() -> None:
    shared = opened("ab")
    for garbage in (b"", b"\x01", b"\xff" * 9, b"\x01\x01\x07\x00\x0f\x01\x04text\x01a\x00"):
        with pytest.raises(UpdateError):
            SharedText(9).apply(garbage)
    with pytest.raises(UpdateError):
        shared.encode(b"\x05")
    with pytest.raises(UpdateError):
        shared.encode(shared.state + b"\x00")
    with pytest.raises(UpdateError):
        merge_updates([b"\x05", b"\x06"])


def test_undo_and_redo_go_by_steps_of_own_edits() -> None:
    shared, other = opened("base\n"), SharedText(8)
    other.apply(shared.encode())
    for delta in (("one",), (3, " two")):
        other.apply(shared.edit(delta))
    shared.end_undo_step()
    other.apply(shared.edit((7, "\n🎉")))
    shared.apply(other.edit((3, " XX")))
    assert shared.text == "one XX two\n🎉base\n"
    undone = shared.undo()
    assert undone is not None
    assert undone[0] == (10, -2)
    assert other.apply(undone[1]) == undone[0]
    undone = shared.undo()
    assert undone is not None
    assert other.apply(undone[1]) == undone[0]
    assert shared.text == other.text == " XXbase\n"
    assert shared.undo() is None
    for expected in ("one XX twobase\n", "one XX two\n🎉base\n"):
        redone = shared.redo()
        assert redone is not None
        other.apply(redone[1])
        assert shared.text == other.text == expected
    assert shared.redo() is None


def test_an_edit_after_undo_is_a_step_of_its_own() -> None:
    shared = opened("")
    shared.edit(("a",))
    shared.end_undo_step()
    shared.edit((1, "b"))
    shared.undo()
    shared.edit((1, "c"))
    shared.undo()
    assert shared.text == "a"


def test_undo_leaves_out_steps_that_others_have_deleted() -> None:
    shared, other = opened(""), SharedText(8)
    first = shared.edit(("first",))
    shared.end_undo_step()
    second = shared.edit((5, "second"))
    other.apply(first)
    other.apply(second)
    shared.apply(other.edit((5, -6)))
    assert shared.undo() is not None
    assert shared.text == ""


def test_places_stay_with_their_characters() -> None:
    shared, other = opened(MIXED), SharedText(8)
    other.apply(shared.encode())
    for index in range(len(MIXED) + 1):
        for assoc in (0, -1):
            assert other.index_of(shared.relative(index, assoc)) == index
    before, behind = shared.relative(2, 0), shared.relative(2, -1)
    update = other.edit((2, "漢é"))
    assert (other.index_of(before), other.index_of(behind)) == (4, 2)
    shared.apply(update)
    assert (shared.index_of(before), shared.index_of(behind)) == (4, 2)


def test_the_ends_are_named_as_the_protocol_has_them() -> None:
    for text in ("", "ab", MIXED):
        shared = opened(text)
        assert shared.relative(len(text), 0) == (0, 0, -1)
        assert shared.relative(0, -1) == (0, 0, 0)
        assert shared.relative(len(text) + 5, 0) == (0, 0, -1)
        shared.edit(("🎉",))
        assert shared.index_of((0, 0, -1)) == len(text) + 1
        assert shared.index_of((0, 0, 0)) == 0


def test_a_place_is_a_clock_in_code_units_of_utf_16() -> None:
    shared = SharedText(7)
    shared.edit((MIXED,))
    assert [shared.relative(index, 0)[:2] for index in range(len(MIXED))] == [
        (7, 0),
        (7, 1),
        (7, 3),
        (7, 4),
        (7, 5),
        (7, 6),
        (7, 8),
    ]
    assert shared.relative(2, -1) == (7, 2, -1)
    assert shared.index_of((7, 2, 0)) == 1


def test_a_place_in_deleted_text_is_where_the_text_was() -> None:
    shared = opened(MIXED)
    place, behind = shared.relative(3, 0), shared.relative(3, -1)
    shared.edit((1, -4))
    assert shared.text == "a🎉z"
    assert (shared.index_of(place), shared.index_of(behind)) == (1, 1)


def test_an_unknown_place_is_none() -> None:
    shared = opened("ab")
    assert shared.index_of((99, 0, 0)) is None
    assert shared.index_of((*shared.relative(0, 0)[:1], 2, 0)) is None


def test_looking_for_places_leaves_the_text_in_one_piece() -> None:
    shared = opened("é" * 50)
    for index in range(50):
        shared.relative(index, 0)
    assert count_structs(shared.encode()) == 1


def test_places_are_found_after_very_many_updates_and_lookups() -> None:
    shared = opened("é")
    for index in range(1500):
        shared.edit((index, "é"))
        if index < 2 or index > 1490:
            assert shared.index_of(shared.relative(index, 0)) == index
    for _ in range(3):
        for index in range(1500):
            shared.relative(index, 0)
    assert shared.index_of(shared.relative(1500, -1)) == 1500


def test_items_are_few_for_typing_in_a_row_and_many_for_scattered_edits() -> None:
    shared = opened("")
    for at in range(3000):
        shared.edit((at, "x"))
    assert shared.items < 2100
    for at in range(0, 6000, 2):
        shared.edit(replacement(at % 3000, 0, "y"))
    actual = count_structs(shared.encode())
    assert actual > 2000
    assert actual <= shared.items <= 3 * actual


def test_updates_merge_into_one() -> None:
    shared, other = opened("", 7), SharedText(8)
    updates = [shared.edit((at, "é")) for at in range(5)]
    merged = merge_updates(updates)
    assert len(merged) < sum(map(len, updates))
    other.apply(merged, check_update(merged, {}).clocks)
    assert other.text == "ééééé"
    assert other.clocks == {7: 5}


def test_clocks_that_the_guard_has_read_are_as_those_of_pycrdt() -> None:
    shared, other = opened("", 7), opened("", 8)
    other.clocks  # noqa: B018 - they are kept from here on
    for at in range(4):
        update = shared.edit((at, "🎉"))
        other.apply(update, check_update(update, other.clocks).clocks)
        assert other.clocks == decode_state(other.state)


def test_client_ids_have_32_bits() -> None:
    assert all(0 < new_client_id() <= MAX_CLIENT_ID for _ in range(100))
    assert all(client <= MAX_CLIENT_ID for client in opened("x").clocks)


def test_a_closed_text_is_still_readable() -> None:
    shared = opened("ab")
    shared.close()
    assert shared.text == "ab"


def test_pycrdt_is_imported_on_first_use_only() -> None:
    modules = (
        "peerline.documents.shared_text, peerline.client, peerline_bridge.main, peerline_server.app"
    )
    code = (
        f"import sys, {modules}\n"
        "print(*(name for name in sys.modules if name.split('.')[0] in ('pycrdt', 'anyio')))\n"
        "from peerline.documents.shared_text import SharedText\n"
        "SharedText.seeded('x')\n"
        "print('pycrdt' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["", "True"]
