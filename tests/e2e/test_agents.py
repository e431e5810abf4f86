"""An agent and its owner at a real server, with the Python client."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from peerline.client import Agent, Client, Credentials, LinkState, RequestRefused
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import AgentActivity, AgentNote, AgentState
from peerline.protocol.approvals import AnswerApproval, ApprovalQuestion, Choice, Outcome
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink

from .conftest import ServerProcess

SECONDS = 60


class Seen:
    """Calls again whenever something changed, so that a test waits for what it needs."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def note(self, *_: object) -> None:
        self._news.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not is_so():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def owner_of(server: ServerProcess, seen: Seen) -> AsyncGenerator[Client]:
    """The host of the session, connected."""
    owner = Client(
        link_of(server),
        Credentials(auth_token=server.token("host", "Hanna")),
        on_changes=seen.note,
        on_state=seen.note,
    )
    owner.start()
    try:
        await seen.until(lambda: owner.state is LinkState.JOINED)
        yield owner
    finally:
        await owner.close()


@asynccontextmanager
async def agent_of(owner: Client, server: ServerProcess, seen: Seen) -> AsyncGenerator[Agent]:
    """An agent of the host, connected."""
    link = link_of(server)
    wanted = CreateAgent(
        session_id=link.session_id,
        request_id=owner.new_request_id(),
        name="claude",
        product="claude-code",
    )
    made = await owner.ask(wanted)
    assert isinstance(made, AgentCreated)
    agent = Agent(link, made.auth_token, on_changes=seen.note, on_state=seen.note)
    agent.start()
    try:
        await seen.until(lambda: agent.state is LinkState.JOINED)
        yield agent
    finally:
        await agent.close()


def link_of(server: ServerProcess) -> SessionLink:
    return SessionLink.parse(server.invite("viewer"))


async def test_an_agent_reports_asks_and_reads_its_mentions(server: ServerProcess) -> None:
    seen = Seen()
    async with owner_of(server, seen) as owner, agent_of(owner, server, seen) as agent:
        session_id, people = server.session, owner.replica.participants
        me = agent.replica.connected
        assert me is not None
        working = AgentActivity(state=AgentState.WORKING, doing="Reading")
        agent.report(working)
        await seen.until(lambda: me.user.id in people and people[me.user.id].activity == working)
        seq = await agent.event(AgentNote(text="Read the parser"))
        await seen.until(lambda: any(each.seq == seq for each in owner.replica.agents.events))

        question = ApprovalQuestion(title="Run command", detail="pytest -q")
        asking = asyncio.create_task(agent.ask_approval(question))
        await seen.until(lambda: bool(owner.replica.agents.approvals))
        (approval,) = owner.replica.agents.approvals.values()
        allowing = AnswerApproval(
            session_id=session_id,
            approval_id=approval.id,
            answer=Choice.ALLOW_ONCE,
            digest=approval.digest,
        )
        with pytest.raises(RequestRefused) as refused:
            await agent.request(allowing)
        assert refused.value.code is ErrorCode.PERMISSION_DENIED
        await owner.request(allowing)
        answer = await asyncio.wait_for(asking, SECONDS)
        assert (answer.answer, answer.by) == (Outcome.ALLOW_ONCE, "host")

        await owner.request(SendChatMessage(session_id=session_id, content="nobody is named"))
        await owner.request(SendChatMessage(session_id=session_id, content="@claude faster?"))
        comment = CommentData(file="a.py", line=3, content="why, @claude?")
        await owner.request(AddComment(session_id=session_id, data=comment))
        async with asyncio.timeout(SECONDS):
            first, second = await anext(agent.inbox), await anext(agent.inbox)
        assert (first.kind, first.text, first.is_owner) == ("chat", "@claude faster?", True)
        assert (second.kind, second.file, second.line) == ("comment", "a.py", 3)
    assert [mention async for mention in agent.inbox] == []


async def test_a_question_that_nobody_waits_for_is_withdrawn(server: ServerProcess) -> None:
    seen = Seen()
    async with owner_of(server, seen) as owner, agent_of(owner, server, seen) as agent:
        question = ApprovalQuestion(title="Run command", detail="pytest -q")
        asking = asyncio.create_task(agent.ask_approval(question))
        await seen.until(lambda: bool(owner.replica.agents.approvals))
        asking.cancel()
        await seen.until(lambda: not owner.replica.agents.approvals)


async def test_what_an_agent_does_is_shown_again_after_the_server_was_killed(
    server: ServerProcess,
) -> None:
    seen = Seen()
    async with owner_of(server, seen) as owner, agent_of(owner, server, seen) as agent:
        me = agent.replica.connected
        assert me is not None
        activity = AgentActivity(state=AgentState.THINKING, doing="Planning")
        agent.report(activity)
        shown = owner.replica.participants
        await seen.until(lambda: me.user.id in shown and shown[me.user.id].activity == activity)
        question = ApprovalQuestion(title="Run command", detail="pytest -q", expires_in=600)
        asking = asyncio.create_task(agent.ask_approval(question))
        await seen.until(lambda: bool(owner.replica.agents.approvals))
        (approval,) = owner.replica.agents.approvals.values()
        await asyncio.to_thread(server.kill)
        await seen.until(lambda: owner.state is not LinkState.JOINED)
        await seen.until(lambda: agent.state is not LinkState.JOINED)
        await asyncio.to_thread(server.start)
        await seen.until(lambda: owner.state is LinkState.JOINED)
        again = owner.replica.participants
        await seen.until(lambda: me.user.id in again and again[me.user.id].activity == activity)
        denying = AnswerApproval(
            session_id=server.session, approval_id=approval.id, answer=Choice.DENY
        )
        await owner.request(denying)
        answer = await asyncio.wait_for(asking, SECONDS)
        assert answer.answer is Outcome.DENY
