"""Shares a real folder with more files than are offered: everybody is told that there are more."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from peerline.protocol.editor.session import NoticeLevel
from peerline.protocol.offers import OfferData
from peerline.protocol.roles import Role
from peerline_bridge.guard import Guard
from peerline_bridge.offers import listing
from peerline_bridge.sharing.folder_sharing import FolderSharing
from peerline_bridge.texts.paths import Workspace


class Sharing:
    """The folder of an editor that is in a session."""

    def __init__(self, folder: Path) -> None:
        self.offered: asyncio.Queue[OfferData] = asyncio.Queue()
        self.notices: list[tuple[NoticeLevel, str, str]] = []
        session = SimpleNamespace(is_joined=True, role=Role.EDITOR)
        self.folder = FolderSharing(
            asyncio.get_running_loop(),
            Guard(),
            cast("Any", SimpleNamespace(workspace=Workspace([folder]))),
            cast("Any", SimpleNamespace()),
            cast("Any", SimpleNamespace()),
            lambda: cast("Any", session),
            lambda: None,
            lambda _: None,
            lambda level, code, text: self.notices.append((level, code, text)),
            lambda _: (1, ""),
            lambda: folder,
        )
        self.folder.begin(None, cast("Any", self))

    async def offer(self, _: object, data: OfferData) -> None:
        self.offered.put_nowait(data)

    async def withdraw(self) -> None:
        pass

    async def next(self) -> tuple[int, bool]:
        """The next offer: how many files, and whether there are more."""
        data = await asyncio.wait_for(self.offered.get(), 30)
        return data.files, data.is_cut


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files and a folder, which are all that may be offered."""
    monkeypatch.setattr(listing, "MAX_OFFERED", 3)
    folder = tmp_path.resolve() / "work"
    (folder / "src").mkdir(parents=True)
    for file in ("a.py", "src/b.py"):
        (folder / file).write_text("text\n")
    return folder


async def test_a_folder_with_as_many_files_as_are_offered_is_whole(folder: Path) -> None:
    sharing = Sharing(folder)
    shared = await sharing.folder.share()
    assert (shared.files, shared.is_cut, sharing.notices) == (2, False, [])
    assert await sharing.next() == (2, False)
    sharing.folder.end()


async def test_of_a_folder_with_one_more_the_first_are_offered(folder: Path) -> None:
    (folder / "c.py").write_text("text\n")
    sharing = Sharing(folder)
    shared = await sharing.folder.share()
    assert (shared.files, shared.is_cut, sharing.notices) == (2, True, [])
    assert await sharing.next() == (2, True)
    sharing.folder.end()


async def test_a_folder_that_becomes_too_large_is_told_to_all(folder: Path) -> None:
    sharing = Sharing(folder)
    await sharing.folder.share()
    assert await sharing.next() == (2, False)
    (folder / "c.py").write_text("text\n")
    sharing.folder.touched()
    assert await sharing.next() == (2, True)
    ((level, code, text),) = sharing.notices
    assert (level, code) == (NoticeLevel.WARNING, "FOLDER_CUT")
    assert "Share other files one by one." in text
    (folder / "c.py").unlink()
    sharing.folder.touched()
    assert await sharing.next() == (2, False)
    assert len(sharing.notices) == 1
    sharing.folder.end()
