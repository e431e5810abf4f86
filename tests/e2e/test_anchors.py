"""Comments in bridges whose versions of a file differ, on a real server."""

import os
import shutil
import subprocess
from typing import Any

import pytest

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess

GIT = shutil.which("git") or "git"
FILE = "src/cart.py"
TEXT = """import os


def total(items):
    result = 0
    for item in items:
        result += item.price * item.count
    return result


def report(items):
    for item in items:
        print(item.name, item.price)
    return len(items)
"""
LINE = 6
"""The commented line: `result += …`."""
# Another branch: a header, another order, another variable.
OTHER = """# Copyright
import os
import sys


def report(items):
    for item in items:
        print(item.name, item.price)
    return len(items)


def total(items):
    result = 0.0
    for item in items:
        result += item.price * item.count
    return result
"""
OTHER_LINE = 14
GONE = "nothing\nof it\n"


def join(server: ServerProcess, *both: BridgeProcess) -> None:
    for bridge in both:
        bridge.command("join", link=server.invite("editor"))


def comment(bridge: BridgeProcess, line: int = LINE, **more: Any) -> None:
    bridge.command("addComment", uri=bridge.uri(FILE), line=line, content="why?", **more)


def change(bridge: BridgeProcess, version: int, *changes: dict[str, Any]) -> None:
    document = {"uri": bridge.uri(FILE), "version": version}
    bridge.notify(
        "textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)}
    )


def close(bridge: BridgeProcess) -> None:
    bridge.notify("textDocument/didClose", {"textDocument": {"uri": bridge.uri(FILE)}})


def insertion(line: int, text: str) -> dict[str, Any]:
    place = {"line": line, "character": 0}
    return {"range": {"start": place, "end": place}, "text": text}


def shown(bridge: BridgeProcess, file: str = FILE, **wanted: Any) -> dict[str, Any]:
    """Waits until the only thread of the file is shown so."""

    def matches(params: dict[str, Any]) -> bool:
        threads = params["threads"]
        return (
            params["uri"] == bridge.uri(file)
            and len(threads) == 1
            and all(threads[0][key] == value for key, value in wanted.items())
        )

    return bridge.wait_notification("peerline/comments", matches)["threads"][0]


def test_each_sees_the_comment_in_their_own_version_also_after_edits(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", {FILE: TEXT})
    bob = bridges.start("bob", {FILE: OTHER}, "utf-8")
    join(server, alice, bob)
    alice.open(FILE)
    bob.open(FILE)
    comment(alice)
    shown(alice, line=LINE, outdated=False)
    thread = shown(bob, line=OTHER_LINE, outdated=False)
    assert thread["code_snippet"] == TEXT.splitlines()[LINE]
    # Several changes in one notification, above, inside and below.
    change(
        bob,
        2,
        insertion(0, "# one\n# two\n"),
        {
            "range": {
                "start": {"line": OTHER_LINE + 2, "character": 8},
                "end": {"line": OTHER_LINE + 2, "character": 14},
            },
            "text": "amount",
        },
        insertion(OTHER_LINE + 4, "# below\n"),
    )
    shown(bob, line=OTHER_LINE + 2, outdated=False)
    alice.command("resolve", comment_id=thread["id"])
    bob.wait_notification("peerline/comments", lambda params: params["threads"] == [])


def test_a_branch_switch_under_a_closed_and_under_an_open_file(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", {FILE: TEXT})
    bob = bridges.start("bob", {FILE: TEXT})
    folder = bob.workspace

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run([GIT, *who, *arguments], cwd=folder, check=True, env=quiet)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "other")
    (folder / FILE).write_text(OTHER)
    git("commit", "-q", "-a", "-m", "two")
    git("checkout", "-q", "-b", "gone")
    (folder / FILE).write_text(GONE)
    git("commit", "-q", "-a", "-m", "three")
    git("checkout", "-q", "main")

    join(server, alice, bob)
    alice.open(FILE)
    comment(alice)
    bob.open(FILE)
    shown(bob, line=LINE)
    close(bob)
    git("checkout", "-q", "other")
    bob.open(FILE)
    shown(bob, line=OTHER_LINE, outdated=False)
    # While it is open, an editor loads it again: as a whole text, or closed and opened.
    git("checkout", "-q", "gone")
    change(bob, 2, {"text": GONE})
    thread = shown(bob, outdated=True)
    assert thread["code_snippet"] == TEXT.splitlines()[LINE]
    git("checkout", "-q", "main")
    close(bob)
    bob.open(FILE)
    shown(bob, line=LINE, outdated=False)


def test_a_renamed_file_is_told_or_recognised(server: ServerProcess, bridges: Bridges) -> None:
    more = {"src/other.py": "other = 1\n" * 20}
    alice = bridges.start("alice", {FILE: TEXT, **more})
    bob = bridges.start("bob", {FILE: TEXT, **more})
    join(server, alice, bob)
    alice.open(FILE)
    comment(alice)
    comment(alice, 12)
    # Bob's version has it elsewhere, and nobody told: it is recognised by what was commented.
    (bob.workspace / "lib").mkdir()
    (bob.workspace / FILE).rename(bob.workspace / "lib" / "basket.py")
    (bob.workspace / "lib" / "basket.py").write_text(OTHER)
    bob.open("lib/basket.py")
    found = bob.wait_notification(
        "peerline/comments",
        lambda params: (
            params["uri"] == bob.uri("lib/basket.py")
            and [thread["line"] for thread in params["threads"]] == [OTHER_LINE, 7]
        ),
    )
    assert not any(thread["outdated"] for thread in found["threads"])
    # Alice renames it in her editor: the comments go with it, and the others are told.
    (alice.workspace / FILE).rename(alice.workspace / "src" / "shop.py")
    close(alice)
    files = [{"oldUri": alice.uri(FILE), "newUri": alice.uri("src/shop.py")}]
    alice.notify("workspace/didRenameFiles", {"files": files})
    alice.open("src/shop.py")
    alice.wait_notification(
        "peerline/comments",
        lambda params: (
            params["uri"] == alice.uri("src/shop.py")
            and [thread["line"] for thread in params["threads"]] == [LINE, 12]
        ),
    )
    bob.wait_notification(
        "peerline/chat",
        lambda params: any(
            f"renamed {FILE} to src/shop.py" in message["content"] for message in params["messages"]
        ),
    )
    listed = bob.command("listComments")["threads"]
    assert {thread["uri"] for thread in listed} == {bob.uri("lib/basket.py")}


def test_a_peer_leads_nobody_out_of_the_workspace(server: ServerProcess, bridges: Bridges) -> None:
    alice = bridges.start("alice", {FILE: TEXT})
    bob = bridges.start("bob", {"unrelated.py": "x = 1\n"})
    outside = bob.workspace.parent / "secret"
    outside.mkdir()
    (outside / "cart.py").write_text(TEXT)
    (bob.workspace / "link").symlink_to(outside)
    join(server, alice, bob)
    alice.open(FILE)
    comment(alice)
    alice.command("fileEvent", data={"file": "link/cart.py", "change": "renamed", "old_file": FILE})
    bob.wait_notification(
        "peerline/chat",
        lambda params: any("renamed" in message["content"] for message in params["messages"]),
    )
    (thread,) = bob.command("listComments")["threads"]
    assert "uri" not in thread
    assert thread["outdated"] is True


def test_an_outdated_thread_is_listed_and_attached_again_for_everybody(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", {FILE: TEXT})
    bob = bridges.start("bob", {FILE: GONE})
    viewer = bridges.start("viewer", {FILE: TEXT})
    join(server, alice, bob)
    viewer.command("join", link=server.invite("viewer"))
    alice.open(FILE)
    bob.open(FILE)
    comment(alice, end_line=LINE + 1)
    shown(alice, line=LINE, end_line=LINE + 1)
    shown(bob, outdated=True)
    (thread,) = bob.command("listComments", outdated_only=True)["threads"]
    assert (thread["file"], thread["uri"]) == (FILE, bob.uri(FILE))
    assert thread["code_snippet"] == "\n".join(TEXT.splitlines()[LINE : LINE + 2])
    # A closed file is looked into too.
    assert viewer.command("listComments", outdated_only=True)["threads"] == []
    with pytest.raises(RpcError, match="viewer cannot comment"):
        viewer.command("reattach", comment_id=thread["id"], uri=viewer.uri(FILE), line=0)
    with pytest.raises(RpcError, match="no such comment"):
        bob.command("reattach", comment_id="none", uri=bob.uri(FILE), line=0)
    bob.command("reattach", comment_id=thread["id"], uri=bob.uri(FILE), line=1)
    again = shown(bob, line=1, outdated=False)
    assert (again["end_line"], again["code_snippet"]) == (1, "of it")
    shown(alice, outdated=True)


def test_many_comments_on_one_file_do_not_keep_the_editor_waiting(
    server: ServerProcess, bridges: Bridges
) -> None:
    text = "".join(f"value_{number} = compute({number})\n" for number in range(300))
    alice = bridges.start("alice", {FILE: text}, comment_changes=True)
    bob = bridges.start("bob", {FILE: "# new\n" + text}, comment_changes=True)
    join(server, alice, bob)
    alice.open(FILE)
    bob.open(FILE)
    for number in range(60):
        comment(alice, number * 4)
    rows: dict[str, int] = {}
    while len(rows) < 60:
        params = bob.wait(
            lambda message: (
                message.get("method") in {"peerline/comments", "peerline/commentChanges"}
            )
        )["params"]
        rows.update({thread["id"]: thread["line"] for thread in params["threads"]})
    assert sorted(rows.values()) == [number * 4 + 1 for number in range(60)]
    change(bob, 2, insertion(100, "# more\n"))
    moved: dict[str, int] = {}
    while len(moved) < 35:
        params = bob.wait_notification("peerline/commentChanges")
        assert params["threads"] == []
        moved.update({place["id"]: place["line"] for place in params["moved"]})
    assert {moved[item] - rows[item] for item in moved} == {1}
