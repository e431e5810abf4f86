"""Edits that a killed bridge left reach the shared file, or the user, without opening the file."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from peerline.client.documents.collection import OpenedDocuments
from peerline.client.documents.opened import OpenedDocument
from peerline.protocol.documents import DocumentUnshared, SharedDocument
from peerline.protocol.editor.session import NoticeLevel
from peerline_bridge.guard import Guard
from peerline_bridge.sharing.contract import SessionDocuments
from peerline_bridge.sharing.keeping import FOLDER
from peerline_bridge.sharing.kept_files import KeptFile, KeptState
from peerline_bridge.sharing.left_edits import LeftEdits
from tests.document_sequencer import DOCUMENT, SESSION, Person, Sequencer, settle

NAMES = ("server", "s1", "u0")
TEXT = "one\n"


class Bridge:
    """The bridge of a user who comes back, and what the one before left."""

    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.server = Sequencer(TEXT)
        self.folder = folder
        self.open_here: set[str] = set()
        self.notices: list[tuple[str, str]] = []
        self.known = self.server.shared()
        self.person: Person | None = None
        self.left = LeftEdits(Guard(), self.open_here.__contains__, self._notify, lambda: folder)
        self.left.begin(NAMES, cast("SessionDocuments", self))

    def _notify(self, level: NoticeLevel, code: str, text: str) -> None:
        del level
        self.notices.append((code, text))

    def get(self, document_id: str) -> SharedDocument | None:
        return self.known.get(document_id)

    def open(self, document_id: str, **options: Any) -> OpenedDocument:
        """Open the document, as the client does while there is a connection."""
        person = self.person = Person(self.server, "u0", lambda: self.now)
        requests = map(str, count())
        person.documents = OpenedDocuments(
            SESSION, lambda: self.now, requests.__next__, lambda: None
        )
        person.connect()
        return OpenedDocument(document_id, person.documents, self._check, **options)

    async def _check(self, document_id: str, state: bytes, text_hash: str) -> bool | None:
        raise AssertionError((document_id, state, text_hash))

    def settle(self) -> None:
        assert self.person is not None
        settle([self.person], self.pass_time)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    def leave_edits(self, inserted: str, names: tuple[str, str, str] = NAMES) -> None:
        """The user types while the server is away, and the bridge is killed."""
        before = Person(self.server, "u0", lambda: self.now)
        settle([before], self.pass_time)
        before.drop()
        before.edit((4, inserted))
        file = KeptFile(self.folder / FOLDER, *names, DOCUMENT)
        file.write(
            KeptState(before.kept, "editor", before.editor, "", "\n".join(names), "src/a.py")
        )
        file.close()

    def kept(self) -> list[KeptState]:
        found: list[KeptState] = []
        for file in KeptFile.left_in(self.folder / FOLDER):
            if file.state != KeptState():
                found.append(file.state)
            file.close()
        return found

    def recovered(self) -> list[str]:
        folder = self.folder / "recovered"
        return [path.read_text() for path in folder.iterdir()] if folder.exists() else []


@pytest.fixture
def bridge(tmp_path: Path) -> Bridge:
    return Bridge(tmp_path)


def test_they_reach_the_shared_file_once(bridge: Bridge) -> None:
    bridge.leave_edits("mine\n")
    bridge.left.look()
    bridge.left.look()
    bridge.settle()
    assert bridge.server.text == "one\nmine\n"
    text = "Your edits of src/a.py from before are in the shared file now."
    assert bridge.notices == [("EDITS_SENT", text)]
    assert [state.updates for state in bridge.kept()] == [None]
    bridge.left.look()
    assert bridge.server.text == "one\nmine\n"
    assert len(bridge.notices) == 1


def test_of_a_file_that_is_no_longer_shared_the_user_gets_the_text(bridge: Bridge) -> None:
    bridge.leave_edits("mine\n")
    bridge.known = {}
    bridge.left.look()
    ((code, text),) = bridge.notices
    assert code == "VERSION_KEPT"
    assert text.startswith(
        "Edits of yours in src/a.py were made before its sharing ended. Your version is kept in "
    )
    assert bridge.recovered() == ["one\nmine\n"]
    assert bridge.kept() == []
    bridge.left.look()
    assert len(bridge.notices) == 1


def test_a_viewer_gets_the_text_instead(bridge: Bridge) -> None:
    bridge.leave_edits("mine\n")
    bridge.server.viewers.add("u0")
    bridge.left.look()
    bridge.settle()
    assert bridge.server.text == TEXT
    assert bridge.recovered() == ["one\nmine\n"]
    assert [code for code, _ in bridge.notices] == ["VERSION_KEPT"]
    # A text with edits that nobody took is none that both sides come from.
    assert bridge.kept() == []


def test_what_cannot_be_written_into_a_file_stays_where_it_is(bridge: Bridge) -> None:
    bridge.leave_edits("mine\n")
    (bridge.folder / "recovered").write_text("in the way")
    bridge.server.viewers.add("u0")
    bridge.left.look()
    bridge.settle()
    assert [code for code, _ in bridge.notices] == ["INTERNAL_ERROR"]
    (state,) = bridge.kept()
    assert state.updates is not None


def test_a_sharing_that_ends_while_they_are_sent_leaves_the_text_to_the_user(
    bridge: Bridge,
) -> None:
    bridge.leave_edits("mine\n")
    bridge.left.look()
    assert bridge.person is not None
    bridge.known = {}
    ended = DocumentUnshared(
        session_id=SESSION,
        seq=5,
        document_id=DOCUMENT,
        file="src/a.py",
        user_id="u9",
        username="host",
        timestamp=datetime.now(UTC),
    )
    bridge.person.documents.changed(ended, {})
    assert [code for code, _ in bridge.notices] == ["VERSION_KEPT"]
    assert bridge.recovered() == ["one\nmine\n"]
    bridge.left.look()
    assert len(bridge.notices) == 1


def test_a_file_that_the_editor_opens_meanwhile_has_them(bridge: Bridge) -> None:
    bridge.leave_edits("mine\n")
    bridge.left.look()
    bridge.left.release(DOCUMENT)
    file = KeptFile(bridge.folder / FOLDER, *NAMES, DOCUMENT)
    assert file.state.updates is not None
    person = Person(bridge.server, "u0", lambda: bridge.now, file.state.updates)
    settle([person], bridge.pass_time)
    assert bridge.server.text == "one\nmine\n"
    file.close()
    assert bridge.notices == []


def test_what_is_not_of_this_session_or_open_in_an_editor_stays(bridge: Bridge) -> None:
    bridge.leave_edits("theirs\n", ("server", "s2", "u0"))
    bridge.leave_edits("mine\n")
    bridge.open_here.add(DOCUMENT)
    bridge.left.look()
    other = KeptFile(bridge.folder / FOLDER, *NAMES, DOCUMENT)  # another editor has it
    bridge.open_here.clear()
    bridge.left.look()
    other.close()
    assert bridge.person is None
    assert bridge.notices == []
    assert len(bridge.kept()) == 2


def test_what_cannot_be_read_stays_for_a_later_bridge(bridge: Bridge) -> None:
    file = KeptFile(bridge.folder / FOLDER, *NAMES, DOCUMENT)
    file.write(KeptState(b"odd", "editor", None, "", "\n".join(NAMES), "src/a.py"))
    file.close()
    bridge.left.look()
    assert bridge.notices == []
    assert [state.updates for state in bridge.kept()] == [b"odd"]


def test_the_end_of_the_session_leaves_them_on_the_disk(bridge: Bridge) -> None:
    bridge.leave_edits("mine\n")
    bridge.left.look()
    bridge.left.end()
    assert [state.updates is None for state in bridge.kept()] == [False]
    bridge.left.look()
    assert bridge.server.text == TEXT
