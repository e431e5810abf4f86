"""Tests of presentation.comings_and_goings, and of what an editor is sent of it."""

import asyncio
from pathlib import Path
from typing import Any

from peerline.protocol.participants import ParticipantRemoved, User, UserJoined, UserLeft
from peerline.protocol.roles import Role
from peerline_bridge.presentation.participants_presenter import FRAME_SECONDS

from .test_presenter import NOW, Editor, snapshot


def joined(user_id: str, seq: int, role: Role = Role.EDITOR) -> UserJoined:
    user = User(id=user_id, username=user_id.title(), role=role)
    return UserJoined(session_id="s", user=user, timestamp=NOW, seq=seq)


def left(user_id: str, seq: int) -> UserLeft:
    name = user_id.title()
    return UserLeft(session_id="s", user_id=user_id, username=name, timestamp=NOW, seq=seq)


async def next_list(editor: Editor) -> dict[str, Any]:
    """The next list of the participants that the editor is sent."""
    before = len(editor.all("peerline/participants"))
    editor.presenter.participants.list_changed()
    async with asyncio.timeout(60):
        while len(editor.all("peerline/participants")) == before:  # noqa: ASYNC110 - the same loop
            await asyncio.sleep(FRAME_SECONDS)
    return editor.all("peerline/participants")[-1]


def names(people: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(one["username"], one["was_removed"]) for one in people]


async def test_a_snapshot_is_no_news_and_a_join_is_told_once(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    first = await next_list(editor)
    assert (first["joined"], first["left"]) == ([], [])
    editor.receive(joined("cat", 11))
    assert names((await next_list(editor))["joined"]) == [("Cat", False)]
    assert (await next_list(editor))["joined"] == []


async def test_a_leave_and_a_removal_are_told_apart(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    editor.receive(left("bob", 11))
    assert names((await next_list(editor))["left"]) == [("Bob", False)]
    editor.receive(joined("bob", 12))
    await next_list(editor)
    editor.receive(
        ParticipantRemoved(
            session_id="s", user_id="bob", username="Bob", removed_by="x", timestamp=NOW, seq=13
        )
    )
    assert names((await next_list(editor))["left"]) == [("Bob", True)]


async def test_going_and_coming_back_at_once_is_no_news(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    editor.receive(left("bob", 11))
    editor.receive(joined("bob", 12))
    editor.receive(joined("cat", 13))
    editor.receive(left("cat", 14))
    told = await next_list(editor)
    assert (told["joined"], told["left"]) == ([], [])


async def test_another_role_oneself_and_a_snapshot_in_between_are_no_news(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    editor.receive(joined("bob", 11, Role.VIEWER))
    editor.receive(left("alice", 12))
    editor.receive(joined("alice", 13))
    told = await next_list(editor)
    assert (told["joined"], told["left"]) == ([], [])
    editor.receive(joined("cat", 14))
    editor.receive(snapshot())
    assert (await next_list(editor))["joined"] == []


async def test_a_user_who_has_left_keeps_their_name(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    editor.receive(joined("cat", 11))
    editor.receive(left("cat", 12))
    editor.receive(left("bob", 13))
    named = [editor.presenter.color_and_name(user_id)[1] for user_id in ("cat", "bob", "dan")]
    assert named == ["Cat", "Bob", "dan"]
