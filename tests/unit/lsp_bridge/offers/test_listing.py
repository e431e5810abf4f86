"""Looks at real folders: what has not changed is not read again, and renamed files are known."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge.offers import listing
from peerline_bridge.offers.listing import Listing, list_files, moves
from peerline_bridge.offers.never_given import NeverGiven, NotGiven
from peerline_bridge.texts.paths import Workspace

SECOND_NS = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "work"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_text("a\n")
    (folder / "b.py").write_text("b\n")
    age(folder, folder / "src")
    return folder


def age(*folders: Path) -> None:
    """Give folders a time that is long ago, as most have."""
    then = time.time_ns() - 60 * SECOND_NS
    for folder in folders:
        os.utime(folder, ns=(then, then))


def look(folder: Path, known: Listing | None = None) -> Listing:
    workspace = Workspace([folder])
    return list_files(workspace, NeverGiven(workspace, lambda: None), lambda: False, known)


def test_a_folder_that_has_not_changed_is_not_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = look(folder)
    assert first.sizes == {"src/a.py": 2, "b.py": 2}
    read: list[Path] = []
    by_content = NeverGiven.by_content

    def count(rule: NeverGiven, path: Path) -> object:
        read.append(path)
        return by_content(rule, path)

    monkeypatch.setattr(NeverGiven, "by_content", count)
    assert look(folder, first) == first
    assert read == []
    (folder / "src" / "c.py").write_text("c\n")
    second = look(folder, first)
    assert second.sizes == {"src/a.py": 2, "src/c.py": 2, "b.py": 2}
    assert [path.name for path in read] == ["c.py"]
    (folder / ".gitignore").write_text("a.py\n")
    assert set(look(folder, second).sizes) == {"src/c.py", "b.py", ".gitignore"}


def test_patterns_that_change_in_place_count_below_them_too(folder: Path) -> None:
    patterns = folder / ".gitignore"
    patterns.write_text("nothing\n")
    age(folder)
    first = look(folder)
    assert "src/a.py" in first.sizes
    patterns.write_text("src/a.py\n")
    age(folder)
    assert "src/a.py" not in look(folder, first).sizes


def test_what_is_no_text_is_not_listed(folder: Path) -> None:
    (folder / "picture").write_bytes(b"\x89PNG\x00")
    (folder / "latin").write_bytes("é".encode("latin-1"))
    (folder / "key.txt").write_text("-----BEGIN PRIVATE KEY-----\n")
    assert set(look(folder).sizes) == {"src/a.py", "b.py"}


@pytest.mark.parametrize(("most", "is_cut"), [(3, False), (2, True)])
def test_so_many_files_and_folders_are_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch, most: int, *, is_cut: bool
) -> None:
    monkeypatch.setattr(listing, "MAX_OFFERED", most)  # there are three
    found = look(folder)
    assert found.is_cut is is_cut
    assert len(found.sizes) == (1 if is_cut else 2)
    assert look(folder, found) == found


def test_more_of_a_folder_is_looked_at_when_there_is_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_OFFERED", 2)
    cut = look(folder)
    (folder / "b.py").unlink()
    age(folder)
    whole = look(folder, cut)
    assert (whole.sizes, whole.is_cut) == ({"src/a.py": 2}, False)


@pytest.mark.parametrize(("most", "reads"), [(2, 1), (3, 2)])
def test_so_many_bytes_are_read_to_find_texts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, most: int, reads: int
) -> None:
    monkeypatch.setattr(listing, "MAX_READ_BYTES", most)
    read: list[Path] = []
    monkeypatch.setattr(NeverGiven, "by_content", lambda _, path: read.append(path) or "")
    assert len(look(folder).sizes) == 2  # what is in the others is looked at when they are wanted
    assert len(read) == reads


def test_a_renamed_file_is_known_by_its_number_on_the_disk(folder: Path) -> None:
    before = look(folder)
    (folder / "b.py").rename(folder / "src" / "b2.py")
    (folder / "src" / "a.py").unlink()
    after = look(folder, before)
    assert moves(before.inodes, after.inodes, ["b.py", "src/a.py", "unknown"]) == {
        "b.py": "src/b2.py"
    }


NAMES = st.sampled_from(["a.py", "b.txt", ".env", "key.pem", "build/x", "deep/d/e.py", "id_rsa"])
TEXTS = st.sampled_from([b"text\n", b"a\x00b", b"\xff\xfe", b"-----BEGIN PRIVATE KEY-----\n", b""])


@given(st.dictionaries(NAMES, TEXTS), st.sampled_from(["", "build/\n", "*.py\n!a.py\n", "d/\n"]))
def test_what_is_listed_is_what_is_given(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], patterns: str
) -> None:
    folder = tmp_path_factory.mktemp("work").resolve()
    (folder / ".gitignore").write_text(patterns)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    workspace = Workspace([folder])
    rule = NeverGiven(workspace, lambda: None)
    listed = list_files(workspace, rule, lambda: False, None).sizes
    for name in (".gitignore", *files):
        assert isinstance(rule.read(folder / name), NotGiven) is (name not in listed), name
