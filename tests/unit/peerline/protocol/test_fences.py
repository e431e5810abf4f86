"""Fenced code is found as the cases say, which ui/test/model/fenceCases.test.ts shares."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.fences import fenced_blocks

CASES = json.loads((Path(__file__).parents[3] / "cases/fences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"]))
def test_the_blocks_of_a_text(case: dict[str, Any]) -> None:
    found = [
        {"rows": [block.first, block.last], "info": block.info, "lines": list(block.lines)}
        | ({} if block.is_closed else {"open": True})
        for block in fenced_blocks(case["text"].split("\n"))
    ]
    assert found == case["blocks"]


@given(st.lists(st.sampled_from(["```", "~~~", "```js", "x", "", "  ```", "````", "> ", "``` `"])))
def test_the_blocks_of_any_text_lie_one_after_the_other(lines: list[str]) -> None:
    row = -1
    for block in fenced_blocks(lines):
        assert row < block.first <= block.last < len(lines)
        assert len(block.lines) == block.last - block.first - block.is_closed
        row = block.last
