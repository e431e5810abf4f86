"""The file that a path means, with real bridges: other roots, several folders, other encodings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess
from .neovim import Neovim
from .test_anchors import LINE, TEXT, shown
from .test_hostile_peer import connected

CODE = "one = 1\ntwo = 2\nthree = 3\n"


def repository(folder: Path) -> Path:
    """A clone with a package in it; the package's folder."""
    (folder / ".git").mkdir(parents=True)
    app = folder / "packages" / "app"
    (app / "src").mkdir(parents=True)
    (app / "src" / "x.py").write_text(CODE)
    (folder / "README.md").write_text("read\nme\n")
    return app


def is_at(uri: str, line: int) -> Any:
    def condition(params: dict[str, Any]) -> bool:
        return any(
            update.get("uri") == uri and update.get("cursor", {}).get("line") == line
            for update in params.get("updates", [])
        )

    return condition


def start(
    bridges: Bridges,
    name: str,
    folder: Path,
    link: str,
    folders: Sequence[str] = ("",),
    **options: Any,
) -> BridgeProcess:
    bridge = BridgeProcess(folder)
    bridges.closed_at_end(bridge)
    bridge.initialize("utf-16", {"username": name, **options}, folders=folders)
    bridge.command("join", link=link)
    return bridge


def test_a_repository_and_its_subfolder_show_each_others_places(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    link = server.invite("editor")
    whole, app = tmp_path / "whole", repository(tmp_path / "part")
    repository(whole)
    alice = start(bridges, "alice", whole, link)
    bob = start(bridges, "bob", app, link)
    alice.open("packages/app/src/x.py")
    bob.open("src/x.py")
    alice.cursor("packages/app/src/x.py", 2, 0)
    bob.wait_notification("peerline/presence", is_at(bob.uri("src/x.py"), 2))
    bob.cursor("src/x.py", 1, 0)
    alice.wait_notification("peerline/presence", is_at(alice.uri("packages/app/src/x.py"), 1))


@pytest.mark.parametrize("folders", [("one", "two"), ("two", "one")])
def test_of_two_open_folders_with_one_path_in_both_each_has_its_own(
    server: ServerProcess, bridges: Bridges, tmp_path: Path, folders: tuple[str, str]
) -> None:
    link = server.invite("editor")
    for name in ("alice", "bob"):
        for folder in folders:
            (tmp_path / name / folder).mkdir(parents=True)
            (tmp_path / name / folder / "x.py").write_text(TEXT if folder == "two" else CODE)
    alice = start(bridges, "alice", tmp_path / "alice", link, ("one", "two"))
    bob = start(bridges, "bob", tmp_path / "bob", link, folders)
    for file in ("one/x.py", "two/x.py"):
        alice.open(file)
        bob.open(file)
    alice.cursor("two/x.py", 2, 0)
    bob.wait_notification("peerline/presence", is_at(bob.uri("two/x.py"), 2))
    alice.command("addComment", uri=alice.uri("two/x.py"), line=LINE, content="why?")
    thread = shown(bob, "two/x.py", line=LINE, outdated=False)
    assert thread["code_snippet"] == TEXT.splitlines()[LINE]
    alice.cursor("one/x.py", 1, 0)
    bob.wait_notification("peerline/presence", is_at(bob.uri("one/x.py"), 1))


def test_a_renamed_file_is_recognised_in_a_subfolder_of_the_repository(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    link = server.invite("editor")
    whole, app = tmp_path / "whole", repository(tmp_path / "part")
    (repository(whole) / "src" / "cart.py").write_text(TEXT)
    (app / "lib").mkdir()
    (app / "lib" / "basket.py").write_text("# Moved.\n" + TEXT)
    alice = start(bridges, "alice", whole, link)
    bob = start(bridges, "bob", app, link)
    file = "packages/app/src/cart.py"
    alice.open(file)
    alice.command("addComment", uri=alice.uri(file), line=LINE, content="why?")
    bob.open("lib/basket.py")
    thread = shown(bob, "lib/basket.py", line=LINE + 1, outdated=False)
    assert thread["code_snippet"] == TEXT.splitlines()[LINE]


def test_a_mismatch_of_roots_is_told_and_a_setting_mends_it(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    link = server.invite("editor")
    (app := tmp_path / "copy" / "packages" / "app" / "src").mkdir(parents=True)
    (app / "x.py").write_text(CODE)
    folder = tmp_path / "copy" / "packages" / "app"
    bob = start(bridges, "bob", folder, link)
    carol = start(bridges, "carol", folder, link, root="../..")
    carol.open("src/x.py")
    with connected(server, "alice") as alice:
        place = {"file": "packages/app/src/x.py", "line": 2, "column": 1}
        alice.send("cursor_update", data=place)
        notice = bob.wait_notification("peerline/notice", lambda _: True)
        assert notice["code"] == "OTHER_ROOT"
        assert "start with packages/app, yours do not" in notice["message"]
        assert "peerline.root" in notice["message"]
        carol.wait_notification("peerline/presence", is_at(carol.uri("src/x.py"), 1))


def test_what_cannot_be_shared_is_told_once(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    (tmp_path / "outside.py").write_text(CODE)
    alice = bridges.start("alice", {"a:b.txt": CODE, "a.txt": CODE})
    alice.command("join", link=server.invite("editor"))
    for file, reason in (("a:b.txt", "not every computer can have"), ("../outside.py", "outside")):
        alice.open(file)
        alice.cursor(file, 1, 0)
        notice = alice.wait_notification(
            "peerline/notice", lambda params: params["code"] == "NOT_SHARED"
        )
        assert reason in notice["message"]
        assert notice["message"].startswith(Path(file).name)
    with pytest.raises(RpcError, match="not every computer can have"):
        alice.command("addComment", uri=alice.uri("a:b.txt"), line=1, content="no")


@pytest.mark.parametrize("encoding", ["latin-1", "shift_jis", "utf-16"])
def test_one_can_go_to_a_line_of_a_file_in_another_encoding(
    server: ServerProcess, bridges: Bridges, encoding: str
) -> None:
    bob = bridges.start("bob", {"a.txt": ""}, all_comments=True)
    text = "x\n表 = 1\nthree\n" if encoding == "shift_jis" else "x\n\u00e9 = 1\nthree\n"
    (bob.workspace / "a.txt").write_bytes(text.encode(encoding))
    bob.command("join", link=server.invite("editor"))
    with connected(server, "alice") as alice:
        place = {"file": "a.txt", "line": 3}
        alice.send("cursor_update", data={**place, "column": 1})
        answer = alice.send(
            "add_comment", data={**place, "content": "here", "code_snippet": "three"}
        )
        assert answer["type"] == "ack"
        shown = bob.wait_notification("peerline/comments", lambda params: bool(params["threads"]))
        (thread,) = shown["threads"]
        assert (thread["line"], thread["outdated"]) == (2, False)
        people = bob.command("listParticipants")["participants"]
        found = bob.command(
            "gotoParticipant",
            user_id=next(p["user_id"] for p in people if p["username"] == "alice"),
        )
        assert found["position"] == {"line": 2, "character": 0}


def test_a_cr_inside_a_line_of_neovim_moves_no_comment(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    text = "a\rb\nc\n"
    folder = tmp_path / "nvim"
    folder.mkdir()
    (folder / "cr.txt").write_bytes(text.encode())
    bob = bridges.start("bob", {"cr.txt": ""})
    (bob.workspace / "cr.txt").write_bytes(text.encode())
    bob.command("join", link=server.invite("editor"))
    bob.notify(
        "textDocument/didOpen",
        {"textDocument": {"uri": bob.uri("cr.txt"), "languageId": "", "version": 1, "text": text}},
    )
    alice = Neovim(folder, username="alice")
    try:
        alice.edit("cr.txt")
        alice.join(server.invite("editor"))
        alice.wait_lua("return require('peerline.lsp').is_attached(0)")
        alice.lua("vim.api.nvim_win_set_cursor(0, { 2, 0 })")
        alice.lua("vim.cmd.doautocmd('CursorMoved')")
        bob.wait_notification("peerline/presence", is_at(bob.uri("cr.txt"), 2))
        alice.command("2Peerline comment on c")
        shown = bob.wait_notification("peerline/comments", lambda params: bool(params["threads"]))
        (thread,) = shown["threads"]
        assert (thread["line"], thread["code_snippet"], thread["outdated"]) == (2, "c", False)
        bob.cursor("cr.txt", 2, 0)
        alice.wait(lambda: (1, 0) in alice.cursor_marks(), "bob's cursor")
    finally:
        alice.close()


def test_the_home_folder_is_no_workspace_of_neovim(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "r" / ".git").mkdir(parents=True)
    for name in ("a", "r/b"):
        (tmp_path / name).mkdir()
    alice = Neovim(tmp_path / "a", environ={"HOME": str(tmp_path)})
    try:
        assert alice.lua("return require('peerline.lsp').root_dir()") == str(tmp_path / "a")
        alice.command(f"cd {tmp_path / 'r' / 'b'}")
        assert alice.lua("return require('peerline.lsp').root_dir()") == str(tmp_path / "r")
    finally:
        alice.close()


def test_the_demos_workspace_is_the_same_for_who_opened_the_clone_around_it(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    # As Emacs does, whose project is the repository.
    link = server.invite("editor")
    clone = tmp_path / "clone"
    (clone / ".git").mkdir(parents=True)
    workspace = clone / ".peerline" / "workspace"
    (workspace / "src").mkdir(parents=True)
    (workspace / ".peerline.toml").write_text("# Marks the root.\n")
    (workspace / "src" / "x.py").write_text(CODE)
    alice = start(bridges, "alice", clone, link)
    bob = start(bridges, "bob", workspace, link)
    file = ".peerline/workspace/src/x.py"
    alice.open(file)
    bob.open("src/x.py")
    alice.cursor(file, 2, 0)
    bob.wait_notification("peerline/presence", is_at(bob.uri("src/x.py"), 2))
    bob.cursor("src/x.py", 1, 0)
    alice.wait_notification("peerline/presence", is_at(alice.uri(file), 1))
