"""A random history of a session, as the real core makes it, with every snapshot on the way."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from peerline.protocol.agents import (
    AgentInfo,
    AgentNote,
    Answerers,
    TellAgentEvent,
    UserKind,
)
from peerline.protocol.approvals import (
    AnswerApproval,
    ApprovalAsked,
    ApprovalQuestion,
    AskApproval,
    Choice,
    WithdrawApproval,
)
from peerline.protocol.chat import (
    ChatMessageSent,
    DeleteMessage,
    EditMessage,
    React,
    SendChatMessage,
)
from peerline.protocol.comments import (
    AddComment,
    AnchorData,
    CodeComment,
    CommentData,
    CommentReplied,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.events import DurableMessage
from peerline.protocol.file_events import FileChange, FileEventData, TellFileEvent
from peerline.protocol.participants import ChangeRole, RemoveParticipant, User
from peerline.protocol.prompts import (
    CancelPrompt,
    PromptAgent,
    PromptState,
    StopAgent,
    TellPrompt,
)
from peerline.protocol.roles import Role
from peerline.protocol.session import Connected, Limits, SessionChanges, SessionInfo, UpdateSession
from peerline_server.core.decisions import Append
from peerline_server.core.records import StoredSession
from peerline_server.core.session import Session

S = "session1"
START = datetime(2026, 1, 1, tzinfo=UTC)
USERS = ["alice", "bob", "carol"]

KINDS = [
    *("join", "leave", "chat", "comment", "reply", "resolve", "reopen", "update"),
    "reattach",
    *("role", "remove", "edit", "delete", "react", "file"),
    *("agent", "report", "ask", "answer", "withdraw"),
    *("prompt", "call", "cancel", "stop", "begin", "finish"),
]


class History:
    """The real session core, run through a plan; keeps every event and every snapshot."""

    def __init__(self, steps: list[tuple[str, str, int]]) -> None:
        ids = (f"id{number:04}" for number in count())
        self.session = Session(
            StoredSession(SessionInfo(id=S, title="T", created_at=START), "e", 0, [], [], []),
            new_id=lambda: next(ids),
            snapshot_messages=3,
            max_threads=100,
            typing_lifetime=timedelta(seconds=10),
        )
        self.events: list[DurableMessage] = []
        self.comments: list[str] = []
        self.items: list[str] = []
        self.asked: list[str] = []
        self.snapshots = [self.snapshot()]
        for number, step in enumerate(steps):
            event = self._event(*step, START + timedelta(seconds=number))
            if event is not None:
                placed = event.model_copy(update={"seq": self.session.seq + 1})
                self.session.apply(placed)
                self.events.append(placed)
                self.snapshots.append(self.snapshot())

    def _event(self, kind: str, user: str, pick: int, now: datetime) -> DurableMessage | None:
        session = self.session
        if kind == "join":
            person = User(id=user, username=user, role=Role.HOST if pick else Role.EDITOR)
            return session.join_event(person, now, invite_hash=None).message
        if kind == "agent":
            info = AgentInfo(owner_id=user, product="p", agent_policy=list(Answerers)[pick % 3])
            info = info.model_copy(update={"prompt_policy": list(Answerers)[pick % 3]})
            agent = User(
                id=f"agent_{user}",
                username=f"{user}'s",
                role=Role.EDITOR,
                kind=UserKind.AGENT,
                agent=info,
            )
            return session.join_event(agent, now, invite_hash=None).message
        if kind in {"report", "ask", "withdraw", "begin", "finish"}:
            user = f"agent_{user}"
        if not session.is_active(user):
            return None
        if kind == "leave":
            return session.leave_event(user, now).message
        item = self.items[pick % len(self.items)] if self.items else "none"
        thread = self.comments[pick % len(self.comments)] if self.comments else "none"
        asked = self.asked[pick % len(self.asked)] if self.asked else "none"
        prompts = list(session.prompts.open())
        prompt = prompts[pick % len(prompts)].id if prompts else "none"
        agent_id = f"agent_{USERS[pick % 3]}"
        digest = f"sha256:{hashlib.sha256(b'ls').hexdigest()}"
        message: Any = {
            "report": TellAgentEvent(session_id=S, data=AgentNote(text=f"note {pick}")),
            "ask": AskApproval(session_id=S, data=ApprovalQuestion(title="Run", detail="ls")),
            "withdraw": WithdrawApproval(session_id=S, approval_id=asked),
            "answer": AnswerApproval(
                session_id=S, approval_id=asked, answer=list(Choice)[pick % 2], digest=digest
            ),
            "prompt": PromptAgent(session_id=S, agent_id=agent_id, text=f"work {pick}"),
            "call": SendChatMessage(session_id=S, content=f"@{USERS[pick % 3]}'s work {pick}"),
            "cancel": CancelPrompt(session_id=S, prompt_id=prompt),
            "stop": StopAgent(session_id=S, agent_id=agent_id),
            "begin": TellPrompt(session_id=S, prompt_id=prompt, state=PromptState.RUNNING),
            "finish": TellPrompt(session_id=S, prompt_id=prompt, state=PromptState.DONE),
            "chat": SendChatMessage(session_id=S, content=f"text {pick}"),
            "comment": AddComment(
                session_id=S, data=CommentData(file="a", line=pick + 1, content="c")
            ),
            "reply": ReplyComment(session_id=S, comment_id=thread, content="r"),
            "resolve": ResolveComment(session_id=S, comment_id=thread),
            "reopen": ResolveComment(session_id=S, comment_id=thread, resolved=False),
            "reattach": ReattachComment(
                session_id=S,
                comment_id=thread,
                data=AnchorData(file="b", line=pick + 1, code_snippet=f"new {pick}"),
            ),
            "edit": EditMessage(session_id=S, message_id=item, content=f"edit {pick}"),
            "delete": DeleteMessage(session_id=S, message_id=item),
            "react": React(session_id=S, message_id=item, emoji="+1", remove=pick > 3),
            "file": TellFileEvent(
                session_id=S, data=FileEventData(file="a", change=FileChange.MODIFIED)
            ),
            "role": ChangeRole(session_id=S, user_id=USERS[pick % 3], role=list(Role)[pick % 2]),
            "remove": RemoveParticipant(session_id=S, user_id=USERS[pick % 3], ban=pick > 3),
            "update": UpdateSession(session_id=S, changes=SessionChanges(token_count=pick)),
        }[kind]
        decision = session.decide(message, user, now)
        if not isinstance(decision, Append):
            return None
        if decision.event.refusal is not None:
            return None
        event = decision.event.message
        if isinstance(event, ApprovalAsked):
            self.asked.append(event.approval.id)
        if isinstance(event, CodeComment):
            self.comments.append(event.comment.id)
            self.items.append(event.comment.id)
        if isinstance(event, ChatMessageSent):
            self.items.append(event.message.id)
        if isinstance(event, CommentReplied):
            self.items.append(event.reply.id)
        return event

    def snapshot(self, *, resumed: bool = False) -> Connected:
        session = self.session
        return Connected(
            session_id=S,
            user=User(id="me", username="me", role=Role.VIEWER),
            role=Role.VIEWER,
            connection_id="c",
            session=session.info,
            participants=[] if resumed else session.participants(),
            comments=[] if resumed else session.comments.open_threads(),
            messages=[] if resumed else session.chat.latest(),
            file_events=[] if resumed else list(session.file_events),
            approvals=[] if resumed else session.approvals.open(),
            prompts=[] if resumed else session.prompts.open(),
            seq=session.seq,
            epoch="e",
            resumed=resumed,
            limits=Limits(
                max_message_bytes=1,
                max_content_chars=1,
                messages_per_minute=1,
                presence_interval_ms=1,
                snapshot_messages=3,
                heartbeat_seconds=1,
            ),
        )
