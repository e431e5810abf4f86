"""Tests of the pane of the agents at work: questions, prompts, stops; on a real server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from textual.content import Content
from textual.widgets import Static

from peerline.protocol.prompts import PromptAgent
from peerline.watch.agent_rows import AgentRows
from peerline.watch.question_screen import QuestionScreen
from peerline.watch.sending import Sender
from peerline.watch.supervised import NOT_DONE
from tests.unit.peerline.watch.test_app import View, host, watching
from tests.unit.server.agents import agent_of, ask
from tests.unit.server.conftest import SESSION, Door, RawClient, door, open_door

__all__ = ["door", "host", "open_door"]
LONG = "\n".join(f"echo {number}" for number in range(100)) + "\nrm -rf ~ \u202e"


@pytest.fixture
async def agent(door: Door, host: RawClient) -> RawClient:
    return await agent_of(door, host, agent_policy="editors", prompt_policy="editors")


@pytest.fixture
async def view(door: Door, agent: RawClient) -> AsyncIterator[View]:
    assert agent.connected
    async with watching(door) as shown:
        await shown.type("/agents")
        await shown.pilot.press("enter")
        yield shown


async def asks(agent: RawClient, view: View, detail: str, **fields: Any) -> str:
    """Have the agent ask; the id of its question, once it is in the pane."""
    question = {"title": "Run command", "tool": "Bash", "detail": detail, **fields}
    await ask(agent, "ask_approval", f"ask-{len(detail)}", data=question)
    await view.shows("asks: Run command (Bash)", "#agents")
    (approval,) = view.app.client.replica.agents.approvals.values()
    return approval.id


async def opened(view: View) -> QuestionScreen:
    """Open the question of the first agent."""
    await view.until(lambda: view.app.query_one(AgentRows).selected, "a row")
    await view.pilot.press("enter")
    await view.until(lambda: isinstance(view.app.screen, QuestionScreen), "the question")
    screen = view.app.screen
    assert isinstance(screen, QuestionScreen)
    await view.until(lambda: screen.is_calm, "its text")
    return screen


def text_of(screen: QuestionScreen, selector: str) -> str:
    return str(screen.query_one(selector, Static).content)


async def ending(agent: RawClient) -> dict[str, Any]:
    return await agent.receive_type("approval_answered")


async def test_a_long_question_is_allowed_in_the_view_only_with_its_end_in_sight(
    agent: RawClient, view: View
) -> None:
    await asks(agent, view, LONG)
    screen = await opened(view)
    assert "claude (agent of Host) asks: Run command" in text_of(screen, "#question-text")
    assert "rm -rf ~ <U+202E>" in text_of(screen, "#question-text")
    await view.pilot.press("y")
    await view.until(lambda: "Read it to its end first" in text_of(screen, "#question-note"), "no")
    assert not screen.is_end_in_sight
    pages = 0
    while not screen.is_end_in_sight:
        await view.pilot.press("pagedown")
        pages += 1
        assert pages < len(LONG)
    assert pages > 1
    await view.pilot.press("y")
    answered = await ending(agent)
    assert (answered["answer"], answered["by"]) == ("allow_once", "ann")
    await view.shows("Ann allowed “Run command” once for claude", "FeedRows")
    await view.until(lambda: "asks:" not in view.texts("#agents"), "it is closed")


async def test_a_short_question_is_put_off_and_denied(agent: RawClient, view: View) -> None:
    await asks(agent, view, "ls")
    await opened(view)
    await view.pilot.press("escape")
    await view.until(lambda: not isinstance(view.app.screen, QuestionScreen), "the pane")
    assert len(view.app.client.replica.agents.approvals) == 1
    screen = await opened(view)
    keys = "y allows it once, n denies it."
    await view.until(lambda: text_of(screen, "#question-note") == keys, "the keys")
    await view.pilot.press("n")
    assert (await ending(agent))["answer"] == "deny"


async def test_what_can_only_be_denied_is_not_allowed(agent: RawClient, view: View) -> None:
    await asks(agent, view, "ls", options=["deny"])
    screen = await opened(view)
    await view.pilot.press("y")
    await view.until(lambda: "only be denied" in text_of(screen, "#question-note"), "no")
    assert view.app.screen is screen


@pytest.mark.parametrize("name", ["x[/y]", "[red]x", "[@click=app.quit]x[/]", "x["])
async def test_the_name_of_an_agent_is_no_markup(
    name: str, door: Door, host: RawClient, view: View
) -> None:
    other = await agent_of(door, host, "other", name=name)
    await view.shows(name, "#agents")
    await view.pilot.press("end")
    await asks(other, view, "ls")
    screen = await opened(view)
    title = Content.from_markup(screen.query_one("#question").border_title or "")
    assert title.plain == f"Question of {name}"
    assert title.spans == []
    assert f"{name} (agent of Host) asks" in text_of(screen, "#question-text")


async def fail(*_: object) -> bool:
    raise ValueError(LONG)


async def test_a_question_that_cannot_be_shown_is_told_and_the_view_goes_on(
    agent: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asks(agent, view, "ls")
    await view.until(lambda: view.app.query_one(AgentRows).selected, "a row")
    with monkeypatch.context() as patch:
        patch.setattr(view.app.client, "ask", fail)
        await view.pilot.press("enter")
        await view.shows(NOT_DONE, "#note")
    await opened(view)


async def test_an_answer_that_fails_is_told_and_the_view_goes_on(
    agent: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asks(agent, view, "ls")
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "send", fail)
        await opened(view)
        await view.pilot.press("n")
        await view.shows(NOT_DONE, "#note")
    screen = await opened(view)
    keys = "y allows it once, n denies it."
    await view.until(lambda: text_of(screen, "#question-note") == keys, "the keys")
    await view.pilot.press("n")
    assert (await ending(agent))["answer"] == "deny"


async def test_a_stop_that_fails_is_told_and_the_view_goes_on(
    agent: RawClient, host: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent_id = agent.connected["user"]["id"]
    await ask(host, "prompt_agent", "prompt", agent_id=agent_id, text="go")
    prompt = (await agent.receive_type("agent_prompted"))["prompt"]
    await ask(agent, "prompt_update", "begin", prompt_id=prompt["id"], state="running")
    await view.shows("Host: go", "#agents")
    await view.until(lambda: view.app.query_one(AgentRows).selected, "a row")
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "send", fail)
        await view.pilot.press("s", "s")
        await view.shows(NOT_DONE, "#note")
    await view.pilot.press("s", "s")
    states = [""]
    while states[-1] != "stopping":
        states.append((await agent.receive_type("prompt_changed"))["state"])


async def test_a_question_that_others_answer_is_closed_and_that_is_told(
    agent: RawClient, host: RawClient, view: View
) -> None:
    approval_id = await asks(agent, view, "ls")
    await opened(view)
    await ask(host, "answer_approval", "deny", approval_id=approval_id, answer="deny")
    await view.until(lambda: not isinstance(view.app.screen, QuestionScreen), "the pane")
    await view.shows("Too late: Host denied “Run command” for claude.", "#note")


async def test_a_question_that_the_user_may_answer_rings(
    door: Door, host: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(view.app, "bell", lambda: rung.append("bell"))
    other = await agent_of(door, host, "other", name="codex")
    question = {"title": "Fetch", "detail": "x"}
    await ask(other, "ask_approval", "fetch", data=question)
    await view.shows("agent codex: asks: Fetch (x)", "FeedRows")
    assert rung == []
    # Who may not answer can read it.
    rows = view.app.query_one(AgentRows)
    await view.shows("asks: Fetch", "#agents")
    while not (rows.selected or "").startswith("question"):
        await view.pilot.press("down")
    screen = await opened(view)
    for key in ("y", "n"):
        await view.pilot.press(key)
        await view.until(
            lambda: text_of(screen, "#question-note") == "Only Host can answer codex.", "no"
        )
    assert view.app.screen is screen
    await view.pilot.press("escape")
    own = await agent_of(door, host, "third", name="gemini", agent_policy="editors")
    await ask(own, "ask_approval", "own", data=question)
    await view.shows("gemini asks: Fetch  (/agents, then Enter on it)", "#note")
    assert rung == ["bell"]


async def test_an_agent_is_prompted_stopped_and_a_prompt_is_cancelled(
    agent: RawClient, view: View
) -> None:
    rows = view.app.query_one(AgentRows)
    await view.until(lambda: rows.selected, "a row")
    await view.pilot.press("s")
    await view.shows("claude has no turn to stop.", "#note")
    await view.pilot.press("p")
    await view.shows("A prompt for claude  (Esc cancels)", "#note")
    assert view.app.focused is view.composer
    await view.type("first one")
    await view.pilot.press("enter")
    first = (await agent.receive_type("agent_prompted"))["prompt"]
    assert (first["text"], first["user_id"]) == ("first one", "ann")
    await ask(agent, "prompt_update", "begin", prompt_id=first["id"], state="running")
    await view.shows("running: Ann: first one", "#agents")
    rows.focus()
    await view.pilot.press("p")
    await view.type("second one")
    await view.pilot.press("enter")
    await view.shows("waiting: Ann: second one", "#agents")
    rows.focus()
    await view.pilot.press("x")
    await view.shows("Select a prompt that waits.", "#note")
    await view.pilot.press("end", "x")
    await view.shows("Press x again to cancel the prompt of Ann: second one", "#note")
    await view.pilot.press("x")
    await view.until(lambda: "second one" not in view.texts("#agents"), "it is cancelled")
    await view.until(lambda: rows.selected, "a row")
    await view.pilot.press("s")
    await view.shows("Press s again to stop claude.", "#note")
    await view.pilot.press("s")
    await view.shows("stopping: Ann: first one", "#agents")
    states = [""]
    while states[-1] != "stopping":
        states.append((await agent.receive_type("prompt_changed"))["state"])
    assert states[-2:] == ["cancelled", "stopping"]


async def test_a_prompt_that_is_too_long_is_kept(view: View) -> None:
    await view.until(lambda: view.app.query_one(AgentRows).selected, "a row")
    await view.pilot.press("p")
    view.composer.text = "x" * 8_001
    await view.pilot.press("enter")
    await view.shows("A prompt has at most 8000.", "#note")
    assert len(view.composer.text) == 8_001


async def test_an_agent_that_takes_no_prompts_is_not_prompted(
    door: Door, host: RawClient, view: View
) -> None:
    await agent_of(door, host, "other", name="codex")
    await view.shows("codex", "#agents")
    rows = view.app.query_one(AgentRows)
    await view.pilot.press("end", "p")
    await view.shows("codex takes no prompts from the session.", "#note")
    assert view.app.focused is rows


async def test_a_question_does_not_take_the_keys_of_a_user_who_writes_meanwhile(
    agent: RawClient, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asks(agent, view, "ls")
    may_answer, asking = asyncio.Event(), view.app.client.ask

    async def slow(message: Any) -> Any:
        await may_answer.wait()
        return await asking(message)

    monkeypatch.setattr(view.app.client, "ask", slow)
    await view.until(lambda: view.app.query_one(AgentRows).selected, "a row")
    await view.pilot.press("enter", "escape")
    may_answer.set()
    await view.shows("The question is here: /agents, then Enter on it.", "#note")
    await view.type("yes")
    assert view.composer.text == "yes"
    assert len(view.app.client.replica.agents.approvals) == 1


async def test_the_neighbour_of_a_prompt_that_is_gone_is_not_cancelled_for_it(
    agent: RawClient, host: RawClient, view: View
) -> None:
    rows = view.app.query_one(AgentRows)
    agent_id, ids = agent.connected["user"]["id"], list[str]()
    for text in ("first one", "second one"):
        message = PromptAgent(session_id=SESSION, agent_id=agent_id, text=text)
        await view.app.client.request(message)
        ids.append((await agent.receive_type("agent_prompted"))["prompt"]["id"])
        await view.shows(text, "#agents")
    while rows.selected != f"prompt {ids[0]}":
        await view.pilot.press("down")
    await view.pilot.press("x")
    await view.shows("Press x again to cancel the prompt of Ann: first one", "#note")
    await ask(host, "cancel_prompt", "gone", prompt_id=ids[0])
    await view.until(lambda: rows.selected == f"prompt {ids[1]}", "the neighbour")
    await view.pilot.press("x")
    await view.shows("Press x again to cancel the prompt of Ann: second one", "#note")
    assert list(view.app.client.replica.agents.prompts) == [ids[1]]
