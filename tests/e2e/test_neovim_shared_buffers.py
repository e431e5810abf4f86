"""Changes that a real Neovim makes to a shared buffer, and undoes when it is no longer shared."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .neovim import Neovim
from .shared_buffer import SharedBuffer, start

_numbers = count()
_CATCH = """
_G.commands = {}
require('peerline.lsp').command = function(name, arguments, done)
  table.insert(_G.commands, { name, arguments })
  local answer = (_G.answers or {})[name]
  if done and answer then done(answer.refusal, answer.result) end
end
"""


@pytest.fixture(scope="module")
def neovim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    started = start(tmp_path_factory.mktemp("buffers"))
    started.lua(_CATCH)
    try:
        yield started
    finally:
        started.close()


@pytest.fixture
def editor(neovim: Neovim) -> Iterator[Neovim]:
    neovim.lua("_G.commands, _G.answers = {}, {}")
    neovim.command("messages clear")
    yield neovim
    neovim.keys("<C-\\><C-n>")
    neovim.wait_lua("return vim.api.nvim_get_mode().mode == 'n'")
    neovim.lua("require('peerline.documents').clear(); require('peerline.documents').setup()")
    neovim.command("silent! tabonly | silent! only")


def opened(editor: Neovim, content: str = "one\n", commands: str = "") -> SharedBuffer:
    return SharedBuffer(editor, f"shared{next(_numbers)}.py", content.encode(), commands)


def document(shared: SharedBuffer, **changes: Any) -> dict[str, Any]:
    return {
        "document_id": "d1",
        "generation": "g1",
        "file": "src/a.py",
        "uri": shared.uri,
        "is_open": True,
        "has_file": True,
        "state": "equal",
        "pending": 0,
        "can_edit": True,
        "shared_by": "u1",
        "shared_by_name": "alice",
        "open_by": [],
        **changes,
    }


def tell(editor: Neovim, *documents: dict[str, Any]) -> None:
    """The bridge's list of documents."""
    dispatch(editor, "peerline/documents", {"documents": list(documents)})


def dispatch(editor: Neovim, method: str, params: dict[str, Any]) -> None:
    editor.lua("require('peerline.lsp').dispatch(...)", method, params)


def commands(editor: Neovim) -> list[tuple[str, Any]]:
    return [(name, arguments) for name, arguments in editor.lua("return _G.commands")]


def says(editor: Neovim, words: str) -> None:
    editor.wait(lambda: words in editor.messages(), words)


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("opening", "waiting"),
        ("different", "detached"),
        ("equal", "equal"),
        ("waiting", "waiting"),
        ("offline", "waiting"),
        ("detached", "detached"),
    ],
)
def test_a_documents_state_can_be_asked_for(editor: Neovim, state: str, seen: str) -> None:
    shared = opened(editor)
    ask = "return require('peerline').document(0)"
    assert editor.lua(ask) is None
    tell(editor, document(shared, state=state, pending=2))
    assert editor.lua(ask) == {"id": "d1", "generation": "g1", "state": seen, "pending": 2}
    tell(editor, document(shared, state="closed", is_open=False))
    assert editor.lua(ask) is None


def test_undo_and_redo_take_the_keys_of_a_shared_buffer_and_give_them_back(editor: Neovim) -> None:
    shared = opened(editor, "one\ntwo\n")
    editor.command("nnoremap U <C-r>")
    editor.command("nnoremap <buffer> <C-r> <Cmd>let g:own = 1<CR>")
    try:
        tell(editor, document(shared))
        editor.keys("dd3uU")
        of_uri = {"uri": shared.uri}
        wanted = [("undo", of_uri)] * 3 + [("redo", of_uri)]
        editor.wait(lambda: commands(editor) == wanted, "the commands")
        assert shared.text() == "two\n"
        # The user's own mapping of a key does what it did.
        editor.keys("<C-r>")
        editor.wait_lua("return vim.g.own == 1")
        tell(editor)
        editor.keys("u")
        editor.wait(lambda: shared.text() == "one\ntwo\n", "the native undo")
        editor.keys("U")
        editor.wait(lambda: shared.text() == "two\n", "the native redo by the user's key")
        assert editor.lua("return vim.fn.maparg('<C-r>', 'n')") == "<Cmd>let g:own = 1<CR>"
        assert len(commands(editor)) == 4
    finally:
        editor.command("nunmap U")


def test_a_mapping_of_the_buffer_that_undoes_is_restored(editor: Neovim) -> None:
    shared = opened(editor)
    editor.command("nnoremap <buffer> <silent> <F5> u")
    editor.command("nnoremap u i")
    try:
        before = editor.lua("return vim.fn.maparg('<F5>', 'n', false, true)")
        tell(editor, document(shared))
        editor.keys("<F5>")
        editor.wait(lambda: commands(editor) == [("undo", {"uri": shared.uri})], "undo")
        # Here `u` is no undo, and stays what the user made of it.
        assert editor.lua("return vim.fn.maparg('u', 'n', false, true).buffer") == 0
        tell(editor, document(shared, state="detached"))
        assert editor.lua("return vim.fn.maparg('<F5>', 'n', false, true)") == before
    finally:
        editor.command("nunmap u")


def test_undo_says_when_there_is_nothing_of_ones_own(editor: Neovim) -> None:
    shared = opened(editor)
    tell(editor, document(shared))
    editor.lua("_G.answers.undo = { result = { is_done = false } }")
    editor.command("Peerline undo 3")
    says(editor, "there is nothing of yours to undo")
    editor.command("Peerline undo x")
    says(editor, "Usage: :Peerline undo [count]")
    tell(editor)
    editor.command("Peerline redo")
    says(editor, "this buffer is not shared")


def test_the_end_of_an_insert_ends_a_step_of_undo(editor: Neovim) -> None:
    shared = opened(editor)
    tell(editor, document(shared))
    editor.keys("ix<Esc>")
    editor.wait(lambda: shared.sent("peerline/undoStep") == [{"uri": shared.uri}], "the step")


def test_a_viewers_buffer_cannot_be_modified_until_they_may_edit(editor: Neovim) -> None:
    shared = opened(editor)
    editor.keys("i")
    editor.wait_lua("return vim.api.nvim_get_mode().mode == 'i'")
    tell(editor, document(shared, can_edit=False))
    editor.wait_lua("return vim.api.nvim_get_mode().mode == 'n'")
    editor.keys("x")
    says(editor, "you are a viewer here and cannot edit; ask a host to make you an editor")
    editor.lua("require('peerline.participants').list = { { username = 'al', role = 'host' } }")
    editor.keys("x")
    says(editor, "you are a viewer here and cannot edit; ask al, the host, to make you an editor")
    assert shared.text() == "one\n"
    assert shared.edit(((0, 0), (0, 0), "x"))["applied"]
    assert editor.lua("return vim.bo.modifiable") is False
    tell(editor, document(shared, can_edit=True))
    assert editor.lua("return vim.bo.modifiable") is True
    editor.command("setlocal nomodifiable")
    tell(editor, document(shared, can_edit=False))
    tell(editor)
    assert editor.lua("return vim.bo.modifiable") is False


def test_a_quiet_buffer_is_checked_by_its_hash(editor: Neovim) -> None:
    editor.lua("require('peerline.documents.checks').QUIET_MS = 10")
    shared = opened(editor, "one\r\ntwo\r\n")
    tell(editor, document(shared))
    editor.keys("xx")
    (check,) = editor.wait(lambda: shared.sent("peerline/check"), "the check")
    editor.wait(lambda: shared.text() == "e\ntwo\n")
    # Typing ends one interval after it: the next check has the text at rest.
    if check["version"] == shared.version():
        assert check["hash"] == "sha256:" + sha256(b"e\ntwo\n").hexdigest()
    editor.lua("vim.wait(50)")
    editor.keys("x")
    editor.wait(lambda: shared.text() == "\ntwo\n")
    editor.lua("vim.wait(50)")
    assert len(shared.sent("peerline/check")) == 1, "once in ten seconds"
    editor.lua("require('peerline.documents.checks').QUIET_MS = 2000")


def test_others_who_share_and_save_are_told_and_the_list_opens_the_file(editor: Neovim) -> None:
    other = opened(editor, "other\n")
    shared = opened(editor)
    tell(editor)
    tell(editor, document(other, is_open=False, state="closed", file="src/b.py"))
    says(editor, "alice shared src/b.py; :Peerline documents opens it")
    readers = [{"user_id": "u2", "username": "bob", "color": 1}]
    tell(
        editor,
        document(shared, document_id="d2", open_by=readers),
        document(other, is_open=False, state="closed", file="src/b.py"),
    )
    dispatch(
        editor,
        "peerline/documentSaved",
        {
            "document_id": "d2",
            "file": "src/a.py",
            "uri": shared.uri,
            "user_id": "u1",
            "username": "alice",
            "is_equal": True,
        },
    )
    says(editor, "alice saved src/a.py")
    assert editor.lua("return vim.b.peerline_document") == "⇄ 1"
    assert "⇄ 1" in editor.lua("return require('peerline').statusline()")
    editor.command("Peerline documents")
    lines = editor.api.current.buffer[:]
    assert lines == [
        "src/a.py  (open here)",
        "  shared by alice · open: bob",
        "src/b.py",
        "  shared by alice · nobody else has it open",
    ]
    editor.keys("4G<CR>")
    editor.wait_lua("return vim.uri_from_bufnr(0) == ...", other.uri)
    tell(editor)
    says(editor, "src/a.py is no longer shared")
    assert editor.lua("return vim.b[...].peerline_document", shared.buffer) is None


def test_a_file_is_saved_together_only_with_the_setting(editor: Neovim) -> None:
    shared = opened(editor)
    tell(editor, document(shared))
    saved = {
        "document_id": "d1",
        "file": "src/a.py",
        "uri": shared.uri,
        "user_id": "u1",
        "username": "alice",
        "is_equal": True,
    }
    shared.edit(((0, 0), (0, 0), "x"))
    dispatch(editor, "peerline/documentSaved", saved)
    assert editor.lua("return vim.bo.modified")
    editor.lua("require('peerline.config').options.save = 'together'")
    try:
        dispatch(editor, "peerline/documentSaved", {**saved, "is_equal": False})
        assert editor.lua("return vim.bo.modified")
        dispatch(editor, "peerline/documentSaved", saved)
        assert not editor.lua("return vim.bo.modified")
        assert Path(editor.lua("return vim.api.nvim_buf_get_name(0)")).read_text() == "xone\n"
        # Nobody saves because somebody else did.
        assert shared.sent("textDocument/didSave") == []
    finally:
        editor.lua("require('peerline.config').options.save = 'own'")


_SELECT = """
vim.ui.select = function(items, options, done)
  _G.asked = {
    prompt = options.prompt,
    items = vim.tbl_map(options.format_item, items),
    diff = vim.api.nvim_buf_get_lines(0, 0, -1, true),
    tabs = #vim.api.nvim_list_tabpages(),
  }
  _G.choose = function(index) done(items[index]) end
end
"""


def question(shared: SharedBuffer, **changes: Any) -> dict[str, Any]:
    return {
        "uri": shared.uri,
        "document_id": "d1",
        "file": "src/a.py",
        "kind": "join",
        "diff": "--- shared\n+++ yours\n@@ -1 +1 @@\n-one\n+ONE\n",
        "lines_added": 1,
        "lines_removed": 1,
        "shared_by_name": "alice",
        "can_offer": True,
        "is_settled": False,
        **changes,
    }


@pytest.mark.parametrize(
    ("index", "choice"), [(1, "shared"), (2, "mine"), (3, "later"), (9, "later")]
)
def test_different_texts_are_asked_about_with_their_diff(
    editor: Neovim, index: int, choice: str
) -> None:
    shared = opened(editor)
    editor.lua("_G.asked = nil; " + _SELECT)
    tell(editor, document(shared, state="different"))
    dispatch(editor, "peerline/documentQuestion", question(shared))
    asked = editor.lua("return _G.asked")
    assert asked["prompt"] == "src/a.py differs from the text that alice shares (+1 -1 lines):"
    assert [item.split(" (")[0] for item in asked["items"]] == [
        "use the shared text",
        "offer mine",
        "not now",
    ]
    assert asked["diff"][-2:] == ["-one", "+ONE"]
    assert asked["tabs"] == 2
    editor.lua("_G.choose(...)", index)
    assert commands(editor) == [("answerDocument", {"uri": shared.uri, "choice": choice})]
    if choice == "later":
        hint = "src/a.py keeps your text; :Peerline share asks again"
        editor.wait(lambda: hint in editor.messages(), hint)
    assert editor.lua("return { #vim.api.nvim_list_tabpages(), vim.uri_from_bufnr(0) }") == [
        1,
        shared.uri,
    ]


def test_a_question_waits_for_normal_mode_and_for_its_buffer(editor: Neovim) -> None:
    shared = opened(editor)
    editor.lua("_G.asked = nil; " + _SELECT)
    editor.keys("ix")
    editor.wait_lua("return vim.api.nvim_get_mode().mode == 'i'")
    dispatch(editor, "peerline/documentQuestion", question(shared, can_offer=False, kind="disk"))
    assert editor.lua("return _G.asked") is None
    editor.command("new")
    editor.keys("<Esc>")
    editor.wait_lua("return vim.api.nvim_get_mode().mode == 'n'")
    assert editor.lua("return _G.asked") is None
    editor.command("wincmd p")
    asked = editor.wait_lua("return _G.asked")
    assert asked["prompt"].startswith("src/a.py has changed on the disk")
    assert [item.split(" (")[0] for item in asked["items"]] == [
        "use the shared text",
        "stop sharing here",
    ]
    # Settled meanwhile: the answer has no question any longer.
    dispatch(editor, "peerline/documentQuestion", question(shared, is_settled=True))
    editor.lua("_G.choose(1)")
    assert commands(editor) == []


def test_a_question_takes_no_key_that_is_typed_for_the_text(editor: Neovim) -> None:
    shared = opened(editor)
    editor.lua("_G.asked = nil; " + _SELECT)
    editor.lua("require('peerline.documents.question').setup()")
    before = editor.lua("return vim.api.nvim_buf_line_count(0)")
    editor.keys("yyp")
    editor.wait_lua("return vim.api.nvim_buf_line_count(0) == ...", before + 1)
    dispatch(editor, "peerline/documentQuestion", question(shared))
    assert editor.lua("return _G.asked") is None
    editor.keys("p")
    editor.wait_lua("return vim.api.nvim_buf_line_count(0) == ...", before + 2)
    editor.wait_lua("return _G.asked")
    editor.lua("_G.choose(1)")


def test_a_question_that_was_put_off_is_asked_again_from_the_list(editor: Neovim) -> None:
    shared = opened(editor)
    editor.lua("_G.asked = nil; " + _SELECT)
    tell(editor, document(shared, state="different"))
    dispatch(editor, "peerline/documentQuestion", question(shared))
    editor.lua("_G.choose(3); _G.asked = nil")
    dispatch(editor, "peerline/documentQuestion", question(shared, diff="+other\n"))
    assert editor.lua("return _G.asked") is None
    editor.command("Peerline documents")
    editor.keys("<CR>")
    assert editor.wait_lua("return _G.asked")["diff"] == ["+other"]
    editor.lua("_G.choose(1)")
    assert commands(editor)[-1] == ("answerDocument", {"uri": shared.uri, "choice": "shared"})


def test_who_wrote_what_is_shown_and_hidden(editor: Neovim) -> None:
    shared = opened(editor, "one\ntwo\nthree\nfour\n")
    editor.command("Peerline blame")
    says(editor, "this buffer is not shared")
    tell(editor, document(shared))

    def run(start: tuple[int, int], end: tuple[int, int], name: str) -> dict[str, Any]:
        place = [{"line": line, "character": character} for line, character in (start, end)]
        return {
            "range": {"start": place[0], "end": place[1]},
            "user_id": name,
            "username": name,
            "color": len(name),
        }

    runs = [run((0, 0), (2, 2), "alice"), run((2, 2), (4, 0), "bob")]
    editor.lua("_G.answers.blame = { result = { version = 1, runs = ... } }", runs)
    editor.command("Peerline blame")
    assert editor.virtual_text("peerline_blame") == ["▏ alice", "▏ alice, bob", "▏ bob"]
    editor.command("Peerline blame")
    assert editor.virtual_text("peerline_blame") == []


def test_a_document_without_a_file_is_read_into_a_buffer_and_saved_to_the_others(
    editor: Neovim,
) -> None:
    here = opened(editor)
    name = f"peerline-file://s1/src/new%20{next(_numbers)}.py"
    editor.lua(
        "_G.answers.readDocument = { result = ... }",
        {
            "document_id": "d1",
            "file": "src/new.py",
            "uri": name,
            "text": "def f():\n    pass\n",
            "can_edit": True,
        },
    )
    tell(editor, document(here, uri=name, is_open=False, has_file=False, state="closed"))
    editor.command("Peerline documents")
    editor.keys("<CR>")
    editor.wait_lua("return vim.api.nvim_buf_get_name(0) == ...", name)
    assert commands(editor) == [("readDocument", {"document_id": "d1"})]
    assert editor.api.current.buffer[:] == ["def f():", "    pass"]
    facts = "return { vim.bo.filetype, vim.bo.modified, vim.bo.modifiable, vim.bo.buftype }"
    assert editor.lua(facts) == ["python", False, True, "acwrite"]
    here.uri = name
    assert here.known_text() == "def f():\n    pass\n"
    editor.lua("_G.sent = {}")
    editor.keys("Ax<Esc>")
    editor.wait(lambda: here.sent("textDocument/didChange"))
    editor.command("write")
    assert here.sent("textDocument/didSave") == [{"textDocument": {"uri": name}}]
    assert not editor.lua("return vim.bo.modified")
    # The same once more: the text that is read is no edit of the user.
    editor.lua("_G.sent = {}")
    editor.command("edit!")
    methods = [method for method in here.order() if method.startswith("textDocument/")]
    assert methods[-1] == "textDocument/didOpen"
    assert here.sent("textDocument/didChange") == []
    assert here.known_text() == "def f():\n    pass\n"
    # Nothing is left of an undo that would empty it.
    editor.command("silent undo")
    assert editor.api.current.buffer[:] == ["def f():", "    pass"]
