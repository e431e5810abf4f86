"""Shared documents through two bridges and a real server, spoken to as editors do."""

from pathlib import Path

import pytest

from peerline_bridge.texts.positions import Encoding

from .bridge_process import RpcError
from .conftest import Bridges, ServerProcess
from .document_editor import DocumentEditor, until

FILE = "src/main.py"
TEXT = "α🦊 = 1\nsecond\nlast\n"


def pair(
    server: ServerProcess, bridges: Bridges, bobs: str = TEXT, role: str = "editor"
) -> tuple[DocumentEditor, DocumentEditor]:
    """Alice and Bob with the file open; Alice shares it."""
    alice = bridges.start("alice", {FILE: TEXT}, "utf-8", marks_edits=True)
    bob = bridges.start("bob", {FILE: bobs.replace("\n", "\r\n")}, "utf-16")
    alice.command("join", link=server.invite("editor"))
    bob.command("join", link=server.invite(role))
    first = DocumentEditor(alice, Encoding.UTF8, marks=True)
    second = DocumentEditor(bob, Encoding.UTF16, marks=False)
    first.open(FILE)
    second.open(FILE)
    answer = alice.command("shareDocument", uri=alice.uri(FILE))
    until(
        lambda: (
            first.document(FILE).get("state") == "equal"
            and second.document(FILE).get("state") in {"equal", "different"}
        ),
        *(first, second),
    )
    assert first.document(FILE)["document_id"] == answer["document_id"]
    return first, second


def test_two_editors_write_in_one_text(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges)
    bob.type(FILE, 0, 0, "🎉\n")
    alice.type(FILE, 3, 0, "x")
    both = "🎉\n" + TEXT[:3] + "x" + TEXT[3:]
    until(lambda: alice.text(FILE) == bob.text(FILE) == both, alice, bob)
    for number in range(20):
        alice.type(FILE, number, 0, "a")
        bob.type(FILE, len(bob.text(FILE)), 0, "b")
        alice.pump(0)
        bob.pump(0)
    until(
        lambda: alice.text(FILE) == bob.text(FILE) and alice.text(FILE).count("b") == 20,
        *(alice, bob),
    )
    assert alice.text(FILE).count("a") == 21
    until(lambda: alice.document(FILE)["pending"] == 0, alice, bob)
    assert alice.bridge.command("undo", uri=alice.bridge.uri(FILE)) == {"is_done": True}
    until(lambda: alice.text(FILE) == bob.text(FILE) and "aa" not in bob.text(FILE), alice, bob)
    assert bob.text(FILE).count("b") == 20


def test_a_different_text_is_asked_about(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges, "my own\n")
    until(lambda: bob.questions, alice, bob)
    assert "+my own" in bob.questions[0]["diff"]
    assert bob.text(FILE) == "my own\n"
    bob.bridge.command("answerDocument", uri=bob.bridge.uri(FILE), choice="shared")
    until(lambda: bob.text(FILE) == TEXT, alice, bob)
    until(lambda: any(each["code"] == "VERSION_KEPT" for each in bob.notices), alice, bob)
    (notice,) = (each for each in bob.notices if each["code"] == "VERSION_KEPT")
    assert Path(notice["message"].rpartition(" ")[2]).read_text() == "my own\n"


def test_a_killed_server_is_typed_through_and_nothing_is_lost_or_doubled(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    server.kill()
    until(lambda: alice.document(FILE)["state"] == "offline", alice, bob)
    alice.type(FILE, 0, 0, "from alice\n")
    bob.type(FILE, len(TEXT), 0, "from bob\n")
    until(lambda: alice.document(FILE)["pending"] > 0, alice, bob)
    server.start()
    both = "from alice\n" + TEXT + "from bob\n"
    until(lambda: alice.text(FILE) == bob.text(FILE) == both, alice, bob)
    until(lambda: alice.document(FILE)["pending"] == 0, alice, bob)


@pytest.mark.parametrize("opens_first", [True, False])
def test_a_bridge_that_is_killed_offline_loses_nothing(
    server: ServerProcess, bridges: Bridges, tmp_path: Path, *, opens_first: bool
) -> None:
    alice, bob = pair(server, bridges)
    server.kill()
    until(lambda: alice.document(FILE)["state"] == "offline", alice)
    alice.type(FILE, 0, 0, "typed offline\n")
    kept = Path(tmp_path / "state" / "peerline" / "documents")
    until(lambda: any("typed offline" in f.read_text() for f in kept.glob("*.json")), alice)
    text = alice.text(FILE)
    alice.bridge.process.kill()
    alice.bridge.process.wait(30)
    server.start()
    again = bridges.start("alice", {}, "utf-8", marks_edits=True)
    editor = DocumentEditor(again, Encoding.UTF8, marks=True)
    if opens_first:
        editor.open(FILE, text)
    again.command("join", link=server.invite("editor"))
    until(lambda: bob.text(FILE) == "typed offline\n" + TEXT, editor, bob)
    if not opens_first:
        until(lambda: any(each["code"] == "EDITS_SENT" for each in editor.notices), editor)
        editor.open(FILE, text)
        until(lambda: editor.document(FILE).get("state") == "equal", editor)
    assert editor.text(FILE) == bob.text(FILE)
    assert not editor.questions


def test_a_document_whose_sharer_left_goes_on(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges)
    alice.bridge.command("leave")
    bob.type(FILE, 0, 0, "x")
    until(lambda: bob.document(FILE)["pending"] == 0, bob)
    assert bob.document(FILE)["shared_by_name"] == "alice"
    bob.close(FILE)
    until(lambda: bob.document(FILE)["is_open"] is False, bob)
    # Its text is another one by now: the user is asked, and told whose file it was.
    bob.open(FILE, "other\n")
    until(lambda: bob.questions, bob)
    assert bob.questions[0]["shared_by_name"] == "alice"
    assert bob.text(FILE) == "other\n"
    alice.bridge.command("join", link=server.invite("editor"))
    until(lambda: alice.text(FILE) == "x" + TEXT, alice, bob)


def test_a_viewer_reads_and_sharing_ends(server: ServerProcess, bridges: Bridges) -> None:
    alice, bob = pair(server, bridges, role="viewer")
    assert bob.document(FILE)["can_edit"] is False
    assert alice.document(FILE)["can_unshare"] is True
    assert bob.document(FILE)["can_unshare"] is False
    with pytest.raises(RpcError) as refused:
        bob.bridge.command("shareDocument", uri=bob.bridge.uri("src/other.py"))
    assert "not open" in refused.value.message
    alice.type(FILE, 0, 0, "x")
    until(lambda: bob.text(FILE) == "x" + TEXT, alice, bob)
    alice.save(FILE)
    until(lambda: bob.saves, alice, bob)
    assert bob.saves[0]["username"] == "alice"
    assert bob.saves[0]["is_equal"] is True
    alice.bridge.command("unshareDocument", uri=alice.bridge.uri(FILE))
    until(lambda: not bob.documents and not alice.documents, alice, bob)
    until(lambda: any("stopped sharing" in each["message"] for each in bob.notices), bob)
    assert bob.text(FILE) == "x" + TEXT


def test_a_document_without_a_file_is_read_and_written(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = pair(server, bridges)
    carol = bridges.start("carol", {}, "utf-16")
    carol.command("join", link=server.invite("editor"))
    editor = DocumentEditor(carol, Encoding.UTF16, marks=False)
    until(lambda: editor.documents, editor, alice, bob)
    (document,) = editor.documents
    assert document["has_file"] is False
    assert document["uri"].startswith("peerline-file://")
    answer = carol.command("readDocument", document_id=document["document_id"])
    assert (answer["text"], answer["uri"]) == (TEXT, document["uri"])
    alice.type(FILE, 0, 0, "x")
    editor.open_uri(document["uri"], TEXT)
    until(lambda: editor.texts[document["uri"]].text == "x" + TEXT, editor, alice, bob)
    assert not editor.questions
    until(lambda: len(alice.document(FILE)["open_by"]) == 2, editor, alice, bob)
    blame = alice.bridge.command("blame", uri=alice.bridge.uri(FILE))
    assert {run["username"] for run in blame["runs"]} == {"alice"}
