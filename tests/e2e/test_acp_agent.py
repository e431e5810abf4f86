"""`peerline acp` between two programs on the protocol's own SDK: the session sees the work live."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import acp
import pytest
from acp import schema

from peerline.client import AgentMoved, FileChanged

from .conftest import ServerProcess
from .test_agent import Person, Place, bob, place, start

__all__ = ["bob", "place"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
AGENT: Final = Path(__file__).with_name("acp_agent.py")


class Editor:
    """The editor's side: it notes what it hears, and answers a question when it is told to."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.may_answer = asyncio.Event()
        self.heard: list[str] = []

    def on_connect(self, conn: Any) -> None:
        """Nothing to do."""

    async def request_permission(self, **_: Any) -> schema.RequestPermissionResponse:
        self.heard.append("permission")
        await self.may_answer.wait()
        outcome = schema.AllowedOutcome(outcome="selected", option_id=self.answer)
        return schema.RequestPermissionResponse(outcome=outcome)

    async def session_update(self, session_id: str, update: Any, **_: Any) -> None:
        assert session_id == "one"
        self.heard.append(update.session_update)


async def turn(place: Place, editor: Editor, meanwhile: Callable[[], Any]) -> str:
    """One turn of the agent under `peerline acp`; the reason of its end."""
    file = place.folder / "cart.py"
    async with acp.spawn_agent_process(
        cast("acp.Client", editor),
        *(sys.executable, "-m", "peerline", "acp", "--"),
        *(sys.executable, str(AGENT), str(file)),
        env=place.environment,
        cwd=place.folder,
    ) as (agent, _):
        await agent.initialize(protocol_version=acp.PROTOCOL_VERSION)
        session = await agent.new_session(cwd=str(place.folder), mcp_servers=[])
        asked = asyncio.create_task(
            agent.prompt(session_id=session.session_id, prompt=[acp.text_block("Make it more")])
        )
        await meanwhile()
        editor.may_answer.set()
        return (await asked).stop_reason


@pytest.mark.parametrize(("answer", "status"), [("y", "completed"), ("n", "denied")])
async def test_people_see_what_an_editors_agent_does(
    place: Place, bob: Person, server: ServerProcess, answer: str, status: str
) -> None:
    (place.folder / "cart.py").write_text("one\n")
    await start(place, server)
    editor = Editor(answer)

    async def waits() -> None:
        await bob.sees(lambda: _state(bob) == "waiting_approval")

    assert await turn(place, editor, waits) == "end_turn"
    await bob.sees(lambda: bob.events("turn_end"))
    assert [event.text for event in bob.events("prompt")] == ["Make it more"]
    assert [event.text for event in bob.events("turn_end")] == ["Done."]
    calls = {event.id: event for event in bob.events("tool_call") if event.name != "Read"}
    assert calls["e1"].status == status
    changes = [change.event.data for change in bob.changes if isinstance(change, FileChanged)]
    plans = bob.events("plan")
    assert [entry.text for entry in plans[0].entries] == ["Edit it"]
    if answer == "y":
        await bob.sees(lambda: any(isinstance(change, FileChanged) for change in bob.changes))
        changes = [change.event.data for change in bob.changes if isinstance(change, FileChanged)]
        assert [(one.file, one.lines_added, one.lines_removed) for one in changes] == [
            ("cart.py", 1, 0)
        ]
    else:
        assert changes == []
    await bob.sees(lambda: _state(bob) == "done")
    assert editor.heard == [
        *("plan", "tool_call", "tool_call_update", "tool_call", "permission"),
        *("tool_call_update", "agent_message_chunk"),
    ]


async def test_who_comes_while_a_person_is_asked_sees_that(
    place: Place, bob: Person, server: ServerProcess
) -> None:
    (place.folder / "cart.py").write_text("one\n")
    editor = Editor("n")

    async def comes() -> None:
        while "permission" not in editor.heard:  # noqa: ASYNC110 - the editor tells nobody
            await asyncio.sleep(0.01)
        await start(place, server)
        await bob.sees(lambda: _state(bob) == "waiting_approval")

    assert await turn(place, editor, comes) == "end_turn"
    await bob.sees(lambda: _state(bob) == "done")


async def test_an_agent_that_is_in_no_session_works_as_ever(place: Place) -> None:
    (place.folder / "cart.py").write_text("one\n")
    editor = Editor("y")

    async def nothing() -> None:
        while "permission" not in editor.heard:  # noqa: ASYNC110 - the editor tells nobody
            await asyncio.sleep(0.01)

    assert await turn(place, editor, nothing) == "end_turn"
    assert (place.folder / "cart.py").read_text() == "one\nmore\n"


def _state(person: Person) -> str | None:
    moved = [change for change in person.changes if isinstance(change, AgentMoved)]
    agent = person.agent()
    activity = None if agent is None or not moved else agent.activity
    return None if activity is None else activity.state.value
