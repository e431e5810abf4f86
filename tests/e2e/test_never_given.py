"""A guest asks in every way for what a shared folder never gives: nothing of it is on the wire."""

from pathlib import Path
from typing import Final

import pytest

from peerline.protocol.limits import MAX_DOCUMENT_BYTES
from peerline_bridge.texts.positions import Encoding

from .conftest import Bridges, ServerProcess
from .document_editor import DocumentEditor, until
from .web.hostile import HostilePeer, hostile_peer

SECRET: Final = "correct-horse-battery"
KEY: Final = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n"
GIVEN: Final = {
    "a.py": "a = 1\n",
    "b.py": "b = 1\n",
    ".gitignore": "build/\n",
    ".ignore": "*.local\n",
    ".peerlineignore": "draft.*\n",
}
PRIVATE: Final = (
    *(".env", ".ENV.production", "deploy/.env.local", "keys/server.PEM", "keys/id_ed25519"),
    *(".git/config", ".ssh/known", ".npmrc", "secrets.yaml", "main.tfstate"),
)
IGNORED: Final = ("build/out.js", "build/deep/er.js", "notes.local", "draft.txt")
BY_CONTENT: Final = {
    "key.txt": KEY,
    "latin.txt": f"{SECRET} é\n".encode("latin-1"),
    "picture.txt": f"{SECRET}\0",
    "large.txt": SECRET + "x" * MAX_DOCUMENT_BYTES,
}
LINKS: Final = {"link.py": "../outside.txt", "inner.py": ".env", "folder": ".."}
NOT_THERE: Final = "DOCUMENT_NOT_FOUND"


@pytest.fixture
def alice(server: ServerProcess, bridges: Bridges, tmp_path: Path) -> DocumentEditor:
    """Somebody who shares a folder with secrets, and works in it."""
    secrets = dict.fromkeys((*PRIVATE, *IGNORED), f"{SECRET}\n")
    bridge = bridges.start("alice", {**GIVEN, **secrets}, "utf-16")
    for file, content in BY_CONTENT.items():
        data = content if isinstance(content, bytes) else content.encode()
        (bridge.workspace / file).write_bytes(data)
    (bridge.workspace.parent / "outside.txt").write_text(SECRET)
    for link, target in LINKS.items():
        (bridge.workspace / link).symlink_to(target)
    bridge.command("join", link=server.invite("editor"))
    assert tmp_path.exists()
    return DocumentEditor(bridge, Encoding.UTF16, marks=False)


def test_what_is_never_given_is_not_on_the_wire(
    server: ServerProcess, alice: DocumentEditor
) -> None:
    with hostile_peer(server, "mallory") as mallory:
        shared = alice.bridge.command("shareFolder")
        assert shared["files"] == len(GIVEN)
        look_everywhere(mallory, server.session)
        for file in (*PRIVATE, "key.txt"):
            # She works in them: her cursor leads nobody there.
            alice.open(file)
            alice.bridge.cursor(file, 0, 3)
        look_everywhere(mallory, server.session)

        # What was given before, and becomes one of them, is given no longer.
        workspace = alice.bridge.workspace
        (workspace / "a.py").write_text(KEY)
        (workspace / "b.py").rename(workspace / "b.pem")
        (workspace / "c.py").write_text("c = 1\n")
        until(lambda: names(mallory, server.session) == {*GIVEN, "c.py"} - {"a.py", "b.py"}, alice)
        for file in ("a.py", "b.py", "b.pem"):
            answer = mallory.ask(asking(server.session, "open_file", file=file))
            assert answer["error_code"] == NOT_THERE, (file, answer)
        opened = mallory.ask(asking(server.session, "open_file", file="c.py"))
        assert opened["type"] == "file_opened"
    assert SECRET not in wire(mallory)
    for file in PRIVATE:
        assert Path(file).name not in answers(mallory), file


def asking(session_id: str, kind: str, **fields: str) -> dict[str, object]:
    return {"type": kind, "session_id": session_id, **fields}


def look_everywhere(mallory: HostilePeer, session_id: str) -> None:
    """Ask for every file and folder, by every name it may have."""
    assert names(mallory, session_id) == {*GIVEN}
    files = (*PRIVATE, *IGNORED, *BY_CONTENT, *LINKS, "folder/outside.txt", "folder/alice/.env")
    for file in files:
        for name in (file, file.upper(), f"./{file}", f"x/../{file}", f"/{file}", f"{file}/"):
            answer = mallory.ask(asking(session_id, "open_file", file=name))
            assert answer["type"] == "error", (name, answer)
            assert answer["error_code"] in {NOT_THERE, "INVALID_FIELD"}, (name, answer)
    for folder in ("build", "build/deep", ".git", ".ssh", "keys", "deploy", "folder", "..", "/"):
        answer = mallory.ask(asking(session_id, "get_tree", path=folder))
        assert answer["type"] == "error", (folder, answer)
    found = mallory.ask(asking(session_id, "search", query=SECRET))
    assert found["results"] == []


def names(mallory: HostilePeer, session_id: str) -> set[str]:
    """The names in the root of the tree."""
    root = mallory.ask(asking(session_id, "get_tree"))
    return {entry["name"] for entry in root["entries"]}


def wire(mallory: HostilePeer) -> str:
    """Everything that came, as text."""
    return "\n".join(
        frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
        for frame in mallory.frames
    )


def answers(mallory: HostilePeer) -> str:
    """The same, without what repeats the guest's own words."""
    texts = [frame for frame in mallory.frames if isinstance(frame, str)]
    return "\n".join(text for text in texts if '"type":"error"' not in text.replace(" ", ""))
