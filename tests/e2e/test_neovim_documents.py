"""Two people write in one file at the same time, each in a real Neovim, over a real server."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest

from .conftest import Bridges, held_up
from .neovim import Neovim
from .writing_pair import Pair, alike, document, settled, text

_numbers = count()


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        yield Pair(tmp_path_factory.mktemp("pair"), stack)


@pytest.fixture
def pair(everybody: Pair) -> Iterator[Pair]:
    yield everybody
    for editor in (everybody.alice, everybody.bob):
        editor.keys("<C-\\><C-n>")
        editor.wait_lua("return vim.api.nvim_get_mode().mode == 'n'")
        editor.command("silent! only | enew!")


def test_two_type_at_once_and_have_one_text(pair: Pair) -> None:
    pair.share()
    first, second = document(pair.alice), document(pair.bob)
    assert first == second
    pair.alice.keys("ggO# alice<Esc>")
    pair.bob.keys("Go# bob<Esc>")
    for number in range(12):
        pair.alice.keys(f"ggA a{number} é🦊<CR>x<BS><Esc>jdd")
        pair.bob.keys(f"GA b{number}<Esc>kO  indented<Esc>>>:%s/return/give/e<CR>u<C-r>J")
        pair.alice.keys("5Gp:m0<CR>.gg=G")
        pair.bob.keys("2G<C-v>jI##<Esc>")
    result = alike(pair.alice, pair.bob)
    for number in range(12):
        assert result.count(f"b{number}") >= 1


def test_undo_takes_back_ones_own_text_only(pair: Pair) -> None:
    pair.share("one\ntwo\n")
    pair.alice.keys("ggAalice<Esc>")
    pair.alice.wait(lambda: "onealice" in text(pair.bob))
    pair.bob.keys("ggIbob<Esc>")
    pair.bob.wait(lambda: text(pair.alice) == "bobonealice\ntwo\n")
    pair.alice.keys("u")
    pair.alice.wait(lambda: text(pair.alice) == text(pair.bob) == "bobone\ntwo\n", "alice's undo")
    pair.bob.keys("Gdd")
    pair.bob.wait(lambda: text(pair.alice) == "bobone\n")
    pair.alice.keys("<C-r>")
    pair.alice.wait(lambda: text(pair.bob) == "bobonealice\n", "alice's redo")
    pair.bob.keys("2u")
    pair.bob.wait(lambda: text(pair.alice) == text(pair.bob) == "onealice\ntwo\n", "bob's undo")
    pair.alice.command("Peerline undo 9")
    pair.alice.wait(lambda: text(pair.bob) == "one\ntwo\n", "the first text")
    alike(pair.alice, pair.bob)


def test_text_of_others_waits_for_the_end_of_a_selection(pair: Pair) -> None:
    pair.share("one\ntwo\nthree\n")
    pair.bob.keys("2GVj")
    pair.bob.wait_lua("return vim.api.nvim_get_mode().mode == 'V'")
    pair.alice.keys("ggOabove<Esc>")
    pair.bob.wait(lambda: (document(pair.bob) or {})["state"] == "waiting", "waiting")
    assert text(pair.bob) == "one\ntwo\nthree\n"
    pair.bob.keys("d")
    assert alike(pair.alice, pair.bob) == "above\none\n"


def test_different_texts_are_asked_about(pair: Pair) -> None:
    name = pair.share("one\ntwo\n", own="one\nTWO\n")
    items = pair.bob.wait_lua("return _G.items")
    assert [item[0] for item in items] == ["shared", "mine", "later"]
    assert text(pair.alice) == "one\ntwo\n"
    pair.bob.lua("_G.choose(_G.items[1])")
    assert alike(pair.alice, pair.bob) == "one\ntwo\n"
    assert (pair.bob.folder / name).read_text() == "one\nTWO\n"


def test_saving_is_told_and_unsharing_leaves_the_text(pair: Pair) -> None:
    name = pair.share("one\n")
    pair.alice.keys("Ax<Esc>")
    alike(pair.alice, pair.bob)
    pair.alice.command("silent write")
    pair.bob.wait(lambda: f"alice saved {name}" in pair.bob.messages())
    pair.alice.command("Peerline unshare")
    pair.bob.wait(lambda: document(pair.bob) is None, "unshared")
    pair.alice.wait(lambda: document(pair.alice) is None)
    pair.bob.keys("dd")
    pair.bob.wait(lambda: text(pair.bob) == "\n")
    pair.bob.keys("u")
    pair.bob.wait(lambda: text(pair.bob) == "onex\n", "the native undo")
    assert text(pair.alice) == "onex\n"


def test_what_two_editors_put_in_on_saving_is_there_once(pair: Pair) -> None:
    pair.share("one()\n")
    for editor in (pair.alice, pair.bob):
        # A formatter: one piece of text, which is told as if it was typed.
        editor.lua("""
            vim.api.nvim_create_autocmd('BufWritePre', {
              buffer = 0,
              callback = function()
                if vim.fn.getline(1) == 'one()' then
                  vim.api.nvim_buf_set_text(0, 0, 5, 0, 5, { ';' })
                end
              end,
            })
        """)
    with held_up(pair.server):
        for editor in (pair.alice, pair.bob):
            editor.command("silent write")
            assert text(editor) == "one();\n"
            editor.wait(lambda editor=editor: (document(editor) or {})["pending"] > 0, "told")
    assert alike(pair.alice, pair.bob) == "one();\n"
    with held_up(pair.server):
        for editor in (pair.alice, pair.bob):
            editor.keys("ggA.<Esc>")
            editor.wait(lambda editor=editor: (document(editor) or {})["pending"] > 0, "told")
    assert alike(pair.alice, pair.bob) == "one();..\n"


def test_a_document_without_a_file_is_opened_and_written_in(pair: Pair) -> None:
    name = f"only{next(_numbers)}.py"
    pair.file(pair.alice, name, "one\n")
    pair.alice.command("Peerline share")
    settled(pair.alice)
    found = pair.bob.wait_lua(
        """
        for _, document in ipairs(require('peerline.documents').list or {}) do
          if document.file == ... then return document end
        end
        """,
        name,
    )
    assert found["has_file"] is False
    assert found["uri"].startswith("peerline-file://")
    pair.bob.command(f"edit {found['uri']}")
    settled(pair.bob)
    assert pair.bob.lua("return vim.bo.filetype") == "python"
    pair.bob.keys("Abob<Esc>")
    pair.alice.keys("OAlice<Esc>")
    assert alike(pair.alice, pair.bob) == "Alice\nonebob\n"
    pair.bob.command("write")
    pair.alice.wait(lambda: f"bob saved {name}" in pair.alice.messages())
    assert not list(pair.bob.folder.glob(name))


def test_one_goes_to_others_in_a_document_without_a_file_and_comments_there(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    name = f"far{next(_numbers)}.py"
    pair.file(alice, name, "one\ntwo\nthree\n")
    alice.command("Peerline share")
    settled(alice)
    alice.keys("3G")
    bob.wait(lambda: place_of_alice(bob) == [name, 3], "alice's place")
    bob.command("Peerline goto alice")
    bob.wait(lambda: place(bob) == [name, 3], "bob is with alice")
    assert bob.lua("return vim.fn.bufname()").startswith("peerline-file://")
    assert text(bob) == "one\ntwo\nthree\n"
    bob.command("silent! enew!")
    bob.command("Peerline follow alice")
    bob.wait(lambda: place(bob) == [name, 3], "bob is taken along")
    alice.keys("gg")
    bob.wait(lambda: place(bob) == [name, 1], "bob follows in it")
    bob.command("Peerline unfollow")
    bob.command("2Peerline comment")
    bob.wait_lua("return vim.bo.filetype == 'peerline-input'")
    bob.keys("is two enough?<Esc><CR>")
    (thread,) = alice.wait(lambda: threads_of(alice), "bob's comment")
    assert (thread["content"], thread["line"]) == ("is two enough?", 1)
    bob.wait(lambda: [each["line"] for each in threads_of(bob)] == [1], "it is shown at its line")
    assert not list(bob.folder.glob(name))


def test_a_file_of_a_shared_folder_is_chosen_and_written_in(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    folder = f"folder{next(_numbers)}"
    (alice.folder / folder).mkdir()
    (alice.folder / folder / "cart.py").write_text("one\n")
    (alice.folder / folder / ".env").write_text("TOKEN=1\n")
    bob.command("Peerline files")
    assert "nobody shares a folder" in bob.messages()
    alice.command("Peerline share-folder")
    alice.wait(lambda: "shared project: others can open" in alice.messages(), "shared")
    bob.wait(lambda: "alice shares the folder project" in bob.messages(), "told")

    def choose(name: str) -> None:
        entry = "for _, e in ipairs(_G.items or {}) do if e.name == ... then return e end end"
        bob.wait(lambda: bob.lua(entry, name), f"{name} to choose")
        bob.lua(
            "local choose, items, name = _G.choose, _G.items, ...; _G.items = nil;"
            "for _, e in ipairs(items) do if e.name == name then choose(e) end end",
            name,
        )

    bob.command("Peerline files")
    choose(folder)
    bob.wait(lambda: bob.lua("return _G.items and #_G.items"), "the entries")
    assert bob.lua("return vim.tbl_map(function(e) return e.name end, _G.items)") == [
        "..",
        "cart.py",
    ]
    choose("cart.py")
    settled(bob)
    bob.keys("Abob<Esc>")
    alice.wait(lambda: "Others write in" in alice.messages(), "told")
    assert (alice.folder / folder / "cart.py").read_text() == "one\n"
    alice.edit(f"{folder}/cart.py")
    assert alike(alice, bob) == "onebob\n"
    alice.command("Peerline unshare-folder")
    alice.wait(lambda: "no longer shared" in alice.messages(), "no longer shared")
    bob.wait_lua("return #require('peerline.documents.folders').offers.offers == 0")


def test_the_cursor_of_another_person_is_at_their_text(pair: Pair) -> None:
    pair.share("one\ntwo\nthree\n")
    pair.alice.keys("3G0ll")
    pair.bob.wait(lambda: (2, 2) in pair.bob.cursor_marks(), "the cursor")
    for _ in range(20):
        pair.bob.keys("ggOmore<Esc>")
    alike(pair.alice, pair.bob)
    pair.bob.wait(lambda: (22, 2) in pair.bob.cursor_marks(), "the cursor still")


BAD = {
    "big.txt": (
        b"x" * 99 + b"\n",
        20_000,
        "it is too large: a shared file has at most 1 MiB.",
    ),
    "binary.dat": (b"a\0b\n", 1, "it is a binary file: only texts can be shared."),
    "latin.txt": (b"caf\xe9\n", 1, "it is not UTF-8: save it as UTF-8 and share it again."),
    "ends.txt": (b"a\rb\nc\n", 1, "its lines end in different ways. "),
    "locked.txt": (b"read\n", 1, "it is read-only: make it writable and share it again."),
}
"""Files that cannot be shared: a line, how often it is there, and the reason."""


def test_a_file_that_cannot_be_shared_stays_as_it_is_with_the_reason(pair: Pair) -> None:
    alice = pair.alice
    for name, (line, times, reason) in BAD.items():
        path = alice.folder / name
        path.write_bytes(line * times)
        path.chmod(0o444 if name == "locked.txt" else 0o644)
        alice.edit(name)
        before = text(alice)
        alice.command("Peerline share")
        sentence = f"The file {name} cannot be shared: {reason}"
        alice.wait(lambda sentence=sentence: sentence in alice.messages(), sentence)
        assert document(alice) is None
        assert text(alice) == before
        assert path.read_bytes() == line * times
    alice.edit("latin.txt")
    alice.command("silent write ++enc=utf-8 | silent edit! ++enc=utf-8 | Peerline share")
    settled(alice)
    assert text(alice) == "café\n"


def test_two_who_share_a_file_at_once_have_one_document_and_both_texts(pair: Pair) -> None:
    name = f"race{next(_numbers)}.py"
    for editor, own in ((pair.alice, "alice\n"), (pair.bob, "bob\n")):
        editor.lua("_G.items, _G.choose = nil, nil")
        pair.file(editor, name, own)
    for editor in (pair.alice, pair.bob):
        editor.api.command("Peerline share", async_=True)
    asked = pair.alice.wait(
        lambda: [each for each in (pair.alice, pair.bob) if each.lua("return _G.items ~= nil")],
        "the question",
    )
    (later,) = asked
    first, own = (pair.bob, "alice") if later is pair.alice else (pair.alice, "bob")
    lines = "return vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, true)"
    assert later.lua(lines, name) == [own], "the buffer is as it was"
    shared = text(first)
    later.lua("_G.choose(_G.items[1])")
    assert alike(pair.alice, pair.bob) == shared
    kept = (pair.folder / own / "state" / "peerline" / "recovered").glob(f"{name[:-3]}-*.py")
    assert [each.read_text() for each in kept] == [f"{own}\n"]


def test_a_document_goes_on_without_its_sharer(pair: Pair, bridges: Bridges) -> None:
    name = f"left{next(_numbers)}.py"
    dora = bridges.start("dora", {name: "one\n"})
    dora.command("join", link=pair.server.invite("editor"))
    dora.open(name)
    dora.command("shareDocument", uri=dora.uri(name))
    pair.file(pair.bob, name, "one\n")
    settled(pair.bob)
    dora.close()
    pair.bob.wait_lua("return require('peerline.participants').find('dora') == nil")
    pair.bob.keys("Gotwo<Esc>")
    pair.file(pair.alice, name, "one\n")
    assert alike(pair.alice, pair.bob) == "one\ntwo\n"


def test_a_viewer_reads_along_and_writes_when_they_may(pair: Pair) -> None:
    name = pair.share("one\n")
    carol = pair.join("carol", "viewer")
    pair.file(carol, name, "one\n")
    settled(carol)
    carol.keys("x")
    carol.wait(lambda: "you are a viewer" in carol.messages())
    pair.alice.keys("Atwo<Esc>")
    carol.wait(lambda: text(carol) == "onetwo\n", "Alice's text")
    carol.close()


def test_a_server_that_is_killed_while_two_type_loses_nothing(pair: Pair) -> None:
    pair.share("one\n")
    for number in range(10):
        pair.alice.keys(f"ggOalice {number}<Esc>")
        pair.bob.keys(f"Gobob {number}<Esc>")
        if number == 4:
            pair.server.kill()
            pair.alice.wait(lambda: pair.alice.state()["state"] == "reconnecting")
    pair.bob.wait(lambda: (document(pair.bob) or {"pending": 0})["pending"] > 0, "unsent text")
    pair.alice.command("silent edit offline.py | silent write | Peerline share")
    sentence = "There is no connection to the session. Share the file when you are connected."
    pair.alice.wait(lambda: sentence in pair.alice.messages(), sentence)
    pair.alice.command("silent buffer #")
    pair.server.start()
    for editor in (pair.alice, pair.bob):
        editor.wait(lambda editor=editor: editor.state()["state"] == "joined", "joined again")
    lines = alike(pair.alice, pair.bob).splitlines()
    wanted = [f"{name} {number}" for name in ("alice", "bob") for number in range(10)]
    assert sorted(lines) == sorted([*wanted, "one"])


def test_what_is_typed_while_a_bridge_is_killed_and_after_that_reaches_the_others(
    pair: Pair,
) -> None:
    pair.share("one\n")
    kept = pair.folder / "bob" / "state" / "peerline" / "documents"
    pair.bob.wait(lambda: any("one" in each.read_text() for each in kept.glob("*.json")), "kept")
    offers = "return #require('peerline.documents.folders').offers.offers"
    pair.bob.command("Peerline share-folder")
    pair.alice.wait_lua(f"{offers} == 1")
    pair.bob.kill_bridge()
    pair.alice.wait_lua(f"{offers} == 0")
    pair.bob.wait_lua("return require('peerline.lsp').client() == nil")
    pair.bob.keys("Gowithout a bridge<Esc>")
    pair.bob.wait_lua("return vim.api.nvim_buf_line_count(0) == 2")
    pair.bob.wait(lambda: document(pair.bob), "the document")
    settled(pair.bob)
    pair.bob.keys("Gowith the next one<Esc>")
    pair.alice.keys("ggOAlice<Esc>")
    assert alike(pair.alice, pair.bob) == "Alice\none\nwithout a bridge\nwith the next one\n"
    assert "mended" not in pair.bob.messages()
    pair.alice.wait_lua(f"{offers} == 1")
    pair.bob.command("Peerline unshare-folder")
    pair.alice.wait_lua(f"{offers} == 0")


def test_another_version_that_is_read_while_a_bridge_is_killed_is_asked_about(pair: Pair) -> None:
    name = pair.share("one\ntwo\nthree\n")
    pair.bob.lua("_G.choose, _G.items = nil, nil")
    pair.bob.keys("Gofour<Esc>")
    written = alike(pair.alice, pair.bob)
    kept = pair.folder / "bob" / "state" / "peerline" / "documents"
    pair.bob.wait(lambda: any("four" in each.read_text() for each in kept.glob("*.json")), "kept")
    pair.bob.kill_bridge()
    pair.bob.wait_lua("return require('peerline.lsp').client() == nil")
    (pair.bob.folder / name).write_text("one\nanother version\n")
    pair.bob.command("silent edit!")
    pair.bob.wait_lua("return _G.choose ~= nil")
    assert text(pair.alice) == written == "one\ntwo\nthree\nfour\n"
    pair.bob.lua("_G.choose(_G.items[1])")
    assert alike(pair.alice, pair.bob) == written
    (recovered,) = (kept.parent / "recovered").glob(f"{name[:-3]}*")
    assert recovered.read_text() == "one\nanother version\n"


def test_what_is_typed_just_behind_an_answer_is_in_the_shared_text(pair: Pair) -> None:
    # The question of the test before has been answered.
    pair.bob.lua("_G.choose, _G.items = nil, nil")
    name = pair.share("one\ntwo\n", own="one\nTWO\n")
    pair.bob.wait_lua("return _G.items")
    # Keys that the bridge reads together with the answer.
    pair.bob.lua("_G.choose(_G.items[1]); vim.cmd('normal! Gotyped at once')")
    assert alike(pair.alice, pair.bob) == "one\ntwo\ntyped at once\n"
    (recovered,) = (pair.folder / "bob" / "state" / "peerline" / "recovered").glob(f"{name[:-3]}*")
    assert recovered.read_text() == "one\nTWO\n"


def place(editor: Neovim) -> list[Any]:
    """The name of the file that is shown, and the line, from 1."""
    return editor.lua("return { vim.fn.expand('%:t'), vim.fn.line('.') }")


def place_of_alice(editor: Neovim) -> list[Any]:
    """Alice's file and line in an editor's list of participants."""
    return editor.lua("""
        local alice = require('peerline.participants').find('alice') or {}
        return { alice.file, alice.line }
    """)


def threads_of(editor: Neovim) -> list[dict[str, Any]]:
    """The threads of the files of an editor."""
    return editor.lua("""
        return vim.tbl_map(function(each)
          return each.thread
        end, require('peerline.comments').all())
    """)
