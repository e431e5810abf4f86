"""Stock clients in a session with a Neovim that has the plugin: standard LSP and nothing else."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .conftest import ServerProcess
from .emacs import Emacs
from .neovim import Neovim
from .stock_neovim import StockNeovim

CODE = "def first():\n    return '🦊 fox'\n\n\ndef second():\n    return 2\n" + "# line\n" * 80
FILE = "src/main.py"


class Mixed:
    """Bob has the plugin; others are made by the tests."""

    def __init__(self, server: ServerProcess, folder: Path, stack: ExitStack) -> None:
        self.server = server
        self.stack = stack
        self._folder = folder
        self.state = folder / "state"
        self.bob = Neovim(self.project("bob"), username="bob")
        stack.callback(self.bob.close)
        self.bob.edit(FILE)
        self.bob.join(server.invite("editor"))

    def project(self, name: str) -> Path:
        folder = self._folder / name / "project"
        (folder / "src").mkdir(parents=True)
        (folder / ".git").mkdir()
        (folder / FILE).write_text(CODE)
        return folder

    def environ(self) -> dict[str, str]:
        """With a link of its own and the files of the chat in the test's folder."""
        return {
            "PEERLINE_LINK": self.server.invite("editor"),
            "XDG_STATE_HOME": str(self.state),
            "USER": "stock",
            "LOGNAME": "stock",
        }

    def chat_folder(self) -> Path:
        return self.state / "peerline" / "chat" / self.server.session

    def bob_threads(self) -> list[str]:
        return [text for text in self.bob.virtual_text("peerline_comments") if "¶" in text]


@pytest.fixture
def mixed(server: ServerProcess, tmp_path: Path) -> Iterator[Mixed]:
    with ExitStack() as stack:
        yield Mixed(server, tmp_path, stack)


def test_neovim_without_the_plugin_has_a_full_session(mixed: Mixed) -> None:
    bob = mixed.bob
    alice = StockNeovim(mixed.project("alice"), username="alice", environ=mixed.environ())
    mixed.stack.callback(alice.close)
    alice.edit(FILE)
    alice.wait_ready()
    bob.wait(lambda: bob.state()["participants"] == 2, "alice joins by the environment")

    cursors_appear(alice, bob)
    comment_is_answered(alice, bob)
    chat_goes_both_ways(mixed, alice, bob)
    following_ends_with_a_move(alice, bob)

    alice.go(5)
    alice.act("resolve bob's comment")
    bob.wait(lambda: mixed.bob_threads() == [], "resolved")
    alice.act("leave")
    bob.wait(lambda: bob.state()["participants"] == 1, "alice leaves")
    alice.wait(lambda: not (mixed.chat_folder() / "chat.txt").exists(), "the chat leaves the disk")
    alice.wait(lambda: alice.diagnostics() == [], "nothing is shown any more")


def cursors_appear(alice: StockNeovim, bob: Neovim) -> None:
    """Each sees the other's at the right character."""
    column = len("    return '🦊 ".encode())
    bob.lua("vim.api.nvim_win_set_cursor(0, { 2, ... })", column)
    bob.lua("vim.cmd.doautocmd('CursorMoved')")
    alice.wait(lambda: (1, "◂ bob") in alice.hints(), "bob's hint")
    alice.go(1, column)
    bob.wait(lambda: (1, column) in bob.cursor_marks(), "alice's cursor")


def comment_is_answered(alice: StockNeovim, bob: Neovim) -> None:
    """It is on the right line, though the versions differ; the answer is a draft above it."""
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'new', 'lines' })")
    bob.command("8Peerline comment Why 2?")
    seen = alice.wait(alice.diagnostics, "the comment")
    assert [(item["row"], item["message"]) for item in seen] == [(5, "bob: Why 2?")]
    alice.go(5)
    alice.wait(lambda: any("bob: Why 2?" in title for title in alice.lenses()), "the lens")
    assert "bob, 2" in alice.hover()

    alice.act("write a reply to bob's comment")
    alice.wait(lambda: alice.lines()[5] == "    # peerline> ", "the empty draft")
    alice.go(5)
    alice.keys("ABecause<Esc>")
    alice.wait(lambda: alice.lines()[5] == "    # peerline> Because")
    alice.act("send as a reply to bob")
    alice.wait(lambda: "\n".join(alice.lines()).strip() == CODE.strip(), "the draft is gone")
    alice.wait(lambda: any("alice: Because" in item["message"] for item in alice.diagnostics()))
    assert alice.diagnostics()[0]["row"] == 5


def chat_goes_both_ways(mixed: Mixed, alice: StockNeovim, bob: Neovim) -> None:
    """It is read in a document and written in a file."""
    bob.command("Peerline chat hello @alice")
    alice.wait(lambda: "unread" in "".join(_refreshed(alice)), "the lens of unread messages")
    alice.act("open the chat")
    alice.wait(lambda: alice.api.current.buffer.name.endswith("chat.txt"), "the chat")
    assert any("bob: hello @alice" in line for line in alice.lines())
    assert not alice.messages()
    alice.command("edit #")
    alice.wait_ready()
    alice.act("write in the chat")
    alice.wait(lambda: alice.api.current.buffer.name.endswith("message.txt"), "the file")
    alice.keys("ihello bob<CR>from a file<Esc>:write<CR>")
    bob.wait(lambda: "hello bob\nfrom a file" in bob.chat(), "the message")
    message = mixed.chat_folder() / "message.txt"
    alice.wait(lambda: message.read_text() == "", "the file is empty again")
    assert message.stat().st_mode & 0o777 == 0o600
    assert (mixed.chat_folder() / "chat.txt").stat().st_mode & 0o777 == 0o600


def following_ends_with_a_move(alice: StockNeovim, bob: Neovim) -> None:
    """Until then it moves the cursor."""
    alice.command(f"edit {FILE}")
    alice.go(0)
    alice.act("follow bob")
    bob.lua("vim.api.nvim_win_set_cursor(0, { 40, 0 })")
    bob.lua("vim.cmd.doautocmd('CursorMoved')")
    alice.wait(lambda: alice.api.current.window.cursor[0] == 40, "following")
    alice.go(10)
    bob.lua("vim.api.nvim_win_set_cursor(0, { 60, 0 })")
    bob.lua("vim.cmd.doautocmd('CursorMoved')")
    alice.wait(lambda: any(row == 59 for row, _ in alice.hints()), "bob's hint moves")
    alice.act("open the chat")  # whatever was on its way has come
    assert "Peerline: follow bob" in str(alice.lua("return _G.offered"))
    alice.wait(lambda: alice.api.current.buffer.name.endswith("chat.txt"), "the chat")
    alice.command(f"edit {FILE}")
    assert alice.api.current.window.cursor[0] == 11


def _refreshed(editor: StockNeovim) -> list[str]:
    editor.command("doautocmd CursorHold")
    return editor.lenses()


def test_emacs_with_eglot_has_a_full_session(mixed: Mixed) -> None:
    bob = mixed.bob
    project = mixed.project("emma")
    emacs = Emacs(project / FILE, mixed.environ())
    mixed.stack.callback(emacs.close)
    emacs.connect()
    bob.wait(lambda: bob.state()["participants"] == 2, "emma joins by the environment")

    # Each sees the other: a note of Flymake here, a cursor there.
    bob.lua("vim.api.nvim_win_set_cursor(0, { 2, 0 })")
    bob.lua("vim.cmd.doautocmd('CursorMoved')")
    emacs.wait(
        lambda: any(row == 1 and "bob is here" in text for row, text in emacs.diagnostics()),
        "bob's note",
    )
    emacs.go(4)
    bob.wait(lambda: any(row == 4 for row, _ in bob.cursor_marks()), "emma's cursor")

    # A comment on the right line, answered by code action.
    bob.command("6Peerline comment Why 2?")
    emacs.wait(
        lambda: any(row == 5 and "bob: Why 2?" in text for row, text in emacs.diagnostics()),
        "the comment",
    )
    emacs.go(5)
    emacs.act("write a reply to bob's comment")
    emacs.wait(lambda: emacs.lines()[5] == "    # peerline> ", "the empty draft")
    emacs.go(5)
    emacs.keys("\x05Because")
    emacs.wait(lambda: emacs.lines()[5] == "    # peerline> Because", "the draft")
    emacs.act("send as a reply to bob")
    emacs.wait(lambda: "\n".join(emacs.lines()).strip() == CODE.strip(), "the draft is gone")
    emacs.wait(
        lambda: any(row == 5 and ": Because" in text for row, text in emacs.diagnostics()),
        "the thread with the reply",
    )

    # The chat as a document, and a message by saving a file.
    bob.command("Peerline chat hello emma")
    emacs.wait(lambda: "hello emma" in _file(mixed.chat_folder() / "chat.txt"), "the chat's file")
    emacs.eval("(progn (peerline-chat) t)")
    assert any("bob: hello emma" in line for line in emacs.lines())
    emacs.eval(f'(progn (find-file "{project / FILE}") (peerline-chat t) t)')
    emacs.keys("hello bob\x18\x13")
    bob.wait(lambda: "hello bob" in bob.chat(), "the message")

    emacs.eval(f'(progn (find-file "{project / FILE}") t)')
    emacs.act("leave")
    bob.wait(lambda: bob.state()["participants"] == 1, "emma leaves")


def _file(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_stock_clients_write_in_a_shared_file_at_once(mixed: Mixed) -> None:
    """Neovim and Emacs without a plugin, by `workspace/applyEdit`: nothing is lost or doubled."""
    bob = mixed.bob
    bob.command("Peerline share")
    state = "return (require('peerline').document(0) or {}).state"
    bob.wait(lambda: bob.lua(state) == "equal", "the file is shared")
    alice = StockNeovim(mixed.project("alice"), username="alice", environ=mixed.environ())
    mixed.stack.callback(alice.close)
    alice.edit(FILE)
    alice.wait_ready()
    emacs = Emacs(mixed.project("emma") / FILE, mixed.environ())
    mixed.stack.callback(emacs.close)
    emacs.connect()
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# shared' })")
    alice.wait(lambda: alice.lines()[0] == "# shared", "bob's line in Neovim")
    emacs.wait(lambda: emacs.lines()[0] == "# shared", "bob's line in Emacs")

    alice.go(20)
    emacs.go(40)
    bob.lua("vim.api.nvim_win_set_cursor(0, { 60, 0 })")
    for number in range(8):
        alice.keys(f"o# alice {number}<Esc>")
        emacs.keys(f"\x05\r# emma {number}")
        bob.keys(f"o# bob {number}<Esc>")
    written = {f"# {name} {number}" for name in ("alice", "emma", "bob") for number in range(8)}

    def is_equal() -> bool:
        return alice.lines() == lines_of(bob) == emacs.lines()[:-1]

    bob.wait(lambda: is_equal() and written <= set(alice.lines()), "all have all lines")
    lines = alice.lines()
    assert all(lines.count(line) == 1 for line in written)
    assert sorted(lines) == sorted(["# shared", *CODE.splitlines(), *written]), "|".join(lines)

    # Own lines alone are taken back, as many as were typed without a pause.
    alice.act("undo my last edit")
    bob.wait(lambda: "# alice 7" not in lines_of(bob), "the undo")
    emacs.wait(is_equal, "equal again")
    assert {line for line in written if "alice" not in line} <= set(alice.lines())


def test_emacs_closes_a_shared_file_and_opens_it_again(mixed: Mixed) -> None:
    """Nothing is asked: the file has a text that the shared one had, and nothing of one's own."""
    bob = mixed.bob
    bob.command("Peerline share")
    state = "return (require('peerline').document(0) or {}).state"
    bob.wait(lambda: bob.lua(state) == "equal", "the file is shared")
    path = mixed.project("emma") / FILE
    emacs = Emacs(path, mixed.environ())
    mixed.stack.callback(emacs.close)
    emacs.connect()
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# bob' })")
    emacs.wait(lambda: emacs.lines()[0] == "# bob", "her text is the shared one")
    emacs.go(0)
    emacs.keys("# emma\r\x18\x13")
    bob.wait(lambda: lines_of(bob)[:2] == ["# emma", "# bob"], "emma's line")
    emacs.wait(lambda: _file(path).startswith("# emma\n"), "she saves")
    bob.wait(bob.cursor_marks, "emma's cursor")

    emacs.eval('(progn (kill-buffer) (switch-to-buffer "*scratch*") t)')
    # Eglot asks about an edit of a file that it has closed.
    bob.wait(lambda: not bob.cursor_marks(), "it is closed for the others, too")
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# while it was closed' })")
    emacs.eval(f'(progn (find-file "{path}") t)')
    emacs.wait(lambda: emacs.lines()[:2] == ["# while it was closed", "# emma"], "bob's line")
    emacs.go(2)
    emacs.keys("# again\r")
    bob.wait(lambda: lines_of(bob)[2] == "# again", "what emma types now")
    assert emacs.lines()[:-1] == lines_of(bob)
    assert lines_of(bob) == [
        "# while it was closed",
        "# emma",
        "# again",
        "# bob",
        *CODE.splitlines(),
    ]


def lines_of(editor: Neovim) -> list[str]:
    """The text of the buffer."""
    return editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
