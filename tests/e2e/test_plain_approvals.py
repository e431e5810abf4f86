"""Questions of an AI agent, answered in clients without a plugin."""

import asyncio
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from peerline.protocol.agents import Answerers
from peerline.protocol.approvals import ApprovalQuestion, Outcome

from .agent_participant import AskingAgent, asking_agent
from .conftest import Bridges, ServerProcess
from .plain_client import PROFILES, PlainClient

FILE = "src/main.py"
SECONDS = 60
QUESTION = ApprovalQuestion(title="Run command", tool="Bash", detail="pytest -q\ntrue \u202e")
WHOLE = "claude (agent of alice) asks: Run command\nTool: Bash\npytest -q\ntrue <U+202E>"
ACTION = "Peerline: answer claude, which asks: Run command"


@pytest.fixture
def agent(server: ServerProcess) -> Generator[AskingAgent]:
    with asking_agent(server, policy=Answerers.EDITORS) as found:
        yield found


@pytest_asyncio.fixture
async def client(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> AsyncIterator[PlainClient]:
    workspace = bridges.workspace("client", {FILE: "one\n"})
    found = PlainClient(workspace, PROFILES["modern"][0](), "modern")
    environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    await found.start(environ, {"link": server.invite("editor"), "ask": True})
    found.open(FILE)
    yield found
    await found.stop()


async def answered(asked: Any) -> Outcome:
    answer = await asyncio.wait_for(asyncio.wrap_future(asked), SECONDS)
    return answer.answer


async def actions(client: PlainClient) -> dict[str, Any]:
    return await client.actions(FILE, types.Range(types.Position(0, 0), types.Position(0, 0)))


async def test_a_question_is_asked_whole_where_that_does_not_block(
    client: PlainClient, agent: AskingAgent
) -> None:
    client.answer = "Allow once"
    assert await answered(agent.ask(QUESTION)) is Outcome.ALLOW_ONCE
    (question,) = client.questions
    assert question.message == WHOLE
    assert [each.title for each in question.actions or []] == ["Allow once", "Deny"]


async def test_a_question_that_was_put_off_is_answered_by_a_code_action(
    client: PlainClient, agent: AskingAgent
) -> None:
    asked = agent.ask(QUESTION)
    await client.wait(lambda: client.questions, "the question")

    async def offered() -> bool:
        return ACTION in await actions(client)

    await client.wait(offered, "the action")
    assert not asked.done()
    client.answer = "Deny"
    await client.act(FILE, 0, ACTION)
    assert await answered(asked) is Outcome.DENY

    async def is_gone() -> bool:
        return ACTION not in await actions(client)

    await client.wait(is_gone, "no action")


async def test_what_a_message_cannot_show_whole_is_not_allowed_there(
    client: PlainClient, agent: AskingAgent
) -> None:
    client.answer = "Allow once"
    asked = agent.ask(QUESTION.model_copy(update={"detail": "true\n" * 100 + "rm -rf ~"}))
    await client.wait(lambda: client.questions, "the question")
    (question,) = client.questions
    assert [each.title for each in question.actions or []] == ["Deny"]
    assert "This is not all of it" in question.message
    assert not asked.done()
    asked.cancel()
