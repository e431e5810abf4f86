"""Tests of session.path_notices on a real file system."""

from pathlib import Path

import pytest

from peerline_bridge.guard import Guard
from peerline_bridge.session.path_notices import MAX_FILES, PathNotices
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding
from peerline_bridge.texts.session_paths import Unshared


class Notices:
    """The notices of a workspace, and the documents for which the disk was asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[str] = []
        self.asked: list[str] = []
        workspace = Workspace([folder])
        name = workspace.name

        def counted(uri: str) -> str | Unshared:
            self.asked.append(uri)
            return name(uri)

        monkeypatch.setattr(workspace, "name", counted)
        locations = Locations(Documents(), workspace, Encoding.UTF16)
        self.paths = PathNotices(locations, lambda _, __, text: self.shown.append(text), Guard())


def test_the_disk_is_asked_once_for_a_file_that_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "ws").mkdir()
    notices = Notices(folder, monkeypatch)
    uri = (tmp_path / "outside.py").as_uri()
    for _ in range(3):
        notices.paths.unshared(uri)
    text = "outside.py is outside of the folders that are open. Others do not see you there."
    assert notices.shown == [text]
    assert notices.asked == [uri]
    notices.paths.begin()
    notices.paths.unshared(uri)
    assert notices.shown == [text, text]


def test_it_is_told_of_a_limited_number_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "ws").mkdir()
    notices = Notices(folder, monkeypatch)
    for number in range(MAX_FILES + 1):
        notices.paths.unshared((tmp_path / f"{number}.py").as_uri())
    assert len(notices.shown) == len(notices.asked) == MAX_FILES
    assert notices.shown[-1].startswith(f"{MAX_FILES - 1}.py ")
