"""Edits that undo or redo one of the user's own."""

from peerline_bridge.coediting.own_steps import OwnSteps


def test_the_next_edit_shows_a_step_and_no_other() -> None:
    steps = OwnSteps()
    assert not steps.requested()
    steps.taken()  # while that edit is under way
    steps.answered(is_made=True)
    assert steps.requested()
    steps.answered(is_made=True)
    assert not steps.requested()


def test_an_edit_that_was_refused_shows_the_step_when_it_is_requested_again() -> None:
    steps = OwnSteps()
    steps.taken()
    assert steps.requested()
    steps.answered(is_made=False)
    assert steps.requested()


def test_two_steps_in_a_row_are_both_shown() -> None:
    steps = OwnSteps()
    steps.taken()
    assert steps.requested()
    steps.taken()
    steps.answered(is_made=True)
    assert steps.requested()
    steps.answered(is_made=True)
    assert not steps.requested()
