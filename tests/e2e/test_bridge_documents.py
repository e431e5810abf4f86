"""Shared documents through two bridges and a real server, spoken to as editors do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from peerline_bridge.texts.positions import Encoding

from .bridge_process import RpcError
from .conftest import Bridges, ServerProcess
from .document_editor import DocumentEditor, until
from .relay import Relay

FILE = "src/main.py"
TEXT = "α🦊 = 1\nsecond\nlast\n"


@pytest.fixture
def relay(server: ServerProcess) -> Iterator[Relay]:
    """A network between one person and the server."""
    relay = Relay()
    host, _, port = server.address.rpartition("//")[2].rpartition(":")
    relay.target = (host, int(port))
    yield relay
    relay.close()


def pair(
    server: ServerProcess,
    bridges: Bridges,
    bobs: str = TEXT,
    role: str = "editor",
    link: str | None = None,
) -> tuple[DocumentEditor, DocumentEditor]:
    """Alice and Bob with the file open; Alice, who may come by a link of her own, shares it."""
    alice = bridges.start("alice", {FILE: TEXT}, "utf-8", marks_edits=True)
    bob = bridges.start("bob", {FILE: bobs.replace("\n", "\r\n")}, "utf-16")
    alice.command("join", link=link or server.invite("editor"))
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
    bob.bridge.command("listPending")  # by its answer the bridge knows bob's text, too
    alice.save(FILE)
    until(lambda: bob.saves, alice, bob)
    assert bob.saves[0]["username"] == "alice"
    assert bob.saves[0]["is_equal"] is True
    alice.bridge.command("unshareDocument", uri=alice.bridge.uri(FILE))
    until(lambda: not bob.documents and not alice.documents, alice, bob)
    until(lambda: any("stopped sharing" in each["message"] for each in bob.notices), bob)
    assert bob.text(FILE) == "x" + TEXT


@pytest.mark.parametrize("way", ["connected again", "killed and open", "killed and closed"])
def test_unsent_edits_of_somebody_who_comes_back_as_a_viewer_are_kept_and_not_sent(
    server: ServerProcess, bridges: Bridges, tmp_path: Path, relay: Relay, way: str
) -> None:
    link = server.invite("editor", relay.address)
    alice, bob = pair(server, bridges, link=link)
    host = bridges.start("host", {})
    host.command("join", link=server.invite("host"))
    relay.passes.clear()  # she is still here for the others, and types
    alice.type(FILE, 0, 0, "typed offline\n")
    kept = tmp_path / "state" / "peerline" / "documents"
    until(lambda: any("typed offline" in f.read_text() for f in kept.glob("*.json")), alice)
    mine = alice.text(FILE)
    people = host.command("listParticipants")["participants"]
    (user_id,) = (each["user_id"] for each in people if each["username"] == "alice")
    host.command("changeRole", user_id=user_id, role="viewer")
    if way != "connected again":
        alice.bridge.process.kill()
        alice.bridge.process.wait(30)
    relay.cut()
    relay.passes.set()
    if way != "connected again":
        again = bridges.start("alice", {}, "utf-8", marks_edits=True)
        alice = DocumentEditor(again, Encoding.UTF8, marks=True)
        if way == "killed and open":
            alice.open(FILE, mine)
        again.command("join", link=link)
    until(lambda: any(each["code"] == "VERSION_KEPT" for each in alice.notices), alice, bob)
    (notice,) = (each for each in alice.notices if each["code"] == "VERSION_KEPT")
    assert Path(notice["message"].rpartition(" ")[2]).read_text() == mine
    bob.type(FILE, 0, 0, "bob ")
    if way != "killed and closed":
        until(lambda: alice.text(FILE) == f"bob {TEXT}", alice, bob)
    until(lambda: alice.document(FILE).get("can_edit") is False, alice, bob)
    until(lambda: alice.document(FILE)["pending"] == 0, alice, bob)
    assert bob.text(FILE) == f"bob {TEXT}"
    until(lambda: not any("typed offline" in f.read_text() for f in kept.glob("*.json")), alice)
    if way == "killed and closed":
        alice.open(FILE, mine)
        until(lambda: alice.questions, alice, bob)
        assert (alice.questions[0]["kind"], alice.questions[0]["can_offer"]) == ("join", False)
        assert alice.text(FILE) == mine


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
