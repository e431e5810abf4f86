"""Files of an editor that are shared documents: they meet, are asked about, and stay the same."""

from pathlib import Path

import pytest

from peerline.protocol.editor.documents import (
    DocumentChoice,
    DocumentState,
    QuestionKind,
    TextCheck,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.roles import Role
from peerline_bridge.coediting.text_hash import hash_of
from peerline_bridge.errors import CommandRefused
from peerline_bridge.texts.session_uris import uri_without_file
from tests.unit.lsp_bridge.sharing.shared_session import Relay, RelayedText, Site, settle

FILE = "a.py"
TEXT = "one\ntwo\nthree\n"


@pytest.fixture
def relay() -> Relay:
    return Relay()


def site(relay: Relay, tmp_path: Path, user: str, **options: object) -> Site:
    folder = tmp_path / user
    folder.mkdir()
    return Site(relay, folder, user, **{"marks": True, **options})  # type: ignore[arg-type]


async def pair(
    relay: Relay, tmp_path: Path, two: str = TEXT, *, marks: bool = True
) -> tuple[Site, Site]:
    """Two editors with the file open, which the first one shares."""
    first = site(relay, tmp_path, "alice", marks=marks)
    second = site(relay, tmp_path, "bob", marks=False, newline="\r\n")
    first.open(FILE, TEXT)
    second.open(FILE, two)
    await first.commands.share(first.uri(FILE))
    await settle()
    return first, second


def check_kept(path: Path) -> None:
    assert path.read_text() == "one\nzwei\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.suffix == ".py"


def state(at: Site) -> DocumentState | None:
    file = at.files.file_of(at.uri(FILE))
    return None if file is None else file.state


async def test_equal_texts_join_silently_and_each_writes_in_the_others(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    assert not first.asked
    assert not second.asked
    first.type(FILE, 4, 3, "TWO")
    await settle()
    assert second.shown(FILE) == "one\nTWO\nthree\n"
    second.type(FILE, 0, 0, "zero\n")
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == "zero\none\nTWO\nthree\n"
    assert state(first) == state(second) == DocumentState.EQUAL


async def test_two_who_rewrite_all_lines_at_once_have_each_line_once(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    relay.is_late = True
    for editor in (first, second):
        editor.type(FILE, 0, len(TEXT), TEXT.replace("t", "T"))
    second.type(FILE, 6, 0, "typed")
    for opened in relay.opened:
        while opened.incoming:
            opened.receive()
    await settle()
    assert first.shown(FILE) == second.shown(FILE)
    assert first.shown(FILE) == "one\nTTwtypedo\nTThree\n"


async def test_places_of_others_are_shown_again_when_the_editor_has_their_text(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    shown: list[str] = []
    first.files.on_text = lambda _: shown.append(first.shown(FILE))
    second.type(FILE, 0, 0, "x")
    await settle()
    assert shown == [TEXT, "x" + TEXT]


async def test_a_different_text_is_asked_about_and_not_touched(
    relay: Relay, tmp_path: Path
) -> None:
    _, second = await pair(relay, tmp_path, "one\nzwei\n")
    (question,) = second.asked
    assert question.kind is QuestionKind.JOIN
    assert (question.lines_added, question.lines_removed) == (1, 2)
    assert "-two" in question.diff
    assert "+zwei" in question.diff
    assert question.can_offer
    assert second.shown(FILE) == "one\nzwei\n"
    assert state(second) is DocumentState.DIFFERENT


async def test_the_shared_text_is_taken_and_the_own_one_kept_in_a_file(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path, "one\nzwei\n")
    await second.commands.answer(second.uri(FILE), DocumentChoice.SHARED)
    await settle()
    assert second.shown(FILE) == TEXT == first.shown(FILE)
    assert second.asked[-1].is_settled
    ((code, text),) = second.notices
    assert code == "VERSION_KEPT"
    check_kept(Path(text.rpartition(" ")[2]))


async def test_the_own_text_is_offered(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path, "one\nzwei\n")
    first.type(FILE, 0, 0, "# new\n")
    await second.commands.answer(second.uri(FILE), DocumentChoice.MINE)
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == "one\nzwei\n"
    assert not second.notices


async def test_not_now_leaves_both_texts_until_it_is_asked_for(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path, "mine\n")
    await second.commands.answer(second.uri(FILE), DocumentChoice.LATER)
    assert state(second) is DocumentState.DETACHED
    first.type(FILE, 0, 0, "x")
    await settle()
    assert second.shown(FILE) == "mine\n"
    await second.commands.answer(second.uri(FILE), DocumentChoice.SHARED)
    await settle()
    assert second.shown(FILE) == first.shown(FILE) == "x" + TEXT


async def test_a_text_that_becomes_equal_settles_the_question(relay: Relay, tmp_path: Path) -> None:
    _, second = await pair(relay, tmp_path, "one\ntwo\nthreE\n")
    second.type(FILE, 12, 1, "e")
    await settle()
    assert second.asked[-1].is_settled
    assert state(second) is DocumentState.EQUAL


async def test_the_text_that_was_shared_first_takes_what_came_since(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    first.type(FILE, 0, 0, "x")
    third = site(relay, tmp_path, "carol")
    third.open(FILE, TEXT)
    await settle()
    assert third.shown(FILE) == "x" + TEXT
    assert not third.asked


async def test_a_viewer_cannot_offer_theirs(relay: Relay, tmp_path: Path) -> None:
    _, second = await pair(relay, tmp_path, "mine\n")
    file = second.files.file_of(second.uri(FILE))
    assert file is not None
    assert file.opened is not None
    file.opened.can_edit = False  # type: ignore[misc]
    with pytest.raises(CommandRefused) as refused:
        await second.commands.answer(second.uri(FILE), DocumentChoice.MINE)
    assert refused.value.code == ErrorCode.PERMISSION_DENIED
    assert second.shown(FILE) == "mine\n"


async def test_a_viewer_who_types_keeps_their_text_and_is_told(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    file = second.files.file_of(second.uri(FILE))
    assert file is not None
    assert file.opened is not None
    file.opened.can_edit = False  # type: ignore[misc]
    second.type(FILE, 0, 0, "typed")
    await settle()
    assert second.shown(FILE) == "typed" + TEXT
    assert first.shown(FILE) == TEXT
    assert state(second) is DocumentState.DETACHED
    assert "read-only for you" in second.notices[-1][1]


async def test_what_is_typed_while_a_file_is_being_shared_is_no_question(
    relay: Relay, tmp_path: Path
) -> None:
    first = site(relay, tmp_path, "alice")
    first.open(FILE, TEXT)
    share = first.commands.share(first.uri(FILE))
    first.loop.call_soon(first.type, FILE, 0, 0, "typed meanwhile\n")
    await share
    await settle()
    assert not first.asked
    assert relay.texts["d0"].text == "typed meanwhile\n" + TEXT


async def test_two_who_share_at_once_have_one_document(relay: Relay, tmp_path: Path) -> None:
    first, second = site(relay, tmp_path, "alice"), site(relay, tmp_path, "bob")
    first.open(FILE, TEXT)
    second.open(FILE, TEXT)
    one, two = first.commands.share(first.uri(FILE)), second.commands.share(second.uri(FILE))
    shared, found = await one, await two
    assert shared.id == found.id == "d0"
    assert shared.shared_by == found.shared_by == "alice"
    await settle()
    second.type(FILE, 0, 0, "x")
    await settle()
    assert first.shown(FILE) == "x" + TEXT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (2**20 + 1), "too large"),
        (b"x\n" * 50_001, "too long"),
        (b"\x00\x01", "binary"),
        (b"a\rb\n", "lines end"),
        (b"a\r\nb\n", "lines end"),
    ],
)
async def test_a_file_that_cannot_be_shared_is_refused_with_the_reason(
    relay: Relay, tmp_path: Path, content: bytes, words: str
) -> None:
    first = site(relay, tmp_path, "alice")
    path = first.folder / FILE
    path.write_bytes(content)
    first.locations.documents.open(path.as_uri(), 1, content.decode())
    with pytest.raises(CommandRefused, match=words):
        await first.commands.share(path.as_uri())
    assert not relay.known
    assert not first.requests
    assert path.read_bytes() == content


async def test_a_file_in_another_encoding_or_read_only_is_refused(
    relay: Relay, tmp_path: Path
) -> None:
    first = site(relay, tmp_path, "alice")
    path = first.folder / FILE
    path.write_bytes("prix: 3 €\n".encode("cp1252"))
    first.locations.documents.open(path.as_uri(), 1, "prix: 3 €\n")
    with pytest.raises(CommandRefused, match="not UTF-8"):
        await first.commands.share(path.as_uri())
    # VS Code has made all line ends the same by the time that it tells the text.
    path.write_bytes(b"a\rb\n")
    with pytest.raises(CommandRefused, match="lines end"):
        await first.commands.share(path.as_uri())
    path.write_text("x\n")
    path.chmod(0o444)
    with pytest.raises(CommandRefused, match="read-only"):
        await first.commands.share(path.as_uri())


async def test_a_private_file_is_refused_as_such(relay: Relay, tmp_path: Path) -> None:
    first = site(relay, tmp_path, "alice")
    first.open(".env", TEXT)
    with pytest.raises(CommandRefused, match="it is a file that stays private"):
        await first.commands.share(first.uri(".env"))


async def test_a_viewer_and_an_offline_user_cannot_share(relay: Relay, tmp_path: Path) -> None:
    first = site(relay, tmp_path, "alice")
    first.open(FILE, TEXT)
    first.view.role = Role.VIEWER
    with pytest.raises(CommandRefused, match="viewer") as refused:
        await first.commands.share(first.uri(FILE))
    assert refused.value.code == ErrorCode.PERMISSION_DENIED
    assert str(refused.value).endswith("Ask a host to make you an editor.")
    first.view.hosts = ["ann\u202e", "bob"]
    with pytest.raises(CommandRefused, match=r"Ask ann<U.202E> or bob, the hosts, to make you an"):
        await first.commands.share(first.uri(FILE))
    first.view.is_joined = False
    with pytest.raises(CommandRefused, match="no connection"):
        await first.commands.share(first.uri(FILE))
    with pytest.raises(CommandRefused, match="not open in the editor"):
        await first.commands.share(first.uri("other.py"))


async def test_an_editor_in_another_mode_gets_the_edits_when_it_is_ready(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    first.is_busy = True
    second.type(FILE, 0, 0, "x")
    await settle()
    second.type(FILE, 1, 0, "y")
    await settle()
    assert first.shown(FILE) == TEXT
    assert state(first) is DocumentState.WAITING
    first.ready(FILE)
    await settle()
    assert first.shown(FILE) == "xy" + TEXT


async def test_an_editor_that_fails_again_and_again_is_let_go_of(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    second.fails = True
    first.type(FILE, 0, 0, "x")
    for _ in range(30):
        await settle()
        file = second.files.file_of(second.uri(FILE))
        assert file is not None
        if file.joined is not None and file.joined.due is not None:
            file.proceed(file.joined.due)
    assert state(second) is DocumentState.DETACHED
    assert second.shown(FILE) == TEXT
    assert "cannot make the edits" in second.notices[-1][1]


async def test_own_steps_alone_are_taken_back(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    first.type(FILE, 0, 0, "mine ")
    await settle()
    second.type(FILE, 5, 0, "theirs ")
    await settle()
    assert first.commands.undo(first.uri(FILE))
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == "theirs " + TEXT
    assert not first.commands.undo(first.uri(FILE))
    assert first.commands.redo(first.uri(FILE))
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == "mine theirs " + TEXT
    assert first.own_steps == [False, True, True]
    assert second.own_steps == [False, False, False]


async def test_a_file_that_is_unshared_stays_as_it_is(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    await first.commands.unshare(first.uri(FILE))
    await settle()
    second.type(FILE, 0, 0, "x")
    assert (first.shown(FILE), second.shown(FILE)) == (TEXT, "x" + TEXT)
    assert state(second) is None
    assert "no longer shared" in second.notices[-1][1]


async def test_closing_and_opening_the_same_text_goes_on(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    first.close(FILE)
    second.type(FILE, 0, 0, "x")
    await settle()
    first.open(FILE, TEXT)
    await settle()
    assert first.shown(FILE) == "x" + TEXT
    assert not first.asked


async def test_a_formatter_on_the_disk_is_an_edit(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    first.files.on_saved(first.uri(FILE))
    second.type(FILE, 0, 0, "# of bob\n")
    await settle()
    first.close(FILE)
    first.open(FILE, "one\ntwo  # formatted\nthree\n")
    await settle()
    assert not first.asked
    expected = "# of bob\none\ntwo  # formatted\nthree\n"
    assert first.shown(FILE) == second.shown(FILE) == expected


async def test_a_reload_with_what_others_wrote_since_the_save_has_it_once(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    second.type(FILE, 4, 0, "of bob\n")
    await settle()
    first.close(FILE)
    first.open(FILE, "b" + second.shown(FILE))
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == "bone\nof bob\ntwo\nthree\n"


async def test_a_word_of_the_disk_leaves_a_word_of_others_that_is_like_it(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    second.type(FILE, len(TEXT), 0, "word5. X\n")
    await settle()
    first.close(FILE)
    first.open(FILE, TEXT + "word6.\n")
    await settle()
    assert not first.asked
    lines = first.shown(FILE).splitlines()
    assert sorted(lines) == sorted([*TEXT.splitlines(), "word5. X", "word6."])
    assert second.shown(FILE) == first.shown(FILE)


@pytest.mark.parametrize("way", ["marks", "plugin", "hunks"])
@pytest.mark.parametrize("is_read_again_twice", [False, True])
@pytest.mark.parametrize("edit", [(4, 0, "of bob\n"), (1, 6, "N")])
async def test_an_edit_that_is_made_in_the_text_that_was_read_again_is_there_once(
    relay: Relay, tmp_path: Path, edit: tuple[int, int, str], is_read_again_twice: bool, way: str
) -> None:
    first, second = await pair(relay, tmp_path, marks=way == "marks")
    first.by_hunks = way == "hunks"
    first.close(FILE)
    first.versions.clear()
    first.open(FILE, TEXT)
    await settle()
    first.is_at_once = False
    second.type(FILE, *edit)
    await settle()
    shared = second.shown(FILE)
    for _ in range(1 + is_read_again_twice):
        # The editor opens the text with the version of before, so the edit fits.
        first.versions[first.uri(FILE)] -= 1
        first.close(FILE)
        first.open(FILE, TEXT)
    (asked,) = first.requests
    assert asked[0].version == first.versions[first.uri(FILE)]
    first.is_at_once = True
    first.step()
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == shared
    second.type(FILE, 0, 0, "more\n")
    first.type(FILE, 0, 0, "# ")
    await settle()
    assert first.shown(FILE) == second.shown(FILE)
    assert "more\n" in first.shown(FILE)


async def test_an_edit_that_was_made_before_the_text_was_read_again_is_not_waited_for(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path, marks=False)
    first.is_at_once = False
    second.type(FILE, 4, 0, "of bob\n")
    await settle()
    first.step()
    # It is told before the file is opened again, and answered after that.
    first.to_bridge.popleft()()
    text = first.shown(FILE)
    first.versions[first.uri(FILE)] -= 2
    first.close(FILE)
    first.open(FILE, text, disk=TEXT)
    first.type(FILE, 0, 0, "# ")
    first.to_bridge.pop()()
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == f"# {text}"
    first.is_at_once = True
    first.to_bridge.popleft()()
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == f"# {text}"


async def test_what_was_typed_during_a_request_stays_when_the_file_is_opened_again(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    second.is_at_once = False
    first.type(FILE, 0, 0, "of alice\n")
    await settle()
    second.type(FILE, len(TEXT), 0, "typed\n")
    while second.to_bridge:
        second.to_bridge.popleft()()
    text = second.shown(FILE)
    second.close(FILE)
    second.open(FILE, text)
    second.is_at_once = True
    while second.requests:
        second.step()
        await settle()
    assert first.shown(FILE) == second.shown(FILE) == f"of alice\n{TEXT}typed\n"


async def test_another_version_on_the_disk_is_asked_about(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    first.close(FILE)
    first.open(FILE, "another\nbranch\nof it\n")
    await settle()
    (question,) = first.asked
    assert question.kind is QuestionKind.DISK
    assert second.shown(FILE) == TEXT
    await first.commands.answer(first.uri(FILE), DocumentChoice.SHARED)
    await settle()
    assert first.shown(FILE) == TEXT


@pytest.mark.parametrize("again", ["another\nbranch\nof it\n", "a third\nversion\nof it\n"])
async def test_a_question_about_the_disk_stays_when_the_file_is_read_again(
    relay: Relay, tmp_path: Path, again: str
) -> None:
    """Also in the editor that shared the file as it was on the disk."""
    first, second = await pair(relay, tmp_path)
    for text in ("another\nbranch\nof it\n", again):
        first.close(FILE)
        first.open(FILE, text)
        await settle()
    assert first.shown(FILE) == again
    assert second.shown(FILE) == TEXT
    assert [question.is_settled for question in first.asked] == [False, True, False]
    assert first.asked[-1].kind is QuestionKind.DISK
    await first.commands.answer(first.uri(FILE), DocumentChoice.SHARED)
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == TEXT
    (kept,) = (tmp_path / f"{first.folder.name}-state" / "recovered").iterdir()
    assert kept.read_text() == again


@pytest.mark.parametrize("is_saved", [True, False])
async def test_a_version_that_the_disk_has_again_is_not_asked_about(
    relay: Relay, tmp_path: Path, *, is_saved: bool
) -> None:
    """A branch is checked out and the one before again, while others go on writing."""
    first, second = await pair(relay, tmp_path)
    first.type(FILE, 0, 0, "unsaved ")
    await settle()
    text = TEXT if is_saved else f"unsaved {TEXT}"
    for version in ("another\nbranch\nof it\n", "a third\nversion\nof it\n", text):
        first.close(FILE)
        first.open(FILE, version)
        await settle()
        second.type(FILE, 0, 0, "bob ")
        await settle()
    assert first.shown(FILE) == second.shown(FILE) == f"bob bob bob unsaved {TEXT}"
    assert first.asked[-1].is_settled
    assert not (tmp_path / f"{first.folder.name}-state" / "recovered").exists()
    # It counts as the disk's from now on: what is written there later is an edit.
    first.close(FILE)
    first.open(FILE, f"{text}appended\n")
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == f"bob bob bob unsaved {TEXT}appended\n"


async def test_what_is_typed_before_the_shared_text_is_there_stays(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    first.type(FILE, 4, 3, "TWO")
    third = site(relay, tmp_path, "carol")
    third.open(FILE, TEXT)
    third.type(FILE, 0, 0, "typed at once ")
    await settle()
    assert first.shown(FILE) == third.shown(FILE) == "typed at once one\nTWO\nthree\n"
    assert not third.asked


async def test_a_file_that_is_read_again_before_the_shared_text_is_there_is_asked_about(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    third = site(relay, tmp_path, "carol")
    third.open(FILE, TEXT)
    third.close(FILE)
    third.open(FILE, "from the disk\n")
    await settle()
    assert first.shown(FILE) == TEXT
    assert third.shown(FILE) == "from the disk\n"
    assert [question.kind for question in third.asked] == [QuestionKind.JOIN]


async def test_git_has_just_changed_and_the_user_stops(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    (first.folder / ".git").mkdir()
    (first.folder / ".git" / "HEAD").write_text("ref: refs/heads/other\n")
    first.close(FILE)
    first.open(FILE, TEXT + "four\n")
    await settle()
    assert [question.kind for question in first.asked] == [QuestionKind.DISK]
    await first.commands.answer(first.uri(FILE), DocumentChoice.LATER)
    assert state(first) is DocumentState.DETACHED
    first.type(FILE, 0, 0, "x")
    await settle()
    assert second.shown(FILE) == TEXT


async def test_a_rename_in_the_editor_renames_the_document(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    first.files.on_renamed(FILE, "b.py")
    await settle()
    assert first.documents.renamed == [("d0", "b.py")]
    first.close(FILE)
    first.open("b.py", TEXT)
    await settle()
    second.type(FILE, 0, 0, "x")
    await settle()
    assert first.shown("b.py") == "x" + TEXT


async def test_a_rename_of_a_folder_renames_the_documents_in_it(
    relay: Relay, tmp_path: Path
) -> None:
    first = site(relay, tmp_path, "alice")
    for file in ("old/a.py", "older.py"):
        (first.folder / file).parent.mkdir(exist_ok=True)
        first.open(file, TEXT)
        await first.commands.share(first.uri(file))
    await settle()
    first.files.on_renamed("old", "new/place")
    await settle()
    assert first.documents.renamed == [("d0", "new/place/a.py")]


async def test_a_file_that_is_opened_under_its_new_name_first_goes_on_when_the_name_is_known(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    first.close(FILE)
    first.open("b.py", TEXT)
    second.type(FILE, 0, 0, "x")
    first.files.on_renamed(FILE, "b.py")
    await settle()
    first.type("b.py", 0, 0, "y")
    await settle()
    assert first.shown("b.py") == second.shown(FILE) == "yx" + TEXT
    assert not first.asked


async def test_a_file_that_is_opened_again_with_the_shared_text_needs_no_answer_any_more(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path, "mine\n")
    second.close(FILE)
    second.open(FILE, TEXT)
    await settle()
    assert [question.is_settled for question in second.asked] == [False, True]
    second.type(FILE, 0, 0, "x")
    await settle()
    assert first.shown(FILE) == second.shown(FILE) == "x" + TEXT


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("is_saved", [False, True])
async def test_a_closed_file_without_anything_of_ones_own_joins_again_silently(
    relay: Relay, tmp_path: Path, *, is_saved: bool, is_restarted: bool
) -> None:
    first, second = await pair(relay, tmp_path)
    second.type(FILE, 0, 0, "saved ")
    await settle()
    first.files.on_saved(first.uri(FILE))
    second.type(FILE, 0, 0, "not saved ")
    await settle()
    left = first.shown(FILE).removeprefix("not saved " if is_saved else "")
    close(first)
    if is_restarted:
        first = Site(relay, first.folder, first.name, marks=True)
    second.type(FILE, 0, 0, "while it was closed ")
    await settle()
    first.open(FILE, left)
    await settle()
    assert not first.asked
    assert not first.notices
    assert first.shown(FILE) == second.shown(FILE) == f"while it was closed not saved saved {TEXT}"


async def test_the_users_file_is_joined_when_a_document_of_its_path_without_a_file_is_closed(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = site(relay, tmp_path, "alice"), site(relay, tmp_path, "bob")
    without_file = uri_without_file("s", FILE)
    # An editor keeps it for a while after its tab was closed.
    second.open(without_file, TEXT)
    second.open(FILE, TEXT)
    first.open(FILE, TEXT)
    await first.commands.share(first.uri(FILE))
    await settle()
    close(second, without_file)
    await settle()
    first.type(FILE, 0, 0, "zero\n")
    await settle()
    assert state(second) == DocumentState.EQUAL
    assert second.shown(FILE) == f"zero\n{TEXT}"
    assert not second.asked


async def test_a_file_that_was_changed_while_it_was_closed_is_asked_about(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    second.type(FILE, 0, 0, "x")
    await settle()
    close(first)
    first.open(FILE, "mine " + TEXT)
    await settle()
    assert [question.kind for question in first.asked] == [QuestionKind.JOIN]


async def test_text_that_was_never_shared_is_not_remembered(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path, "mine\n")
    close(second)
    first.type(FILE, 0, 0, "x")
    second.open(FILE, "mine\n")
    await settle()
    assert len([question for question in second.asked if not question.is_settled]) == 2


def close(at: Site, name: str = FILE) -> None:
    """Close the file, and let the time pass in which it would be opened again at once."""
    file = at.files.file_of(at.uri(name))
    assert file is not None
    at.close(name)
    at.files.closed(file)


async def test_a_save_is_told_with_the_hash(relay: Relay, tmp_path: Path) -> None:
    first, _ = await pair(relay, tmp_path)
    first.files.on_saved(first.uri(FILE))
    await settle()
    assert [each[0] for each in first.documents.saves] == ["d0"]


async def test_the_beginning_of_a_save_is_known_before_the_disk_has_the_text(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    file = first.files.file_of(first.uri(FILE))
    assert file is not None
    assert isinstance(file.opened, RelayedText)
    first.files.on_saving(first.uri(FILE))
    first.files.on_saving(first.uri("other.txt"))
    await settle()
    assert file.opened.saves_begun == 1
    assert not first.documents.saves


async def test_a_save_while_a_question_is_open_is_noted_and_not_told(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    first.close(FILE)
    first.open(FILE, "another\nbranch\nof it\n")
    await settle()
    assert [question.kind for question in first.asked] == [QuestionKind.DISK]
    first.type(FILE, 0, 0, "typed\n")
    first.files.on_saved(first.uri(FILE))
    await settle()
    file = first.files.file_of(first.uri(FILE))
    assert file is not None
    assert file.saved_text == first.shown(FILE) == "typed\nanother\nbranch\nof it\n"
    assert file.saved_hash == hash_of(first.shown(FILE))
    assert not first.documents.saves


async def test_a_buffer_that_is_not_as_it_was_told_is_mended(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    uri = first.uri(FILE)
    version = first.versions[uri]
    first.texts[uri].take("one\ntwo, untold\nthree\n")
    first.files.on_check(TextCheck(uri=uri, version=version, hash=hash_of(first.shown(FILE))))
    await settle()
    assert second.shown(FILE) == first.shown(FILE) == "one\ntwo, untold\nthree\n"
    assert first.files.mended == 1
    assert first.notices[-1][0] == "DOCUMENT_MENDED"


async def test_a_check_of_an_equal_text_or_of_another_version_does_nothing(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    uri = first.uri(FILE)
    version = first.versions[uri]
    first.files.on_check(TextCheck(uri=uri, version=version, hash=hash_of(TEXT)))
    first.files.on_check(TextCheck(uri=uri, version=version - 1, hash=hash_of("")))
    await settle()
    assert first.files.mended == 0


def killed(at: Site) -> Site:
    """Another bridge of the same editor, after the first one was killed."""
    file = at.files.file_of(at.uri(FILE))
    assert file is not None
    assert file.keeping is not None
    file.keeping.close(keeps=True)
    assert file.opened is not None
    at.relay.forget(file.opened)  # type: ignore[arg-type]
    at.relay.bridges.remove(at)
    return Site(at.relay, at.folder, at.name, marks=True)


async def test_after_a_bridge_was_killed_its_editor_goes_on_without_a_question(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    first.type(FILE, 0, 0, "told\n")
    await settle()
    again = killed(first)
    second.type(FILE, 0, 0, "# of bob\n")
    await settle()
    again.open(FILE, "told\n" + TEXT)
    await settle()
    assert not again.asked
    assert again.shown(FILE) == second.shown(FILE) == "# of bob\ntold\n" + TEXT


async def test_after_a_bridge_was_killed_what_was_typed_without_it_is_taken(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    again.open(FILE, TEXT + "untold\n")
    await settle()
    assert not again.asked
    assert second.shown(FILE) == TEXT + "untold\n"


async def test_both_sides_went_on_so_the_user_is_asked(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    again = killed(first)
    second.type(FILE, 0, 0, "# of bob\n")
    await settle()
    again.open(FILE, "one\nthree\nuntold\n", disk=TEXT)
    await settle()
    assert [question.kind for question in again.asked] == [QuestionKind.JOIN]


async def test_what_the_server_may_have_already_is_not_written_again_while_it_is_away(
    relay: Relay, tmp_path: Path
) -> None:
    first, second = await pair(relay, tmp_path)
    kept = relay.texts["d0"].encode()
    second.type(FILE, 0, 0, "# of bob\n")
    await settle()
    again = killed(first)
    relay.kept = kept
    again.open(FILE, "# of bob\n" + TEXT)
    await settle()
    assert state(again) is DocumentState.OFFLINE
    assert not again.asked
    file = again.files.file_of(again.uri(FILE))
    assert file is not None
    assert isinstance(file.opened, RelayedText)
    again.type(FILE, 0, 0, "untold\n")
    file.opened.come_back()
    await settle()
    assert state(again) is DocumentState.EQUAL
    assert again.shown(FILE) == second.shown(FILE) == "untold\n# of bob\n" + TEXT


@pytest.mark.parametrize("is_read_before", [True, False])
async def test_what_the_disk_lacks_is_not_deleted_when_it_is_read_after_a_break(
    relay: Relay, tmp_path: Path, is_read_before: bool
) -> None:
    first, second = await pair(relay, tmp_path)
    first.files.on_saved(first.uri(FILE))
    first.type(FILE, 0, 0, "# of alice\n")
    second.type(FILE, 0, 0, "# of bob\n")
    await settle()
    both = first.shown(FILE)
    again = killed(first)
    if not is_read_before:
        again.open(FILE, both)
        await settle()
        again.close(FILE)
    again.open(FILE, TEXT)
    await settle()
    assert not again.asked
    assert again.shown(FILE) == second.shown(FILE) == both


async def test_the_same_text_of_the_disk_again_is_no_edit(relay: Relay, tmp_path: Path) -> None:
    first, second = await pair(relay, tmp_path)
    for _ in range(2):
        first.close(FILE)
        first.open(FILE, TEXT + "of a formatter\n")
        await settle()
        second.type(FILE, 0, 0, "# of bob\n")
        await settle()
    expected = "# of bob\n# of bob\n" + TEXT + "of a formatter\n"
    assert first.shown(FILE) == second.shown(FILE) == expected


async def test_edits_that_the_server_lacks_outlive_the_bridge(relay: Relay, tmp_path: Path) -> None:
    first, _ = await pair(relay, tmp_path)
    file = first.files.file_of(first.uri(FILE))
    assert file is not None
    assert isinstance(file.opened, RelayedText)
    file.opened.pending, file.opened.kept_bytes = 1, b"edits"
    again = killed(first)
    again.open(FILE, TEXT)
    assert again.documents.given == [b"edits"]
    await settle()


async def test_a_closed_file_is_let_go_of_when_the_server_has_its_edits(
    relay: Relay, tmp_path: Path
) -> None:
    first, _ = await pair(relay, tmp_path)
    file = first.files.file_of(first.uri(FILE))
    assert file is not None
    opened = file.opened
    assert isinstance(opened, RelayedText)
    opened.pending = 1
    close(first)
    assert opened.state == "equal"
    opened.pending = 0
    opened.calls["on_keep"](opened)
    assert opened.state == "detached"
    assert not list((tmp_path / "alice-state" / "documents").glob("*.json"))
