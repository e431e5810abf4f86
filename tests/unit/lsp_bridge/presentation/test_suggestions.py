"""Tests of presentation.suggestions."""

import pytest

from peerline_bridge.presentation.suggestions import suggestions_of

ONE = "```suggestion\nx = 1\n```"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ONE, [("x = 1",)]),
        (f"Better:\n\n{ONE}\nDo you agree?", [("x = 1",)]),
        (f"{ONE}\nor\n~~~suggestion\ny = 2\n\nz\n~~~", [("x = 1",), ("y = 2", "", "z")]),
        ("```suggestion\n```", [()]),
        ("```suggestion\n\n```", [("",)]),
        ("``` Suggestion \n\tx\n   ```  ", [("\tx",)]),
        ("````suggestion\n```\ncode\n```\n````", [("```", "code", "```")]),
        ("~~~suggestion\n```\n~~~", [("```",)]),
        ("  ```suggestion\n  x\n    y\n z\n  ```", [("x", "  y", "z")]),
        ("```suggestion\nx  \n`````", [("x  ",)]),
    ],
)
def test_suggestions_are_the_closed_fenced_blocks_of_their_language(
    content: str, expected: list[tuple[str, ...]]
) -> None:
    assert [tuple(found.lines) for found in suggestions_of(content)] == expected


@pytest.mark.parametrize(
    "content",
    [
        "suggestion",
        "```\nx\n```",
        "```python\nx\n```",
        "```suggestions\nx\n```",
        "```suggestion:-1+1\nx\n```",
        "```suggestion here\nx\n```",
        "``suggestion\nx\n``",
        "    ```suggestion\n    x\n    ```",
        "> ```suggestion\n> x\n> ```",
        "```suggestion\nx, and then I would add",
        "```suggestion\nx\n~~~",
        "````suggestion\nx\n```",
        "```suggestion\nx\n```python",
        "````markdown\n```suggestion\nx\n```\n````",
        "```\n~~~suggestion\nx\n~~~",
        "```suggestion `x`\nx\n```",
    ],
)
def test_other_text_is_no_suggestion(content: str) -> None:
    assert suggestions_of(content) == []


def test_a_suggestion_knows_the_lines_of_its_fences() -> None:
    (found,) = suggestions_of(f"Better:\n{ONE}\nAgree?")
    assert (found.first, found.last) == (1, 3)
