"""The plugin's named buffers in a real Neovim, after what users do with buffers by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .neovim import Neovim

CHAT, INPUT, PEOPLE = "peerline://chat", "peerline://chat-input", "peerline://participants"
MESSAGE: dict[str, Any] = {
    "id": "m1",
    "kind": "chat",
    "user_id": "a",
    "username": "alice",
    "color": 0,
    "content": "hello",
    "mentions": [],
    "reactions": [],
    "timestamp": "2026-11-27T10:00:00Z",
    "seq": 1,
    "is_me": False,
}
PERSON = {"user_id": "a", "username": "alice", "role": "host", "status": "active", "color": 0}


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Neovim]:
    """An editor in a session, whose commands are kept in `sent`."""
    editor = Neovim(tmp_path / "folder")
    try:
        editor.lua(
            """
            _G.sent = {}
            require('peerline.lsp').command = function(name, arguments, done)
              table.insert(_G.sent, { name, arguments })
              if done and name == 'sendChat' then done() end
            end
            """
        )
        editor.lua(
            "require('peerline.status').set(...)",
            {"state": "joined", "session_id": "s", "title": "Pairing", "username": "bob"},
        )
        editor.lua("require('peerline.chat').update(...)", {"reset": True, "messages": [MESSAGE]})
        editor.lua("require('peerline.participants').update(...)", {"participants": [PERSON]})
        yield editor
    finally:
        editor.close()


def buffers(editor: Neovim) -> list[str]:
    """The names of the plugin's buffers, sorted."""
    return sorted(
        editor.lua(
            """
            return vim.iter(vim.api.nvim_list_bufs()):map(vim.api.nvim_buf_get_name)
              :filter(function(name) return vim.startswith(name, 'peerline:') end):totable()
            """
        )
    )


def windows(editor: Neovim) -> list[str]:
    """The names of the plugin's buffers that are shown, sorted."""
    return sorted(
        editor.lua(
            """
            return vim.iter(vim.api.nvim_tabpage_list_wins(0)):map(function(win)
              return vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(win))
            end):filter(function(name) return vim.startswith(name, 'peerline:') end):totable()
            """
        )
    )


def lines(editor: Neovim, name: str) -> list[str]:
    return editor.lua(
        "return vim.api.nvim_buf_get_lines(vim.fn.bufnr('^' .. ... .. '$'), 0, -1, false)", name
    )


def open_chat(editor: Neovim) -> None:
    editor.lua("require('peerline.chat').open(); vim.cmd.stopinsert()")


def go_to(editor: Neovim, name: str) -> None:
    editor.command(f"execute bufwinnr('^{name}$') .. 'wincmd w'")


def assert_chat_works(editor: Neovim) -> None:
    """Everything of the chat is there once, and a message can be written and replied to."""
    assert buffers(editor) == windows(editor) == [CHAT, INPUT]
    assert lines(editor, CHAT)[-1] == "  hello"
    editor.lua("_G.sent = {}")
    go_to(editor, CHAT)
    assert editor.lua("return vim.bo.buftype .. vim.bo.bufhidden") == "nofilehide"
    assert editor.lua("return vim.bo.modifiable or vim.bo.buflisted or vim.bo.swapfile") is False
    editor.keys("Gr")
    editor.wait(lambda: editor.api.current.buffer.name == INPUT, "the input")
    assert "alice" in editor.lua("return vim.wo.winbar")
    editor.keys("hi<CR>")
    expected = ["sendChat", {"content": "hi", "parent_id": "m1"}]
    editor.wait(lambda: expected in editor.lua("return _G.sent"), "the reply")
    editor.command("stopinsert")
    editor.lua("require('peerline.chat').update(...)", {"messages": [MESSAGE | {"content": "hey"}]})
    assert lines(editor, CHAT)[-1] == "  hey"
    editor.lua("require('peerline.chat').update(...)", {"messages": [MESSAGE]})
    assert editor.lua("return vim.v.errmsg") == ""


@pytest.mark.parametrize("name", [CHAT, INPUT])
@pytest.mark.parametrize(
    ("command", "is_shown"),
    [("bwipeout!", True), ("bwipeout!", False), ("bdelete!", True), ("bunload!", True)],
)
def test_the_chat_opens_again_after_its_buffer_was_removed_by_hand(
    editor: Neovim, name: str, command: str, *, is_shown: bool
) -> None:
    open_chat(editor)
    if not is_shown:
        editor.lua("require('peerline.chat').close()")
    editor.command(f"execute '{command}' bufnr('^{name}$')")
    editor.lua("require('peerline.chat').update(...)", {"messages": [MESSAGE]})
    open_chat(editor)
    assert_chat_works(editor)


def test_the_chat_opens_after_both_buffers_were_removed(editor: Neovim) -> None:
    open_chat(editor)
    editor.command(f"execute 'bwipeout!' bufnr('^{CHAT}$') bufnr('^{INPUT}$')")
    open_chat(editor)
    assert_chat_works(editor)


def test_a_draft_stays_when_only_the_messages_are_removed(editor: Neovim) -> None:
    open_chat(editor)
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'a draft' })")
    editor.command(f"execute 'bwipeout!' bufnr('^{CHAT}$')")
    open_chat(editor)
    assert lines(editor, INPUT) == ["a draft"]
    height = "return vim.api.nvim_win_get_height(vim.fn.bufwinid('^' .. ... .. '$'))"
    assert editor.lua(height, INPUT) < editor.lua(height, CHAT)


def test_messages_that_were_edited_away_are_back(editor: Neovim) -> None:
    open_chat(editor)
    go_to(editor, CHAT)
    editor.command("edit")
    editor.wait(lambda: lines(editor, CHAT)[-1] == "  hello", "the messages")
    assert_chat_works(editor)


def test_buffers_of_a_session_that_was_restored_are_taken_over(editor: Neovim) -> None:
    for name in (CHAT, INPUT, PEOPLE):
        editor.command(f"badd {name}")
    editor.command("Peerline participants")
    editor.command("close")
    open_chat(editor)
    assert buffers(editor) == [CHAT, INPUT, PEOPLE]
    editor.command(f"execute 'bwipeout!' bufnr('^{PEOPLE}$')")
    assert_chat_works(editor)


def test_one_replies_after_closing_the_input(editor: Neovim) -> None:
    open_chat(editor)
    editor.command("quit")
    assert windows(editor) == [CHAT]
    go_to(editor, CHAT)
    editor.keys("Gr")
    editor.wait(lambda: windows(editor) == [CHAT, INPUT], "the input")
    editor.command("stopinsert")
    assert_chat_works(editor)


def test_somebody_in_a_notebook_is_listed_with_the_cell(editor: Neovim) -> None:
    place = {"file": "plots.ipynb", "line": 2, "cell": 3}
    bob = {**PERSON, "user_id": "b", "username": "bob", "file": "a.py", "line": 7}
    people = [{**PERSON, **place}, bob]
    editor.lua("require('peerline.participants').update(...)", {"participants": people})
    editor.command("Peerline participants")
    shown = "\n".join(lines(editor, PEOPLE))
    assert "plots.ipynb, cell 3, line 2" in shown
    assert "a.py:7" in shown


@pytest.mark.parametrize("command", ["bwipeout!", "bdelete!", "bunload!", "edit"])
def test_the_participants_are_listed_again_after_their_buffer_was_removed_by_hand(
    editor: Neovim, command: str
) -> None:
    editor.command("Peerline participants")
    before = lines(editor, PEOPLE)
    assert any("alice" in line for line in before)
    editor.command(command)
    editor.lua("require('peerline.participants').update(...)", {"participants": [PERSON]})
    editor.command("Peerline participants")
    assert buffers(editor) == windows(editor) == [PEOPLE]
    editor.wait(lambda: lines(editor, PEOPLE) == before, "the list")
    editor.keys("gg<CR>")
    editor.wait_lua("return #_G.sent > 0 and _G.sent[#_G.sent][1] == 'gotoParticipant'")
    go_to(editor, PEOPLE)
    editor.keys("q")
    editor.wait(lambda: windows(editor) == [], "the list is closed")
    assert editor.lua("return vim.v.errmsg") == ""
