"""Emoji of several characters are one picture: in reactions, names and messages."""

import pytest
from pydantic import TypeAdapter

from peerline.protocol.text import clean_name, reveal_controls, show_line
from peerline.protocol.types import Emoji


def flag(region: str) -> str:
    tags = "".join(chr(0xE0000 + ord(char)) for char in region)
    return f"\U0001f3f4{tags}\U000e007f"


SEQUENCES = [
    flag("gbeng"),
    flag("gbsct"),
    flag("gbwls"),
    "\U0001f1e9\U0001f1ea",  # a flag of two letters
    "1\ufe0f\u20e3",  # a keycap
    "#\ufe0f\u20e3",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",  # a family
    "\U0001f44d\U0001f3fd",  # with a skin tone
    "\U0001f468\U0001f3fb\u200d\U0001f91d\u200d\U0001f468\U0001f3ff",  # two skin tones
    "\U0001f3f3\ufe0f\u200d\U0001f308",  # the rainbow flag
    "\u2764\ufe0f\u200d\U0001f525",
    "\U0001f9d4\U0001f3fd\u200d\u2642\ufe0f",
]


@pytest.mark.parametrize("emoji", SEQUENCES)
def test_a_sequence_is_one_emoji_everywhere(emoji: str) -> None:
    assert TypeAdapter(Emoji).validate_python(emoji) == emoji
    assert reveal_controls(emoji) == emoji
    assert show_line(f"a {emoji} b") == f"a {emoji} b"
    assert clean_name(f"Ann {emoji}") == f"Ann {emoji}"


TAGS_WITHOUT_A_FLAG = [
    flag("hidden"),
    flag("gbeng")[:-1],
    flag("gbeng")[1:],
    "a" + flag("gbeng")[1:],
    flag("GBENG"),
]


@pytest.mark.parametrize("text", [*TAGS_WITHOUT_A_FLAG, "\U0001f3f4\u200b"])
def test_tags_that_are_no_flag_are_shown(text: str) -> None:
    assert "<U+" in reveal_controls(text)
    assert all(char.isprintable() for char in reveal_controls(text))
    assert not any(0xE0000 <= ord(char) <= 0xE007F for char in clean_name(text))
