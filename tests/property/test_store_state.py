"""The store brings back what the session held, for any history, edits included."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

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
from peerline.protocol.file_events import FileChange, FileEventData, TellFileEvent
from peerline.protocol.participants import User
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionChanges, UpdateSession
from peerline_server.core.decisions import Append
from peerline_server.core.records import Committed, NewEvent, NewSession
from peerline_server.core.session import Session
from peerline_server.store.sqlite import SqliteStore

S = "session1"
START = datetime(2026, 1, 1, tzinfo=UTC)
USERS = ["alice", "bob", "carol"]
KEEP = 5


def step(plan: random.Random, items: list[str], threads: list[str], *, is_host: bool) -> Any:
    """One message of a participant, often about something that was written before."""
    item = plan.choice(items) if items else "none"
    thread = plan.choice(threads) if threads else "none"
    data = CommentData(file=plan.choice(["a.py", "b.py"]), line=3, content="c @bob")
    number = plan.randrange(4)
    messages: list[Any] = [
        SendChatMessage(session_id=S, content=f"@alice {number}"),
        AddComment(session_id=S, data=data),
        ReplyComment(session_id=S, comment_id=thread, content="r"),
        ResolveComment(session_id=S, comment_id=thread, resolved=number > 1),
        ReattachComment(
            session_id=S,
            comment_id=thread,
            data=AnchorData(file="c.py", line=number + 1, code_snippet=f"new {number}"),
        ),
        EditMessage(session_id=S, message_id=item, content=f"edited {number} @carol"),
        DeleteMessage(session_id=S, message_id=item),
        React(session_id=S, message_id=item, emoji=["+1", "🎉"][number % 2], remove=number > 2),
        TellFileEvent(session_id=S, data=FileEventData(file="a.py", change=FileChange.MODIFIED)),
        UpdateSession(
            session_id=S, changes=SessionChanges(token_count=number, context={"k": "v" * number})
        ),
    ]
    return plan.choices(messages, weights=[4, 3, 3, 2, 2, 3, 2 if is_host else 1, 4, 1, 1])[0]


async def load(store: SqliteStore, ids: Any) -> Session:
    stored = await store.load_session(S, last_messages=KEEP)
    assert stored is not None
    return Session(
        stored,
        new_id=lambda: next(ids),
        snapshot_messages=KEEP,
        max_threads=100,
        typing_lifetime=timedelta(seconds=10),
    )


def state_of(session: Session) -> dict[str, Any]:
    return {
        "info": session.info.model_dump(),
        "threads": [thread.model_dump() for thread in session.comments.open_threads()],
        "all": [
            thread.model_dump()
            for thread in session.comments.page(file=None, resolved=None, after=None, limit=1000)[0]
        ],
        "chat": [message.model_dump() for message in session.chat.latest()],
        "files": [event.model_dump() for event in session.file_events],
        "seq": session.seq,
        "here": session.active_user_ids(),
    }


@pytest.mark.parametrize("seed", range(12))
async def test_a_loaded_session_equals_the_one_that_lived(tmp_path: Path, seed: int) -> None:
    plan = random.Random(seed)  # noqa: S311 - a plan, not a secret
    store = SqliteStore(tmp_path)
    await store.open()
    try:
        await store.create_session(NewSession(S, "T", "alice", START))
        ids = (f"id{number:04}" for number in count())
        session = await load(store, ids)

        async def commit(event: NewEvent) -> Any:
            result = await store.submit(event)
            if isinstance(result, Committed):
                session.apply(result.message)
                return result.message
            return None

        for user_id in USERS:
            role = Role.HOST if user_id == "alice" else Role.EDITOR
            user = User(id=user_id, username=user_id.title(), role=role)
            await commit(session.join_event(user, START, invite_hash=None))
        items: list[str] = []
        threads: list[str] = []
        for number in range(80):
            user_id = plan.choice(USERS)
            message = step(plan, items, threads, is_host=user_id == "alice")
            now = START + timedelta(seconds=number)
            decision = session.decide(message, user_id, now)
            if not isinstance(decision, Append):
                continue
            event = await commit(decision.event)
            match event:
                case ChatMessageSent():
                    items.append(event.message.id)
                case CodeComment():
                    items.append(event.comment.id)
                    threads.append(event.comment.id)
                case CommentReplied():
                    items.append(event.reply.id)
                case _:
                    pass
        assert state_of(await load(store, ids)) == state_of(session)
    finally:
        await store.close()
