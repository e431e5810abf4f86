"""A bridge is killed and the file on the disk changes: no text of the shared file goes with it."""

import asyncio
import json
from pathlib import Path

import pytest

from peerline.protocol.editor.documents import DocumentChoice, QuestionKind
from tests.unit.lsp_bridge.sharing.shared_session import Relay, RelayedText, Site, settle

FILE = "a.py"
SAVED = "".join(f"line {number}\n" for number in range(8))
WORD = "word of alice\n"
SHORTER = SAVED.replace("line 1\nline 2\n", "")
"""Another version of the file, of which most lines are the same."""
ANOTHER = "another\nbranch\nof it\n"


@pytest.fixture
def relay() -> Relay:
    return Relay()


async def pair(relay: Relay, tmp_path: Path) -> tuple[Site, Site]:
    """Two editors in a shared file; what Alice has typed since it was saved is everywhere."""
    sites: list[Site] = []
    for name in ("alice", "bob"):
        (tmp_path / name).mkdir()
        sites.append(Site(relay, tmp_path / name, name, marks=True))
        sites[-1].open(FILE, SAVED)
    first, second = sites
    await first.commands.share(first.uri(FILE))
    await settle()
    first.type(FILE, 0, 0, WORD)
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == WORD + SAVED
    return first, second


def killed(at: Site) -> Site:
    """Another bridge of the same editor: the first one was killed when it had written its state."""
    file = at.files.file_of(at.uri(FILE))
    assert file is not None
    assert file.keeping is not None
    file.keeping.close(keeps=True)
    at.relay.forget(file.opened)  # type: ignore[arg-type]
    at.relay.bridges.remove(at)
    return Site(at.relay, at.folder, at.name, marks=True)


def git_writes(at: Site) -> None:
    """Git has put another version on the disk."""
    (at.folder / ".git").mkdir(exist_ok=True)
    (at.folder / ".git" / "HEAD").write_text("ref: refs/heads/other\n")


async def choose_shared(at: Site, other: Site, text: str) -> None:
    """The user is asked about the disk; the others keep their text, and it is taken."""
    await settle()
    assert [question.kind for question in at.asked] == [QuestionKind.DISK]
    assert other.shown(FILE) == text
    await at.commands.answer(at.uri(FILE), DocumentChoice.SHARED)
    await settle()
    assert at.shown(FILE) == other.shown(FILE) == text


@pytest.mark.parametrize("version", [SHORTER, ANOTHER])
async def test_another_version_that_is_read_while_no_bridge_is_there_is_asked_about(
    relay: Relay, tmp_path: Path, version: str
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    again.open(FILE, version)
    await choose_shared(again, second, WORD + SAVED)


@pytest.mark.parametrize("version", [SHORTER, ANOTHER])
async def test_another_version_in_which_was_typed_while_no_bridge_is_there_is_asked_about(
    relay: Relay, tmp_path: Path, version: str
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    git_writes(again)
    again.open(FILE, "typed\n" + version, disk=version)
    await choose_shared(again, second, WORD + SAVED)
    (kept,) = (tmp_path / "alice-state" / "recovered").iterdir()
    assert kept.read_text() == "typed\n" + version


async def test_a_question_about_the_disk_is_asked_again_by_the_next_bridge(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    git_writes(first)
    first.close(FILE)
    first.open(FILE, SHORTER)
    await settle()
    assert [question.kind for question in first.asked] == [QuestionKind.DISK]
    first.type(FILE, 0, 0, "typed meanwhile\n")
    again = killed(first)
    again.open(FILE, "typed meanwhile\n" + SHORTER, disk=SHORTER)
    await choose_shared(again, second, WORD + SAVED)


async def test_a_version_that_the_disk_has_again_is_not_asked_about_by_the_next_bridge(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    git_writes(first)
    first.close(FILE)
    first.open(FILE, SHORTER)
    await settle()
    assert [question.kind for question in first.asked] == [QuestionKind.DISK]
    second.type(FILE, 0, 0, "bob ")
    again = killed(first)
    again.open(FILE, WORD + SAVED, disk=WORD + SAVED)
    await settle()
    assert not again.asked
    assert again.shown(FILE) == second.shown(FILE) == f"bob {WORD}{SAVED}"


async def test_what_was_saved_is_read_again_and_typed_in_while_no_bridge_is_there(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    again.open(FILE, "typed\n" + SAVED, disk=SAVED)
    await settle()
    assert second.shown(FILE) == WORD + SAVED
    assert [question.kind for question in again.asked] == [QuestionKind.JOIN]


async def test_a_version_that_no_bridge_knows_is_asked_about_when_it_is_read(
    relay: Relay, tmp_path: Path
) -> None:
    """It was saved just before the bridge was killed, or by another program."""
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    again.open(FILE, WORD + SAVED, disk=SHORTER)
    await settle()
    assert not again.asked
    again.close(FILE)
    again.open(FILE, SHORTER)
    await choose_shared(again, second, WORD + SAVED)


async def test_what_was_typed_and_deleted_while_no_bridge_is_there_needs_no_question(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    again.open(FILE, "typed\n" + WORD + SHORTER, disk=SAVED)
    await settle()
    assert not again.asked
    assert second.shown(FILE) == again.shown(FILE) == "typed\n" + WORD + SHORTER


async def test_a_formatter_after_a_break_leaves_what_others_wrote_since_the_save(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    second.type(FILE, 0, 0, "# of bob\n")
    again.open(FILE, WORD + SAVED, disk=SAVED)
    await settle()
    again.close(FILE)
    again.open(FILE, SAVED.replace("line 7", "line 7  # formatted"))
    await settle()
    assert not again.asked
    expected = "# of bob\n" + WORD + SAVED.replace("line 7", "line 7  # formatted")
    assert again.shown(FILE) == second.shown(FILE) == expected


@pytest.mark.parametrize("is_viewer", [False, True])
async def test_what_is_typed_while_an_answer_waits_stays(
    relay: Relay, tmp_path: Path, is_viewer: bool
) -> None:
    """In the shared text, or in the file of the own version if the user may only read by then."""
    first, second = await pair(relay, tmp_path)
    first.close(FILE)
    first.open(FILE, ANOTHER)
    await settle()
    first.type(FILE, 0, 0, "before\n")
    file = first.files.file_of(first.uri(FILE))
    assert file is not None
    assert isinstance(file.opened, RelayedText)
    file.opened.state = "opening"
    answer = asyncio.create_task(first.commands.answer(first.uri(FILE), DocumentChoice.SHARED))
    await settle()
    first.type(FILE, 0, 0, "typed\n")
    file.opened.state, file.opened.can_edit = "equal", not is_viewer
    await answer
    await settle()
    expected = WORD + SAVED if is_viewer else "typed\n" + WORD + SAVED
    assert first.shown(FILE) == second.shown(FILE) == expected
    (kept,) = (tmp_path / "alice-state" / "recovered").iterdir()
    assert kept.read_text() == ("typed\n" if is_viewer else "") + "before\n" + ANOTHER


async def test_a_state_with_a_question_that_makes_no_sense_is_put_aside(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    (path,) = (tmp_path / "alice-state" / "documents").glob("*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"question": "why"}))
    again.open(FILE, WORD + SAVED, disk=SAVED)
    await settle()
    assert path.with_suffix(".broken").exists()
    assert again.shown(FILE) == second.shown(FILE) == WORD + SAVED
