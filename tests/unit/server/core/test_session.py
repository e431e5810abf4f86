"""Tests of a session's rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from peerline.protocol.activity import GetActivity, Search
from peerline.protocol.agent_accounts import CreateAgent
from peerline.protocol.agents import (
    AgentActivity,
    AgentNote,
    AgentState,
    TellAgentEvent,
    TellAgentUpdate,
)
from peerline.protocol.approvals import (
    AnswerApproval,
    ApprovalQuestion,
    AskApproval,
    Choice,
    GetApproval,
    WithdrawApproval,
)
from peerline.protocol.base import ClientMessageBase
from peerline.protocol.chat import (
    ChatMessageSent,
    DeleteMessage,
    EditMessage,
    GetHistory,
    React,
    SendChatMessage,
)
from peerline.protocol.comments import (
    AddComment,
    AnchorData,
    CodeComment,
    CommentData,
    CommentResolved,
    GetComments,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.documents import (
    CheckDocument,
    CloseDocument,
    GetBlame,
    OpenDocument,
    RenameDocument,
    ShareDocument,
    ShareDocumentData,
    TellDocumentSaved,
    UnshareDocument,
)
from peerline.protocol.drafts import DraftData, EndDraft, ShareDraft
from peerline.protocol.errors import ErrorCode
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import FileChange, FileEventData, TellFileEvent
from peerline.protocol.messages import CLIENT_MESSAGE_TYPES, DocumentRequest
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    LiftBan,
    RevokeInvite,
)
from peerline.protocol.offers import (
    GetTree,
    GiveFile,
    GiveTree,
    OfferData,
    OfferFiles,
    OpenFile,
    RefusalReason,
    RefuseFile,
    WithdrawFiles,
)
from peerline.protocol.participants import ChangeName, ChangeRole, RemoveParticipant, User
from peerline.protocol.presence import CursorData, CursorUpdate, PresenceUpdate, Summon
from peerline.protocol.prompts import (
    CancelPrompt,
    PromptAgent,
    PromptState,
    StopAgent,
    TellPrompt,
)
from peerline.protocol.roles import Role
from peerline.protocol.session import EndSession, SessionChanges, SessionInfo, UpdateSession
from peerline_server.core.agent_rules import OF_AGENTS
from peerline_server.core.decisions import Append, PresenceTaken, Refused
from peerline_server.core.permissions import REQUIRED_ACTION
from peerline_server.core.records import StoredSession
from peerline_server.core.session import Session

NOW = datetime(2026, 1, 1, tzinfo=UTC)
S = "session1"

HASH = f"sha256:{'0' * 64}"
MESSAGES: list[ClientMessageBase] = [
    CursorUpdate(session_id=S, data=CursorData(file="a.py", line=1, column=1)),
    PresenceUpdate(session_id=S),
    SendChatMessage(session_id=S, content="hello"),
    AddComment(session_id=S, data=CommentData(file="a.py", line=1, content="why?")),
    ReplyComment(session_id=S, comment_id="c0", content="because"),
    ResolveComment(session_id=S, comment_id="c0"),
    ReattachComment(session_id=S, comment_id="c0", data=AnchorData(file="a.py", line=2)),
    UpdateSession(session_id=S, changes=SessionChanges(token_count=1)),
    ChangeName(session_id=S, name="Another"),
    ChangeRole(session_id=S, user_id="alice", role=Role.HOST),
    RemoveParticipant(session_id=S, user_id="alice"),
    EditMessage(session_id=S, message_id="m0", content="better"),
    DeleteMessage(session_id=S, message_id="m0"),
    React(session_id=S, message_id="m0", emoji="+1"),
    TellFileEvent(session_id=S, data=FileEventData(file="a.py", change=FileChange.CREATED)),
    TellAgentUpdate(session_id=S, data=AgentActivity(state=AgentState.IDLE)),
    TellAgentEvent(session_id=S, data=AgentNote(text="hello")),
    AskApproval(session_id=S, data=ApprovalQuestion(title="Run command")),
    WithdrawApproval(session_id=S, approval_id="a0"),
    AnswerApproval(session_id=S, approval_id="a0", answer=Choice.DENY),
    GetApproval(session_id=S, request_id="r3", approval_id="a0"),
    PromptAgent(session_id=S, agent_id="a0", text="work"),
    CancelPrompt(session_id=S, prompt_id="p0"),
    StopAgent(session_id=S, agent_id="a0"),
    TellPrompt(session_id=S, prompt_id="p0", state=PromptState.RUNNING),
    CreateAgent(session_id=S, request_id="r2", name="claude", product="claude-code"),
    EndSession(session_id=S),
    Summon(session_id=S),
    GetHistory(session_id=S),
    GetComments(session_id=S),
    Search(session_id=S, query="cart"),
    GetActivity(session_id=S),
    GetModeration(session_id=S),
    CreateInvite(session_id=S, request_id="r1"),
    RevokeInvite(session_id=S, invite_id="i1"),
    LiftBan(session_id=S, user_id="alice"),
    AnswerJoin(session_id=S, user_id="alice", allow=True),
    ShareDocument(session_id=S, data=ShareDocumentData(file="a.py", content="text")),
    UnshareDocument(session_id=S, document_id="d0"),
    RenameDocument(session_id=S, document_id="d0", file="b.py"),
    TellDocumentSaved(session_id=S, document_id="d0", hash=HASH),
    OpenDocument(session_id=S, document_id="d0"),
    CloseDocument(session_id=S, document_id="d0"),
    CheckDocument(session_id=S, document_id="d0", state="AA==", hash=HASH),
    GetBlame(session_id=S, document_id="d0"),
    ShareDraft(session_id=S, data=DraftData(id="n0", comment_id="c0")),
    EndDraft(session_id=S, draft_id="n0"),
    OfferFiles(session_id=S, data=OfferData(name="shop", files=1)),
    WithdrawFiles(session_id=S),
    GetTree(session_id=S),
    OpenFile(session_id=S, file="a.py"),
    GiveTree(session_id=S, id="w0", entries=[]),
    GiveFile(session_id=S, id="w0", document_id="d0"),
    RefuseFile(session_id=S, id="w0", reason=RefusalReason.NOT_FOUND),
]
QUERIES = (
    AnswerApproval
    | GetApproval
    | PromptAgent
    | CancelPrompt
    | StopAgent
    | GetHistory
    | GetComments
    | Search
    | GetActivity
    | DocumentRequest
    | WithdrawFiles
    | GetTree
    | OpenFile
    | RefuseFile,
)
MODERATION = (
    ChangeRole
    | RemoveParticipant
    | EndSession
    | Summon
    | GetModeration
    | CreateInvite
    | RevokeInvite
    | LiftBan
    | AnswerJoin
)


class Room:
    """A session in which everything that is decided is committed at once."""

    def __init__(self, *, max_threads: int = 10) -> None:
        self.ids: Iterator[str] = (f"id{number}" for number in count())
        self.session = Session(
            StoredSession(SessionInfo(id=S, title="T", created_at=NOW), "epoch", 0, [], [], []),
            new_id=lambda: next(self.ids),
            snapshot_messages=3,
            max_threads=max_threads,
            typing_lifetime=timedelta(seconds=10),
        )

    def join(self, user_id: str, role: Role = Role.EDITOR) -> None:
        user = User(id=user_id, username=user_id.title(), role=role)
        self.commit(self.session.join_event(user, NOW, invite_hash=None).message)

    def commit(self, message: DurableMessage) -> DurableMessage:
        event = message.model_copy(update={"seq": self.session.seq + 1})
        self.session.apply(event)
        return event

    def send(self, user_id: str, message: ClientMessageBase) -> DurableMessage:
        decision = self.session.decide(message, user_id, NOW)  # pyright: ignore[reportArgumentType] - the union's members
        assert isinstance(decision, Append), decision
        return self.commit(decision.event.message)


@pytest.fixture
def room() -> Room:
    room = Room()
    room.join("alice", Role.HOST)
    return room


def test_every_message_of_a_participant_has_its_place_in_the_matrix() -> None:
    joining = {"join_session", "leave_session", "renew_token"}
    types = {
        model for model in CLIENT_MESSAGE_TYPES if model.model_fields["type"].default not in joining
    }
    assert set(REQUIRED_ACTION) == types
    assert {type(message) for message in MESSAGES} == types


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.type)
@pytest.mark.parametrize("role", Role)
def test_each_role_sends_what_the_matrix_allows(
    room: Room, role: Role, message: ClientMessageBase
) -> None:
    room.join("bob", role)
    decision = room.session.decide(message, "bob", NOW)  # pyright: ignore[reportArgumentType] - the union's members
    refusals = {ErrorCode.PERMISSION_DENIED, ErrorCode.NOT_AN_AGENT}
    refused = isinstance(decision, Refused) and decision.code in refusals
    is_presence = isinstance(message, CursorUpdate | PresenceUpdate)
    is_query = isinstance(message, QUERIES)
    is_moderation = isinstance(message, MODERATION)
    is_own = is_presence or isinstance(message, ChangeName)
    may = {Role.VIEWER: is_own or is_query, Role.EDITOR: not is_moderation, Role.HOST: True}[role]
    assert refused == (not may or isinstance(message, OF_AGENTS))
    if is_presence:
        assert decision == PresenceTaken()


def test_a_refusal_names_the_role_and_what_to_do(room: Room) -> None:
    room.join("bob", Role.VIEWER)
    decision = room.session.decide(SendChatMessage(session_id=S, content="hi"), "bob", NOW)
    assert isinstance(decision, Refused)
    assert decision.text == (
        "a viewer cannot write in the chat; ask Alice, the host, for the role of editor"
    )


INVITE = CreateInvite(session_id=S, role=Role.EDITOR, request_id="r")


def refusal(room: Room, message: ClientMessageBase, user_id: str = "bob") -> str:
    decision = room.session.decide(message, user_id, NOW)  # pyright: ignore[reportArgumentType] - the union's members
    assert isinstance(decision, Refused)
    return decision.text


def test_somebody_who_may_not_do_what_hosts_do_is_told_which_to_ask(room: Room) -> None:
    room.join("bob")
    assert refusal(room, INVITE) == ("ask Alice, the host, for a link: only a host can make one")
    room.join("hal", Role.HOST)
    assert refusal(room, EndSession(session_id=S)) == (
        "only a host can end the session; ask Alice or Hal, the hosts"
    )
    changes = SessionChanges(join_approval=True)
    assert refusal(room, UpdateSession(session_id=S, changes=changes)) == (
        "only a host can choose who may join; ask Alice or Hal, the hosts"
    )
    room.join("ida", Role.HOST)
    assert refusal(room, INVITE) == (
        "ask a host, such as Alice, for a link: only a host can make one"
    )


def test_hosts_who_are_here_are_named_before_those_who_are_not(room: Room) -> None:
    room.join("bob")
    room.join("hal", Role.HOST)
    room.session.members.deactivate("alice", NOW)
    assert "ask Hal, the host, for a link" in refusal(room, INVITE)
    room.session.members.deactivate("hal", NOW)
    assert "ask Alice or Hal, the hosts, for" in refusal(room, INVITE)


def test_a_session_without_a_host_has_nobody_to_name() -> None:
    room = Room()
    room.join("bob")
    assert refusal(room, INVITE) == ("ask a host for a link: only a host can make one")


def test_the_author_is_the_servers_and_unknown_mentions_are_dropped(room: Room) -> None:
    room.join("bob")
    message = SendChatMessage(session_id=S, content="@bob", mentions=["bob", "nobody", "bob"])
    event = room.send("alice", message)
    assert isinstance(event, ChatMessageSent)
    assert event.message.user_id == "alice"
    assert event.message.username == "Alice"
    assert event.message.mentions == ["bob"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@bob, look", ["bob"]),
        ("look, @BOB!", ["bob"]),
        ("(@Ann Lee) and @ann", ["u2", "u1"]),
        ("@Ann Leeward", ["u1"]),
        ("@u2", ["u2"]),
        ("mail bob@bob or @bobby, @@bob", []),
        ("@bob " * 60, ["bob"]),
        ("@", []),
    ],
)
def test_the_server_finds_whom_a_text_mentions(room: Room, text: str, expected: list[str]) -> None:
    room.join("bob")
    for user_id, name in (("u1", "Ann"), ("u2", "Ann Lee")):
        user = User(id=user_id, username=name, role=Role.VIEWER)
        room.commit(room.session.join_event(user, NOW, invite_hash=None).message)
    event = room.send("alice", SendChatMessage(session_id=S, content=text))
    assert isinstance(event, ChatMessageSent)
    assert event.message.mentions == expected


def test_a_host_may_delete_what_others_wrote_and_nobody_may_edit_it(room: Room) -> None:
    room.join("bob")
    delete, edit = (
        DeleteMessage(session_id=S, message_id="m"),
        EditMessage(session_id=S, message_id="m", content="x"),
    )
    found = [
        decision.event.author_only
        for user, message in (("alice", delete), ("alice", edit), ("bob", delete), ("bob", edit))
        if isinstance(decision := room.session.decide(message, user, NOW), Append)
    ]
    assert found == [False, True, True, True]


@pytest.mark.parametrize(("count", "is_allowed"), [(32, True), (33, False)])
def test_the_free_entries_of_a_session_are_limited_together(
    room: Room, *, count: int, is_allowed: bool
) -> None:
    def update(entries: dict[str, str]) -> UpdateSession:
        return UpdateSession(session_id=S, changes=SessionChanges(context=entries))

    room.send("alice", update({f"key{number}": "x" for number in range(20)}))
    more = update({f"key{number}": "y" for number in range(20, count)})
    decision = room.session.decide(more, "alice", NOW)
    assert isinstance(decision, Append) == is_allowed
    room.send("alice", update({"key0": ""}))
    assert len(room.session.info.context) == 19
    assert "key0" not in room.session.info.context


def test_nothing_is_accepted_while_the_session_is_being_ended(room: Room) -> None:
    room.join("bob")
    decision = room.session.decide(EndSession(session_id=S), "alice", NOW)
    assert isinstance(decision, Append)
    assert decision.restriction is not None
    room.session.restrictions.add(decision.restriction)
    chat = SendChatMessage(session_id=S, content="wait")
    assert isinstance(room.session.decide(chat, "bob", NOW), Refused)
    assert room.session.is_ended
    room.session.restrictions.remove(decision.restriction)
    assert isinstance(room.session.decide(chat, "bob", NOW), Append)


def test_threads_come_in_pages_by_file_and_state(room: Room) -> None:
    for number in range(5):
        data = CommentData(file="a.py" if number % 2 == 0 else "b.py", line=1, content="c")
        room.send("alice", AddComment(session_id=S, data=data))
    board = room.session.comments
    ids = [thread.id for thread in board.open_threads()]
    room.send("alice", ResolveComment(session_id=S, comment_id=ids[0]))

    def page(**given: Any) -> tuple[list[str], bool]:
        wanted: dict[str, Any] = {"file": None, "resolved": None, "after": None, "limit": 200}
        found, has_more = board.page(**{**wanted, **given})
        return [thread.id for thread in found], has_more

    assert page() == (ids, False)
    assert page(limit=2) == (ids[:2], True)
    assert page(limit=2, after=ids[1]) == (ids[2:4], True)
    assert page(limit=2, after=ids[3]) == (ids[4:], False)
    assert page(file="a.py") == (ids[::2], False)
    assert page(file="a.py", resolved=False) == (ids[2::2], False)
    assert page(resolved=True) == (ids[:1], False)


def test_a_decision_changes_nothing_until_it_is_committed(room: Room) -> None:
    room.session.decide(SendChatMessage(session_id=S, content="hi"), "alice", NOW)
    assert room.session.chat.latest() == []
    assert room.session.seq == 1


def test_only_the_last_messages_are_kept(room: Room) -> None:
    for text in "abcd":
        room.send("alice", SendChatMessage(session_id=S, content=text))
    assert [message.content for message in room.session.chat.latest()] == [
        "b",
        "c",
        "d",
    ]


def test_a_thread_is_answered_resolved_and_reopened_whole(room: Room) -> None:
    data = CommentData(file="a.py", line=3, content="why?", code_snippet="x = 1")
    comment = room.send("alice", AddComment(session_id=S, data=data))
    assert isinstance(comment, CodeComment)
    thread_id = comment.comment.id
    room.send("alice", ReplyComment(session_id=S, comment_id=thread_id, content="so"))
    room.send("alice", ResolveComment(session_id=S, comment_id=thread_id))
    assert room.session.comments.open_threads() == []
    reopened = room.send(
        "alice", ResolveComment(session_id=S, comment_id=thread_id, resolved=False)
    )
    assert isinstance(reopened, CommentResolved)
    assert reopened.comment is not None
    assert [reply.content for reply in reopened.comment.replies] == ["so"]
    assert room.session.comments.open_threads() == [reopened.comment]


@pytest.mark.parametrize(
    "message",
    [
        ReplyComment(session_id=S, comment_id="none", content="x"),
        ResolveComment(session_id=S, comment_id="none"),
        ReattachComment(session_id=S, comment_id="none", data=AnchorData(file="a.py", line=2)),
    ],
    ids=lambda message: message.type,
)
def test_an_unknown_thread_is_refused(room: Room, message: ClientMessageBase) -> None:
    decision = room.session.decide(message, "alice", NOW)  # pyright: ignore[reportArgumentType] - the union's members
    assert isinstance(decision, Refused)
    assert decision.code is ErrorCode.COMMENT_NOT_FOUND


def test_the_limit_of_threads_is_held_at_both_sides() -> None:
    room = Room(max_threads=2)
    room.join("alice", Role.HOST)
    message = AddComment(session_id=S, data=CommentData(file="a.py", line=1, content="x"))
    room.send("alice", message)
    room.send("alice", message)
    decision = room.session.decide(message, "alice", NOW)
    assert isinstance(decision, Refused)
    assert decision.code is ErrorCode.LIMIT_EXCEEDED


def test_session_changes_are_merged(room: Room) -> None:
    room.send("alice", UpdateSession(session_id=S, changes=SessionChanges(token_count=5)))
    room.send("alice", UpdateSession(session_id=S, changes=SessionChanges(health_score=75.0)))
    assert room.session.info.token_count == 5
    assert room.session.info.health_score == 75.0


def test_who_is_here_is_listed_in_the_order_of_joining(room: Room) -> None:
    room.join("bob")
    room.join("carol")
    room.commit(room.session.leave_event("bob", NOW).message)
    assert room.session.active_user_ids() == ["alice", "carol"]
    room.join("bob")
    assert [person.id for person in room.session.participants()] == [
        "alice",
        "carol",
        "bob",
    ]


def test_an_event_out_of_order_is_an_error(room: Room) -> None:
    event = room.session.leave_event("alice", NOW).message.model_copy(update={"seq": 9})
    with pytest.raises(ValueError, match="cannot follow"):
        room.session.apply(event)


def test_the_last_host_stays_one_and_nobody_removes_themselves(room: Room) -> None:
    room.join("bob", Role.EDITOR)
    to_viewer = ChangeRole(session_id=S, user_id="alice", role=Role.VIEWER)
    for message, code in (
        (to_viewer, ErrorCode.LAST_HOST),
        (RemoveParticipant(session_id=S, user_id="alice"), ErrorCode.INVALID_FIELD),
        (RemoveParticipant(session_id=S, user_id="carol"), ErrorCode.PARTICIPANT_NOT_FOUND),
        (ChangeRole(session_id=S, user_id="x", role=Role.HOST), ErrorCode.PARTICIPANT_NOT_FOUND),
    ):
        decision = room.session.decide(message, "alice", NOW)
        assert isinstance(decision, Refused)
        assert decision.code is code
    room.send("alice", ChangeRole(session_id=S, user_id="bob", role=Role.HOST))
    room.send("alice", to_viewer)
    assert [person.role for person in room.session.participants()] == [Role.VIEWER, Role.HOST]


def test_what_a_host_decided_holds_before_it_is_committed(room: Room) -> None:
    room.join("bob", Role.EDITOR)
    removal = room.session.decide(RemoveParticipant(session_id=S, user_id="bob"), "alice", NOW)
    assert isinstance(removal, Append)
    assert removal.restriction is not None
    room.session.restrictions.add(removal.restriction)
    for message in MESSAGES:
        refused = room.session.decide(message, "bob", NOW)  # pyright: ignore[reportArgumentType] - the union's members
        assert isinstance(refused, Refused)
        assert refused.code is ErrorCode.PERMISSION_DENIED
    assert room.session.is_banned("bob"), "nor is bob admitted meanwhile"
    room.session.restrictions.remove(removal.restriction)
    # It could not be stored: everything is as before.
    assert not room.session.is_banned("bob")
    room.send("bob", SendChatMessage(session_id=S, content="still here"))


def test_two_hosts_cannot_demote_each_other_at_once(room: Room) -> None:
    room.join("bob", Role.HOST)
    first = room.session.decide(
        ChangeRole(session_id=S, user_id="bob", role=Role.EDITOR), "alice", NOW
    )
    assert isinstance(first, Append)
    assert first.restriction is not None
    room.session.restrictions.add(first.restriction)
    second = room.session.decide(
        ChangeRole(session_id=S, user_id="alice", role=Role.EDITOR), "bob", NOW
    )
    assert isinstance(second, Refused)


def test_a_removed_participant_needs_an_invite_and_a_banned_one_gets_none(room: Room) -> None:
    room.join("bob")
    room.join("carol")
    room.send("alice", RemoveParticipant(session_id=S, user_id="bob"))
    room.send("alice", RemoveParticipant(session_id=S, user_id="carol", ban=True))
    assert room.session.active_user_ids() == ["alice"]
    assert room.session.member("bob") is None
    assert not room.session.is_banned("bob")
    assert room.session.is_banned("carol")


def test_leaving_and_deciding_again_while_a_removal_is_written(room: Room) -> None:
    room.join("bob", Role.EDITOR)
    removal = room.session.decide(RemoveParticipant(session_id=S, user_id="bob"), "alice", NOW)
    assert isinstance(removal, Append)
    assert removal.restriction is not None
    room.session.restrictions.add(removal.restriction)
    leave = room.session.leave_event("bob", NOW).message
    for message in (
        RemoveParticipant(session_id=S, user_id="bob"),
        ChangeRole(session_id=S, user_id="bob", role=Role.HOST),
    ):
        decision = room.session.decide(message, "alice", NOW)
        assert isinstance(decision, Refused)
        assert decision.code is ErrorCode.PARTICIPANT_NOT_FOUND
    room.commit(removal.event.message)
    room.commit(leave)
    assert room.session.member("bob") is None
    assert room.session.active_user_ids() == ["alice"]
