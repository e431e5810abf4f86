"""Tests of peerline.watch.keys: the keys that a narrow terminal shows."""

import pytest

from peerline.watch.keys import Key, fitting

FEED = [
    Key("⏎", "Reply", "app.reply"),
    Key("e", "Edit", "app.edit"),
    Key("d", "Delete", "app.delete"),
    Key("+", "👍", "app.react"),
    Key("o", "Older", "app.older"),
    Key("a", "Agents", "app.agents"),
    Key("esc", "Back", "app.compose"),
    Key("^c", "Quit", "app.interrupt"),
]


@pytest.mark.parametrize(
    ("width", "is_compact", "left_out"),
    [
        (71, False, ""),
        (70, True, ""),
        (63, True, ""),
        (62, True, "a"),
        (60, True, "a"),
        (54, True, "a+"),
        (48, True, "a+o"),
        (40, True, "a+od"),
        (32, True, "a+ode"),
        (10, True, "a+ode"),
    ],
)
def test_the_keys_that_matter_least_are_left_out_first(
    width: int, is_compact: bool, left_out: str
) -> None:
    compact, kept = fitting(FEED, width)
    assert compact is is_compact
    assert kept == [key for key in FEED if key.display not in left_out]


def test_an_action_that_is_not_there_takes_no_key_with_it() -> None:
    keys = [Key("p", "Prompt", "app.agent('prompt')"), Key("^c", "Quit", "app.interrupt")]
    assert fitting(keys, 12) == (True, keys)
