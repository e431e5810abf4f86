"""A shared AI agent, prompted and stopped in a client without a plugin."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from lsprotocol import types

from .agent_host import shared_agent, steps
from .conftest import Bridges, ServerProcess
from .plain_client import PROFILES, PlainClient

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
FILE: Final = "todo.txt"
PROMPT: Final = "Peerline: prompt robo with the selection"
STOP: Final = "Peerline: stop robo"
CANCEL: Final = 'Peerline: cancel the prompt for robo (do: [["say"'


@pytest_asyncio.fixture
async def client(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> AsyncIterator[PlainClient]:
    todo = f"{steps(['wait'])}\n{steps(['say', 'again'])}\n"
    workspace = bridges.workspace("client", {FILE: todo})
    found = PlainClient(workspace, PROFILES["modern"][0](), "modern")
    environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    await found.start(environ, {"link": server.invite("editor")})
    found.open(FILE)
    yield found
    await found.stop()


async def offered(client: PlainClient, row: int, begin: str) -> str | None:
    where = types.Range(types.Position(row, 0), types.Position(row + 1, 0))
    found: dict[str, Any] = await client.actions(FILE, where)
    return next((title for title in found if title.startswith(begin)), None)


async def test_code_actions_prompt_an_agent_cancel_a_prompt_and_stop_a_turn(
    server: ServerProcess, client: PlainClient, tmp_path: Path
) -> None:
    with shared_agent(server, tmp_path) as robo:
        await client.act(FILE, 0, PROMPT, rows=1)
        await client.act(FILE, 1, PROMPT, rows=1)
        await client.act(FILE, 0, CANCEL, rows=1)
        await client.act(FILE, 0, STOP, rows=1)

        async def is_over() -> bool:
            return bool(robo.noted("cancel")) and not await offered(client, 0, STOP)

        await client.wait(is_over, "the end of the turn")
        ((asked,),) = robo.noted("prompt")
        assert steps(["wait"]) in asked
        assert not await offered(client, 0, CANCEL)
