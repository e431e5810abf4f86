"""A real Neovim while the server is away: it stays silent, and nothing that was typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ServerProcess
from .neovim import Neovim

CODE = "def first():\n    return 1\n\n\ndef second():\n    return 2\n"


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Neovim]:
    folder = tmp_path / "alice"
    folder.mkdir()
    (folder / "main.py").write_text(CODE)
    editor = Neovim(folder, username="alice")
    try:
        editor.edit("main.py")
        yield editor
    finally:
        editor.close()


def statusline(editor: Neovim) -> str:
    return editor.lua("return require('peerline').statusline()")


def test_what_is_written_while_the_server_is_away_is_shown_as_waiting_and_sent(
    server: ServerProcess, editor: Neovim
) -> None:
    link = server.invite("editor")
    server.kill()
    editor.command(f"Peerline join {link}")
    editor.wait(lambda: "still trying" in editor.messages())
    editor.command("Peerline chat hello?")
    editor.command("2Peerline comment why one?")
    editor.wait(lambda: "⧗ 2" in statusline(editor))
    comment = "¶ alice: why one? (waiting to be sent)"
    editor.wait(lambda: comment in "".join(editor.virtual_text("peerline_comments")))
    editor.command("Peerline pending")
    lines = editor.wait_lua(
        "return vim.bo.filetype == 'peerline-thread'"
        " and vim.api.nvim_buf_get_lines(0, 0, -1, false)"
    )
    assert lines == [
        "chat  (waiting to be sent)",
        "  hello?",
        "comment main.py:2  (waiting to be sent)",
        "  why one?",
    ]
    before = editor.messages()
    server.start()
    editor.wait(lambda: editor.state()["state"] == "joined")
    editor.wait(lambda: statusline(editor) == "Peerline ● 1")
    editor.wait_lua("return vim.bo.filetype ~= 'peerline-thread'")  # nothing is left to list
    editor.wait(
        lambda: "".join(editor.virtual_text("peerline_comments")).endswith("alice: why one?")
    )
    assert editor.chat() == ["hello?"]
    assert editor.messages().removeprefix(before).strip() == "Peerline: joined Test as editor"
    # The cursor is sent too, though the first try to join had failed.
    assert editor.lua("return #vim.api.nvim_get_autocmds({ group = 'peerline_cursor' })") > 0


def test_a_refused_message_is_marked_and_can_be_edited_and_discarded(
    server: ServerProcess, editor: Neovim
) -> None:
    editor.join(server.invite("viewer"))
    server.kill()
    editor.wait(lambda: editor.state()["state"] == "reconnecting")
    editor.command("Peerline chat may I?")
    editor.wait(lambda: "⧗ 1" in statusline(editor))
    server.start()
    editor.wait(lambda: "✗ 1" in statusline(editor))
    assert "a viewer cannot write in the chat" in editor.messages()
    editor.command("Peerline pending")
    editor.wait_lua("return vim.bo.filetype == 'peerline-thread'")
    editor.keys("y")
    editor.wait(lambda: editor.lua("return vim.fn.getreg('\"')") == "may I?")
    editor.keys("e")
    editor.wait_lua("return vim.bo.filetype == 'peerline-input'")
    assert editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)") == ["may I?"]
    editor.keys(" today<CR>")
    editor.wait(lambda: editor.chat() == ["may I? today"])
    editor.wait(lambda: "✗ 1" in statusline(editor))
    editor.lua("vim.fn.confirm = function() return 1 end")
    editor.command("Peerline pending")
    editor.wait_lua("return vim.bo.filetype == 'peerline-thread'")
    editor.keys("x")
    editor.wait(lambda: editor.chat() == [])
    editor.wait(lambda: "✗" not in statusline(editor))


def test_a_refused_comment_is_edited_in_its_window_and_sent_again(
    server: ServerProcess, editor: Neovim
) -> None:
    editor.join(server.invite("viewer"))
    server.kill()
    editor.wait(lambda: editor.state()["state"] == "reconnecting")
    editor.command("2Peerline comment may I?")
    editor.wait(lambda: "⧗ 1" in statusline(editor))
    server.start()
    editor.wait(lambda: "✗ 1" in statusline(editor))
    editor.command("call cursor(2, 1)")
    editor.command("Peerline thread")
    (head, *text) = editor.wait_lua(
        """
        local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
        return lines[1]:find('(not sent: a viewer cannot', 1, true) and lines
        """
    )
    assert head.startswith("alice  ")
    assert text == ["may I?"]
    editor.keys("e")
    editor.wait_lua("return vim.bo.filetype == 'peerline-input'")
    editor.keys(" Once?<CR>")
    # It is another comment now, and is refused as well.
    editor.wait_lua("return vim.bo.filetype == 'python'")
    refused = "may I? Once? (not sent"
    editor.wait(lambda: refused in "".join(editor.virtual_text("peerline_comments")))
    editor.command("Peerline thread")
    editor.lua("vim.fn.confirm = function() return 1 end")
    editor.keys("d")
    editor.wait_lua("return vim.bo.filetype ~= 'peerline-thread'")
    editor.wait(lambda: "✗" not in statusline(editor))


def test_a_new_token_is_asked_for_once(server: ServerProcess, editor: Neovim) -> None:
    token = server.token("alice", "Alice")
    editor.join(server.invite("editor"))
    editor.lua("require('peerline.lsp').command('renewToken', { auth_token = ... })", token)
    server.kill()
    editor.wait(lambda: editor.state()["state"] == "reconnecting")
    (secret,) = server.data_dir.glob("*secret*")
    secret.unlink()
    server.start()
    editor.wait(lambda: "give a new one with :Peerline token" in editor.messages())
    editor.lua(
        "local new = ...; vim.fn.inputsecret = function() return new end",
        server.token("alice", "Alice"),
    )
    editor.command("Peerline token")
    editor.wait(lambda: editor.state()["state"] == "joined")
    assert editor.messages().count(":Peerline token") == 1
