"""One's own place and the place that one follows, in a real Neovim."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .bridge_process import BridgeProcess
from .conftest import Bridges, ServerProcess
from .neovim import Neovim, neovim_binary

LINES = "".join(f"line {number}\n" for number in range(1, 101))
FILES = {"main.py": LINES, "other.py": LINES, "[id].tsx": LINES}


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Neovim]:
    folder = tmp_path / "alice" / "project"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (tmp_path / "alice" / "outside.txt").write_text("outside\n")
    (folder / ".git").mkdir()
    editor = Neovim(folder, username="alice")
    try:
        yield editor
    finally:
        editor.close()


@pytest.fixture
def bob(editor: Neovim, server: ServerProcess, bridges: Bridges) -> BridgeProcess:
    """Somebody else in the session, who sees alice in main.py."""
    editor.edit("main.py")
    link = server.invite("editor")
    editor.join(link)
    bob = bridges.start("bob", FILES)
    bob.open("main.py")
    bob.command("join", link=link)
    editor.keys("5G")
    wait_place(bob, "main.py", 5)
    return bob


def wait_place(bob: BridgeProcess, file: str | None, line: int | None = None) -> None:
    """Wait until bob's list has alice there."""

    def is_there(params: dict[str, Any]) -> bool:
        return any(
            (one.get("file"), one.get("line")) == (file, line)
            for one in params["participants"]
            if one["username"] == "alice"
        )

    bob.wait_notification("peerline/participants", is_there)


def test_the_root_that_is_set_names_the_files(
    editor: Neovim, server: ServerProcess, bridges: Bridges
) -> None:
    editor.lua("require('peerline.config').options.root = '..'")
    editor.edit("main.py")
    link = server.invite("editor")
    editor.join(link)
    bob = bridges.start("bob", {"project/main.py": LINES})
    bob.command("join", link=link)
    editor.keys("5G")
    wait_place(bob, "project/main.py", 5)


@pytest.mark.parametrize(
    "away",
    [
        "edit ../outside.txt",
        "help",
        "enew",
        "bdelete",
        "bwipeout",
        "terminal",
        "new | wincmd o",
        "tabnew",
        "copen",
        "edit .",
    ],
)
def test_nobody_is_shown_where_they_no_longer_are(
    editor: Neovim, bob: BridgeProcess, away: str
) -> None:
    editor.command(away)
    wait_place(bob, None)
    editor.command("stopinsert | tabnew | edit other.py")
    wait_place(bob, "other.py", 1)


def test_the_place_stays_while_one_writes_in_the_chat(editor: Neovim, bob: BridgeProcess) -> None:
    editor.command("Peerline chat")
    editor.keys("hello<CR>")
    editor.wait(lambda: editor.chat() == ["hello"])
    editor.command("stopinsert | Peerline participants")
    rows = editor.wait_lua(
        "local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false); return #lines >= 4 and lines"
    )
    assert any("alice" in row for row in rows)
    bob.cursor("main.py", 7, 0)  # comes after what alice's editor has sent
    editor.wait_lua(
        "return vim.iter(require('peerline.participants').list)"
        ":any(function(p) return p.line == 8 end)"
    )
    listed = bob.plain_command("listParticipants")["participants"]
    place = [(one["file"], one["line"]) for one in listed if one["username"] == "alice"]
    assert place == [("main.py", 5)]


def test_a_buffer_that_gets_a_name_is_attached(editor: Neovim, bob: BridgeProcess) -> None:
    editor.command("enew")
    wait_place(bob, None)
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'one', 'two', 'three' })")
    editor.command("write made.txt")
    editor.wait_lua("return require('peerline.lsp').is_attached(0)")
    editor.keys("2G")
    wait_place(bob, "made.txt", 2)
    editor.command("file renamed.txt")
    editor.keys("3G")
    wait_place(bob, "renamed.txt", 3)
    editor.command("write")
    editor.command("saveas saved.txt")
    editor.keys("1G")
    wait_place(bob, "saved.txt", 1)
    editor.command("file ../outside2.txt")
    editor.keys("2G")
    wait_place(bob, None)
    assert "Error" not in editor.messages()


# --- following, with what the bridge sends -----------------------------------------------------


def follow(editor: Neovim, file: str, line: int, character: int = 0, **more: Any) -> None:
    params = {
        "user_id": "b",
        "username": "bob",
        "uri": (editor.folder / file).as_uri(),
        "position": {"line": line, "character": character},
    }
    editor.lua("require('peerline.follow').update(...)", params | more)


def here(editor: Neovim) -> str:
    return editor.lua("return vim.fn.expand('%:t') .. ':' .. vim.fn.line('.')")


def warnings(editor: Neovim) -> list[str]:
    return [line for line in editor.messages().splitlines() if line.startswith("Peerline:")]


def test_following_waits_for_unsaved_text_without_hidden(editor: Neovim) -> None:
    editor.edit("main.py")
    editor.command("set nohidden")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'changed' })")
    for line in range(10, 15):
        follow(editor, "other.py", line)
    told = "following bob is paused: main.py has unsaved changes; save them to go on"
    editor.wait(lambda: warnings(editor) == [f"Peerline: {told}"], "one sentence")
    assert here(editor) == "main.py:1"
    assert editor.lua("return require('peerline.follow').is_paused()")
    follow(editor, "main.py", 19)
    assert here(editor) == "main.py:20", "the file that is shown goes on"
    follow(editor, "other.py", 29)
    editor.command("write")
    follow(editor, "other.py", 30)
    assert here(editor) == "other.py:31"
    assert not editor.lua("return require('peerline.follow').is_paused()")
    assert "E37" not in editor.messages()


def test_following_with_hidden_keeps_unsaved_text(editor: Neovim) -> None:
    editor.edit("main.py")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'changed' })")
    follow(editor, "other.py", 30)
    assert here(editor) == "other.py:31"
    assert editor.lua(
        "return vim.api.nvim_buf_get_lines(vim.fn.bufnr('main.py'), 0, 1, false)"
    ) == ["changed"]


def leave_swap_file(editor: Neovim, swap: Path) -> None:
    """Another Neovim ended while it had other.py open, as its swap file says."""
    swap.mkdir()
    setting = f"set updatecount=1 swapfile directory={swap}//"
    subprocess.run(
        [
            neovim_binary(),
            *("--headless", "--clean", "-i", "NONE"),
            *("-c", setting, "-c", "edit other.py", "-c", "normal! ix", "-c", "preserve"),
            *("-c", "call system('kill -9 ' . getpid())"),
        ],
        cwd=editor.folder,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert list(swap.iterdir())
    editor.edit("main.py")
    editor.command(setting)


def test_following_waits_at_a_swap_file(editor: Neovim, tmp_path: Path) -> None:
    leave_swap_file(editor, tmp_path / "swap")
    for line in range(10, 15):
        follow(editor, "other.py", line)
    told = "following bob is paused: other.py has a swap file; open it yourself to go on"
    editor.wait(lambda: warnings(editor) == [f"Peerline: {told}"], "one sentence")
    assert here(editor) == "main.py:1"
    follow(editor, "main.py", 19)
    assert here(editor) == "main.py:20"
    editor.command("autocmd SwapExists * let v:swapchoice = 'e'")
    editor.command("split other.py")
    editor.command("wincmd p")
    follow(editor, "other.py", 40)
    assert here(editor) == "other.py:41"
    assert "E325" not in editor.messages()


def test_one_is_told_once_why_the_view_cannot_follow(editor: Neovim) -> None:
    editor.edit("main.py")
    update = "require('peerline.follow').update(...)"
    bob = {"user_id": "b", "username": "bob"}
    missing = bob | {"reason": "bob is in only.py, which is not in the folders that are open here"}
    for _ in range(3):
        editor.lua(update, missing)
    told = f"Peerline: {missing['reason']}; following waits"
    editor.wait(lambda: warnings(editor) == [told], "one sentence")
    follow(editor, "other.py", 9)
    assert here(editor) == "other.py:10"
    editor.lua(update, missing)
    editor.wait(lambda: warnings(editor) == [told, told], "told again, after a place between")
    nowhere = bob | {"reason": "bob is in no file of the session now"}
    editor.lua(update, nowhere)
    editor.wait(lambda: len(warnings(editor)) == 3, "another reason")
    assert here(editor) == "other.py:10"
    assert not editor.lua("return require('peerline.follow').is_paused()")


def show_comment(editor: Neovim, file: str, line: int) -> None:
    """Open the window of a comment on a line of a file that is not open, as the lists do."""
    thread = {
        "id": f"{file}-{line}",
        "user_id": "b",
        "username": "bob",
        "color": 1,
        "content": "look",
        "code_snippet": "",
        "timestamp": "2026-11-27T10:00:00Z",
        "line": line,
        "end_line": line,
        "confidence": 1,
        "outdated": False,
        "resolved": False,
        "replies": [],
        "uri": (editor.folder / file).as_uri(),
    }
    editor.lua("require('peerline.thread').show({ ... })", thread)


def test_one_stays_where_one_is_if_the_file_of_a_comment_has_a_swap_file(
    editor: Neovim, tmp_path: Path
) -> None:
    leave_swap_file(editor, tmp_path / "swap")
    editor.keys("7G")
    show_comment(editor, "other.py", 29)
    editor.keys("<CR>")
    told = "Peerline: cannot go to the comment: other.py has a swap file"
    editor.wait(lambda: warnings(editor) == [told], "one sentence")
    assert here(editor) == "main.py:7"
    assert "E325" not in editor.messages()
    assert editor.lua("return #vim.api.nvim_list_wins()") == 1
    # Opened by hand, it is as any other file.
    editor.command("autocmd SwapExists * let v:swapchoice = 'e'")
    editor.command("edit other.py | edit main.py")
    show_comment(editor, "other.py", 29)
    editor.keys("<CR>")
    editor.wait(lambda: here(editor) == "other.py:30", "the line of the comment")
    assert warnings(editor) == [told]


def test_a_closed_fold_is_opened_where_one_follows(editor: Neovim) -> None:
    editor.edit("main.py")
    editor.command("set foldmethod=manual | 40,60fold")
    assert editor.lua("return vim.fn.foldclosed(50)") == 40
    follow(editor, "main.py", 49, viewport={"start": 30, "end": 60})
    assert here(editor) == "main.py:50"
    assert editor.lua("return vim.fn.foldclosed(50)") == -1


@pytest.mark.parametrize("is_current", [True, False])
def test_the_column_is_visible_where_one_follows(editor: Neovim, is_current: bool) -> None:
    (editor.folder / "wide.py").write_text("x" * 600 + "\n")
    editor.command("set nowrap")
    editor.edit("wide.py")
    if not is_current:
        editor.lua("require('peerline.chat').open(); vim.cmd.stopinsert()")
    follow(editor, "wide.py", 0, 300)
    left, width = editor.lua(
        """
        local win = require('peerline.ui').file_window()
        local info = vim.fn.getwininfo(win)[1]
        return { vim.api.nvim_win_call(win, vim.fn.winsaveview).leftcol, info.width - info.textoff }
        """
    )
    assert left <= 300 < left + width


def test_a_name_that_looks_like_a_pattern_is_followed(editor: Neovim) -> None:
    (editor.folder / "i.tsx").write_text("not this one\n")
    editor.edit("i.tsx")
    follow(editor, "[id].tsx", 8)
    assert here(editor) == "[id].tsx:9"


# --- the marks of others -------------------------------------------------------------------------


def show(editor: Neovim, first: int, last: int) -> None:
    uri = (editor.folder / "main.py").as_uri()
    person = {"user_id": "b", "username": "bob", "color": 0, "status": "active"}
    view = {"viewport": {"start": first, "end": last}, "viewport_uri": uri}
    editor.lua("require('peerline.presence').update(...)", {"updates": [person | view]})


def labels(editor: Neovim) -> list[str]:
    return [text for text in editor.virtual_text() if "bob" in text]


@pytest.mark.parametrize("columns", [20, 30, 60, 80, 140])
@pytest.mark.parametrize("wrap", ["wrap", "nowrap"])
def test_the_edges_of_a_view_cover_no_code(editor: Neovim, columns: int, wrap: str) -> None:
    editor.command(f"set {wrap} signcolumn=yes")
    code = "x" * 25
    (editor.folder / "main.py").write_text(f"{code}\n" * 30)
    editor.edit("main.py")
    editor.api.options["columns"] = columns
    editor.lua("require('peerline.presence').setup()")
    show(editor, 2, 9)
    marks = [mark for mark in editor.presence() if mark.get("sign_text")]
    assert [(mark["row"], mark["sign_text"]) for mark in marks] == [(2, "┌ "), (9, "└ ")]
    assert {mark.get("virt_text_pos") for mark in marks} <= {None, "eol_right_align"}
    assert len(labels(editor)) == (2 if columns >= 60 else 0)
    editor.command("redraw")
    for row in (3, 10):
        screen = editor.lua(
            """
            local row, at = ..., vim.fn.screenpos(0, ..., 1)
            local text = ''
            for column = at.col, math.min(vim.o.columns, at.col + 24) do
              text = text .. vim.fn.screenstring(at.row, column)
            end
            return text
            """,
            row,
        )
        assert set(screen) == {"x"}, "all cells show code"


def test_a_comment_is_shown_on_a_line_at_which_a_view_ends(editor: Neovim) -> None:
    (editor.folder / "main.py").write_text("x = 1\n" * 30)
    editor.edit("main.py")
    editor.api.options["columns"] = 100
    editor.lua("require('peerline.presence').setup()")
    uri = (editor.folder / "main.py").as_uri()
    thread = {
        "id": "c1",
        "line": 9,
        "end_line": 9,
        "confidence": 1,
        "username": "ann",
        "content": "Why one?",
        "timestamp": "2026-11-29T10:00:00Z",
        "replies": [],
        "outdated": False,
        "resolved": False,
    }
    editor.lua("require('peerline.comments').update(...)", {"uri": uri, "threads": [thread]})
    show(editor, 2, 9)
    editor.command("redraw")
    row = editor.lua("return vim.fn.screenpos(0, 10, 1).row")
    shown = editor.lua(
        "return vim.iter(vim.fn.range(1, 100)):map(function(column)"
        "  return vim.fn.screenstring(..., column) end):join('')".replace("...", str(row))
    )
    assert "Why one?" in shown
    assert shown.rstrip().endswith("└ bob")


def test_a_name_goes_when_the_window_gets_narrow_and_comes_back(editor: Neovim) -> None:
    (editor.folder / "main.py").write_text(f"{'x' * 25}\n" * 30)
    editor.edit("main.py")
    editor.lua("require('peerline.presence').setup()")
    show(editor, 2, 9)
    assert len(labels(editor)) == 2
    editor.command("vsplit | vertical resize 20")
    editor.wait(lambda: labels(editor) == [], "no room in one of the windows")
    editor.command("only")
    editor.wait(lambda: len(labels(editor)) == 2, "room again")
