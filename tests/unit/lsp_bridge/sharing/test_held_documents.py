"""Files of a shared folder that the editor has not open: what others write in them is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from peerline.documents.delta import Delta
from peerline.protocol.editor.session import NoticeLevel
from peerline_bridge.guard import Guard
from peerline_bridge.sharing import held_documents
from peerline_bridge.sharing.contract import SessionDocuments
from peerline_bridge.sharing.held_documents import HeldDocuments


@dataclass
class Text:
    """A document that is followed."""

    on_change: Callable[[Delta], None]
    text: str = "seed\n"
    state: str = "equal"
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True

    def write(self, text: str) -> None:
        self.text = text
        self.on_change((text,))


@dataclass
class Session:
    """The documents of a session, and the editor and disk beside it."""

    folder: Path
    shared: set[str] = field(default_factory=set[str])
    open_here: set[str] = field(default_factory=set[str])
    texts: dict[str, Text] = field(default_factory=dict[str, Text])
    kept: dict[str, str] = field(default_factory=dict[str, str])
    notices: list[tuple[NoticeLevel, str]] = field(default_factory=list[tuple[NoticeLevel, str]])
    is_busy: bool = False
    disk_is_full: bool = False

    def get(self, document_id: str) -> object | None:
        return document_id if document_id in self.shared else None

    def open(self, document_id: str, *, on_change: Callable[[Delta], None], **_: Any) -> Text:
        if self.is_busy:
            raise ValueError("the document is open already")
        self.texts[document_id] = Text(on_change)
        return self.texts[document_id]

    def keep(self, file: str, text: str) -> Path:
        if self.disk_is_full:
            raise OSError(28, "No space left on device")
        self.kept[file] = text
        return self.folder / file

    def codes(self) -> list[str]:
        return [code for _, code in self.notices]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


@pytest.fixture
def held(session: Session) -> HeldDocuments:
    held = HeldDocuments(
        Guard(),
        session.open_here.__contains__,
        lambda path: path.read_text() if path.exists() else None,
        session.keep,
        lambda level, code, _: session.notices.append((level, code)),
    )
    held.begin(cast("SessionDocuments", session))
    return held


def add(session: Session, held: HeldDocuments, name: str) -> None:
    path = session.folder / name
    path.write_text("seed\n")
    session.shared.add(name)
    held.add(name, name, path, "seed\n")


def test_the_user_is_told_once_and_has_the_text_when_it_is_no_longer_shared(
    session: Session, held: HeldDocuments
) -> None:
    add(session, held, "a.py")
    assert session.notices == []
    session.texts["a.py"].write("one\n")
    session.texts["a.py"].write("two\n")
    assert session.codes() == ["SHARED_FILE_CHANGED"]
    session.shared.clear()
    held.look_again()
    assert session.kept == {"a.py": "two\n"}
    assert session.codes() == ["SHARED_FILE_CHANGED", "VERSION_KEPT"]
    assert (session.folder / "a.py").read_text() == "seed\n"
    assert held.files == {}


@pytest.mark.parametrize("text", ["seed\n", "on the disk\n"])
def test_nothing_is_kept_that_the_user_has(
    session: Session, held: HeldDocuments, text: str
) -> None:
    add(session, held, "a.py")
    session.texts["a.py"].write(text)
    (session.folder / "a.py").write_text("on the disk\n")
    held.end()
    assert session.kept == {}
    assert session.texts["a.py"].is_closed


def test_a_file_that_the_editor_opens_is_its_own_until_it_is_closed(
    session: Session, held: HeldDocuments
) -> None:
    add(session, held, "a.py")
    session.open_here.add("a.py")
    held.release("a.py")
    first = session.texts["a.py"]
    assert first.is_closed
    held.look_again()
    assert session.texts["a.py"] is first
    session.open_here.clear()
    session.is_busy = True  # its last edits are on their way
    held.look_again()
    assert session.texts["a.py"] is first
    session.is_busy = False
    held.look_again()
    session.texts["a.py"].write("later\n")
    held.end()
    assert session.kept == {"a.py": "later\n"}


def test_of_more_files_than_are_followed_the_oldest_is_kept(
    session: Session, held: HeldDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_documents, "MAX_HELD", 2)
    add(session, held, "a.py")
    add(session, held, "b.py")
    session.texts["a.py"].write("by others\n")
    assert session.kept == {}
    add(session, held, "c.py")
    assert session.kept == {"a.py": "by others\n"}
    assert [session.texts[name].is_closed for name in ("a.py", "b.py", "c.py")] == [
        True,
        False,
        False,
    ]
    held.look_again()
    assert not session.texts["b.py"].is_closed


def test_a_text_that_cannot_be_kept_is_told(session: Session, held: HeldDocuments) -> None:
    add(session, held, "a.py")
    session.texts["a.py"].write("by others\n")
    session.disk_is_full = True
    held.end()
    assert session.notices[-1] == (NoticeLevel.ERROR, "INTERNAL_ERROR")


def test_a_document_that_never_came_keeps_nothing(session: Session, held: HeldDocuments) -> None:
    add(session, held, "a.py")
    session.texts["a.py"].text = ""
    session.texts["a.py"].state = "opening"
    held.end()
    assert session.kept == {}
