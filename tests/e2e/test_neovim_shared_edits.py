"""Edits of others in a real Neovim: exact, at one version or not at all, in the fitting modes."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from .neovim import Neovim
from .shared_buffer import SharedBuffer, start

Edit = tuple[tuple[int, int], tuple[int, int], str]


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    neovim = start(tmp_path_factory.mktemp("edits"))
    try:
        yield neovim
    finally:
        neovim.close()


@pytest.fixture(autouse=True)
def normal_mode(editor: Neovim) -> Iterator[None]:
    yield
    editor.keys("<C-\\><C-n>")
    editor.wait_lua("return vim.api.nvim_get_mode().mode == 'n'")


_numbers = count()


def opened(editor: Neovim, content: str, commands: str = "") -> SharedBuffer:
    return SharedBuffer(editor, f"shared{next(_numbers)}.txt", content.encode(), commands)


def mode(editor: Neovim, keys: str, wanted: str) -> None:
    """Type, until Neovim is in a mode."""
    editor.keys(keys)
    editor.wait(lambda: editor.lua("return vim.api.nvim_get_mode().mode") == wanted, wanted)


@pytest.mark.parametrize(
    ("content", "edits", "expected"),
    [
        ("one\ntwo\n", [((0, 1), (0, 2), "N")], "oNe\ntwo\n"),
        ("one\ntwo\n", [((1, 3), (1, 3), "!\nthree"), ((0, 0), (0, 3), "")], "\ntwo!\nthree\n"),
        ("one\ntwo\n", [((1, 0), (1, 0), "and\n")], "one\nand\ntwo\n"),
        ("one\ntwo\n", [((0, 0), (1, 0), "")], "two\n"),
        # At and behind the last newline, which Neovim has not in its buffer.
        ("one\ntwo\n", [((2, 0), (2, 0), "three\n")], "one\ntwo\nthree\n"),
        ("one\ntwo\n", [((2, 0), (2, 0), "\n")], "one\ntwo\n\n"),
        ("one\ntwo\n", [((2, 0), (2, 0), "")], "one\ntwo\n"),
        ("one\ntwo\n", [((1, 0), (2, 0), "")], "one\n"),
        ("one\ntwo\n", [((1, 0), (2, 0), "2\n3\n")], "one\n2\n3\n"),
        ("one\ntwo\n", [((1, 3), (2, 0), "\nthree\n")], "one\ntwo\nthree\n"),
        ("one\ntwo\n", [((0, 1), (2, 0), "!\n")], "o!\n"),
        ("one\n\n", [((1, 0), (2, 0), "")], "one\n"),
        ("one\ntwo\n", [((2, 0), (2, 0), "3\n"), ((1, 0), (2, 0), "")], "one\n3\n"),
        ("one\ntwo\nx\n", [((2, 0), (3, 0), ""), ((0, 0), (2, 0), "")], "\n"),
        # The newline at the end is Neovim's: it comes back as an edit of the user.
        ("one\ntwo\n", [((1, 3), (2, 0), "")], "one\ntwo\n"),
        ("one\ntwo\n", [((1, 1), (2, 0), "")], "one\nt\n"),
        ("one\ntwo\n", [((2, 0), (2, 0), "x")], "one\ntwo\nx\n"),
        ("one\ntwo\n", [((0, 0), (2, 0), "")], "\n"),
        ("one\ntwo\n", [((0, 0), (2, 0), "all\nnew\n")], "all\nnew\n"),
        ("", [((0, 0), (0, 0), "first")], "first\n"),
        ("", [((1, 0), (1, 0), "first\n")], "\nfirst\n"),
        ("", [((0, 0), (1, 0), "first\n")], "first\n"),
        ("one\ntwo", [((1, 3), (1, 3), "\n")], "one\ntwo\n"),
        ("one\ntwo", [((1, 0), (1, 3), "")], "one\n"),
        ("one\ntwo", [((0, 3), (1, 3), "")], "one"),
        ("a🦊b\n", [((0, 5), (0, 6), ""), ((0, 1), (0, 5), "é")], "aé\n"),
        ("a\u2028b\x0c\n", [((0, 4), (0, 4), "\x85\u2029")], "a\u2028\x85\u2029b\x0c\n"),
        (
            "one\r\ntwo\r\n",
            [((1, 0), (1, 0), "and\r\n"), ((0, 3), (0, 3), "\r\n")],
            "one\n\nand\ntwo\n",
        ),
        ("one\r\ntwo\r\n", [((2, 0), (2, 0), "3\r\n")], "one\ntwo\n3\n"),
        ("one\r\ntwo\r\n", [((0, 3), (1, 0), "")], "onetwo\n"),
        ("one\r\ntwo", [((1, 3), (1, 3), "\r\n")], "one\ntwo\n"),
    ],
)
def test_an_edit_is_exact_in_the_buffer_and_for_the_bridge(
    editor: Neovim, content: str, edits: list[Edit], expected: str
) -> None:
    shared = opened(editor, content)
    before = shared.version()
    answer = shared.edit(*edits)
    assert answer["applied"]
    assert shared.text() == expected
    assert shared.known_text() == expected
    assert answer["version"] == shared.version() >= before
    # The bridge tells the echo by what comes between the mark and the answer.
    assert shared.order()[1] == "peerline/applying"
    assert set(shared.order()[2:]) <= {"textDocument/didChange"}


@pytest.mark.parametrize(
    "edit",
    [
        ((0, 4), (0, 4), "x"),
        ((2, 1), (2, 1), "x"),
        ((3, 0), (3, 0), "x"),
        ((0, 3), (0, 1), "x"),
        ((1, 0), (0, 0), "x"),
        ((1, 2), (1, 2), "x"),
        ((0, 0), (9, 0), "x"),
    ],
)
def test_an_edit_without_a_place_in_the_buffer_changes_nothing(editor: Neovim, edit: Edit) -> None:
    shared = opened(editor, "one\n🦊\n")
    version = shared.version()
    answer = shared.edit(((0, 0), (0, 0), "good"), edit)
    assert answer == {"applied": False, "version": version}
    assert shared.text() == "one\n🦊\n"
    assert shared.order() == ["textDocument/didOpen"]


@pytest.mark.parametrize(("encoding", "behind"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)])
def test_positions_are_in_the_encoding_of_the_connection(
    editor: Neovim, encoding: str, behind: int
) -> None:
    shared = opened(editor, "a🦊b\n")
    set_encoding = """
        local lsp, encoding = require('peerline.lsp'), ...
        lsp.encoding = function() return encoding end
    """
    editor.lua(set_encoding, encoding)
    try:
        assert shared.edit(((0, behind), (0, behind + 1), "B"))["applied"]
        assert shared.text() == "a🦊B\n"
        assert shared.edit(((0, behind - 1), (0, behind), "x"))["applied"] is (encoding == "utf-32")
    finally:
        editor.lua(set_encoding, "utf-8")


def test_an_edit_of_another_version_or_of_no_buffer_changes_nothing(editor: Neovim) -> None:
    shared = opened(editor, "one\n")
    version = shared.version()
    for other in (version - 1, version + 1):
        assert shared.edit(((0, 0), (0, 0), "x"), version=other) == {
            "applied": False,
            "version": version,
        }
    shared.uri = "file:///nowhere.txt"
    assert shared.edit(((0, 0), (0, 0), "x")) == {"applied": False, "version": 0}
    assert editor.api.current.buffer[:] == ["one"]


@pytest.mark.parametrize(
    ("keys", "name", "end", "expected"),
    [
        ("2Gv", "v", "d", "above\none\nwo\nthree\n"),
        ("2GV", "V", "d", "above\none\nthree\n"),
        ("2G<C-v>j", "\x16", "d", "above\none\nwo\nhree\n"),
        ("2Ggh", "s", "x", "above\none\nxwo\nthree\n"),
        ("2GgH", "S", "x<Esc>", "above\none\nxthree\n"),
        ("2Gg<C-h>", "\x13", "x<Esc>", "above\none\nxwo\nthree\n"),
        ("2Gd", "no", "d", "above\none\nthree\n"),
        ("2Gdv", "nov", "l", "above\none\no\nthree\n"),
        ("2Gg?", "no", "l", "above\none\ngwo\nthree\n"),
        ("2G<C-v>jI##", "i", "<Esc>", "above\none\n##two\n##three\n"),
        ("2G<C-v>jA##", "i", "<Esc>", "above\none\nt##wo\nt##hree\n"),
        ("2G<C-v>jc##", "i", "<Esc>", "above\none\n##wo\n##hree\n"),
        ("2G<C-v>j$A;", "i", "<Esc>", "above\none\ntwo;\nthree;\n"),
    ],
)
def test_edits_wait_for_the_end_of_a_mode_in_which_they_would_do_harm(
    editor: Neovim, keys: str, name: str, end: str, expected: str
) -> None:
    shared = opened(editor, "one\ntwo\nthree\n")
    mode(editor, keys, name)
    version = shared.version()
    edit = ((0, 0), (0, 0), "above\n")
    assert shared.edit(edit) == {"applied": False, "version": version, "later": True}
    assert shared.sent("peerline/ready") == []
    editor.keys(end)
    editor.wait(lambda: shared.sent("peerline/ready") == [{"uri": shared.uri}], "ready")
    assert shared.edit(edit)["applied"]
    assert shared.text() == shared.known_text() == expected


def test_a_mode_holds_edits_of_its_own_buffer_only(editor: Neovim) -> None:
    shared = opened(editor, "one\n")
    editor.command("new")
    mode(editor, "V", "V")
    assert shared.edit(((0, 0), (0, 0), "x"))["applied"]
    editor.command("close!")
    assert shared.text() == "xone\n"
    mode(editor, "v", "v")
    assert shared.edit(((0, 0), (0, 0), "x"))["later"]
    # Another buffer ends the selection without a key of its own.
    editor.command("enew!")
    editor.wait(lambda: shared.sent("peerline/ready") == [{"uri": shared.uri}], "ready")


@pytest.mark.parametrize(
    ("keys", "name", "end", "expected"),
    [
        ("2GlAX", "i", "Y<Esc>", "above\none\ntwoXY\nthree\n"),
        ("2GliX", "i", "Y<BS>Z<Esc>", "above\none\ntXZwo\nthree\n"),
        ("ggi", "i", "X<Esc>", "above\nXone\ntwo\nthree\n"),
        ("ggOX<BS>", "i", "Y<Esc>", "above\nY\none\ntwo\nthree\n"),
        ("2GRX", "R", "Y<BS><Esc>", "above\none\nXwo\nthree\n"),
        ("2GqqxiN<Esc>", "n", "qj0@q", "above\none\nNwo\nNhree\n"),
        ("2GmajVGd'a:", "c", "s/two/2<CR>", "above\none\n2\n"),
        ("2G:.d", "c", "<CR>", "above\none\nthree\n"),
        ("2Gix<C-o>", "niI", "x<Esc>", "above\none\nxwo\nthree\n"),
    ],
)
def test_edits_arrive_amid_other_modes_and_what_is_typed_stays_at_its_place(
    editor: Neovim, keys: str, name: str, end: str, expected: str
) -> None:
    shared = opened(editor, "one\ntwo\nthree\n")
    mode(editor, keys, name)
    assert shared.edit(((0, 0), (0, 0), "above\n"))["applied"]
    editor.keys(end)
    editor.wait(lambda: shared.text() == expected, expected)
    assert shared.known_text() == expected


def test_edits_at_or_above_a_word_that_is_completed_wait_and_those_below_arrive(
    editor: Neovim,
) -> None:
    shared = opened(editor, "alphabet\nalphorn\nalp\nlast\n")
    mode(editor, "3GA<C-n>", "ic")
    assert shared.edit(((3, 0), (3, 0), "below\n"))["applied"]
    for edit in (((0, 0), (0, 0), "above\n"), ((2, 0), (2, 0), "let ")):
        assert shared.edit(edit)["later"]
    editor.keys("<C-n><C-y>")
    editor.wait(lambda: shared.sent("peerline/ready"), "ready")
    assert shared.edit(((2, 0), (2, 0), "let "), ((0, 0), (0, 0), "above\n"))["applied"]
    expected = "above\nalphabet\nalphorn\nlet alphorn\nbelow\nlast\n"
    assert shared.text() == shared.known_text() == expected


def test_cursor_view_marks_and_jumps_of_the_user_stay_at_their_text(editor: Neovim) -> None:
    lines = [f"line {number} abcdefgh" for number in range(200)]
    shared = opened(editor, "\n".join(lines) + "\n")
    editor.command("normal! 110Gzt120G5l")
    for mark, line in (("a", 50), ("b", 51), ("C", 52)):
        editor.command(f"{line}mark {mark}")
    editor.command("51normal! 4lmb")
    editor.command("call cursor(120, 6)")
    editor.command("redraw")
    before = editor.lua("return { vim.fn.winsaveview(), vim.fn.winline(), vim.fn.getchangelist() }")
    # Above the view: whole lines, a line broken in two, lines joined.
    for edit in (((49, 0), (49, 0), "x\ny\n"), ((52, 2), (52, 2), "\n"), ((0, 3), (1, 0), "")):
        assert shared.edit(edit)["applied"]
    editor.command("redraw")
    view, winline, changes = editor.lua(
        "return { vim.fn.winsaveview(), vim.fn.winline(), vim.fn.getchangelist() }"
    )
    assert view["lnum"] == before[0]["lnum"] + 2
    assert view["topline"] == before[0]["topline"] + 2
    assert (view["col"], winline) == (before[0]["col"], before[1])
    assert len(changes[0]) == len(before[2][0])
    places = {
        mark: editor.lua('return vim.fn.getpos("\'" .. ...)', mark)[1:3] for mark in ("a", "b", "C")
    }
    assert places == {"a": [51, 1], "b": [53, 3], "C": [54, 1]}
    # In the line itself the cursor goes with its character, and so does the column for `j` and `k`.
    assert shared.edit(((view["lnum"] - 1, 0), (view["lnum"] - 1, 0), "12345"))["applied"]
    editor.command("normal! j")
    assert editor.api.current.window.cursor == (view["lnum"] + 1, before[0]["col"] + 5)


def test_a_buffer_that_cannot_be_modified_takes_the_edit_and_stays_so(editor: Neovim) -> None:
    shared = opened(editor, "one\n", "setlocal nomodifiable readonly")
    assert shared.edit(((0, 0), (0, 0), "x"))["applied"]
    assert shared.text() == "xone\n"
    assert editor.lua("return { vim.bo.modifiable, vim.bo.readonly }") == [False, True]
    assert "W10" not in editor.messages()


def test_an_edit_that_neovim_refuses_is_answered_and_shows_nothing(editor: Neovim) -> None:
    shared = opened(editor, "one\n")
    editor.command("messages clear")
    answer: Any = editor.lua(
        """
        local params = ...
        _G.answer = nil
        -- Nothing may be changed while an expression is evaluated for a mapping.
        vim.keymap.set('n', 'gX', function()
          _G.answer = require('peerline.documents.edits').edit(params)
          return ''
        end, { expr = true })
        vim.api.nvim_feedkeys('gX', 'mx', false)
        return _G.answer
        """,
        {
            "id": 7,
            "uri": shared.uri,
            "version": shared.version(),
            "edits": [
                {
                    "range": {
                        "start": {"line": 0, "character": 0},
                        "end": {"line": 0, "character": 0},
                    },
                    "newText": "x",
                }
            ],
        },
    )
    assert answer == {"applied": False, "version": shared.version()}
    assert shared.text() == "one\n"
    assert editor.messages() == ""


def test_the_text_that_the_bridge_asks_for_is_the_one_it_knows(editor: Neovim) -> None:
    for content in ("one\r\ntwo\r\n", "one\ntwo", "", "🦊\n"):
        shared = opened(editor, content)
        assert shared.text() == shared.known_text()
        assert shared.request("peerline/text", {"uri": shared.uri})["version"] == shared.version()


def test_a_cursor_found_before_the_last_keys_is_moved_over_them(editor: Neovim) -> None:
    buffer = opened(editor, "one\ntwo é three\n")
    person = {"user_id": "u", "username": "bob", "color": 0, "status": "active"}
    version = buffer.version()

    def place(line: int, character: int, version: int) -> list[tuple[int, int]]:
        found = {"line": line, "character": character}
        seen = {"viewport": {"start": 0, "end": 1}, "viewport_uri": buffer.uri}
        shown = {**person, **seen, "uri": buffer.uri, "cursor": found, "version": version}
        buffer.request("peerline/presence", {"updates": [shown]})
        return editor.cursor_marks()

    assert place(1, 7, version) == [(1, 7)]
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'new', 'lines' })")
    editor.lua("vim.api.nvim_buf_set_text(0, 3, 0, 3, 3, { '2' })")
    # The mark that is there goes along; so does a place of before, and one of now stays.
    assert editor.cursor_marks() == [(3, 5)]
    assert place(1, 7, version) == [(3, 5)]
    assert place(1, 7, buffer.version()) == [(1, 5)]
    # Shown again, as when a line's room for names has changed, it is where it was moved.
    assert place(1, 0, version) == [(3, 0)]
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 2, false, {})")
    before = editor.presence()
    editor.lua("require('peerline.presence').setup()")
    editor.command("doautocmd WinResized")
    editor.wait(lambda: editor.presence() != before, "shown again")
    assert editor.cursor_marks() == [(1, 0)]


@pytest.mark.parametrize("again", ["checktime", "edit!"])
def test_an_edit_of_a_text_that_was_read_again_since_is_refused(editor: Neovim, again: str) -> None:
    shared = opened(editor, "one\ntwo\n", "setlocal autoread")
    for content in ("one\nand two\n", "one\nand\ntwo\n"):
        before = shared.version()
        (editor.folder / editor.api.current.buffer.name).write_text(content)
        editor.command(f"silent {again}")
        editor.wait_lua("return require('peerline.lsp').is_attached(0)")
        assert shared.text() == content
        assert shared.version() > before
        told = shared.sent("textDocument/didOpen")[-1]["textDocument"]
        assert (told["text"], told["version"]) == (content, shared.version())
        assert not shared.edit(((1, 0), (1, 3), ""), version=before)["applied"]
        assert shared.text() == content
    assert shared.edit(((0, 0), (0, 0), "zero\n"))["applied"]
    assert shared.sent("textDocument/didChange")[-1]["textDocument"]["version"] == shared.version()
