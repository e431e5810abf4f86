"""Promises of every store about AI agents, held over each implementation on a real disk."""

import asyncio
from datetime import datetime, timedelta

import pytest

from peerline.protocol.agents import (
    AgentEvent,
    AgentInfo,
    AgentNote,
    Answerers,
    ToolCallDone,
    TouchedFile,
    UserKind,
)
from peerline.protocol.approvals import (
    Approval,
    ApprovalAnswered,
    ApprovalAsked,
    Choice,
    Outcome,
)
from peerline.protocol.chat import MessageDeleted
from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import User, UserJoined
from peerline.protocol.prompts import AgentPrompted, Prompt, PromptChanged, PromptState
from peerline.protocol.roles import Role
from peerline_server.core.records import NewEvent, Rejected
from peerline_server.store.base import Retention, Store
from tests.contract.stores import NOW, OpenStore, S, chat, join, seq_of

INFO = AgentInfo(
    owner_id="alice",
    product="claude-code",
    model="opus",
    agent_policy=Answerers.HOSTS,
    prompt_policy=Answerers.EDITORS,
)
AGENT = User(id="agent1", username="claude", role=Role.EDITOR, kind=UserKind.AGENT, agent=INFO)


async def agent_joins(store: Store) -> None:
    joined = UserJoined(session_id=S, seq=0, user=AGENT, timestamp=NOW)
    seq_of(await store.submit(NewEvent(joined, AGENT.id)))


def told(text: str) -> NewEvent:
    event = AgentEvent(
        session_id=S,
        seq=0,
        user_id=AGENT.id,
        username=AGENT.username,
        data=AgentNote(text=text),
        timestamp=NOW,
    )
    return NewEvent(event, AGENT.id)


def answered(
    approval_id: str, outcome: Outcome = Outcome.DENY, *, moment: datetime = NOW
) -> NewEvent:
    event = ApprovalAnswered(
        session_id=S,
        seq=0,
        approval_id=approval_id,
        user_id=AGENT.id,
        answer=outcome,
        by="alice",
        timestamp=moment,
    )
    return NewEvent(event, "alice")


def asked(approval_id: str, *, detail: str = "x" * 30_000, moment: datetime = NOW) -> NewEvent:
    approval = Approval(
        id=approval_id,
        user_id=AGENT.id,
        username=AGENT.username,
        owner_id="alice",
        title="Run command",
        detail=detail,
        options=[Choice.ALLOW_ONCE, Choice.DENY],
        digest=f"sha256:{'0' * 64}",
        asked_at=moment,
        expires_at=moment + timedelta(minutes=5),
    )
    event = ApprovalAsked(session_id=S, seq=0, approval=approval, timestamp=moment)
    return NewEvent(event, AGENT.id)


async def test_an_agent_is_kept_with_its_owner(store: Store, open_store: OpenStore) -> None:
    await agent_joins(store)
    other = await open_store()
    session = await other.load_session(S, last_messages=10)
    assert session is not None
    kept = {person.user_id: person.agent for person in session.participants}
    assert kept["agent1"] == INFO
    assert kept["alice"] is None
    (joined,) = [
        event
        for event in await other.events_since(S, 0, limit=100)
        if isinstance(event, UserJoined) and event.user.id == AGENT.id
    ]
    assert joined.user == AGENT


async def test_what_an_agent_did_is_found_where_it_is_asked_for(store: Store) -> None:
    await agent_joins(store)
    call = ToolCallDone(
        id="t1",
        name="Edit",
        title="Speed up the Tokenizer",
        status="completed",
        files=[TouchedFile(file="src/parser.py")],
    )
    done = told("-").message.model_copy(update={"data": call})
    seq = seq_of(await store.submit(NewEvent(done, AGENT.id)))
    for words in ("tokenizer speed", "parser"):
        (found,) = await store.search(S, words, None, limit=10, agents=True)
        assert (found.kind, found.seq, found.username) == ("agent", seq, "claude")
    assert await store.search(S, "tokenizer", None, limit=10) == []
    gone = MessageDeleted(
        session_id=S, seq=0, message_id=found.message_id, deleted_by="alice", timestamp=NOW
    )
    assert await store.submit(NewEvent(gone, "alice")) == Rejected(ErrorCode.MESSAGE_NOT_FOUND)


async def test_what_an_agent_did_is_found_as_long_as_its_events_are_kept(store: Store) -> None:
    await agent_joins(store)
    for number in range(4):
        seq_of(await store.submit(told(f"tokenizer {number}")))
    seq_of(await store.submit(chat("c1")))
    last = seq_of(await store.submit(join("bob")))
    await store.forget_activity(Retention(NOW - timedelta(days=1), 0, 4, 100))
    assert [event.seq for event in await store.events_since(S, 0, limit=20)] == [
        *range(last - 3, last + 1)
    ]
    found = await store.search(S, "tokenizer", None, limit=10, agents=True)
    assert [result.content for result in found] == ["tokenizer 3", "tokenizer 2"]
    assert len(await store.chat_before(S, None, limit=10)) == 1


@pytest.mark.parametrize("outcome", Outcome)
async def test_open_questions_are_kept(store: Store, outcome: Outcome) -> None:
    await agent_joins(store)
    for approval_id in ("ap1", "ap2", "ap3"):
        seq_of(await store.submit(asked(approval_id)))
    seq_of(await store.submit(answered("ap2", outcome)))
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    assert [approval.id for approval in session.approvals] == ["ap1", "ap3"]
    assert len(session.approvals[0].detail) == 30_000


async def test_an_open_question_is_kept_however_many_were_answered_after_it(store: Store) -> None:
    await agent_joins(store)
    waiting = [store.submit(asked("open", detail="", moment=NOW))]
    for number in range(1_001):
        waiting += [
            store.submit(asked(f"ap{number}", detail="", moment=NOW + timedelta(minutes=50))),
            store.submit(answered(f"ap{number}", moment=NOW + timedelta(minutes=59))),
        ]
    await asyncio.gather(*waiting)
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    assert [approval.id for approval in session.approvals] == ["open"]


async def test_a_question_is_no_more_looked_for_when_its_time_is_over(store: Store) -> None:
    await agent_joins(store)
    for number in range(3):
        moment = NOW + timedelta(minutes=31 * number)
        seq_of(await store.submit(asked(f"ap{number}", moment=moment)))
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    assert [approval.id for approval in session.approvals] == ["ap1", "ap2"]


async def test_prompts_that_are_not_over_are_kept_in_order(store: Store) -> None:
    await agent_joins(store)
    for prompt_id in ("p1", "p2", "p3"):
        prompt = Prompt(
            id=prompt_id,
            agent_id=AGENT.id,
            user_id="alice",
            username="Alice",
            text=f"work {prompt_id}",
            asked_at=NOW,
        )
        event = AgentPrompted(session_id=S, seq=0, prompt=prompt, timestamp=NOW)
        seq_of(await store.submit(NewEvent(event, "alice")))
    for prompt_id, state in (("p1", PromptState.DONE), ("p2", PromptState.RUNNING)):
        changed = PromptChanged(
            session_id=S,
            seq=0,
            prompt_id=prompt_id,
            agent_id=AGENT.id,
            state=state,
            by=AGENT.id,
            timestamp=NOW,
        )
        seq_of(await store.submit(NewEvent(changed, AGENT.id)))
    session = await store.load_session(S, last_messages=10)
    assert session is not None
    found = [(prompt.id, prompt.text, prompt.state) for prompt in session.prompts]
    assert found == [("p2", "work p2", "running"), ("p3", "work p3", "waiting")]
