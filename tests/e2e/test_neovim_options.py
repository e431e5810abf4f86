"""The options of the Neovim plugin: a sentence refuses what is not valid, and nothing changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.editor.defaults import MAX_QUIET_SECONDS, MIN_QUIET_SECONDS

from .neovim import Neovim

QUIET = (MIN_QUIET_SECONDS, MAX_QUIET_SECONDS)
RANGES = {"idle_seconds": QUIET, "away_seconds": QUIET, "comment_width": (0, 1000)}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    editor = Neovim(tmp_path_factory.mktemp("neovim") / "folder")
    try:
        yield editor
    finally:
        editor.close()


def set_up(editor: Neovim, options: Any) -> str | None:
    """The refusal of `setup`, if it is refused."""
    return editor.lua("return select(2, pcall(require('peerline.config').set, ...))", options)


@pytest.mark.parametrize(("name", "limits"), RANGES.items())
def test_numbers_have_a_range(editor: Neovim, name: str, limits: tuple[int, int]) -> None:
    low, high = limits
    for value in limits:
        assert set_up(editor, {name: value}) is None
        assert editor.lua(f"return require('peerline.config').options.{name}") == value
    for value in (low - 0.5, high + 0.5):
        refusal = f"peerline.setup: `{name}` must be from {low} to {high}"
        assert set_up(editor, {name: value}) == refusal
        assert editor.lua(f"return require('peerline.config').options.{name}") == high
    refusal = set_up(editor, {name: "soon"})
    assert refusal == f"peerline.setup: `{name}` must be a number, got a string"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (3, "a table is expected, got number"),
        ({"idle": 3}, "there is no option `idle`"),
        ({"cmd": [1]}, "`cmd` must be a list of strings"),
        ({"chat_width": 0}, "`chat_width` must be above 0: a share of the screen or a number"),
        ({"save": "often"}, "`save` must be 'own' or 'together'"),
        ({"reach": "ssh"}, "`reach` 'ssh' needs `ssh_host`"),
    ],
)
def test_what_cannot_be_is_refused_by_name(editor: Neovim, options: Any, text: str) -> None:
    refusal = set_up(editor, options)
    assert refusal is not None
    assert refusal.startswith(f"peerline.setup: {text}")


def test_the_log_of_a_failure_has_its_place_and_not_its_text(tmp_path: Path) -> None:
    editor = Neovim(tmp_path / "folder")
    try:
        path = editor.lua(
            """
            local function fail() error('secret words of Ann') end
            require('peerline.lsp').protect('the test', fail)
            return vim.lsp.log.get_filename()
            """
        )
        log = Path(path)
        editor.wait(lambda: log.exists() and "the test" in log.read_text(), "the log")
        written = log.read_text()
        assert "stack traceback" in written
        assert "secret words" not in written
    finally:
        editor.close()
