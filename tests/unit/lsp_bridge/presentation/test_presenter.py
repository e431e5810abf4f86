"""Tests of presentation.presenter: the chat as an editor is shown it."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.client import Replica
from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.editor.base import Position
from peerline.protocol.editor.participants import EditorFollow, EditorPresenceUpdate
from peerline.protocol.messages import ServerMessage
from peerline.protocol.moderation import Invite, Moderation
from peerline.protocol.participants import Participant, RoleChanged, User, UserLeft
from peerline.protocol.presence import Cursor, Presence, PresenceChanged
from peerline.protocol.roles import Role
from peerline.protocol.session import Connected, Limits, SessionChanges, SessionInfo, SessionUpdate
from peerline.protocol.types import Status
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.presentation.participants_presenter import MAX_MARKS
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding

JOINED = datetime(2026, 1, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
SNAPSHOT_MESSAGES = 2


def message(number: int) -> ChatMessage:
    return ChatMessage(
        id=f"m{number}", user_id="bob", username="Bob", content="x", timestamp=NOW, seq=number
    )


def snapshot(*messages: ChatMessage) -> Connected:
    alice, bob = (
        Participant(id=name.lower(), username=name, role=Role.EDITOR, joined_at=JOINED)
        for name in ("Alice", "Bob")
    )
    return Connected(
        session_id="s",
        user=User(id="alice", username="Alice", role=Role.EDITOR),
        role=Role.EDITOR,
        connection_id="c",
        session=SessionInfo(id="s", title="Pairing", created_at=JOINED),
        participants=[alice, bob],
        comments=[],
        messages=list(messages),
        seq=10,
        epoch="e",
        resumed=False,
        limits=Limits(
            max_message_bytes=1,
            max_content_chars=80,
            messages_per_minute=1,
            presence_interval_ms=1,
            snapshot_messages=SNAPSHOT_MESSAGES,
            heartbeat_seconds=1,
        ),
    )


class Editor:
    """A presenter and what it has sent."""

    def __init__(self, folder: Path) -> None:
        self.sent: list[tuple[str, dict[str, object]]] = []
        self.replica = Replica()
        self.locations = locations = Locations(Documents(), Workspace([folder]), Encoding.UTF16)
        surface = RichSurface(lambda method, params: self.sent.append((method, json.loads(params))))
        loop = asyncio.get_running_loop()
        self.presenter = Presenter(
            loop, surface, locations, ThreadPresenter(loop, surface, locations)
        )
        self.presenter.begin(self.replica)

    def receive(self, received: ServerMessage) -> None:
        self.presenter.show_changes(self.replica.apply(received))

    def all(self, method: str) -> list[dict[str, object]]:
        return [params for sent, params in self.sent if sent == method]


async def test_who_writes_in_the_chat_is_told_apart_from_who_writes_code(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    for presence, expected in (
        (Presence(status=Status.TYPING), False),
        (Presence(status=Status.TYPING, typing_in="chat"), True),
        (Presence(status=Status.ACTIVE), False),
    ):
        editor.receive(PresenceChanged(session_id="s", user_id="bob", presence=presence))
        (bob,) = (
            person
            for person in editor.presenter.participants.listed().participants
            if person.user_id == "bob"
        )
        assert bob.is_writing is expected


async def test_a_full_snapshot_may_have_older_chat_before_it(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot(message(1)))
    assert editor.all("peerline/chat")[-1]["has_more"] is False
    editor.receive(snapshot(message(1), message(2)))
    shown = editor.all("peerline/chat")[-1]
    assert (shown["has_more"], shown["reset"]) == (True, True)
    editor.presenter.chat.show_older([], has_more=False)
    assert editor.all("peerline/chat")[-1] == {
        "reset": False,
        "prepend": True,
        "has_more": False,
        "messages": [],
        "removed": [],
    }


async def test_lines_know_their_place_and_when_it_happened(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    editor.receive(ChatMessageSent(session_id="s", message=message(11), seq=11))
    editor.receive(UserLeft(session_id="s", user_id="bob", username="Bob", timestamp=NOW, seq=12))
    said, left = (params["messages"][0] for params in editor.all("peerline/chat")[-2:])  # pyright: ignore[reportIndexIssue, reportUnknownVariableType] - lists
    assert (said["seq"], said["kind"]) == (11, "chat")
    assert (left["seq"], left["kind"], left["content"]) == (12, "system", "left")
    assert left["timestamp"] == "2026-01-02T10:00:00Z", "not when Bob had joined"


async def test_what_hosts_decide_is_said_in_sentences(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())

    def told(received: ServerMessage) -> object:
        editor.receive(received)
        return editor.all("peerline/chat")[-1]["messages"][0]["content"]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType] - a list

    given = RoleChanged(
        session_id="s",
        user_id="bob",
        username="Bob",
        role=Role.EDITOR,
        changed_by="alice",
        timestamp=NOW,
        seq=11,
    )
    assert told(given) == "is an editor now"
    decided = {
        "admits users that a host approves": SessionChanges(join_approval=True),
        "admits everybody with a link": SessionChanges(join_approval=False),
        "set title: Parser, admits everybody with a link": SessionChanges(
            title="Parser", join_approval=False
        ),
        "set title: Parser": SessionChanges(title="Parser"),
    }
    for seq, (text, changes) in enumerate(decided.items(), start=12):
        update = SessionUpdate(
            session_id="s", changes=changes, updated_by="alice", timestamp=NOW, seq=seq
        )
        assert told(update) == text


async def test_a_crowd_is_shown_in_parts_the_followed_one_first(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    editor = Editor(tmp_path)
    welcome = snapshot()
    crowd = [
        Participant(id=f"u{number}", username=f"u{number}", role=Role.EDITOR, joined_at=JOINED)
        for number in range(2 * MAX_MARKS)
    ]
    everybody = [*welcome.participants, *crowd]
    editor.receive(welcome.model_copy(update={"participants": everybody}))
    editor.locations.documents.open((tmp_path / "a").as_uri(), 1, "x")
    async with asyncio.timeout(60):
        while not editor.all("peerline/participants")[-1]["participants"]:  # noqa: ASYNC110 - the same loop
            await asyncio.sleep(0.01)
    followed = crowd[-1].id
    editor.presenter.participants.follow(followed)
    editor.sent.clear()
    for person in crowd:
        presence = Presence(cursor=Cursor(file="a", line=1, col=1))
        editor.receive(PresenceChanged(session_id="s", user_id=person.id, presence=presence))

    def shown() -> list[list[str]]:
        return [
            [update["user_id"] for update in params["updates"]]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType, reportIndexIssue] - a list
            for params in editor.all("peerline/presence")
        ]

    async with asyncio.timeout(60):
        while sum(map(len, shown())) < len(crowd):  # noqa: ASYNC110 - the same loop
            await asyncio.sleep(0.01)
    first, second = shown()
    assert len(first) == len(second) == MAX_MARKS
    assert first[0] == followed
    assert sorted([*first, *second]) == sorted(person.id for person in crowd)
    editor.presenter.end()


async def test_a_host_is_told_once_that_a_link_is_full(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    link = Invite(id="i", role=Role.EDITOR, created_at=NOW, guests=2, is_full=True)
    news = Moderation(session_id="s", invites=[link], bans=[], pending=[])
    made_host = RoleChanged(
        session_id="s",
        seq=11,
        user_id="alice",
        username="Alice",
        role=Role.HOST,
        changed_by="bob",
        timestamp=NOW,
    )
    editor.receive(made_host)
    for _ in range(2):
        editor.receive(news)
    (notice,) = (one for one in editor.all("peerline/notice") if one["code"] == "LINK_FULL")
    assert notice["level"] == "warning"
    assert str(notice["message"]).startswith("A link for editors has brought 2 guests")
    editor.presenter.end()


async def test_a_place_is_sent_with_its_version_and_again_in_another_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    editor = Editor(tmp_path)
    editor.receive(snapshot())
    document = editor.locations.documents.open((tmp_path / "a").as_uri(), 7, "text")
    presence = Presence(cursor=Cursor(file="a", line=1, col=3))

    def versions() -> list[object]:
        return [
            update["version"]  # pyright: ignore[reportUnknownVariableType] - of a list
            for params in editor.all("peerline/presence")
            for update in params["updates"]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] - a list
        ]

    async def sent(count: int) -> None:
        editor.receive(PresenceChanged(session_id="s", user_id="bob", presence=presence))
        async with asyncio.timeout(60):
            while len(versions()) < count:  # noqa: ASYNC110 - the same loop
                await asyncio.sleep(0.01)

    await sent(1)
    # The user types before bob's cursor, and bob goes back to the same column.
    document.version = 8
    await sent(2)
    assert versions() == [7, 8]
    editor.presenter.end()


@pytest.mark.parametrize("has_cells", [True, False])
async def test_a_place_in_a_notebook_is_one_of_its_cell_or_of_its_file(
    tmp_path: Path, has_cells: bool
) -> None:
    cells = [{"source": ["one\\n", "two"]}, {"source": ["three\\n", "four"]}]
    text = json.dumps({"cells": cells}, indent=1)
    (tmp_path / "a.ipynb").write_text(text)
    editor = Editor(tmp_path)
    editor.locations.has_cells = has_cells
    editor.receive(snapshot())
    if not has_cells:
        editor.locations.documents.open((tmp_path / "a.ipynb").as_uri(), 1, text)
    presence = Presence(cursor=Cursor(file="a.ipynb", line=2, col=3, cell=2))
    editor.receive(PresenceChanged(session_id="s", user_id="bob", presence=presence))
    async with asyncio.timeout(60):
        while not editor.all("peerline/presence"):  # noqa: ASYNC110 - the same loop
            await asyncio.sleep(0.01)
    shown = EditorPresenceUpdate.model_validate(editor.all("peerline/presence")[0]).updates[0]
    assert shown.uri == (tmp_path / "a.ipynb").as_uri()
    assert shown.cursor is not None
    if has_cells:
        assert (shown.cell, shown.cursor) == (1, Position(line=1, character=2))
        assert shown.version is None
    else:
        assert shown.cell is None
        assert "four" in text.splitlines()[shown.cursor.line]
    (bob,) = (
        person
        for person in editor.presenter.participants.listed().participants
        if person.user_id == "bob"
    )
    assert (bob.file, bob.line, bob.cell) == ("a.ipynb", 2, 2)
    editor.presenter.participants.follow("bob")
    followed = EditorFollow.model_validate(editor.all("peerline/follow")[-1])
    assert (followed.cell, followed.position) == (shown.cell, shown.cursor)
    editor.presenter.end()
