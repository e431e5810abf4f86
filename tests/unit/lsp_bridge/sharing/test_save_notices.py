"""Saves are told with the edits of others that were made just before, as by a formatter."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.protocol.documents import DocumentSaved
from peerline.protocol.editor.documents import EditorDocumentSaved
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.sharing import save_notices
from peerline_bridge.sharing.save_notices import SaveNotices
from tests.unit.lsp_bridge.sharing.shared_session import Relay, Site, settle

FILE = "a.py"
TEXT = "one\ntwo\n"


class SavingSite(Site):
    """A site whose bridge reports saves."""

    def __init__(self, relay: Relay, folder: Path, user: str) -> None:
        self.saves: SaveNotices | None = None
        super().__init__(relay, folder, user, marks=False)
        self.shown_saves: list[EditorDocumentSaved] = []
        self.saves = SaveNotices(self.loop, self.files, str.title, self.shown_saves.append)

    def _changed(self) -> None:
        super()._changed()
        if self.saves is not None:
            self.saves.look_again()

    def hear(self, text: str, user: str = "alice") -> None:
        assert self.saves is not None
        self.saves.saved(
            DocumentSaved(
                session_id="s",
                document_id="d0",
                user_id=user,
                username=user,
                hash=hash_of(text),
                timestamp=datetime.now(UTC),
            )
        )


async def pair(tmp_path: Path) -> tuple[Site, SavingSite]:
    """Alice and Bob in one text; from now on Bob's editor takes its time for edits."""
    relay = Relay()
    for name in ("alice", "bob"):
        (tmp_path / name).mkdir()
    alice = Site(relay, tmp_path / "alice", "alice", marks=True)
    bob = SavingSite(relay, tmp_path / "bob", "bob")
    alice.open(FILE, TEXT)
    bob.open(FILE, TEXT)
    await alice.commands.share(alice.uri(FILE))
    await settle()
    bob.is_at_once = False
    return alice, bob


async def edit_and_save(alice: Site, bob: SavingSite) -> None:
    """Alice edits and saves; of Bob's side only the bridge knows it."""
    alice.type(FILE, 0, 0, "x")
    await settle()
    bob.hear("x" + TEXT)


def answer(site: Site) -> None:
    """Make what was asked for, and tell it."""
    site.step()
    while site.to_bridge:
        site.to_bridge.popleft()()


async def test_a_save_of_the_text_that_is_here_is_told_at_once(tmp_path: Path) -> None:
    _, bob = await pair(tmp_path)
    bob.hear(TEXT)
    bob.hear("another")
    first, second = bob.shown_saves
    assert (first.username, first.file, first.uri) == ("Alice", FILE, bob.uri(FILE))
    assert first.is_equal
    assert not second.is_equal


async def test_a_save_just_after_an_edit_waits_for_that_edit(tmp_path: Path) -> None:
    alice, bob = await pair(tmp_path)
    await edit_and_save(alice, bob)
    await settle()
    assert bob.shown_saves == []
    answer(bob)
    await settle()
    assert bob.shown(FILE) == "x" + TEXT
    (told,) = bob.shown_saves
    assert told.is_equal


async def test_of_two_saves_each_is_told(tmp_path: Path) -> None:
    alice, bob = await pair(tmp_path)
    await edit_and_save(alice, bob)
    bob.hear("x" + TEXT, "carol")
    assert [each.username for each in bob.shown_saves] == ["Alice"]
    answer(bob)
    await settle()
    assert [(each.username, each.is_equal) for each in bob.shown_saves] == [
        ("Alice", False),
        ("Carol", True),
    ]


async def test_an_editor_that_does_not_answer_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_notices, "HELD_SECONDS", 0.0)
    alice, bob = await pair(tmp_path)
    await edit_and_save(alice, bob)
    await settle()
    (told,) = bob.shown_saves
    assert not told.is_equal
    answer(bob)
    await settle()
    assert len(bob.shown_saves) == 1


async def test_nothing_is_told_after_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_notices, "HELD_SECONDS", 0.0)
    alice, bob = await pair(tmp_path)
    await edit_and_save(alice, bob)
    assert bob.saves is not None
    bob.saves.end()
    answer(bob)
    await settle()
    assert bob.shown_saves == []
