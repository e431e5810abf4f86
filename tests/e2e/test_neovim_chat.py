"""The chat's windows in a real Neovim: place, groups, days, what is unread, Markdown, widths."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .neovim import PLUGIN, Neovim

CASES = json.loads(
    (Path(__file__).parents[1] / "cases" / "mentions.json").read_text(encoding="utf-8")
)
ALICE, BOB = {"user_id": "a", "username": "alice"}, {"user_id": "b", "username": "bob"}


def message(seq: int, content: str, *, at: str = "", **more: Any) -> dict[str, Any]:
    """A message as the bridge sends it; by alice, a second after the one before."""
    timestamp = at or f"2026-11-27T10:{seq // 60:02}:{seq % 60:02}Z"
    return {
        "id": f"m{seq}",
        "kind": "chat",
        "color": 0,
        "content": content,
        "mentions": [],
        "reactions": [],
        "timestamp": timestamp,
        "seq": seq,
        "is_me": False,
    } | (ALICE | more)


class Chat:
    """The chat of one editor, which is sent what the bridge would send."""

    def __init__(self, editor: Neovim) -> None:
        self.editor = editor
        editor.lua("require('peerline.lsp').command = function() end")

    def join(self, session: str, messages: list[dict[str, Any]]) -> None:
        self.send(*messages, reset=True)
        self.state("joined", session)

    def state(self, state: str, session: str | None = None) -> None:
        self.editor.lua(
            "require('peerline.status').set(...)",
            {
                "state": state,
                "session_id": session,
                "title": "Pairing",
                "username": "bob",
                "role": "editor",
                "participants": 2,
            },
        )

    def send(self, *messages: dict[str, Any], **more: Any) -> None:
        self.editor.lua("require('peerline.chat').update(...)", {"messages": list(messages)} | more)

    def open(self) -> None:
        self.editor.lua("require('peerline.chat').open(); vim.cmd.stopinsert()")

    def close(self) -> None:
        self.editor.lua("require('peerline.chat').close()")

    def read_above(self, row: int) -> None:
        """Go to the messages, to a line of them."""
        self.editor.lua(
            "vim.api.nvim_set_current_win(require('peerline.chat_window').log_window());"
            "vim.api.nvim_win_set_cursor(0, { ..., 0 }); vim.cmd('normal! zt');"
            "vim.cmd.doautocmd('CursorMoved')",
            row,
        )

    def lines(self) -> list[str]:
        return self.editor.lua(
            "return vim.api.nvim_buf_get_lines(require('peerline.chat_window').log, 0, -1, false)"
        )

    def at_top(self) -> str:
        """The first line that is visible, and the one at the cursor."""
        return self.editor.lua(
            """
            local win = require('peerline.chat_window').log_window()
            local function line(row) return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), row - 1, row, false)[1] end
            return line(vim.fn.line('w0', win)) .. ' / ' .. line(vim.api.nvim_win_get_cursor(win)[1])
            """  # noqa: E501
        )

    def at_bottom(self) -> str:
        """The last line that is visible, whole."""
        self.editor.lua("vim.cmd.redraw()")
        return self.editor.lua(
            """
            local win = require('peerline.chat_window').log_window()
            return vim.fn.getbufline(vim.api.nvim_win_get_buf(win), vim.fn.line('w$', win))[1]
            """
        )

    def is_at_end(self) -> bool:
        return self.editor.lua("return require('peerline.chat_window').is_at_end()")

    def title(self) -> str:
        return self.editor.lua("return vim.wo[require('peerline.chat_window').log_window()].winbar")

    def unread(self) -> int:
        return self.editor.lua("return require('peerline.unread').count")

    def sign(self) -> str | None:
        return self.editor.lua("return require('peerline.unread_sign').text()")

    def marks(self) -> list[tuple[str, str]]:
        """The highlighted texts with their groups."""
        return [
            (text, group)
            for text, group in self.editor.lua(
                """
                local buf = require('peerline.chat_window').log
                local id = vim.api.nvim_get_namespaces().peerline_chat
                local found = {}
                for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, id, 0, -1, { details = true })) do
                  local d = mark[4]
                  local text = vim.api.nvim_buf_get_text(buf, mark[2], mark[3], d.end_row or mark[2], d.end_col or -1, {})
                  table.insert(found, { table.concat(text, '\\n'), d.hl_group or d.line_hl_group })
                end
                return found
                """  # noqa: E501
            )
        ]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    editor = Neovim(tmp_path / "folder", environ={"TZ": "Asia/Kolkata"})
    try:
        yield Chat(editor)
    finally:
        editor.close()


MANY = [message(seq, f"line {seq}") for seq in range(1, 81)]


def test_messages_of_one_author_are_one_group_with_local_times(chat: Chat) -> None:
    chat.join("s", [])
    chat.open()
    chat.send(
        message(1, "one"),
        message(2, "two"),
        message(3, "three", **BOB),
        message(400, "after a pause", **BOB),
        message(401, "**joined**", kind="system"),
        message(402, "left", kind="system"),
        message(403, "next day", at="2026-11-28T18:31:00Z"),
    )
    assert chat.lines() == [
        "── Friday, 27 November ──",
        "alice  15:30",
        "  one",
        "  two",
        "",
        "bob  15:30",
        "  three",
        "",
        "bob  15:36",
        "  after a pause",
        "",
        "15:36  alice **joined**",
        "15:36  alice left",
        "",
        f"── {chat.editor.lua('''return require('peerline.text').day('2026-11-28T18:31:00Z', os.time())''')} ──",  # noqa: E501
        "alice  00:01",
        "  next day",
    ]


@pytest.mark.parametrize("rows", [4, 30, 60])
def test_the_place_is_kept_while_one_reads_above(chat: Chat, rows: int) -> None:
    chat.join("s", MANY)
    chat.open()
    assert chat.is_at_end()
    chat.read_above(rows)
    before = chat.at_top()
    chat.send(message(81, "new"))
    chat.send(message(81, "new", reactions=[{"emoji": "🎉", "names": ["bob"], "is_mine": True}]))
    chat.send(message(82, "mine", is_me=True))
    chat.send(message(83, "joined", kind="system"))
    assert chat.at_top() == before
    assert "1 new below" in chat.title()
    # A reaction to a message above moves nothing, an older page neither.
    chat.send(message(1, "line 1", reactions=[{"emoji": "👍", "names": ["bob"], "is_mine": True}]))
    assert chat.at_top() == before
    chat.send(message(0, "older"), prepend=True)
    assert chat.at_top() == before
    chat.send(message(84, "and another"))
    assert chat.at_top() == before
    assert "2 new below" in chat.title()
    chat.editor.keys("G")
    chat.editor.wait(lambda: "new below" not in chat.title(), "the end is seen")
    assert chat.unread() == 0
    assert "── New ──" in chat.lines()


def test_at_the_end_new_messages_are_followed_and_read(chat: Chat) -> None:
    chat.join("s", MANY)
    chat.open()
    for seq in range(81, 120):
        chat.send(message(seq, f"line {seq}"))
    assert chat.is_at_end()
    assert chat.at_top().endswith("line 119")
    assert chat.unread() == 0
    assert "── New ──" not in chat.lines()


def test_a_closed_chat_counts_shows_a_sign_and_opens_at_the_new_line(chat: Chat) -> None:
    chat.join("s", MANY)
    assert chat.sign() is None
    chat.send(message(81, "hello"), message(82, "again"), message(83, "x", is_me=True))
    assert chat.unread() == 2
    assert chat.sign() == " ✉ 2 "
    chat.open()
    assert (chat.unread(), chat.sign()) == (0, None)
    lines = chat.lines()
    assert lines[lines.index("── New ──") + 1 :] == ["alice  15:31", "  hello", "  again", "  x"]
    chat.close()
    chat.open()
    assert "── New ──" not in chat.lines()


def test_many_unread_messages_begin_at_the_top_of_the_window(chat: Chat) -> None:
    chat.join("s", [message(1, "old")])
    chat.send(*[message(seq, f"new {seq}") for seq in range(2, 90)])
    chat.open()
    assert chat.unread() == 88
    assert not chat.is_at_end()
    assert chat.at_top().endswith("alice  15:30")
    assert "88 new below" in chat.title()


def test_the_chat_opens_where_it_was(chat: Chat) -> None:
    chat.join("s", MANY)
    chat.open()
    chat.read_above(40)
    before = chat.at_top()
    chat.close()
    chat.send(message(81, "meanwhile"))
    chat.open()
    assert chat.at_top() == before
    chat.editor.lua("vim.api.nvim_set_current_win(require('peerline.chat_window').log_window())")
    chat.editor.command("quit")
    chat.open()
    assert chat.at_top() == before
    # A little more than the window has room for.
    chat.close()
    chat.join("t", [message(seq, f"{'long ' * 14}{seq}") for seq in range(17)])
    for _ in range(3):
        chat.open()
        assert chat.at_bottom().endswith(" 16")
        chat.close()


def test_what_is_unread_belongs_to_its_session(chat: Chat) -> None:
    chat.join("one", [message(1, "a")])
    chat.send(message(2, "b"), message(3, "c"))
    assert chat.unread() == 2
    chat.join("two", [message(1, "other"), message(50, "history")])
    assert (chat.unread(), chat.sign()) == (0, None)
    chat.send(message(51, "new"))
    assert chat.unread() == 1
    chat.join("one", [message(1, "a"), message(2, "b"), message(3, "c"), message(4, "d")])
    assert chat.unread() == 3
    chat.state("offline")
    assert (chat.unread(), chat.sign()) == (0, None)
    # A snapshot after an interruption brings back nothing that was read.
    chat.join("one", [message(1, "a"), message(2, "b")])
    chat.open()
    chat.close()
    chat.state("reconnecting", "one")
    assert chat.sign() == " ◌ reconnecting "
    chat.join("one", [message(1, "a"), message(2, "b"), message(5, "e")])
    assert chat.unread() == 1


def test_a_statusline_that_shows_it_replaces_the_sign(chat: Chat) -> None:
    chat.join("s", [message(1, "a")])
    chat.send(message(2, "b"))
    assert chat.sign() == " ✉ 1 "
    assert "✉ 1" in chat.editor.lua("return require('peerline').statusline()")
    chat.editor.wait(lambda: chat.sign() is None, "the sign goes")
    chat.send(message(3, "c"))
    assert chat.sign() is None


def test_the_sign_moves_with_the_screen_and_holds_no_window_open(chat: Chat) -> None:
    chat.join("s", [message(1, "a")])
    chat.send(message(2, "b"))
    place = """
        for _, win in ipairs(vim.api.nvim_list_wins()) do
          local config = vim.api.nvim_win_get_config(win)
          if config.relative == 'editor' then return { config.row, config.col + config.width } end
        end
    """
    assert chat.editor.lua(place) == [39, 108]
    chat.editor.api.options["columns"] = 60
    chat.editor.wait(lambda: chat.editor.lua(place) == [39, 48], "the sign in its place")
    chat.editor.command("split | only")
    chat.editor.wait(lambda: chat.editor.lua(place) == [39, 48], "the sign is still there")
    chat.editor.command("tabnew")
    chat.editor.wait(
        lambda: chat.editor.lua("return #vim.api.nvim_tabpage_list_wins(0)") == 2, "the sign here"
    )
    chat.editor.command("quit")
    assert chat.editor.lua("return #vim.api.nvim_list_tabpages()") == 1


def test_the_chat_alone_in_its_tab_page_does_not_close_it(chat: Chat) -> None:
    chat.join("s", MANY)
    chat.open()
    chat.editor.command("wincmd h | quit")
    chat.read_above(10)
    chat.send(message(81, "new"))
    chat.close()
    assert chat.lines()
    assert "E444" not in chat.editor.messages()


def test_the_health_check_names_what_is_missing(chat: Chat) -> None:
    chat.editor.command("checkhealth peerline")
    report = "\n".join(chat.editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
    assert "Markdown in the chat is highlighted by tree-sitter" in report
    assert "unread messages show in the last line of the screen" in report
    chat.editor.command("bdelete")
    chat.editor.lua(
        "vim.treesitter.language.inspect = function() error('none') end;"
        "require('peerline').setup({ unread_sign = false }); vim.o.signcolumn = 'no'"
    )
    chat.editor.command("checkhealth peerline")
    report = "\n".join(chat.editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
    assert "no tree-sitter parser for markdown and markdown_inline" in report
    assert "nothing shows unread messages" in report
    assert "comments and the edges of others' views have no sign" in report


def test_the_health_check_knows_keys_that_are_taken_lists_and_help(
    chat: Chat, tmp_path: Path
) -> None:
    def report() -> str:
        chat.editor.command("checkhealth peerline")
        lines = chat.editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
        chat.editor.command("bwipeout")
        return "\n".join(lines)

    found = report()
    assert "no key leads to comments" in found
    assert "lists are shown by Neovim's own vim.ui.select" in found
    assert ":help |peerline| is found" in found
    chat.editor.edit("a.py")
    chat.editor.lua("vim.keymap.set('n', ']r', '<Plug>(peerline-next-comment)')")
    assert "the keys of Peerline are not taken" in report()
    chat.editor.lua("vim.keymap.set('n', ']r', 'j', { buffer = true })")
    assert "]r (mode n) is taken in a.py" in report()
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "lua").symlink_to(PLUGIN / "lua")
    chat.editor.lua(
        "local bare, whole = ...; vim.opt.runtimepath:remove(whole);"
        "vim.opt.runtimepath:prepend(bare);"
        "vim.ui.select = loadstring('return function() end', '@pickers/select.lua')()",
        str(tmp_path / "bare"),
        str(PLUGIN),
    )
    found = report()
    assert "lists are shown by pickers/select.lua" in found
    assert ":help |peerline| is not found" in found
    chat.editor.lua("vim.ui.select = nil")
    assert "vim.ui.select is no function" in report()


def test_a_line_that_goes_on_keeps_its_indent(chat: Chat) -> None:
    chat.join("s", [message(1, "    " + "word " * 60)])
    chat.open()
    [columns, is_set] = chat.editor.lua(
        "local window = require('peerline.chat_window').log_window();"
        "local buf = vim.api.nvim_win_get_buf(window); local columns = {};"
        "for row, text in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, false)) do"
        "  for start in text:find('word') and text:gmatch('()word') or function() end do"
        "    local at = vim.fn.screenpos(window, row, start);"
        "    columns[at.row] = math.min(columns[at.row] or 999, at.col) end end;"
        "local origin = vim.fn.win_screenpos(window)[2];"
        "local list = vim.tbl_map(function(c) return c - origin end, vim.tbl_values(columns));"
        "return { list, vim.wo[window].breakindent }"
    )
    assert is_set is True
    assert len(columns) > 1, "the line takes several rows"
    assert len(set(columns)) == 1
    assert columns[0] > 0, "it has an indent"


def test_what_is_deleted_is_not_unread(chat: Chat) -> None:
    chat.join("s", [message(1, "a")])
    chat.send(message(2, "b"), message(3, "c"))
    chat.send(message(2, "", is_deleted=True))
    assert chat.unread() == 1


def test_markdown_is_highlighted_and_ends_with_its_message(chat: Chat) -> None:
    chat.join("s", [])
    chat.open()
    chat.send(
        message(1, "**bold** `code` [a link](https://example.org)\n```lua\nlocal x = 1\n```\ndone"),
        message(2, "```python\nan unclosed fence"),
        message(
            3, "plain again, @bob and `@bob` and https://x.example/@bob @bobby", mentions=["bob"]
        ),
    )
    marks = chat.marks()
    assert ("**bold**", "@markup.strong.markdown_inline") in marks
    assert ("`code`", "@markup.raw.markdown_inline") in marks
    assert ("local", "@keyword.lua") in marks
    code = [text.strip() for text, group in marks if group == "PeerlineCode"]
    assert code == ["```lua", "local x = 1", "```", "```python", "an unclosed fence"]
    assert [text for text, group in marks if group == "PeerlineMention"].count("@bob") == 1
    last = [group for text, group in marks if "plain again" in text]
    assert not any(group.startswith("@markup.raw") for group in last)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_mentions_are_marked_as_the_server_finds_them(chat: Chat, case: dict[str, Any]) -> None:
    chat.join("s", [])
    chat.open()
    chat.send(message(1, case["text"], mentions=case["people"]))
    marked = [text[1:].lower() for text, group in chat.marks() if "Mention" in group]
    assert sorted(set(marked)) == sorted({name.lower() for name in case["mentions"]})


def test_without_parsers_code_and_emphasis_are_still_shown(chat: Chat) -> None:
    chat.editor.lua("vim.treesitter.get_string_parser = function() error('no parser') end")
    chat.join("s", [])
    chat.open()
    chat.send(message(1, "**bold** `code`\n```\nx = 1\n```\nend"))
    marks = chat.marks()
    assert ("**bold**", "@markup.strong") in marks
    assert ("`code`", "@markup.raw") in marks
    assert ("x = 1", "@markup.raw.block") in marks


@pytest.mark.parametrize(
    ("columns", "option", "width"),
    [
        (60, 0.4, 28),
        (80, 0.4, 32),
        (140, 0.4, 56),
        (300, 0.4, 80),
        (140, 30, 30),
        (40, 0.4, 20),
    ],
)
def test_the_chat_has_a_share_of_the_width(
    chat: Chat, columns: int, option: float, width: int
) -> None:
    chat.editor.lua("require('peerline').setup({ chat_width = ... })", option)
    chat.editor.api.options["columns"] = columns
    chat.join("s", MANY)
    chat.open()
    got = chat.editor.lua(
        "return vim.api.nvim_win_get_width(require('peerline.chat_window').log_window())"
    )
    assert got == width


def test_the_chat_keeps_its_share_when_the_screen_changes(chat: Chat) -> None:
    chat.editor.api.options["columns"] = 140
    chat.join("s", MANY)
    chat.open()
    chat.editor.api.options["columns"] = 80
    width = "return vim.api.nvim_win_get_width(require('peerline.chat_window').log_window())"
    chat.editor.wait(lambda: chat.editor.lua(width) == 32, "the new share")


def test_steps_go_from_message_to_message(chat: Chat) -> None:
    chat.join("s", [message(1, "one\nmore"), message(2, "two"), message(3, "three", **BOB)])
    chat.open()
    chat.read_above(2)
    line = "return vim.api.nvim_get_current_line()"
    seen: list[str] = []
    for key in ("]]", "]]", "[[", "[[", "[["):
        chat.editor.keys(key)
        chat.editor.lua("vim.wait(1)")
        seen.append(chat.editor.lua(line))
    assert seen == ["  two", "bob  15:30", "  two", "alice  15:30", "alice  15:30"]


def test_the_keys_are_shown(chat: Chat) -> None:
    chat.join("s", MANY)
    chat.open()
    assert "g? keys" in chat.title()
    chat.read_above(1)
    chat.editor.keys("g?")
    shown = chat.editor.wait_lua(
        "return vim.bo.filetype == 'peerline-thread'"
        " and vim.api.nvim_buf_get_lines(0, 0, -1, false)"
    )
    keys = {line.split()[0] for line in shown}
    assert {"r", "e", "x", "+", "q", "i", "]]", "[[", "<BS>"} <= keys


def test_what_happens_is_told_to_autocommands(chat: Chat) -> None:
    chat.editor.lua(
        """
        _G.told = {}
        vim.api.nvim_create_autocmd('User', {
          pattern = 'Peerline*',
          callback = function(event) table.insert(_G.told, event.match) end,
        })
        """
    )
    chat.join("s", [])
    chat.send(message(1, "hi"))
    chat.state("offline")
    assert set(chat.editor.lua("return _G.told")) == {
        "PeerlineJoined",
        "PeerlineState",
        "PeerlineMessage",
        "PeerlineUnread",
        "PeerlineLeft",
    }


def test_after_leaving_nothing_is_left(chat: Chat) -> None:
    chat.join("s", MANY)
    chat.send(message(81, "new"))
    chat.state("offline")
    groups = chat.editor.lua(
        """
        local left = {}
        for _, autocmd in ipairs(vim.api.nvim_get_autocmds({})) do
          if vim.startswith(autocmd.group_name or '', 'peerline_') then
            left[autocmd.group_name] = true
          end
        end
        return vim.tbl_keys(left)
        """
    )
    assert set(groups) <= {"peerline_highlights"}
    assert chat.sign() is None


def test_who_comes_and_goes_is_told_quietly_or_not_at_all(chat: Chat) -> None:
    chat.join("s", [])
    update = "require('peerline.participants').update(...)"
    people = [
        {"user_id": name, "username": name, "role": "editor", "status": "active", "color": 0}
        for name in ("ann", "ben", "cy", "di")
    ]
    joined = [{"user_id": one["user_id"], "username": one["username"]} for one in people]
    chat.editor.lua(update, {"participants": people, "joined": joined})
    chat.editor.wait(lambda: "ann, ben, cy, 1 more joined" in chat.editor.messages())
    gone = [joined[0] | {"was_removed": True}]
    chat.editor.lua(update, {"participants": people[1:], "left": gone})
    chat.editor.wait(lambda: "ann was removed" in chat.editor.messages(), "the news")
    chat.editor.lua("require('peerline').setup({ announce = false })")
    before = chat.editor.messages()
    chat.editor.lua(update, {"participants": people[2:], "left": joined[1:2]})
    chat.editor.lua("vim.wait(1)")
    assert chat.editor.messages() == before
