"""Tests of texts.locations on a real file system."""

import os
import sys
from pathlib import Path

import pytest

from peerline_bridge.texts import locations as places_module
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding


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
