"""Tests of presentation.closed_files, with a real bridge and what it sends to its editor."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peerline.client import Replica
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.settings import BridgeSettings
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding
from tests.unit.lsp_bridge.anchors.test_anchor import comment_on

TEXT = "one = 1\ntwo = 2\nthree = 3\n"
SHORTER = "two = 2\nthree = 3\n"


class Editor:
    """The bridge's view of the threads of a workspace, to an editor that lists all of them."""

    def __init__(self, *folders: Path, all_comments: bool = True) -> None:
        self.threads: dict[str, list[dict[str, Any]]] = {}
        self.bridge = Bridge(
            asyncio.get_running_loop(),
            RichSurface(lambda method, params: self._notify(method, json.loads(params))),
            Locations(Documents(), Workspace(folders), Encoding.UTF16),
            BridgeSettings(all_comments=all_comments),
        )
        self.replica = Replica()

    def comment(self, file: str, row: int) -> None:
        thread = comment_on(TEXT, row).model_copy(update={"id": f"{file}-{row}", "file": file})
        self.replica.threads[thread.id] = thread

    def begin(self) -> None:
        self.bridge.presenter.begin(self.replica)
        self.bridge.presenter.threads.reset()

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        if method == "peerline/comments":
            self.threads[params["uri"]] = params["threads"]

    def rows(self, path: Path) -> list[tuple[int, bool]] | None:
        """The line of each thread that is shown in a file, and whether it is outdated."""
        shown = self.threads.get(path.as_uri())
        return None if shown is None else [(item["line"], item["outdated"]) for item in shown]

    async def wait(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - the bridge works in the same loop
                await asyncio.sleep(0.01)


async def test_threads_of_closed_files_are_shown_where_they_are_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(SHORTER)
    editor = Editor(tmp_path)
    editor.comment("a", 0)
    editor.comment("a", 2)
    editor.begin()
    await editor.wait(lambda: editor.rows(tmp_path / "a") is not None)
    assert editor.rows(tmp_path / "a") == [(0, True), (1, False)]
    await editor.bridge.close()


async def test_threads_of_a_file_that_is_not_here_are_listed_as_outdated(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.comment("none", 1)
    editor.begin()
    await editor.wait(lambda: editor.rows(tmp_path / "none") is not None)
    assert editor.rows(tmp_path / "none") == [(1, True)]
    await editor.bridge.close()


async def test_an_editor_that_did_not_ask_gets_only_what_it_has_open(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(TEXT)
    editor = Editor(tmp_path, all_comments=False)
    editor.comment("a", 0)
    editor.comment("b", 0)
    editor.begin()
    editor.bridge.documents.on_open((tmp_path / "a").as_uri(), 1, TEXT)
    await editor.wait(lambda: bool(editor.rows(tmp_path / "a")))
    assert editor.rows(tmp_path / "b") is None
    await editor.bridge.close()


async def test_a_file_that_is_opened_and_closed_again_keeps_its_threads(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(TEXT)
    editor = Editor(tmp_path)
    editor.comment("a", 1)
    editor.begin()
    await editor.wait(lambda: editor.rows(path) == [(1, False)])
    editor.bridge.documents.on_open(path.as_uri(), 1, "new\n" + TEXT)
    await editor.wait(lambda: editor.rows(path) == [(2, False)])
    editor.bridge.documents.on_close(path.as_uri())  # it was not saved
    await editor.wait(lambda: editor.rows(path) == [(1, False)])
    await editor.bridge.close()


async def test_the_last_thread_of_a_file_goes_from_it_and_all_when_the_session_ends(
    tmp_path: Path,
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(TEXT)
    editor = Editor(tmp_path)
    editor.comment("a", 1)
    editor.comment("b", 1)
    editor.begin()
    await editor.wait(lambda: bool(editor.rows(tmp_path / "a") and editor.rows(tmp_path / "b")))
    editor.bridge.presenter.threads.gone(editor.replica.threads.pop("a-1"))
    await editor.wait(lambda: editor.rows(tmp_path / "a") == [])
    assert editor.rows(tmp_path / "b") == [(1, False)]
    editor.bridge.presenter.end()
    assert editor.rows(tmp_path / "b") == []
    await editor.bridge.close()


async def test_threads_come_and_go_with_the_folder_that_their_file_is_in(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, name in ((one, "a"), (two, "b")):
        folder.mkdir()
        (folder / name).write_text(TEXT)
    editor = Editor(one)
    editor.comment("b", 1)
    editor.begin()
    await editor.wait(lambda: editor.rows(one / "b") == [(1, True)])
    editor.bridge.documents.on_folders([two], [])
    await editor.wait(lambda: editor.rows(two / "b") == [(1, False)])
    assert editor.rows(one / "b") == []
    editor.bridge.documents.on_folders([], [two])
    await editor.wait(lambda: editor.rows(one / "b") == [(1, True)])
    assert editor.rows(two / "b") == []
    await editor.bridge.close()


async def test_an_open_document_is_shared_as_soon_as_its_folder_is_there(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a").write_text(TEXT)
    (one / "a").unlink()
    editor = Editor(one)
    editor.comment("a", 2)
    editor.begin()
    editor.bridge.documents.on_open((two / "a").as_uri(), 1, TEXT)
    await editor.wait(lambda: editor.rows(one / "a") == [(2, True)])
    assert not editor.rows(two / "a")
    editor.bridge.documents.on_folders([two], [])
    await editor.wait(lambda: editor.rows(two / "a") == [(2, False)])
    assert editor.rows(one / "a") == []
    await editor.bridge.close()


async def test_a_thread_in_a_file_that_cannot_be_read_is_not_outdated(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("première = 1\ntwo\n".encode("latin-1"))
    editor = Editor(tmp_path)
    editor.comment("a", 1)
    editor.begin()
    await editor.wait(lambda: editor.rows(tmp_path / "a") is not None)
    assert editor.rows(tmp_path / "a") == [(1, False)]
    await editor.bridge.close()
