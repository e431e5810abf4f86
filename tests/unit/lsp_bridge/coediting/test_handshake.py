"""The handshake, case by case; the property test has all orders of messages."""

import pytest

from peerline.documents.delta import apply
from peerline_bridge.coediting.effects import EditRequest, LocalEdit
from peerline_bridge.coediting.handshake import Handshake


def test_a_remote_edit_is_requested_for_the_version_at_hand() -> None:
    bridge = Handshake("one\n", 4, marks_edits=True)
    assert bridge.remote(("x",), 0.0) == [EditRequest(1, 4, ("x",))]
    assert bridge.remote((1, "y"), 0.0) == [], "one at a time"
    bridge.applying(1)
    assert bridge.changed(("x",), 5, 0.0) == [], "the echo is no typing"
    assert bridge.answered(1, 5, 0.0, applied=True) == [EditRequest(2, 5, (1, "y"))]
    assert bridge.text == "xone\n"


def test_typing_of_a_marking_editor_goes_out_at_once() -> None:
    bridge = Handshake("one\n", 4, marks_edits=True)
    bridge.remote(("x",), 0.0)
    assert bridge.changed((3, "!"), 5, 0.0) == [LocalEdit((4, "!"))]
    assert bridge.answered(1, 5, 0.0, applied=False) == [EditRequest(2, 5, ("x",))]


def test_typing_of_another_editor_is_held_until_the_answer() -> None:
    bridge = Handshake("one\n", 4, marks_edits=False)
    bridge.remote(("x",), 0.0)
    assert bridge.changed((3, "!"), 5, 0.0) == []
    assert not bridge.is_equal
    assert bridge.answered(1, 5, 0.0, applied=False) == [
        LocalEdit((4, "!")),
        EditRequest(2, 5, ("x",)),
    ]


def test_typing_right_after_the_edit_is_told_apart_from_it() -> None:
    bridge = Handshake("one\n", 4, marks_edits=False)
    bridge.remote(("x",), 0.0)
    bridge.changed(("x",), 5, 0.0)
    bridge.changed((4, "!"), 6, 0.0)
    assert bridge.answered(1, 5, 0.0, applied=True) == [LocalEdit((4, "!"))]
    assert bridge.text == "xone!\n"
    assert bridge.is_equal


def test_an_answer_may_come_before_the_change_it_is_about() -> None:
    bridge = Handshake("one\n", 4, marks_edits=False)
    bridge.remote(("x",), 0.0)
    assert bridge.answered(1, 5, 0.0, applied=True) == []
    assert bridge.changed(("x",), 5, 0.0) == []
    assert bridge.is_equal


def test_what_the_editor_made_of_an_edit_counts_not_its_answer() -> None:
    bridge = Handshake("one\n", 4, marks_edits=True)
    bridge.remote((3, -1), 0.0)
    bridge.applying(1)
    # Neovim keeps the newline at the end of a file.
    bridge.changed((3, "\n", -1), 5, 0.0)
    assert bridge.answered(1, 5, 0.0, applied=True) == [LocalEdit((3, "\n"), is_mended=True)]
    assert bridge.text == "one\n"
    assert bridge.is_equal


def test_an_editor_in_a_mode_that_edits_would_disturb_is_waited_for() -> None:
    bridge = Handshake("one\n", 4, marks_edits=True)
    bridge.remote(("x",), 0.0)
    assert bridge.answered(1, 4, 0.0, applied=False, later=True) == []
    assert bridge.remote((1, "y"), 9.0) == []
    assert bridge.due is None
    assert bridge.ready(9.0) == [EditRequest(2, 4, ("xy",))]


def test_answers_to_other_requests_are_ignored() -> None:
    bridge = Handshake("one\n", 4, marks_edits=True)
    assert bridge.answered(0, 4, 0.0, applied=True) == []
    bridge.remote(("x",), 0.0)
    bridge.applying(7)
    assert bridge.answered(7, 5, 0.0, applied=True) == []
    assert bridge.changed((1, "z"), 5, 0.0) == [LocalEdit((2, "z"))]


def test_a_reloaded_text_is_a_local_edit() -> None:
    bridge = Handshake("one\n", 4, marks_edits=False)
    bridge.remote(("x",), 0.0)
    local, request = bridge.replaced("one\ntwo\n", 1, 0.0)
    assert local == LocalEdit((5, "two\n"))
    assert request == EditRequest(2, 1, ("x",))
    assert bridge.answered(1, 5, 0.0, applied=True) == [], "a late answer of the old buffer"
    assert bridge.text == "one\ntwo\n"
    assert bridge.debt == ("x",)


def test_at_the_beginning_the_editor_gets_what_it_lacks() -> None:
    bridge = Handshake("one\n", 4, owed=(4, "two\n"), marks_edits=True)
    assert bridge.proceed(0.0) == [EditRequest(1, 4, (4, "two\n"))]


def test_an_edit_of_a_text_before_that_is_made_in_this_one_is_not_made_again() -> None:
    bridge = Handshake("one\n", 4, owed=("x",), marks_edits=True, stale=("x",))
    assert bridge.proceed(0.0) == []
    assert bridge.changed((4, "typed"), 5, 0.0) == [LocalEdit((5, "typed"))]
    bridge.applying(0)
    assert bridge.changed(("x",), 6, 0.0) == []
    assert bridge.answered(0, 6, 0.0, applied=True) == []
    assert bridge.text == "xone\ntyped"
    assert bridge.is_equal


def test_an_edit_of_a_text_before_that_cuts_this_one_is_taken_back() -> None:
    bridge = Handshake("one\ntwo\n", 4, owed=(8, "x"), marks_edits=True, stale=(2, -4))
    assert bridge.remote((9, "y"), 0.0) == []
    bridge.applying(0)
    assert bridge.changed((2, -4), 5, 0.0) == []
    (request,) = bridge.answered(0, 5, 0.0, applied=True)
    assert isinstance(request, EditRequest)
    assert (request.request_id, request.version) == (1, 5)
    assert apply("ono\n", request.change) == "one\ntwo\nxy"


@pytest.mark.parametrize("by_hunks", [False, True])
def test_an_edit_of_a_text_before_is_told_from_typing_by_what_it_makes(by_hunks: bool) -> None:
    bridge = Handshake("one\n", 4, owed=("x",), marks_edits=False, by_hunks=by_hunks, stale=("x",))
    assert bridge.proceed(0.0) == []
    assert bridge.changed(("x",), 5, 0.0) == []
    assert bridge.made_at == 5
    assert bridge.changed((5, "typed"), 6, 0.0) == []
    assert bridge.answered(0, 6, 0.0, applied=True) == [LocalEdit((5, "typed"))]
    assert bridge.text == "xone\ntyped"
    assert bridge.is_equal


@pytest.mark.parametrize("by_hunks", [False, True])
def test_an_edit_of_a_text_before_that_does_not_belong_here_is_taken_back(by_hunks: bool) -> None:
    bridge = Handshake("one\ntwo\n", 4, marks_edits=False, by_hunks=by_hunks, stale=(2, -4))
    assert bridge.changed((2, -4), 5, 0.0) == []
    (request,) = bridge.answered(0, 5, 0.0, applied=True)
    assert isinstance(request, EditRequest)
    assert (request.request_id, request.version) == (1, 5)
    assert apply("ono\n", request.change) == "one\ntwo\n"


@pytest.mark.parametrize("by_hunks", [False, True])
def test_typing_while_an_edit_of_a_text_before_is_refused_is_the_users(by_hunks: bool) -> None:
    bridge = Handshake("one\n", 4, owed=("x",), marks_edits=False, by_hunks=by_hunks, stale=("x",))
    assert bridge.changed((3, "!"), 5, 0.0) == []
    assert bridge.made_at is None
    assert bridge.answered(0, 5, 0.0, applied=False) == [
        LocalEdit((4, "!")),
        EditRequest(1, 5, ("x",)),
    ]


def test_an_edit_of_a_text_before_that_is_refused_here_is_asked_for_at_once() -> None:
    bridge = Handshake("one\n", 4, owed=("x",), marks_edits=True, stale=("x",))
    assert bridge.proceed(0.0) == []
    assert bridge.answered(0, 4, 0.0, applied=False) == [EditRequest(1, 4, ("x",))]
