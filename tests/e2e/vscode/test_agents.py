"""AI agents in two real windows: their questions are answered, a shared one is prompted."""

from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator

from peerline.protocol.agents import (
    AgentActivity,
    AgentState,
    Answerers,
    PromptGiven,
    ToolCallDone,
    ToolKind,
    TouchedFile,
)
from peerline.protocol.approvals import ApprovalQuestion, Outcome
from tests.e2e.agent_host import Host, shared_agent, steps
from tests.e2e.agent_participant import AskingAgent, asking_agent

from .conftest import Pair
from .driver import TRY_MS
from .panel import Panel

SECONDS: Final = 100.0
"""The SDK of the agent takes its time to be imported on a busy machine."""


def article(panel: Panel, name: str) -> Locator:
    """The question, or the row, of an agent in the panel."""
    found = panel.frame.get_by_role("article", name=name)
    panel.wait(found.count, name)
    return found


def first_call(panel: Panel, agent: AskingAgent, name: str) -> tuple[Locator, Locator]:
    """Have an agent do something; its row, which is opened, and the tool calls in it."""
    done = ToolCallDone(id="c1", name="Read", title="a.py", status="completed")
    agent.did(PromptGiven(text="Read all", turn_id="t1"), done)
    row = article(panel, name)
    calls = row.get_by_role("list", name="Tool calls").get_by_role("listitem")
    panel.window.act(
        lambda: row.locator("summary").first.click(timeout=TRY_MS), calls.count, "its calls"
    )
    return row, calls


def press(panel: Panel, button: Locator, done: Locator) -> None:
    """Press a button until something is no longer there."""
    panel.window.act(lambda: button.click(timeout=TRY_MS), lambda: not done.count(), "it is done")


def log_of(panel: Panel) -> str:
    """The text of the chat, with the lines about what happened."""
    return panel.frame.locator(".log").inner_text()


def test_a_question_is_read_to_its_end_in_the_panel_and_answered(pair: Pair) -> None:
    panel = Panel(pair.bob).open()
    question = ApprovalQuestion(
        title="Run command", tool="Bash", detail="true\n" * 1000 + "rm -rf ~ \u202e"
    )
    with asking_agent(pair.server, name="asker", policy=Answerers.EDITORS) as agent:
        answer = agent.ask(question)
        asked = article(panel, "asker asks: Run command (Bash)")
        allow = asked.get_by_role("button", name="Allow Once")
        assert allow.is_disabled()
        whole = asked.get_by_role("button", name="Show All")
        press(panel, whole, whole)
        assert asked.locator("pre").inner_text().endswith("rm -rf ~ <U+202E>")
        assert allow.is_disabled()
        pair.bob.screenshot("agent-question-in-the-panel")
        pair.bob.act(
            lambda: asked.get_by_role("region").press("Control+End", timeout=TRY_MS),
            allow.is_enabled,
            "the end of the question",
        )
        press(panel, allow, asked)
        answered = answer.result(SECONDS)
        assert answered.answer is Outcome.ALLOW_ONCE
        said = "bob allowed “Run command” once for asker"
        panel.wait(lambda: said in log_of(panel), "the line about it")


def test_the_calls_the_changes_and_the_health_of_an_agent_are_read_in_the_panel(pair: Pair) -> None:
    bob = pair.bob
    panel = Panel(bob).open()
    with asking_agent(pair.server, name="worker") as agent:
        touched = TouchedFile(
            file="notes.txt", lines_added=1, lines_removed=1, diff="@@ -1 +1 @@\n-one\n+<b>1</b>"
        )
        agent.did(
            PromptGiven(text="Count \u202e", turn_id="t1"),
            ToolCallDone(
                id="c1",
                name="Edit",
                tool_kind=ToolKind.EDIT,
                title="notes.txt",
                status="completed",
                files=[touched],
            ),
        )
        reason = "1 of the last 20 calls failed"
        agent.report(AgentActivity(state=AgentState.WORKING, health=98, health_reasons=[reason]))
        row = article(panel, "worker")
        calls = row.get_by_role("list", name="Tool calls").get_by_role("listitem")
        bob.act(
            lambda: row.locator("summary").first.click(timeout=TRY_MS), calls.count, "its calls"
        )
        assert "Count <U+202E>" in row.inner_text()
        agent.did(ToolCallDone(id="c2", name="Bash", title="pytest -q", status="failed"))
        shown = ["Edit notes.txt", "Tool Bash pytest -q failed"]
        panel.wait(
            lambda: [text.strip() for text in calls.all_inner_texts()] == shown, "the next call"
        )
        health = row.get_by_role("region", name="Health 98 of 100")
        panel.wait(lambda: reason in health.inner_text(), "the reason")
        changes = row.get_by_text("Changes", exact=True)
        diff = row.locator("pre")
        bob.act(
            lambda: changes.press("Enter", timeout=TRY_MS), diff.is_visible, "the changes by key"
        )
        lines = ["@@ -1 +1 @@", "-one", "+<b>1</b>"]
        panel.wait(lambda: diff.inner_text(timeout=TRY_MS).splitlines() == lines, "its lines")
        bob.screenshot("agent-work-in-the-panel")
        bob.act(
            lambda: row.get_by_role("button", name="notes.txt").click(timeout=TRY_MS),
            lambda: "notes.txt" in bob.active_tab(),
            "the changed file",
        )
    panel.wait(lambda: not row.count(), "the agent has left")


@pytest.fixture
def robo(pair: Pair, tmp_path: Path) -> Generator[Host]:
    with shared_agent(pair.server, tmp_path) as host:
        for window in (pair.alice, pair.bob):
            window.wait(
                lambda window=window: any("robo" in row for row in window.tree()),
                "the agent in the tree",
                SECONDS,
            )
        yield host
    for window in (pair.alice, pair.bob):
        window.wait(
            lambda window=window: not any("robo" in row for row in window.tree()),
            "the agent has left",
        )


def test_a_shared_agent_is_prompted_by_command_and_panel_and_stopped_by_others(
    pair: Pair, robo: Host
) -> None:
    alice, bob = pair.alice, pair.bob
    bob.open_file("notes.txt")
    bob.go_to(2)
    bob.keys("Shift+End")
    bob.command("Peerline: Prompt Agent…")
    bob.answer(steps(["say", "begun"], ["wait"]), "Prompt robo")
    bob.wait(lambda: robo.noted("prompt"), "the prompt", SECONDS)
    ((asked,),) = robo.noted("prompt")
    assert "\n`notes.txt:2`\n```\ntwo\n```\n" in asked
    assert 'from="bob"' in asked

    panel = Panel(bob).open()
    row = article(panel, "robo")
    stop = row.get_by_role("button", name="Stop robo")
    panel.wait(stop.count, "it can be stopped")
    box = row.get_by_role("textbox", name="Prompt for robo")
    bob.act(
        lambda: row.locator("summary").first.click(timeout=TRY_MS),
        box.is_visible,
        "more about robo",
    )
    queue = row.get_by_role("list", name="Prompts for robo").locator(".agent-prompt")
    for words in ("not this", "but this"):
        text = f"{words}\n{steps(['wait'])}"
        bob.act(
            lambda text=text: box.fill(text, timeout=TRY_MS),
            lambda text=text: box.input_value() == text,
            "the prompt in the box",
        )
        bob.act(
            lambda: box.press("Enter", timeout=TRY_MS),
            lambda: box.input_value() == "",
            "it is taken",
        )
    panel.wait(lambda: queue.count() == 3, "the queue")
    bob.screenshot("agent-queue-in-the-panel")
    shown = [text.partition("do: ")[0].rstrip() for text in queue.all_inner_texts()]
    assert shown == ["running bob:", "waiting bob: not this", "waiting bob: but this"]
    cancel = row.get_by_role("button", name="Cancel the prompt of bob: not this")
    press(panel, cancel, cancel)

    # Another person than the one who asked stops the turn, and the next prompt is done.
    alice.command("Peerline: Stop Agent")
    bob.wait(lambda: len(robo.noted("prompt")) == 2, "the next prompt", SECONDS)
    assert "but this" in robo.noted("prompt")[1][0]
    # Until then the panel may show that the first one can be stopped.
    last = [f"running bob: but this {steps(['wait'])}"]
    panel.wait(lambda: queue.all_inner_texts() == last, "it is at the next one")
    press(panel, stop, queue)
    assert robo.noted("cancel") == [["one"], ["one"]]
    said = log_of(panel)
    assert "stops robo" in said
    assert "begun" in said
