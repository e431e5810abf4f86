"""Notebooks: everybody sees in which cell the others are, goes there and follows."""

import json
from collections.abc import Iterator
from typing import Final

import pytest

from .conftest import Pair
from .test_follow import follow
from .window import Window

FILE: Final = "plots.ipynb"
CELLS: Final = ("import math", "first = 1\nsecond = 2", "third = 3")
NOTEBOOK: Final = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": source.splitlines(keepends=True),
        }
        for source in CELLS
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 2,
}
LINES: Final = ".notebookOverlay .monaco-editor .view-line"
MARKS_SCRIPT: Final = """
() => [...document.querySelectorAll('.notebookOverlay .monaco-editor .view-line')]
  .flatMap((line) => [...line.querySelectorAll('span')].map((span) => ({
    line: line.textContent,
    style: getComputedStyle(span, '::after'),
  })))
  .filter(({ style }) => style.position === 'absolute' && style.content !== 'none')
  .map(({ line, style }) => [style.content.slice(1, -1), line.replaceAll('\\u00a0', ' ')])
"""


def open_notebook(window: Window) -> None:
    window.open_file(FILE)
    window.wait(lambda: window.page.locator(LINES).count() >= 3, "the cells")


def flags(window: Window) -> dict[str, str]:
    """The lines at which others are, by their names."""
    return dict(window.page.evaluate(MARKS_SCRIPT))


def write_in(window: Window, line: str) -> None:
    """Have the cursor in the line of a cell."""
    target = window.page.locator(LINES, has_text=line).first
    window.press(
        target,
        lambda: window.page.locator(
            ".notebookOverlay .monaco-editor.focused", has_text=line
        ).count(),
        f"the cursor in {line!r}",
    )


def row(window: Window, name: str) -> str:
    return next((row for row in window.tree() if name in row), "")


@pytest.fixture
def notebook(pair: Pair) -> Iterator[Pair]:
    for window in (pair.alice, pair.bob):
        (window.server.workspace / FILE).write_text(json.dumps(NOTEBOOK, indent=1))
    yield pair
    for window in (pair.alice, pair.bob):
        window.command("View: Revert and Close Editor")
        (window.server.workspace / FILE).unlink()


def test_in_a_notebook_others_are_shown_in_their_cell_and_followed_there(notebook: Pair) -> None:
    alice, bob = notebook.alice, notebook.bob
    open_notebook(alice)
    open_notebook(bob)
    write_in(bob, "second = 2")
    alice.wait(lambda: flags(alice).get("bob") == "second = 2", "bob's flag in the second cell")
    alice.wait(lambda: f"{FILE}, cell 2, line 2" in row(alice, "bob"), "the cell in the tree")
    alice.screenshot("notebook-dark")
    write_in(alice, "import math")
    bob.wait(lambda: flags(bob).get("alice") == "import math", "alice's flag in the first cell")

    # The place moves with the text that one types before it.
    alice.keys("Control+Home")
    write_in(alice, "first = 1")
    alice.keys("Control+Home")
    alice.page.keyboard.type("# zero\n")
    alice.wait(lambda: flags(alice).get("bob") == "second = 2", "bob's flag is still at his line")

    alice.keys("Control+s")
    alice.command("View: Close All Editors")
    alice.wait(lambda: alice.active_tab() != FILE, "the notebook is closed")
    alice.open_file("src/main.py")
    bob.wait(lambda: "src/main.py" in row(bob, "alice"), "alice is in a file again")
    alice.command("Peerline: Go to Participant…")
    alice.pick("bob")
    alice.wait(lambda: alice.active_tab() == FILE, "the notebook is open")
    bob.wait(lambda: f"{FILE}, cell 2, line 2" in row(bob, "alice"), "alice is in bob's line")

    alice.open_file("src/main.py")
    follow(alice, "bob")
    alice.wait(lambda: alice.active_tab() == FILE, "the notebook is open again")
    write_in(bob, "third = 3")
    alice.wait(lambda: flags(alice).get("bob") == "third = 3", "bob's flag in the third cell")
    alice.wait(lambda: "Cell 3 of 3" in alice.status_bar(), "alice's view is in the third cell")
    alice.command("Peerline: Stop Following")


def test_what_cannot_be_done_in_a_notebook_says_why(notebook: Pair) -> None:
    alice = notebook.alice
    open_notebook(alice)
    write_in(alice, "third = 3")
    alice.command("Peerline: Add Comment")
    alice.wait_toast("Cells of a notebook cannot be commented on.")
    alice.command("Peerline: Share This File")
    alice.wait_toast("A notebook cannot be shared as cells.")
