"""An edit of a client without a plugin is made when the text has it, whatever it answers."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.documents import EditAnswer, EditorEdit, TextEdit
from peerline_bridge.plain import edit_link
from peerline_bridge.plain.capabilities import ClientFeatures, read_features
from peerline_bridge.plain.edit_link import PlainLink
from peerline_bridge.plain.requests import ClientRequests
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document, Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding

URI = "file:///w/a.py"
PLACE = Position(line=0, character=0)


class Client:
    """A client that answers when it is told to, and the link to it."""

    def __init__(self, *, version: int = 3, takes_versions: bool = True) -> None:
        self.asked: list[types.ApplyWorkspaceEditParams] = []
        self.answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.made_at: int | None = None
        self.answers: list[EditAnswer | None] = []
        self.locations = Locations(Documents(), Workspace([Path("/w")]), Encoding.UTF16)
        self.document: Document = self.locations.documents.open(URI, version, "x\n")
        features = ClientFeatures(apply_edit=True, document_changes=takes_versions)
        requests = ClientRequests(features, self._ask, lambda _method, _params: None)
        self.link = PlainLink(asyncio.get_running_loop(), requests, self.locations, "1")
        edit = TextEdit(range=Range(start=PLACE, end=PLACE), newText="y")
        self.link.edit(
            EditorEdit(id=1, uri=URI, version=version, edits=[edit]),
            self.answers.append,
            lambda: self.made_at,
        )

    async def _ask(self, method: str, params: Any, seconds: float) -> Any:
        assert (method, seconds > 0) == (types.WORKSPACE_APPLY_EDIT, True)
        self.asked.append(params)
        return types.ApplyWorkspaceEditResult(applied=await self.answer)


async def until(condition: Callable[[], Any]) -> None:
    while not condition():  # noqa: ASYNC110 - it polls itself
        await asyncio.sleep(0.001)


def within(act: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await asyncio.wait_for(act(), 20)

    asyncio.run(run())


def test_it_is_made_when_the_text_has_it_however_late() -> None:
    async def act() -> None:
        client = Client()
        client.answer.set_result(True)
        await until(lambda: client.asked)
        client.made_at = client.document.version = 4
        await until(lambda: client.answers)
        assert client.answers == [EditAnswer(applied=True, version=4)]

    within(act)


def test_typing_that_is_told_first_shows_that_it_was_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edit_link, "ECHO_SECONDS", 1000.0)

    async def act() -> None:
        client = Client()
        client.answer.set_result(True)
        await until(lambda: client.asked)
        client.document.version = 4
        await until(lambda: client.answers)
        assert client.answers == [EditAnswer(applied=False, version=4)]

    within(act)


def test_a_refusal_is_one_at_once() -> None:
    async def act() -> None:
        client = Client()
        client.answer.set_result(False)
        await until(lambda: client.answers)
        assert client.answers == [EditAnswer(applied=False, version=3)]

    within(act)


@pytest.mark.parametrize(("version", "takes_versions"), [(3, False), (0, True)])
def test_an_edit_that_is_made_at_any_version_is_waited_for_behind_typing(
    monkeypatch: pytest.MonkeyPatch, version: int, *, takes_versions: bool
) -> None:
    monkeypatch.setattr(edit_link, "ECHO_SECONDS", 0.0)
    monkeypatch.setattr(edit_link, "SPLIT_SECONDS", 0.0)
    looks: list[int] = []

    async def act() -> None:
        client = Client(version=version, takes_versions=takes_versions)
        client.answer.set_result(True)
        await until(lambda: client.asked)
        client.document.version += 1
        asyncio.get_running_loop().call_later(3 * edit_link.LOOK_SECONDS, looks.append, 1)
        await until(lambda: looks)
        assert client.answers == []
        client.document.version += 1
        client.made_at = client.document.version
        await until(lambda: client.answers)
        assert client.answers == [EditAnswer(applied=True, version=version + 2)]

    within(act)


@pytest.mark.parametrize(
    ("name", "says_so", "takes_versions"),
    [("Neovim", False, True), ("kak-lsp", False, False), ("kak-lsp", True, True)],
)
def test_edits_are_for_one_version_where_that_is_understood(
    name: str, *, says_so: bool, takes_versions: bool
) -> None:
    edits = types.WorkspaceEditClientCapabilities(document_changes=says_so)
    workspace = types.WorkspaceClientCapabilities(apply_edit=True, workspace_edit=edits)
    features = read_features(types.ClientCapabilities(workspace=workspace), name)
    assert features.document_changes is takes_versions
