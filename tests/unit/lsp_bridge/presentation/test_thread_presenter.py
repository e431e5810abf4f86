"""Tests of presentation.thread_presenter, with a real bridge and what it sends to its editor."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from peerline.client import Replica
from peerline.protocol.editor.base import Position, Range
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.presentation.document_threads import SLICE_THREADS
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.settings import BridgeSettings
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents, TextChange
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding
from tests.unit.lsp_bridge.anchors.test_anchor import comment_on

COUNT = 3 * SLICE_THREADS
TEXT = "".join(f"value_{number} = compute({number})\n" for number in range(COUNT))


class Editor:
    """The bridge's view of one file with many comments."""

    def __init__(self, folder: Path, *, comment_changes: bool) -> None:
        (folder / "a").write_text(TEXT)
        self.uri = (folder / "a").as_uri()
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.rows: dict[str, int] = {}
        self.bridge = Bridge(
            asyncio.get_running_loop(),
            RichSurface(lambda method, params: self._notify(method, json.loads(params))),
            Locations(Documents(), Workspace([folder]), Encoding.UTF16),
            BridgeSettings(comment_changes=comment_changes),
        )
        self.replica = Replica()
        for row in range(COUNT):
            thread = comment_on(TEXT, row).model_copy(update={"id": f"c{row}"})
            self.replica.threads[thread.id] = thread
        self.bridge.presenter.begin(self.replica)

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        if method not in {"peerline/comments", "peerline/commentChanges"}:
            return
        self.sent.append((method, params))
        if method == "peerline/comments":
            self.rows.clear()
        for place in [*params.get("threads", []), *params.get("moved", [])]:
            self.rows[place["id"]] = place["line"]
        for thread_id in params.get("removed", []):
            del self.rows[thread_id]

    async def wait(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - the bridge works in the same loop
                await asyncio.sleep(0.01)

    def insert(self, line: int) -> None:
        place = Position(line=line, character=0)
        self.bridge.documents.on_change(
            self.uri, 2, [TextChange("# new\n", Range(start=place, end=place))]
        )


@pytest.mark.parametrize("comment_changes", [True, False])
async def test_many_comments_are_shown_and_move(tmp_path: Path, *, comment_changes: bool) -> None:
    editor = Editor(tmp_path, comment_changes=comment_changes)
    editor.bridge.documents.on_open(editor.uri, 1, TEXT)
    await editor.wait(lambda: len(editor.rows) == COUNT)
    assert editor.rows == {f"c{row}": row for row in range(COUNT)}
    if comment_changes:
        assert 0 < max(len(params["threads"]) for _, params in editor.sent) <= SLICE_THREADS
    editor.sent.clear()
    editor.insert(COUNT // 2)
    moved = {f"c{row}": row + (row >= COUNT // 2) for row in range(COUNT)}
    await editor.wait(lambda: editor.rows == moved)
    if comment_changes:
        # What has not changed is not sent again.
        assert all(params["threads"] == [] for _, params in editor.sent)
        assert sum(len(params["moved"]) for _, params in editor.sent) == COUNT // 2
    await editor.bridge.close()


async def test_a_thread_that_has_gone_is_removed_and_one_that_changed_is_sent(
    tmp_path: Path,
) -> None:
    editor = Editor(tmp_path, comment_changes=True)
    editor.bridge.documents.on_open(editor.uri, 1, TEXT)
    await editor.wait(lambda: len(editor.rows) == COUNT)
    editor.sent.clear()
    threads = editor.bridge.presenter.threads
    threads.gone(editor.replica.threads.pop("c7"))
    edited = editor.replica.threads["c8"].model_copy(update={"content": "edited"})
    editor.replica.threads["c8"] = edited
    threads.changed(edited)
    await editor.wait(lambda: "c7" not in editor.rows)
    ((method, params),) = editor.sent
    assert method == "peerline/commentChanges"
    assert params["removed"] == ["c7"]
    assert [(thread["id"], thread["content"]) for thread in params["threads"]] == [("c8", "edited")]
    await editor.bridge.close()


async def test_an_editor_that_has_forgotten_all_is_shown_all(tmp_path: Path) -> None:
    editor = Editor(tmp_path, comment_changes=True)
    editor.bridge.documents.on_open(editor.uri, 1, TEXT)
    await editor.wait(lambda: len(editor.rows) == COUNT)
    editor.rows.clear()
    editor.sent.clear()
    editor.bridge.presenter.threads.show_again()
    await editor.wait(lambda: len(editor.rows) == COUNT)
    assert editor.sent[0][0] == "peerline/comments"
    await editor.bridge.close()
