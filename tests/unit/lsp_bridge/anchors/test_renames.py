"""Tests of anchors.renames and anchors.file_search."""

from pathlib import Path
from threading import Event

import pytest

from peerline_bridge.anchors import file_search
from peerline_bridge.anchors.anchor import Anchor, anchor_at, normalise
from peerline_bridge.anchors.file_search import find_renamed
from peerline_bridge.anchors.renames import Renames, recognise
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import split_lines
from tests.unit.lsp_bridge.anchors.test_anchor import TEXT

OTHER = "".join(f"something_else_{number} = {number}\n" for number in range(20))


def anchors(text: str = TEXT, *rows: int) -> list[Anchor]:
    return [anchor_at(split_lines(text), row, row) for row in rows or (3, 7)]


def lines(text: str) -> frozenset[str]:
    return frozenset(normalise(line) for line in split_lines(text))


def test_a_file_that_is_here_is_itself_whatever_was_told() -> None:
    renames = Renames({"a.py", "b.py"}.__contains__)
    renames.record("a.py", "b.py")
    assert renames.here("a.py") == "a.py"
    assert renames.here("c.py") is None


def test_renames_are_followed_along_and_against_their_direction() -> None:
    renames = Renames({"new.py", "old.py"}.__contains__)
    renames.record("a.py", "b.py")
    renames.record("b.py", "new.py")
    renames.record("old.py", "x.py")
    renames.record("x.py", "y.py")
    assert renames.here("a.py") == "new.py"
    assert renames.here("y.py") == "old.py"


def test_a_folder_takes_its_files_along() -> None:
    renames = Renames({"lib/a/b.py"}.__contains__)
    renames.record("src", "lib")
    assert renames.here("src/a/b.py") == "lib/a/b.py"
    assert renames.here("srcs/a/b.py") is None


def test_renames_in_a_circle_end() -> None:
    renames = Renames(lambda _: False)
    renames.record("a.py", "b.py")
    renames.record("b.py", "a.py")
    renames.record("c", "c/c")
    assert renames.here("a.py") is None
    assert renames.here("c") is None
    renames.clear()
    assert renames.here("a.py") is None


def test_a_file_is_recognised_by_what_was_commented() -> None:
    candidates = [("x/other.py", lines(OTHER)), ("x/new.py", lines("# new\n" + TEXT))]
    assert recognise({"old.py": anchors()}, candidates) == {"old.py": "x/new.py"}


def test_of_two_that_are_as_similar_none_is_meant_unless_it_has_the_name() -> None:
    both = [("x/one.py", lines(TEXT)), ("y/two.py", lines(TEXT))]
    assert recognise({"old.py": anchors()}, both) == {}
    same = [("x/one.py", lines(TEXT)), ("y/old.py", lines(TEXT[: len(TEXT) // 2]))]
    assert recognise({"old.py": anchors()}, same) == {"old.py": "x/one.py"}


def test_lines_that_say_little_recognise_nothing() -> None:
    text = "{\n}\n\n)\n"
    assert recognise({"old.py": anchors(text, 0, 1)}, [("new.py", lines(text))]) == {}


def write(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def find(*folders: Path, known: frozenset[str] = frozenset()) -> dict[str, str]:
    stop = Event()
    gone = {"src/old.py": anchors()}
    return find_renamed(Workspace(folders), gone, known=known, stop=stop)


def test_the_workspace_is_looked_through(tmp_path: Path) -> None:
    write(tmp_path, "lib/new.py", TEXT)
    write(tmp_path, "lib/other.py", OTHER)
    write(tmp_path, "lib/binary.py", "x")
    (tmp_path / "lib/binary.py").write_bytes(b"\xff\xfe" * 100)
    assert find(tmp_path) == {"src/old.py": "lib/new.py"}
    assert find(tmp_path, known=frozenset({"lib/new.py"})) == {}


@pytest.mark.parametrize("mark", [".git", ".peerline.toml"])
def test_a_file_is_found_under_the_path_that_the_session_knows(tmp_path: Path, mark: str) -> None:
    write(tmp_path, mark, "")
    app = tmp_path / "packages" / "app"
    write(app, "lib/new.py", TEXT)
    found = find(app)
    assert found == {"src/old.py": "packages/app/lib/new.py"}
    assert Workspace([app]).locate(found["src/old.py"]) == app / "lib" / "new.py"
    assert find(app, known=frozenset({"packages/app/lib/new.py"})) == {}


def test_a_file_of_two_folders_one_inside_the_other_is_one_file(tmp_path: Path) -> None:
    write(tmp_path, ".git", "")
    write(tmp_path, "app/lib/new.py", TEXT)
    assert find(tmp_path, tmp_path / "app") == {"src/old.py": "app/lib/new.py"}


def test_of_two_folders_with_the_path_the_name_of_the_folder_says_which(tmp_path: Path) -> None:
    write(tmp_path, "one/lib/new.py", OTHER)
    write(tmp_path, "two/lib/new.py", TEXT)
    assert find(tmp_path / "one", tmp_path / "two") == {"src/old.py": "two/lib/new.py"}


def test_a_file_that_has_no_path_for_the_others_is_not_found(tmp_path: Path) -> None:
    write(tmp_path, "lib/new.py", TEXT)
    workspace = Workspace([tmp_path], "src")
    gone = {"old.py": anchors()}
    assert find_renamed(workspace, gone, known=frozenset(), stop=Event()) == {}


@pytest.mark.parametrize("file", [".git/new.py", ".new.py", "node_modules/new.py", "new.txt"])
def test_what_is_hidden_or_of_another_kind_is_left_out(tmp_path: Path, file: str) -> None:
    write(tmp_path, file, TEXT)
    assert find(tmp_path) == {}


def test_no_link_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "secret/new.py", TEXT)
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "new.py").symlink_to(tmp_path / "secret" / "new.py")
    assert find(folder) == {}


def test_big_files_are_left_out_at_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "new.py", TEXT)
    monkeypatch.setattr(file_search, "MAX_BYTES", len(TEXT))
    assert find(tmp_path) == {"src/old.py": "new.py"}
    monkeypatch.setattr(file_search, "MAX_BYTES", len(TEXT) - 1)
    assert find(tmp_path) == {}


def test_only_so_many_files_are_read_those_with_the_name_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        write(tmp_path, f"a{number}.py", OTHER)
    write(tmp_path, "z/old.py", TEXT)
    monkeypatch.setattr(file_search, "MAX_READ", 1)
    assert find(tmp_path) == {"src/old.py": "z/old.py"}
    (tmp_path / "z/old.py").rename(tmp_path / "z/new.py")
    assert find(tmp_path) == {}


def test_a_search_that_is_stopped_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path, "new.py", TEXT)
    stop = Event()
    stop.set()
    gone = {"src/old.py": anchors()}
    assert find_renamed(Workspace([tmp_path]), gone, known=frozenset(), stop=stop) == {}
