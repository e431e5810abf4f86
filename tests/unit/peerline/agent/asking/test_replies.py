"""Tests of peerline.agent.asking.replies."""

import pytest

from peerline.agent.asking.replies import chosen, question_text


def test_a_question_lists_the_answers_to_choose_from() -> None:
    assert question_text("Deploy?", ["yes", "no"]) == "Deploy?\n- yes\n- no"
    assert question_text("Why?", []) == "Why?"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("yes", "Yes"),
        (" YES! ", "Yes"),
        ("on staging.", "On staging"),
        ("yes but later", None),
        ("not yes", None),
        ("", None),
        ("!", None),
    ],
)
def test_only_a_reply_that_is_an_option_answers(reply: str, expected: str | None) -> None:
    assert chosen(reply, ["Yes", "On staging"]) == expected


def test_without_options_any_reply_that_says_something_answers() -> None:
    assert chosen(" Because.\n", []) == "Because."
    assert chosen(" \n", []) is None
