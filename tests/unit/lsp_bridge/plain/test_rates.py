"""Refreshes, progress and following: bounded, never for ever, and the latest state wins."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from lsprotocol import types

from peerline.protocol.editor.base import Position
from peerline.protocol.editor.participants import EditorFollow
from peerline_bridge.plain import refresher as refresher_module
from peerline_bridge.plain.capabilities import ClientFeatures
from peerline_bridge.plain.following import Following
from peerline_bridge.plain.progress import Progress
from peerline_bridge.plain.refresher import Refresher
from peerline_bridge.plain.requests import ClientRequests

EVERYTHING = ClientFeatures(
    show_document=True, apply_edit=True, progress=True, inlay_hints=True, inlay_hint_refresh=True
)


class Wire:
    """Messages that would go to a client; its answers are made by the test."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Any]] = []
        self.told: list[tuple[str, Any]] = []

    async def ask(self, method: str, params: object, _: float) -> Any:
        self.asked.append((method, params))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def tell(self, method: str, params: object) -> None:
        self.told.append((method, params))

    @property
    def messages(self) -> list[str]:
        """The messages for the user."""
        return [getattr(params, "message", "") for _, params in self.told]

    def requests(self, features: ClientFeatures = EVERYTHING) -> ClientRequests:
        return ClientRequests(features, self.ask, self.tell)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it becomes true in what is tested
            await asyncio.sleep(0)


async def test_a_refresh_runs_once_for_many_changes_and_never_twice_at_a_time() -> None:
    running = 0
    runs: list[int] = []
    gate = asyncio.Event()

    async def refresh() -> None:
        nonlocal running
        running += 1
        runs.append(running)
        await gate.wait()
        running -= 1

    refresher = Refresher(asyncio.get_running_loop(), refresh, seconds=0)
    for _ in range(5):
        refresher.mark()
    await until(lambda: runs)
    refresher.mark()
    refresher.mark()
    gate.set()
    await until(lambda: len(runs) == 2)
    await until(lambda: running == 0)
    assert runs == [1, 1]
    refresher.close()


async def test_what_only_moved_waits_for_a_pause_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    runs: list[float] = []

    async def refresh() -> None:
        runs.append(loop.time())

    monkeypatch.setattr(refresher_module, "PAUSE_SECONDS", 1_000.0)
    refresher = Refresher(loop, refresh, seconds=0)
    refresher.mark_moved()
    await asyncio.sleep(0)
    assert runs == [], "it moves in the client on its own"
    refresher.mark()
    await until(lambda: len(runs) == 1)
    monkeypatch.setattr(refresher_module, "MAX_PAUSE_SECONDS", 0.0)
    refresher.mark_moved()
    await until(lambda: len(runs) == 2)
    refresher.close()


async def test_a_refresh_that_fails_does_not_stop_the_next() -> None:
    runs: list[int] = []

    async def refresh() -> None:
        runs.append(1)
        raise ValueError("no")

    refresher = Refresher(asyncio.get_running_loop(), refresh, seconds=0)
    refresher.mark()
    await until(lambda: len(runs) == 1)
    refresher.mark()
    await until(lambda: len(runs) == 2)


async def test_a_request_that_is_not_answered_counts_as_no() -> None:
    wire = Wire(TimeoutError())
    assert await wire.requests().show_document("file:///w/a") is False
    assert await wire.requests().delete_rows("file:///w/a", 1, 0, 0) is False
    await wire.requests().refresh_inlay_hints()
    assert len(wire.asked) == 3


async def test_what_a_client_has_not_is_not_sent() -> None:
    wire = Wire()
    requests = wire.requests(ClientFeatures())
    assert await requests.show_document("file:///w/a") is False
    assert await requests.insert("file:///w/a", 1, 0, "x") is False
    assert await requests.ask_user("?", ["yes"]) is None
    assert await requests.begin_progress("t", "m") is None
    await requests.refresh_inlay_hints()
    await requests.refresh_code_lenses()
    await requests.refresh_diagnostics()
    await requests.refresh_text("peerline:/x")
    assert wire.asked == []
    assert wire.told == []


async def test_progress_begins_once_reports_the_latest_and_ends() -> None:
    wire = Wire()
    progress = Progress(asyncio.get_running_loop(), wire.requests())
    progress.report("one")
    progress.report("two")
    await until(lambda: wire.told)
    progress.report("two")
    progress.report("three")
    progress.end()
    progress.end()
    values = [params.value for _, params in wire.told]
    assert [type(value).__name__ for value in values] == [
        "WorkDoneProgressBegin",
        "WorkDoneProgressReport",
        "WorkDoneProgressEnd",
    ]
    assert (values[0].message, values[1].message) == ("two", "three")
    assert len(wire.asked) == 1


async def test_following_shows_each_new_line_and_notices_a_move() -> None:
    wire = Wire(types.ShowDocumentResult(success=True))
    uri = "file:///w/a.py"
    here = ("file:///w/b.py", Position(line=7, character=0))
    following = Following(asyncio.get_running_loop(), wire.requests(), lambda: here)
    assert not following.is_left(uri, 1), "nobody is followed"

    def at(line: int, character: int = 0) -> EditorFollow:
        position = Position(line=line, character=character)
        return EditorFollow(user_id="u", username="bob", uri=uri, position=position)

    following.update(at(3))
    await until(lambda: len(wire.asked) == 1)
    following.update(at(3, 5))
    following.update(at(9))
    await until(lambda: len(wire.asked) == 2)
    assert [params.selection.start.line for _, params in wire.asked] == [3, 9]
    assert not following.is_left(*("file:///w/b.py", 7)), "where the user came from"
    assert not following.is_left(uri, 9)
    assert following.is_left(uri, 20)
    assert wire.messages == []
    missing = EditorFollow(user_id="b", reason="bob is in x.py, which is not here")
    following.update(missing)
    following.update(missing)
    assert wire.messages == ["bob is in x.py, which is not here; following waits"]
    following.update(at(3))
    following.update(missing)
    assert len(wire.messages) == 2
    following.update(EditorFollow())
    assert not following.is_left(uri, 20)
    following.close()
