"""Tests of peerline.client.words."""

import pytest

from peerline.client.words import in_words
from peerline.protocol.errors import ErrorCode


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("the session has ended", "the session has ended"),
        (
            "auth_token: it is not a token that this server accepts",
            "Your token is not a token that this server accepts.",
        ),
        ("auth_token: it has expired; get a new one", "Your token has expired; get a new one."),
        ("auth_token: its claim iss is missing", "Your token's claim iss is missing."),
        (
            "data.content: String should have at most 8000 characters",
            "The text should have at most 8000 characters.",
        ),
        ("username: at most 64 characters", "The name can have at most 64 characters."),
        ("data.end_line: is missing", "The end line is missing."),
        (
            "data.context_before.3: Input should be a string",
            "The context before should be a string.",
        ),
        ("role: make somebody else a host first", "Make somebody else a host first."),
        (
            "data.sketch: this field is not known",
            "This server does not know the sketch: it may be older than this program.",
        ),
        ("the time is 12: 30", "the time is 12: 30"),
        ("auth_token: \x1b[2J", "<U+001B>[2J."),
    ],
)
def test_a_refusal_is_a_sentence_without_the_name_of_a_field(message: str, text: str) -> None:
    assert in_words(ErrorCode.INVALID_FIELD, message) == text
