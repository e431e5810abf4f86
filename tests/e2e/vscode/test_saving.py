"""Saving a shared file in two VS Codes at once: what both do to the text on saving is done once."""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from tests.e2e.conftest import held_up

from .conftest import Pair
from .test_shared_documents import is_shared, status, text, wait_equal
from .window import Window

Share = Callable[..., None]
ON_SAVE: Final = {
    "files.insertFinalNewline": True,
    "files.trimFinalNewlines": True,
    "files.trimTrailingWhitespace": True,
}
RULERS: Final = itertools.count(1)
"""As many for each test as for no other."""
JSON: Final = '{"name":"é","list":[1,2],\n"nested":{"a":true}   }'
FORMATTED: Final = """\
{
  "name": "é",
  "list": [
    1,
    2
  ],
  "nested": {
    "a": true
  }
}
"""


def on_disk(window: Window, file: str) -> str:
    return (window.server.workspace / file).read_text()


def save_at_once(pair: Pair, file: str, wanted: str) -> None:
    """Both save before anything of the other arrives, and have the text once."""
    windows = (pair.alice, pair.bob)
    with held_up(pair.server):
        for window in windows:
            window.keys("Control+s")
        for window in windows:
            window.wait(lambda window=window: on_disk(window, file) == wanted, "it is saved")
    # What one types after that reaches the other after all that came before.
    for writer, reader in (windows, windows[::-1]):
        writer.go_to(1, 1)
        writer.keys("x")
        reader.wait(lambda reader=reader: text(reader).startswith("x"), "it is there")
        writer.keys("Backspace")
        reader.wait(lambda reader=reader: not text(reader).startswith("x"), "it is gone")
    assert wait_equal(windows) == wanted
    for window in windows:
        window.keys("Control+s")
        window.wait(lambda window=window: on_disk(window, file) == wanted, "it is saved again")
    assert wait_equal(windows) == wanted


@pytest.fixture
def share(pair: Pair) -> Iterator[Share]:
    """Both have a file, which alice shares, and settings for saving."""
    windows = (pair.alice, pair.bob)
    files: list[str] = []

    def begin(file: str, content: str, settings: dict[str, Any]) -> None:
        files.append(file)
        # VS Code reads the settings when it comes to it: the rulers tell that it has.
        count = next(RULERS)
        given = json.dumps({**settings, "editor.rulers": list(range(60, 60 + count))})
        for window in windows:
            folder = window.server.workspace / ".vscode"
            folder.mkdir(exist_ok=True)
            (folder / "settings.json").write_text(given)
            (window.server.workspace / file).write_text(content)
            window.open_file(file)
        for window in windows:
            shown = window.page.locator(".editor-group-container.active .view-ruler")
            window.wait(lambda shown=shown: shown.count() == count, "the settings are read")
        pair.alice.command("Peerline: Share This File")
        for window in windows:
            window.wait(lambda window=window: is_shared(window), "it is shared")

    yield begin
    if status(pair.alice):
        pair.alice.command("Peerline: Stop Sharing This File")
    for window in windows:
        window.wait(lambda window=window: not status(window), "nothing is shared")
        window.command("View: Revert and Close Editor")
        for file in (*files, ".vscode/settings.json"):
            (window.server.workspace / file).unlink(missing_ok=True)


@pytest.mark.parametrize("ends", ["", "\n\n\n"], ids=["none", "many"])
def test_newlines_at_the_end_that_both_mend_at_once_are_mended_once(
    pair: Pair, share: Share, ends: str
) -> None:
    share("mended.txt", f"one  \ntwo{ends}", ON_SAVE)
    save_at_once(pair, "mended.txt", "one\ntwo\n")


def test_what_both_format_at_once_is_formatted_once(pair: Pair, share: Share) -> None:
    share("data.json", JSON, {**ON_SAVE, "editor.formatOnSave": True, "editor.tabSize": 2})
    save_at_once(pair, "data.json", FORMATTED)


def test_one_piece_of_text_that_both_put_in_on_saving_is_there_once(
    pair: Pair, share: Share
) -> None:
    settings = {"editor.formatOnSave": True, "javascript.format.semicolons": "insert"}
    share("once.js", "one()\n", settings)
    for window in (pair.alice, pair.bob):
        # The first time that JavaScript is formatted its extension and a server have to be started.
        (window.server.workspace / "first.js").write_text("first()\n")
        window.open_file("first.js")
        # Until then nothing is formatted, and a file that did not change is saved again by the key.
        window.act(
            lambda window=window: window.keys("Control+s"),
            lambda window=window: on_disk(window, "first.js") == "first();\n",
            "formatted",
        )
        window.command("View: Revert and Close Editor")
        (window.server.workspace / "first.js").unlink()
        window.wait(lambda window=window: window.active_tab() == "once.js", "back")
    save_at_once(pair, "once.js", "one();\n")


def test_where_one_adds_the_newline_and_the_other_goes_on_writing_it_is_there_once(
    pair: Pair, share: Share
) -> None:
    alice, bob = pair.alice, pair.bob
    share("mended.txt", "one", ON_SAVE)
    with held_up(pair.server):
        alice.go_to(1, 4)
        alice.page.keyboard.type(" by alice")
        for window, wanted in ((alice, "one by alice\n"), (bob, "one\n")):
            window.keys("Control+s")
            window.wait(
                lambda window=window, wanted=wanted: on_disk(window, "mended.txt") == wanted,
                "it is saved",
            )
    # Whose text comes first at one place is decided by chance.
    both = wait_equal((alice, bob), "one", " by alice")
    assert both in {"one by alice\n", "one\n by alice\n"}


TOGETHER: Final = {"peerline.sharedFiles.save": "together"}


def test_what_one_formats_and_saves_is_saved_together(pair: Pair, share: Share) -> None:
    alice, bob = pair.alice, pair.bob
    formatting = {**ON_SAVE, "editor.formatOnSave": True, "editor.tabSize": 2}
    share("together.json", JSON, {**formatting, **TOGETHER})
    alice.go_to(1, 1)
    alice.keys("Space")
    bob.wait(lambda: text(bob).startswith(" "), "bob has it")
    assert on_disk(bob, "together.json") == JSON
    alice.keys("Control+s")
    # The edits of the formatter and the save come at once.
    for window in (alice, bob):
        window.wait(
            lambda window=window: on_disk(window, "together.json") == FORMATTED, "it is saved"
        )
    assert wait_equal((alice, bob)) == FORMATTED
