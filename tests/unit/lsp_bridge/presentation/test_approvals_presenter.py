"""Tests of presentation.approvals_presenter: questions of agents as an editor is shown them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from peerline.client import Replica
from peerline.protocol.agents import AgentInfo, Answerers, UserKind
from peerline.protocol.approvals import (
    Approval,
    ApprovalAnswered,
    ApprovalAsked,
    Choice,
    Outcome,
    may_answer,
)
from peerline.protocol.messages import ServerMessage
from peerline.protocol.participants import Participant, RoleChanged, User
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline.protocol.session import Connected, Limits, SessionInfo
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)
APPROVAL = Approval(
    id="ap1",
    user_id="agent",
    username="claude",
    owner_id="bob",
    title="Run \u202ecommand",
    tool="Bash",
    detail="pytest\u00a0-q |\u200d|\n\x1b[2J",
    digest="sha256:" + "0" * 64,
    options=[Choice.ALLOW_ONCE, Choice.DENY],
    asked_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
)


class Editor:
    """A presenter and what it has sent."""

    def __init__(self, folder: Path, *, role: Role = Role.EDITOR, me: str = "alice") -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.replica = Replica()
        locations = Locations(Documents(), Workspace([folder]), Encoding.UTF16)
        surface = RichSurface(lambda method, params: self.sent.append((method, json.loads(params))))
        loop = asyncio.get_running_loop()
        threads = ThreadPresenter(loop, surface, locations)
        self.presenter = Presenter(loop, surface, locations, threads)
        self.presenter.begin(self.replica)
        self.me, self.role = me, role

    def join(self, policy: Answerers | None, *approvals: Approval, seq: int = 10) -> None:
        people = [
            Participant(id=name, username=name.title(), role=self.role, joined_at=NOW)
            for name in ("alice", "bob")
        ]
        agent = AgentInfo(owner_id="bob", product="claude-code", agent_policy=policy)
        people.append(
            Participant(
                id="agent",
                username="claude",
                role=Role.EDITOR,
                kind=UserKind.AGENT,
                agent=agent,
                joined_at=NOW,
            )
        )
        self.receive(
            Connected(
                session_id="s",
                user=User(id=self.me, username=self.me.title(), role=self.role),
                role=self.role,
                connection_id="c",
                session=SessionInfo(id="s", title="Pairing", created_at=NOW),
                participants=people,
                approvals=list(approvals),
                comments=[],
                messages=[],
                seq=seq,
                epoch="e",
                resumed=False,
                limits=Limits(
                    max_message_bytes=1,
                    max_content_chars=80,
                    messages_per_minute=1,
                    presence_interval_ms=1,
                    snapshot_messages=2,
                    heartbeat_seconds=1,
                ),
            )
        )

    def receive(self, received: ServerMessage) -> None:
        self.presenter.show_changes(self.replica.apply(received))

    def ask(self, seq: int = 11) -> None:
        self.receive(ApprovalAsked(session_id="s", seq=seq, approval=APPROVAL, timestamp=NOW))

    def close(self, answer: Outcome, by: str, comment: str | None = None, seq: int = 11) -> None:
        self.receive(
            ApprovalAnswered(
                session_id="s",
                seq=seq,
                approval_id="ap1",
                user_id="agent",
                answer=answer,
                by=by,
                comment=comment,
                timestamp=NOW,
            )
        )

    def shown(self) -> dict[str, Any]:
        return [params for method, params in self.sent if method == "peerline/approvals"][-1]

    def line(self) -> str:
        (message,) = [params for sent, params in self.sent if sent == "peerline/chat"][-1][
            "messages"
        ]
        return f"{message['username']} {message['content']}"


async def test_a_question_is_shown_with_what_is_hidden_in_it(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.join(Answerers.EDITORS)
    editor.ask()
    (question,) = editor.shown()["approvals"]
    assert (question["title"], question["detail"], question["owner"]) == (
        "Run <U+202E>command",
        "pytest<U+00A0>-q |<U+200D>|\n<U+001B>[2J",
        "Bob",
    )
    assert (question["digest"], question["may_answer"]) == (APPROVAL.digest, True)
    assert (
        editor.line() == "claude asks: Run <U+202E>command (Bash pytest -q |<U+200D>| <U+001B>[2J)"
    )


@pytest.mark.parametrize(
    ("answer", "by", "is_mine", "text"),
    [
        (Outcome.ALLOW_ONCE, "alice", True, "Alice allowed “Run <U+202E>command” once for claude"),
        (Outcome.DENY, "bob", False, "Bob denied “Run <U+202E>command” for claude"),
        (
            Outcome.EXPIRED,
            SERVER_USER_ID,
            False,
            "claude: got no answer to “Run <U+202E>command” in time",
        ),
        (Outcome.WITHDRAWN, "agent", False, "claude: no longer asks “Run <U+202E>command”"),
    ],
)
async def test_the_end_of_a_question_is_told(
    tmp_path: Path, answer: Outcome, by: str, text: str, *, is_mine: bool
) -> None:
    editor = Editor(tmp_path)
    editor.join(Answerers.EDITORS, APPROVAL)
    editor.close(answer, by, "only once")
    shown = editor.shown()
    assert shown["approvals"] == []
    (closed,) = shown["closed"]
    assert (closed["text"], closed["is_mine"]) == (text, is_mine)
    is_answer = answer in {Outcome.ALLOW_ONCE, Outcome.DENY}
    assert editor.line() == (f"{text}: only once" if is_answer else text.replace(":", "", 1))


async def test_who_may_answer_follows_the_role(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.join(Answerers.HOSTS, APPROVAL)
    assert [each["may_answer"] for each in editor.shown()["approvals"]] == [False]
    editor.receive(
        RoleChanged(
            session_id="s",
            seq=11,
            user_id="alice",
            username="Alice",
            role=Role.HOST,
            changed_by="bob",
            timestamp=NOW,
        )
    )
    assert [each["may_answer"] for each in editor.shown()["approvals"]] == [True]


async def test_questions_that_ended_unseen_are_shown_no_longer(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.join(Answerers.EDITORS, APPROVAL)
    assert len(editor.shown()["approvals"]) == 1
    editor.join(Answerers.EDITORS, seq=30)
    assert editor.shown() == {"approvals": [], "closed": []}
    editor.join(Answerers.EDITORS, APPROVAL, seq=40)
    editor.presenter.end()
    assert editor.shown() == {"approvals": [], "closed": []}


@pytest.mark.parametrize("policy", [None, *Answerers])
@pytest.mark.parametrize("role", Role)
def test_the_owner_and_whom_they_let_may_answer(role: Role, policy: Answerers | None) -> None:
    assert may_answer("bob", role, "bob", policy)
    expected = {
        Answerers.HOSTS: {Role.HOST},
        Answerers.EDITORS: {Role.HOST, Role.EDITOR},
    }.get(policy or Answerers.OWNER, set())
    assert may_answer("alice", role, "bob", policy) is (role in expected)
