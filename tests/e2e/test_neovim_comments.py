"""Comments in a real Neovim: threads of a line, edits, resolved ones, suggestions, lists."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .bridge_process import BridgeProcess
from .conftest import Bridges, ServerProcess
from .neovim import Neovim

CODE = "def total(items):\n\treturn sum(items)\n\n\ndef second():\n    return 2\n" + "# line\n" * 20
FILES = {"src/main.py": CODE, "src/other.py": "other = 1\n"}
SUGGESTION = "Better:\n```suggestion\n\tresult = sum(items)\n\treturn result\n```\nno?"
WINDOW = "return vim.bo.filetype == 'peerline-thread'"
INPUT = "return vim.bo.filetype == 'peerline-input'"


class Room:
    """Ann in Neovim, and Bob at a bridge of his own."""

    def __init__(
        self, server: ServerProcess, folder: Path, stack: ExitStack, bridges: Bridges
    ) -> None:
        self.ann = Neovim(folder / "ann", username="Ann Lee")
        stack.callback(self.ann.close)
        for file, text in FILES.items():
            path = folder / "ann" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.ann.edit("src/main.py")
        self.ann.join(server.invite("editor"))
        self.ann.wait_lua("return require('peerline.lsp').is_attached(0)")
        self.ann.lua("vim.fn.confirm = function() return 1 end")
        self.bob: BridgeProcess = bridges.start("Bob", FILES)
        self.bob.command("join", link=server.invite("editor"))
        for file in FILES:
            self.bob.open(file)

    def comments(self, *contents: str, line: int = 1, file: str = "src/main.py") -> list[str]:
        """Bob's comments, when Ann has them; their ids."""
        before = len(self.threads())
        for content in contents:
            self.bob.command("addComment", uri=self.bob.uri(file), line=line, content=content)
        self.ann.wait(lambda: len(self.threads()) == before + len(contents))
        ids = {thread["content"]: thread["id"] for thread in self.threads()}
        return [ids[content] for content in contents]

    def threads(self) -> list[dict[str, Any]]:
        """The threads that Ann's editor has of its files."""
        return self.ann.lua(
            """
            return vim.tbl_map(function(each)
              return each.thread
            end, require('peerline.comments').all())
            """
        )

    def located(self) -> list[int]:
        """The lines, from 0, of the threads whose lines are known, as Ann's editor has them."""
        return [thread["line"] for thread in self.threads() if not thread.get("outdated")]

    def open(self, line: int = 2) -> list[str]:
        """Ann opens the threads of a line; the window's text."""
        self.ann.command(f"call cursor({line}, 1)")
        self.ann.command("Peerline thread")
        assert self.ann.lua(WINDOW)
        return self.lines()

    def lines(self) -> list[str]:
        """The lines of Ann's current window."""
        return self.ann.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")

    def go_to(self, text: str) -> None:
        """Ann moves to a line of her window, when it is there."""
        self.ann.wait(lambda: any(text in line for line in self.lines()), text)
        row = next(row for row, line in enumerate(self.lines(), 1) if text in line)
        self.ann.lua("vim.api.nvim_win_set_cursor(0, { ..., 0 })", row)

    def choose(self, index: int) -> None:
        """Ann takes this one wherever she is asked."""
        self.ann.lua(
            """
            local index = ...
            vim.ui.select = function(items, options, done)
              local format = options.format_item or tostring
              choices = vim.tbl_map(format, items)
              done(items[index], index)
            end
            """,
            index,
        )

    def choices(self) -> list[str]:
        """Among what Ann was asked to choose last."""
        return self.ann.lua("return choices")

    def code(self) -> str:
        """The text of Ann's file."""
        return self.ann.lua(
            """
            local buf = vim.fn.bufnr('src/main.py')
            return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\\n') .. '\\n'
            """
        )

    def said(self, text: str) -> None:
        """Ann is told this."""
        self.ann.wait(lambda: text in self.ann.messages(), text)


@pytest.fixture
def room(server: ServerProcess, tmp_path: Path, bridges: Bridges) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(server, tmp_path, stack, bridges)


def test_every_thread_of_a_line_is_counted_shown_and_reached(room: Room) -> None:
    room.comments("one", "two", "three")
    signs = [(mark["row"], mark["sign_text"]) for mark in room.ann.marks("peerline_comments")]
    assert signs == [(1, "¶3")]
    assert room.ann.virtual_text("peerline_comments") == [" ¶ Bob: one +2"]
    count = room.ann.lua("return require('peerline.comments').count(0)")
    assert count == {"located": 3, "outdated": 0}
    lines = room.open()
    assert [line for line in lines if line in {"one", "two", "three"}] == ["one", "two", "three"]
    room.go_to("three")
    room.ann.keys("r")
    room.ann.wait_lua(INPUT)
    room.ann.keys("to the third<CR>")
    room.ann.wait(lambda: len(room.threads()[2]["replies"]) == 1)
    replies = {thread["content"]: len(thread["replies"]) for thread in room.threads()}
    assert replies == {"one": 0, "two": 0, "three": 1}
    # From the code, one is asked which thread is meant.
    room.ann.keys("q")
    room.choose(2)
    room.ann.command("Peerline reply to the second")
    room.ann.wait(lambda: [len(thread["replies"]) for thread in room.threads()] == [0, 1, 1])
    assert room.choices() == ["Bob: one", "Bob: two", "Bob: three (1)"]


def test_one_of_ten_threads_and_more_is_counted_with_a_plus(room: Room) -> None:
    room.comments(*(f"comment {number}" for number in range(10)))
    signs = {mark["sign_text"] for mark in room.ann.marks("peerline_comments")}
    assert signs == {"¶+"}


def test_a_comment_is_edited_reacted_to_and_deleted_in_its_window(room: Room) -> None:
    (thread_id,) = room.comments("why?")
    room.bob.command("react", message_id=thread_id, emoji="🎉")
    room.ann.command("call cursor(2, 1)")
    room.ann.command("Peerline reply because")
    room.ann.wait(lambda: room.threads()[0]["replies"])
    room.open()
    room.go_to("🎉 1 (Bob)")
    room.ann.keys("e")
    room.said("only the author of a comment can edit it")
    room.choose(4)
    room.ann.keys("+")
    room.ann.wait(lambda: "🎉 2 (Bob, Ann Lee)" in room.lines())
    room.ann.keys("+")
    room.ann.wait(lambda: "🎉 1 (Bob)" in room.lines())
    assert "🎉  (remove yours)" in room.choices()
    room.go_to("because")
    room.ann.keys("e")
    room.ann.wait_lua(INPUT)
    assert room.lines() == ["because"]
    room.ann.keys(" of that<CR>")
    room.ann.wait(lambda: room.threads()[0]["replies"][0]["content"] == "because of that")
    room.ann.wait_lua(WINDOW)
    assert any(line.endswith("(edited)") for line in room.lines())
    room.go_to("because of that")
    room.ann.keys("d")
    room.ann.wait(lambda: "because of that" not in room.lines())
    assert room.threads()[0]["replies"] == []


def test_what_was_resolved_is_reopened_by_the_same_key_a_command_or_the_list(room: Room) -> None:
    one, _ = room.comments("one", "two")
    room.open()
    room.go_to("two")
    room.ann.keys("x")
    room.said("resolved; :Peerline reopen takes it back")
    room.ann.wait(lambda: [thread["content"] for thread in room.threads()] == ["one"])
    # It stays in the window, so that the same key takes it back.
    room.go_to("(resolved)")
    room.ann.keys("x")
    room.ann.wait(lambda: len(room.threads()) == 2)
    room.ann.wait(lambda: not any("resolved" in line for line in room.lines()))
    room.ann.keys("q")
    room.choose(1)
    room.ann.command("Peerline resolve")
    room.ann.wait(lambda: len(room.threads()) == 1)
    room.ann.command("Peerline reopen")
    room.ann.wait(lambda: len(room.threads()) == 2)
    room.bob.command("resolve", comment_id=one, resolved=True)
    room.ann.wait(lambda: len(room.threads()) == 1)
    room.ann.command("Peerline resolved")
    room.ann.wait_lua(WINDOW)
    assert room.lines() == ["src/main.py:2", "│  return sum(items)", "  Bob: one"]
    room.ann.keys("<CR>")
    room.go_to("(resolved by Bob)")
    room.ann.keys("q")
    room.ann.command("Peerline resolved")
    room.ann.wait_lua(WINDOW)
    room.ann.keys("u")
    room.ann.wait(lambda: len(room.threads()) == 2)
    room.ann.wait_lua("return vim.bo.filetype ~= 'peerline-thread'")
    room.ann.command("Peerline resolved")
    room.said("no comment is resolved")


def test_going_to_a_comment_in_another_file_keeps_unsaved_text_without_hidden(room: Room) -> None:
    room.comments("one")
    room.ann.command("call cursor(2, 1)")
    room.ann.command("Peerline resolve")
    room.ann.wait(lambda: room.threads() == [])
    room.ann.edit("src/other.py")
    room.ann.command("set nohidden")
    room.ann.lua("vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'changed' })")

    def go() -> None:
        room.ann.command("Peerline resolved")
        room.go_to("src/main.py:2")
        room.ann.keys("<CR>")
        room.go_to("(resolved by Ann Lee)")
        room.ann.keys("<CR>")
        room.ann.wait_lua("return vim.bo.filetype ~= 'peerline-thread'")

    go()
    room.said("Peerline: cannot go to the comment: other.py has unsaved changes")
    assert room.lines() == ["changed"]
    room.ann.command("write")
    go()
    place = "return vim.fn.expand('%:t') .. ':' .. vim.fn.line('.')"
    room.ann.wait(lambda: room.ann.lua(place) == "main.py:2", "main.py:2")
    assert "E37" not in room.ann.messages()


def test_a_thread_that_another_resolves_or_deletes_leaves_the_window(room: Room) -> None:
    ids = room.comments("one", "two")
    room.open()
    room.bob.command("resolve", comment_id=ids[0], resolved=True)
    room.ann.wait(lambda: "one" not in room.lines())
    assert "two" in room.lines()
    room.bob.command("deleteMessage", message_id=ids[1])
    room.ann.wait_lua("return vim.bo.filetype ~= 'peerline-thread'")


def test_a_suggestion_is_shown_as_a_diff_and_applied_with_one_undo(room: Room) -> None:
    room.comments(SUGGESTION)
    assert room.ann.virtual_text("peerline_comments") == [" ¶ Bob: Better: [suggestion] no?"]
    lines = room.open()
    assert lines[1:] == [
        "Better:",
        "Suggestion (a applies it)",
        "- \treturn sum(items)",
        "+ \tresult = sum(items)",
        "+ \treturn result",
        "no?",
    ]
    room.ann.keys("a")
    applied = CODE.replace("\treturn sum(items)", "\tresult = sum(items)\n\treturn result")
    room.ann.wait(lambda: room.code() == applied)
    room.said("the suggestion was applied: u takes it back")
    room.ann.keys("q")
    room.ann.keys("u")
    room.ann.wait(lambda: room.code() == CODE)
    # Back at its lines, it is applied by the command, too.
    room.ann.wait(lambda: room.located() == [1], "the bridge knows that it is back")
    room.ann.command("call cursor(2, 1)")
    room.ann.command("Peerline apply")
    room.ann.wait(lambda: room.code() == applied)


def test_an_outdated_suggestion_is_shown_as_such_and_refused(room: Room) -> None:
    room.comments(SUGGESTION)
    room.ann.lua("vim.api.nvim_buf_set_lines(0, 1, 2, false, { '\\treturn sum(items) or 0' })")
    changed = room.code()
    assert "Suggestion (outdated)" in room.open()
    room.ann.keys("a")
    room.said("the lines have changed since they were commented")
    assert room.code() == changed


def test_of_several_suggestions_the_one_at_the_cursor_is_applied_or_one_is_asked(
    room: Room,
) -> None:
    room.comments("```suggestion\n\treturn 1\n```\nor\n```suggestion\n```")
    room.open()
    room.go_to("Suggestion 2")
    room.ann.keys("a")
    room.ann.wait(lambda: room.code() == CODE.replace("\treturn sum(items)\n", ""))
    room.ann.wait(lambda: room.located() == [], "the bridge knows that the line is gone")
    room.ann.keys("q")
    room.ann.keys("u")
    room.ann.wait(lambda: room.located() == [1], "the bridge knows that it is back")
    room.choose(1)
    room.ann.command("call cursor(2, 1)")
    room.ann.command("Peerline apply")
    room.ann.wait(lambda: room.code() == CODE.replace("sum(items)", "1"))
    assert room.choices() == ["Bob:  return 1", "Bob: (delete the lines)"]


def test_a_draft_survives_its_window_and_is_sent_later(room: Room) -> None:
    room.ann.command("2Peerline comment")
    room.ann.wait_lua(INPUT)
    room.ann.keys("half a ")
    room.ann.wait(lambda: room.lines() == ["half a "])
    room.ann.keys("<Esc>q")
    room.ann.wait_lua("return vim.bo.filetype == 'python'")
    # Elsewhere a comment begins empty.
    room.ann.command("5Peerline comment")
    room.ann.wait_lua(INPUT)
    assert room.lines() == [""]
    room.ann.keys("<Esc>:quit<CR>")
    room.ann.wait_lua("return vim.bo.filetype == 'python'")
    room.ann.command("2Peerline comment")
    room.ann.wait_lua(INPUT)
    assert room.lines() == ["half a "]
    room.ann.keys("thought<CR>")
    room.ann.wait(lambda: [thread["content"] for thread in room.threads()] == ["half a thought"])
    room.ann.command("2Peerline comment")
    room.ann.wait_lua(INPUT)
    assert room.lines() == [""]


def test_names_are_completed_and_lines_suggested_in_a_draft(room: Room) -> None:
    room.ann.wait_person("Bob")
    room.ann.command("5,6Peerline comment")
    room.ann.wait_lua(INPUT)
    room.ann.keys("see @B<Tab>")
    room.ann.wait(lambda: room.lines()[0].startswith("see @Bob"))
    room.ann.keys("<C-j><C-s>")
    fenced = ["```suggestion", "def second():", "    return 2", "```"]
    room.ann.wait(lambda: room.lines()[1:] == fenced)
    room.ann.keys("<Esc><CR>")
    threads = room.ann.wait(room.threads)
    assert threads[0]["suggestions"] == [
        {"lines": ["def second():", "    return 2"], "first": 1, "last": 4}
    ]


def test_motions_go_from_comment_to_comment_and_operators_take_their_lines(room: Room) -> None:
    room.comments("one")
    room.comments("two", line=4)
    room.comments("three", line=8)
    room.ann.lua(
        """
        for _, mode in ipairs({ 'n', 'x', 'o' }) do
          vim.keymap.set(mode, ']r', '<Plug>(peerline-next-comment)')
          vim.keymap.set(mode, '[r', '<Plug>(peerline-previous-comment)')
        end
        vim.keymap.set({ 'x', 'o' }, 'ir', '<Plug>(peerline-comment-lines)')
        vim.keymap.set({ 'n', 'x' }, 'gr', '<Plug>(peerline-comment)')
        """
    )

    def row_after(keys: str) -> int:
        room.ann.keys(keys)
        return room.ann.lua("return vim.fn.line('.')")

    assert row_after("gg]r") == 2
    assert row_after("2]r") == 9
    assert row_after("]r") == 2
    assert row_after("[r") == 9
    assert row_after("<C-o>") == 2
    room.ann.keys(":set nowrapscan<CR>9G]r")
    room.said("there is no other line with a comment")
    assert room.ann.lua("return vim.fn.line('.')") == 9
    room.ann.keys("5Gyir")
    room.ann.wait_lua("return vim.fn.getreg('\"') == 'def second():\\n'")
    room.ann.keys("5Ggrj")
    room.ann.wait_lua(INPUT)
    room.ann.keys("both<CR>")
    room.ann.wait(lambda: len(room.threads()) == 4)
    room.ann.keys("<Esc>7GVjjgr")
    room.ann.wait_lua(INPUT)
    room.ann.keys("three lines<CR>")
    room.ann.wait(lambda: len(room.threads()) == 5)
    places = {thread["content"]: (thread["line"], thread["end_line"]) for thread in room.threads()}
    assert places["both"] == (4, 5)
    assert places["three lines"] == (6, 8)


def test_the_lists_hold_the_threads_of_all_files_and_lead_there(room: Room) -> None:
    room.comments("one")
    room.bob.command("addComment", uri=room.bob.uri("src/other.py"), line=0, content="elsewhere")
    room.ann.wait(
        lambda: room.ann.lua(
            """
            vim.cmd('silent! cclose')
            vim.cmd('Peerline comments')
            vim.wait(1000, function() return vim.bo.buftype == 'quickfix' end)
            return #vim.fn.getqflist() == 2
            """
        )
    )
    items = room.ann.lua(
        """
        return vim.tbl_map(function(item)
          return { vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ':t'), item.lnum, item.text }
        end, vim.fn.getqflist())
        """
    )
    assert items == [["main.py", 2, "Bob: one"], ["other.py", 1, "Bob: elsewhere"]]
    room.ann.command("cclose")
    room.ann.command("cfirst")
    assert room.ann.lua("return vim.fn.expand('%:t')") == "main.py"
    assert room.ann.lua("return vim.fn.line('.')") == 2
    room.ann.command("Peerline comments here")
    room.ann.wait_lua("return vim.bo.buftype == 'quickfix'")
    assert room.ann.lua("return #vim.fn.getloclist(0)") == 1
    room.ann.command("lclose")
    room.ann.command("Peerline comments there")
    room.said("Usage: :Peerline comments [here]")


def test_the_keys_of_the_window_are_described(room: Room) -> None:
    room.comments("why?")
    room.open()
    room.ann.keys("g?")
    room.go_to("Reply")
    keys = {line.split()[0] for line in room.lines() if line.strip()}
    assert {"r", "x", "a", "e", "d", "+", "y", "<CR>", "]]", "[[", "q"} <= keys


def test_markdown_of_one_comment_does_not_reach_the_next(room: Room) -> None:
    room.comments("see\n```lua\nlocal x = 1", "**strong**")
    room.open()
    captures = room.ann.lua(
        """
        vim.treesitter.get_parser(0, 'markdown'):parse(true)
        local found = {}
        for row = 0, vim.api.nvim_buf_line_count(0) - 1 do
          for _, capture in ipairs(vim.treesitter.get_captures_at_pos(0, row, 3)) do
            found[capture.capture] = true
          end
        end
        return found
        """
    )
    assert "markup.strong" in captures
    assert "keyword" in captures
