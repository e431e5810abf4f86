"""Tests of texts.locations on a real file system."""

import os
import sys
from pathlib import Path

import pytest

from peerline.protocol.editor.base import Position
from peerline_bridge.texts import locations as places_module
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding
from peerline_bridge.texts.session_paths import Unshared


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    return Locations(Documents(), Workspace([tmp_path]), Encoding.UTF16)


def test_the_document_of_a_path_is_found_as_long_as_it_is_open(
    locations: Locations, tmp_path: Path
) -> None:
    uri = (tmp_path / "a.py").as_uri()
    assert locations.open_document("a.py") is None
    document = locations.documents.open(uri, 1, "x")
    assert locations.open_document("a.py") is document
    locations.documents.close(uri)
    assert locations.open_document("a.py") is None


def test_the_disk_is_asked_only_for_a_path_that_may_mean_an_open_document(
    locations: Locations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("x")
    (tmp_path / "b.py").write_text("x")
    document = locations.documents.open((tmp_path / "a.py").as_uri(), 1, "x")
    assert locations.open_document("a.py") is document
    asked: list[str] = []
    find = locations.workspace.find

    def counted(file: str) -> Path | Unshared:
        asked.append(file)
        return find(file)

    monkeypatch.setattr(locations.workspace, "find", counted)
    for file in ("a.py", "b.py", f"{tmp_path.name}/b.py", "other/a.py", tmp_path.name):
        assert locations.open_document(file) is (document if file == "a.py" else None)
    assert asked == []
    assert locations.open_document(f"{tmp_path.name}/a.py") is document
    assert asked == [f"{tmp_path.name}/a.py"]
    # The name of the root is a folder's too, with another file.
    (tmp_path / tmp_path.name).mkdir()
    (tmp_path / tmp_path.name / "a.py").write_text("x")
    assert locations.open_document(f"{tmp_path.name}/a.py") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_only_regular_files_are_read(locations: Locations, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert locations.lines_of("pipe") is None
    assert locations.lines_of("folder") is None
    assert locations.uri_of("pipe") is None


@pytest.mark.parametrize("extra", [0, 1])
def test_a_closed_file_is_read_up_to_its_limit(
    locations: Locations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: int
) -> None:
    monkeypatch.setattr(places_module, "MAX_READ_BYTES", 100)
    (tmp_path / "a.txt").write_bytes(b"x" * (100 + extra))
    assert (locations.lines_of("a.txt") is None) is (extra == 1)


@pytest.mark.parametrize(
    "data",
    [
        "première\nß\nx = 1\n".encode("latin-1"),
        "ソース\n表\nx = 1\n".encode("shift_jis"),
        "ä\nö\nx = 1\n".encode("utf-16"),
        "ä\nö\nx = 1\n".encode("utf-16-le"),
        "ä\nö\nx = 1\n".encode("utf-8-sig"),
    ],
)
def test_the_line_is_right_in_every_encoding(
    locations: Locations, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert locations.position("a.txt", 3, 5) == Position(line=2, character=4)
    assert locations.is_unread("a.txt") is (locations.lines_of("a.txt") is None)
    assert locations.lines_of("a.txt") != []


def test_the_line_is_right_in_a_file_that_is_too_long_to_read(
    locations: Locations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places_module, "MAX_READ_BYTES", 100)
    (tmp_path / "a.txt").write_text("x\n" * 1000)
    assert locations.position("a.txt", 900, 1) == Position(line=899, character=0)
    assert locations.is_unread("a.txt")
    assert not locations.is_unread("none.txt")
    assert locations.position("none.txt", 1, 1) is None


def test_a_byte_order_mark_is_no_text(locations: Locations, tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        (tmp_path / encoding).write_bytes("x = 1\n".encode(encoding))
        assert locations.lines_of(encoding) == ["x = 1\n", ""]


def test_one_goes_to_a_shared_document_without_a_file_and_to_the_file_if_there_is_one(
    locations: Locations, tmp_path: Path
) -> None:
    locations.change_session("s 1")
    locations.is_shared = {"src/a.py", "here.py"}.__contains__
    uri = "peerline-file://s%201/src/a.py"
    assert locations.way_to("src/a.py") == locations.known_way_to("src/a.py") == uri
    assert locations.position("src/a.py", 7, 3) == Position(line=6, character=2)
    # It is no file of the user: nothing of it can be read or renamed.
    assert locations.uri_of("src/a.py") is None
    assert locations.way_to("other.py") is locations.known_way_to("other.py") is None
    assert locations.position("other.py", 7, 3) is None
    (tmp_path / "here.py").write_text("x\n")
    assert locations.way_to("here.py") == (tmp_path / "here.py").as_uri()
    # A file that comes later is the place from then on.
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x\n")
    assert locations.known_way_to("src/a.py") == (tmp_path / "src" / "a.py").as_uri()
    # It is no longer shared.
    locations.is_shared = set[str]().__contains__
    assert locations.known_way_to("src/b.py") is None
