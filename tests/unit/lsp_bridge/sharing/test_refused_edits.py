"""A client without a plugin that refuses edits which its user did not ask for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from peerline.protocol.editor.documents import DocumentState, EditAnswer, EditorEdit
from peerline.protocol.errors import ErrorCode
from peerline_bridge.coediting import retries
from peerline_bridge.errors import CommandRefused
from peerline_bridge.sharing.editor_answers import REFUSING
from tests.unit.lsp_bridge.sharing.shared_session import Relay, Site, settle

FILE = "a.py"
TEXT = "one\ntwo\nthree\n"


class RefusingSite(Site):
    """An editor that makes edits only while its user has asked for them."""

    by_hunks = True
    is_asked = False
    refused = 0

    def edit(
        self,
        edit: EditorEdit,
        on_answer: Callable[[EditAnswer | None], None],
        made_at: Callable[[], int | None],
    ) -> None:
        if self.is_asked:
            super().edit(edit, on_answer, made_at)
            return
        self.refused += 1
        answer = EditAnswer(applied=False, version=self.versions[edit.uri])
        self.loop.call_soon(on_answer, answer)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for quiet, but for an editor that refuses."""
    monkeypatch.setattr(retries, "QUIET_SECONDS", 0.0)


async def pair(tmp_path: Path) -> tuple[Site, RefusingSite]:
    """Alice and Bob in one text, of which Bob's editor lacks two edits."""
    relay = Relay()
    for name in ("alice", "bob"):
        (tmp_path / name).mkdir()
    alice = Site(relay, tmp_path / "alice", "alice", marks=True)
    bob = RefusingSite(relay, tmp_path / "bob", "bob", marks=False)
    alice.open(FILE, TEXT)
    bob.open(FILE, TEXT)
    await alice.commands.share(alice.uri(FILE))
    await settle()
    alice.type(FILE, 0, 0, "first ")
    alice.type(FILE, 10, 0, "second ")
    for _ in range(5):
        await settle()
    return alice, bob


async def test_the_user_is_told_once_and_pulls_them(tmp_path: Path) -> None:
    alice, bob = await pair(tmp_path)
    file = bob.files.file("d0")
    assert file is not None
    assert (file.state, file.reason) == (DocumentState.WAITING, REFUSING)
    assert bob.refused == retries.MAX_LEFT, "it is asked no longer all the time"
    ((code, text),) = bob.notices
    assert code == "EDITS_NOT_TAKEN"
    assert text == (
        "Your editor does not take what others write in a.py. "
        "Choose “Peerline: pull remote edits” among its code actions."
    )
    assert bob.shown(FILE) == TEXT
    bob.is_asked = True
    assert await bob.commands.pull(bob.uri(FILE))
    assert bob.shown(FILE) == alice.shown(FILE) == "first one\nsecond two\nthree\n"
    assert (file.state, file.reason) == (DocumentState.EQUAL, None)
    assert len(bob.notices) == 1


async def test_typing_meanwhile_reaches_the_others(tmp_path: Path) -> None:
    alice, bob = await pair(tmp_path)
    bob.type(FILE, 0, 0, "bob ")
    await settle()
    assert alice.shown(FILE) == "bob first one\nsecond two\nthree\n"
    bob.is_asked = True
    assert await bob.commands.pull(bob.uri(FILE))
    assert bob.shown(FILE) == alice.shown(FILE)


async def test_a_pull_that_is_refused_says_so_and_changes_nothing(tmp_path: Path) -> None:
    _, bob = await pair(tmp_path)
    assert not await bob.commands.pull(bob.uri(FILE))
    assert bob.shown(FILE) == TEXT
    with pytest.raises(CommandRefused) as refused:
        await bob.commands.pull(bob.uri("other.py"))
    assert refused.value.code == ErrorCode.DOCUMENT_NOT_FOUND


async def test_a_pull_ends_with_the_sharing(tmp_path: Path) -> None:
    alice, bob = await pair(tmp_path)
    bob.is_asked, bob.is_at_once = True, False
    pull = bob.loop.create_task(bob.commands.pull(bob.uri(FILE)))
    await settle()
    await alice.commands.unshare(alice.uri(FILE))
    assert not await pull


async def test_nothing_to_pull_is_a_pull_that_is_done(tmp_path: Path) -> None:
    alice, _ = await pair(tmp_path)
    assert await alice.commands.pull(alice.uri(FILE))
