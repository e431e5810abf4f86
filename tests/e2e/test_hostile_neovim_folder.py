"""Neovim in a folder whose files would like to run: the plugin starts the bridge of elsewhere."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .conftest import ServerProcess
from .hostile_folder import write_hostile
from .neovim import Neovim

SCRIPT = Path(sys.executable).with_name("peerline")
FIND = "return { require('peerline.process').find(...) }"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts")


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """The folder, and where it leaves its mark."""
    folder, marker = tmp_path / "project", tmp_path / "ran"
    folder.mkdir()
    write_hostile(folder, marker, imitates=True)
    return folder, marker


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def neovim(stack: ExitStack, folder: Path, command: list[str], **environ: str) -> Neovim:
    editor = Neovim(folder, username="alice", bridge=command, environ=environ)
    stack.callback(editor.close)
    return editor


@pytest.mark.parametrize("way", ["on the PATH", "module"])
def test_neovim_starts_the_bridge_and_runs_nothing_of_the_workspace(
    server: ServerProcess, stack: ExitStack, hostile: tuple[Path, Path], way: str
) -> None:
    folder, marker = hostile
    command = ["peerline"] if way == "on the PATH" else [sys.executable, "-m", "peerline"]
    path = f".:bin:{folder}/bin:{SCRIPT.parent}:{os.environ['PATH']}"
    editor = neovim(
        stack,
        folder,
        [*command, "lsp", "--stdio"],
        PATH=path,
        PYTHONPATH=":.:" + str(folder / "no"),
    )
    editor.join(server.invite("editor"))
    editor.command("checkhealth peerline")
    health = editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    assert not marker.exists(), marker.read_text()
    assert any("the bridge runs" in line for line in health)


def test_a_program_in_the_workspace_only_is_not_started_and_named(
    stack: ExitStack, hostile: tuple[Path, Path]
) -> None:
    folder, marker = hostile
    path = f".:bin:{folder}/bin:/usr/bin:/bin"
    editor = neovim(stack, folder, ["peerline", "lsp", "--stdio"], PATH=path)
    editor.command("Peerline join peerline://127.0.0.1:9/a?invite=b")
    editor.wait(lambda: "was found in the workspace only" in editor.messages())
    editor.command("checkhealth peerline")
    health = editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    assert any(f"set cmd to {folder}/bin/peerline" in line for line in health)
    assert not marker.exists()


def test_how_a_program_is_found(stack: ExitStack, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    for place in (folder / "bin", tmp_path / "safe", tmp_path / "home" / "bin"):
        place.mkdir(parents=True)
        shutil.copy("/bin/true", place / "tool")
    (tmp_path / "alias").symlink_to(folder / "bin")
    path = f":.:bin:{folder}/bin:{tmp_path}/alias:{tmp_path}/home/bin:{tmp_path}/safe"
    state = str(tmp_path / "state")
    editor = neovim(
        stack, folder, ["unused"], PATH=path, HOME=str(tmp_path / "home"), XDG_STATE_HOME=state
    )
    home, safe = str(tmp_path / "home/bin/tool"), str(tmp_path / "safe/tool")
    # Somebody who works at home has programs there.
    assert editor.lua(FIND, "tool", str(folder)) == [home]
    editor.lua("vim.env.PATH = ...", f"{tmp_path}/home:{tmp_path}/home/bin")
    shutil.copy("/bin/true", tmp_path / "home" / "tool")
    assert editor.lua(FIND, "tool", str(tmp_path / "home")) == [home]
    editor.lua("vim.env.PATH = ...", path.replace(f"{tmp_path}/home/bin:", ""))
    assert editor.lua(FIND, "tool", str(folder)) == [safe]
    # What the user configures by its path is meant.
    assert editor.lua(FIND, str(folder / "bin/tool"), str(folder)) == [str(folder / "bin/tool")]
    assert editor.lua(FIND, "~/bin/tool", str(folder)) == [home]
    for program in ("bin/tool", "./bin/tool", "../safe/tool"):
        assert "is a relative path" in str(editor.lua(FIND, program, str(folder)))
    for program in ("nothing", str(folder / "nothing")):
        assert "was not found" in str(editor.lua(FIND, program, str(folder)))


LUA = Path(__file__).parents[2] / "nvim-plugin" / "lua" / "peerline"
STARTS = (
    "vim.system",
    "jobstart",
    "uv.spawn",
    "fn.system",
    "io.popen",
    "os.execute",
    "vim.lsp.start(",
)


def test_processes_start_where_the_program_was_found_and_the_environment_cleaned() -> None:
    """`vim.lsp.start` and the health check, with `process.find` and `process.env`."""
    found = {
        str(path.relative_to(LUA))
        for path in LUA.rglob("*.lua")
        if any(call in path.read_text().replace("\n      .", ".") for call in STARTS)
    }
    keeper = (LUA / "keeper.lua").read_text()
    assert "cmd = silence" in keeper, "a function of Lua in the place of a program"
    found.discard("keeper.lua")
    assert found <= {"lsp.lua", "health.lua"}
    for name in found:
        text = (LUA / name).read_text()
        assert "process.find(" in text
        assert "process.env()" in text
