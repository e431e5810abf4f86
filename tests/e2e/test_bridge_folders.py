"""A shared folder through bridges and a real server: what others see, open, write and keep."""

from pathlib import Path

import pytest

from peerline_bridge.texts.positions import Encoding

from .bridge_process import RpcError
from .conftest import Bridges, ServerProcess
from .document_editor import DocumentEditor, until

MAIN = "src/main.py"
TEXT = "one\ntwo\n"
FOLDER = {
    MAIN: TEXT,
    "src/api.py": "api\n",
    ".gitignore": "build/\n",
    ".env": "TOKEN=1\n",
    "build/out.js": "1\n",
    "picture": "a\x00b",
    "key.txt": "-----BEGIN PRIVATE KEY-----\n",
}


def editor(bridges: Bridges, name: str, files: dict[str, str], link: str) -> DocumentEditor:
    bridge = bridges.start(name, files, "utf-16")
    bridge.command("join", link=link)
    return DocumentEditor(bridge, Encoding.UTF16, marks=False)


def names(one: DocumentEditor, path: str = "") -> list[str]:
    return [entry["path"] for entry in one.bridge.command("listFolder", path=path)["entries"]]


def refusal(one: DocumentEditor, name: str, **arguments: str) -> RpcError:
    with pytest.raises(RpcError) as refused:
        one.bridge.command(name, **arguments)
    return refused.value


def test_a_file_of_a_shared_folder_is_opened_and_written_in(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = editor(bridges, "alice", FOLDER, server.invite("editor"))
    bob = editor(bridges, "bob", {}, server.invite("editor"))
    assert names(bob) == []
    shared = alice.bridge.command("shareFolder")
    assert shared == {"name": "alice", "files": 3, "is_cut": False}
    until(lambda: bob.offers.get("offers"), bob)
    (offer,) = bob.offers["offers"]
    assert (offer["username"], offer["name"], offer["is_me"]) == ("alice", "alice", False)
    until(lambda: alice.offers.get("is_sharing"), alice)
    assert names(bob) == ["src", ".gitignore"]
    assert names(bob, "src") == ["src/api.py", MAIN]
    for file in (".env", "build/out.js", "picture", "key.txt", "nothing.py", "src"):
        assert refusal(bob, "openShared", file=file).data["error_code"] == "DOCUMENT_NOT_FOUND"

    opened = bob.bridge.command("openShared", file=MAIN)
    assert opened["has_file"] is False
    assert opened["uri"].startswith("peerline-file://")
    assert bob.bridge.command("readDocument", document_id=opened["document_id"])["text"] == TEXT
    bob.open_uri(opened["uri"], TEXT)
    until(lambda: bob.document(MAIN).get("state") == "equal", bob)
    bob.type_in(opened["uri"], 0, 0, "x")
    until(lambda: any(n["code"] == "SHARED_FILE_CHANGED" for n in alice.notices), alice, bob)
    assert (alice.bridge.workspace / MAIN).read_text() == TEXT, "her file is hers to write"

    # She opens it, and has what was written meanwhile; then both write.
    alice.open(MAIN)
    until(lambda: alice.text(MAIN) == "x" + TEXT, alice, bob)
    assert not alice.questions
    alice.type(MAIN, 0, 0, "y")
    until(lambda: bob.texts[opened["uri"]].text == "yx" + TEXT, alice, bob)
    (entry,) = (
        each
        for each in bob.bridge.command("listFolder", path="src")["entries"]
        if each["path"] == MAIN
    )
    assert entry["document_id"] == opened["document_id"]

    # Others' text is kept where it cannot get into a file that is not open.
    api = bob.bridge.command("openShared", file="src/api.py")
    bob.open_uri(api["uri"], "api\n")
    until(lambda: bob.document("src/api.py").get("state") == "equal", bob)
    bob.type_in(api["uri"], 0, 0, "new ")
    until(lambda: sum(n["code"] == "SHARED_FILE_CHANGED" for n in alice.notices) == 2, alice, bob)
    alice.bridge.command("leave")
    until(lambda: any(n["code"] == "VERSION_KEPT" for n in alice.notices), alice)
    (notice,) = (n for n in alice.notices if n["code"] == "VERSION_KEPT")
    assert Path(notice["message"].rpartition(" ")[2]).read_text() == "new api\n"
    assert (alice.bridge.workspace / "src/api.py").read_text() == "api\n"
    until(lambda: bob.offers["offers"] == [], bob)
    assert names(bob) == []


def test_the_tree_follows_the_folder_and_the_role(server: ServerProcess, bridges: Bridges) -> None:
    host = editor(bridges, "host", {}, server.invite("host"))
    alice = editor(bridges, "alice", {"a.py": "a\n", "b.py": "b\n"}, server.invite("editor"))
    vera = editor(bridges, "vera", {"v.py": "v\n"}, server.invite("viewer"))
    assert "viewer" in refusal(vera, "shareFolder").message
    assert "do not share" in refusal(alice, "stopSharingFolder").message
    alice.bridge.command("shareFolder")
    opened = vera.bridge.command("openShared", file="a.py")
    assert (
        vera.bridge.command("readDocument", document_id=opened["document_id"])["can_edit"] is False
    )
    until(lambda: vera.document("a.py"), vera)

    folder = alice.bridge.workspace
    before = vera.offers["offers"][0]["version"]
    (folder / "a.py").rename(folder / "renamed.py")
    (folder / "b.py").unlink()
    (folder / "new.py").write_text("new\n")
    (folder / "sub").mkdir()
    (folder / "sub/.env").write_text("TOKEN=1\n")
    until(lambda: vera.document("renamed.py"), vera, alice)
    assert vera.document("renamed.py")["document_id"] == opened["document_id"]
    until(lambda: vera.offers["offers"][0]["version"] != before, vera)
    assert names(vera) == ["new.py", "renamed.py"]
    (folder / ".gitignore").write_text("new.py\n")
    until(lambda: names(vera) == [".gitignore", "renamed.py"], vera)
    assert refusal(vera, "openShared", file="new.py").data["error_code"] == "DOCUMENT_NOT_FOUND"

    # A new role ends it; a folder of one's own is shared again by hand.
    people = host.bridge.command("listParticipants")
    user_id = next(
        each["user_id"] for each in people["participants"] if each["username"] == "alice"
    )
    host.bridge.command("changeRole", user_id=user_id, role="viewer")
    until(lambda: any(n["code"] == "FOLDER_UNSHARED" for n in alice.notices), alice)
    until(lambda: vera.offers["offers"] == [], vera)
    until(lambda: alice.offers["is_sharing"] is False, alice)
