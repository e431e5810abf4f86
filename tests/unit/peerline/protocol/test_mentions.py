"""Tests of protocol.mentions, with the cases that ui/test holds the panel to."""

import json
import unicodedata
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.chat import ChatMessage
from peerline.protocol.limits import MAX_MENTIONS
from peerline.protocol.mentions import Names, find_mentions, prose
from peerline.watch.feed import Entry
from peerline.watch.mentions import completion
from peerline.watch.panels import Look, entry

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "cases" / "mentions.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"]))
def test_mentions_are_found_where_the_page_draws_them(case: dict[str, Any]) -> None:
    names = Names((name, name) for name in case["people"])
    found = find_mentions(case["text"], names, most=MAX_MENTIONS)
    assert list(dict.fromkeys(mention.user_id for mention in found)) == case["mentions"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"]))
def test_the_terminal_marks_the_same(case: dict[str, Any]) -> None:
    ids = {name: f"u{number}" for number, name in enumerate(case["people"])}
    message = ChatMessage(
        id="m",
        user_id="u",
        username="U",
        content=case["text"],
        mentions=[ids[name] for name in case["mentions"]],
        timestamp=NOW,
    )
    look = Look(me="", colors={}, names={user_id: name for name, user_id in ids.items()})
    lines = entry(Entry("m", NOW, message=message), look, {})
    marked = [span.text for line in lines for span in line if span.style == "mention"]
    folded = {unicodedata.normalize("NFC", text).lower() for text in marked}
    assert folded == {f"@{name}".lower() for name in case["mentions"]}


@pytest.mark.parametrize(
    ("before", "is_offered"),
    [
        ("@An", True),
        ("请看@An", True),
        ("mail@An", False),
        ("`code` @An", True),
        ("```\n@An", False),
        ("https://example.org/@An", False),
    ],
)
def test_names_are_offered_where_they_would_be_mentions(before: str, *, is_offered: bool) -> None:
    assert (completion(before, ["Ann"]) is not None) is is_offered


texts = st.lists(
    st.sampled_from(["@ann", "@", "`", "``", "```", "~~~", "\n", " ", "https://x/", "李", "x", "-"])
).map("".join)


@given(texts)
def test_the_prose_is_in_order_and_within_the_text(text: str) -> None:
    spans = list(prose(text))
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(texts)
def test_a_mention_is_a_name_behind_an_at(text: str) -> None:
    names = Names([("ann", "u1")])
    for start, end, user_id in find_mentions(text, names, most=MAX_MENTIONS):
        assert (text[start:end], user_id) == ("@ann", "u1")


def test_only_so_many_places_are_looked_at() -> None:
    names = Names([("ann", "u1")])
    found = find_mentions("@bob " * MAX_MENTIONS + "@ann", names, most=MAX_MENTIONS)
    assert found == []
    found = find_mentions("@bob " * (MAX_MENTIONS - 1) + "@ann", names, most=MAX_MENTIONS)
    assert len(found) == 1
