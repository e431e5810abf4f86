"""The work of an AI agent in the page: seen, prompted, allowed and stopped there."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from peerline.protocol.agents import (
    AgentActivity,
    AgentState,
    AgentTool,
    AgentUsage,
    Answerers,
    PlanEntry,
    PromptGiven,
    ToolCallDone,
    ToolKind,
    TouchedFile,
)
from tests.e2e.agent_host import shared_agent, steps
from tests.e2e.agent_participant import AskingAgent, asking_agent
from tests.e2e.conftest import ServerProcess

from .page import TIMEOUT_MS, WebPage, opened

ACTIVITY = AgentActivity(
    state=AgentState.WORKING,
    doing="Editing src/cart.py",
    tool=AgentTool(id="t9", name="Bash", kind=ToolKind.EXECUTE, status="running", title="pytest"),
    plan=[
        PlanEntry(text="Read the cart", status="completed"),
        PlanEntry(text="Speed it up", status="in_progress"),
        PlanEntry(text="Measure\u202e", status="pending"),
    ],
    usage=AgentUsage(context_used=166_000, context_limit=200_000, output_tokens=385, cost=0.17),
    health=72.0,
    health_reasons=["context 83% full", "1 of the last 20 calls failed"],
    answer="The cart is",
)
CALLS = (
    ToolCallDone(id="t1", name="Read", tool_kind=ToolKind.READ, title="a.py", status="completed"),
    ToolCallDone(
        id="t2",
        name="Edit",
        tool_kind=ToolKind.EDIT,
        title="src/cart.py",
        status="completed",
        duration_ms=41,
        files=[
            TouchedFile(
                file="src/cart.py",
                lines_added=2,
                lines_removed=1,
                diff="@@ -1 +1,2 @@\n-slow\n+fast\n+faster",
            )
        ],
    ),
    ToolCallDone(
        id="t3",
        name="Bash",
        tool_kind=ToolKind.EXECUTE,
        title="make",
        status="failed",
        duration_ms=1400,
        output="2 failed\u202e\n[exit code 2]",
    ),
)


def shown(page: WebPage, name: str) -> Locator:
    """The work of an agent, opened from its row."""
    button = page.tab.get_by_role("button", name=f"Work of {name}")
    button.click(timeout=TIMEOUT_MS)
    dialog = page.tab.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible(timeout=TIMEOUT_MS)
    return dialog


def works(agent: AskingAgent, before: str = "before") -> None:
    """It has worked on an earlier prompt, and is at one."""
    agent.did(
        PromptGiven(text=before, turn_id="turn0"),
        ToolCallDone(id="t0", name="Read", title="old.py", status="completed"),
        PromptGiven(text="Speed up the cart", turn_id="turn1"),
        *CALLS,
    )
    agent.report(ACTIVITY)


def test_the_work_of_an_agent_is_seen_whole_and_by_the_keyboard(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    with asking_agent(session_server, name="worker") as agent:
        works(agent)
        # What it did before the page was there is seen, too.
        page.joined(link, "Ava")
        button = page.tab.get_by_role("button", name="Work of worker")
        button.focus(timeout=TIMEOUT_MS)
        page.tab.keyboard.press("Enter")
        dialog = page.tab.get_by_role("dialog", name="worker")
        expect(dialog).to_contain_text("agent of alice · claude-code")
        expect(dialog).to_contain_text("working: Editing src/cart.py")
        expect(dialog).to_contain_text("Speed up the cart", timeout=TIMEOUT_MS)
        steps_of_plan = dialog.get_by_role("region", name="Plan: 1 of 3 done")
        expect(steps_of_plan.get_by_role("listitem")).to_have_text(
            ["done: Read the cart", "under way: Speed it up", "to do: Measure<U+202E>"]
        )
        calls = dialog.get_by_role("list", name="Tool calls").get_by_role("listitem")
        expect(calls).to_have_text(
            [
                "Read a.py",
                "Edit src/cart.py 41 ms",
                "Run Bash make failed 1.4 s Output",
                "Run Bash pytest runs",
            ],
            use_inner_text=True,
        )
        output = calls.filter(has_text="make").locator("pre")
        expect(output).to_be_hidden()
        calls.get_by_text("Output", exact=True).click()
        expect(output).to_have_text("2 failed<U+202E>\n[exit code 2]")
        files = dialog.get_by_role("region", name="File changes")
        expect(files).to_contain_text("src/cart.py")
        expect(files).to_contain_text("+2 −1")
        files.get_by_text("Changes", exact=True).click()
        expect(files.locator("pre")).to_contain_text("+faster")
        expect(dialog).to_contain_text("83 %, 166,000 of 200,000 tokens")
        health = dialog.get_by_role("region", name="Health 72 of 100")
        expect(health.get_by_role("listitem")).to_have_text(
            ["context 83% full", "1 of the last 20 calls failed"]
        )
        # Not shared: nobody prompts or stops it, and only its owner and hosts remove it.
        for name in ("Stop worker", "Prompt", "Remove Agent…"):
            expect(dialog.get_by_role("button", name=name, exact=True)).to_have_count(0)
        assert page.violations() == []
        # It is live.
        agent.did(ToolCallDone(id="t4", name="Grep", title="slow", status="denied"))
        expect(calls.filter(has_text="Grep slow")).to_contain_text("denied", timeout=TIMEOUT_MS)
        page.tab.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_work_of_an_agent_fits_a_phone(
    browser: Browser, link: str, session_server: ServerProcess, tmp_path: Path, theme: str
) -> None:
    name = f"pocket-{theme}"
    with (
        asking_agent(session_server, name=name, speakers=Answerers.EDITORS) as agent,
        opened(
            browser, tmp_path, size=(360, 640), theme="dark" if theme == "dark" else "light"
        ) as page,
    ):
        works(agent, "x" * 300)
        page.join(link, f"Avis {theme}")
        page.tab.get_by_role("button", name="People").click(timeout=TIMEOUT_MS)
        dialog = shown(page, name)
        expect(dialog).to_contain_text("Speed up the cart", timeout=TIMEOUT_MS)
        assert page.violations() == []
        too_wide = "element => element.scrollWidth > element.clientWidth"
        assert dialog.evaluate(too_wide) is False
        assert page.tab.locator("body").evaluate(too_wide) is False
        field = dialog.get_by_role("textbox", name=f"Prompt for {name}")
        field.fill("Do more")
        # It is kept until it is sent, also where the dialog is closed.
        dialog.get_by_role("button", name="Close").click()
        expect(shown(page, name).get_by_role("textbox")).to_have_value("Do more")


def test_people_prompt_an_agent_allow_what_it_asks_and_stop_it_in_its_view(
    page: WebPage, link: str, session_server: ServerProcess, tmp_path: Path
) -> None:
    page.joined(link, "Aino")
    with shared_agent(session_server, tmp_path, "--approvers", "editors"):
        dialog = shown(page, "robo")
        field = dialog.get_by_role("textbox", name="Prompt for robo")
        field.fill(f"Test it\n{steps(['plan', 'Run the tests'], ['run', 'pytest -q'], ['wait'])}")
        field.press("Enter")
        expect(field).to_have_value("")
        field.fill(f"Then this\n{steps(['say', 'never'])}")
        dialog.get_by_role("button", name="Prompt", exact=True).click()
        queue = dialog.get_by_role("list", name="Prompts for robo").get_by_role("listitem")
        expect(queue).to_have_count(2, timeout=TIMEOUT_MS)
        expect(queue.nth(1)).to_contain_text("waiting Aino: Then this")
        question = dialog.get_by_role("article", name="robo asks:")
        question.get_by_role("button", name="Allow Once").click(timeout=TIMEOUT_MS)
        expect(dialog.get_by_role("list", name="Tool calls")).to_contain_text(
            "pytest -q", timeout=TIMEOUT_MS
        )
        expect(dialog.get_by_role("region", name="Plan: 0 of 1 done")).to_be_visible()
        queue.nth(1).get_by_role("button", name="Cancel the prompt of Aino").click()
        expect(queue).to_have_count(1, timeout=TIMEOUT_MS)
        assert page.violations() == []
        expect(page.chat).to_contain_text("Aino cancelled a prompt for robo", timeout=TIMEOUT_MS)
        dialog.get_by_role("button", name="Stop robo").click()
        expect(queue).to_have_count(0, timeout=TIMEOUT_MS)
        expect(dialog).to_contain_text("Turn ended", timeout=TIMEOUT_MS)
        expect(dialog.get_by_role("button", name="Stop robo")).to_have_count(0)


def test_an_owner_removes_their_agent_after_they_have_confirmed_it(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Alwine")
    token = page.tab.evaluate(
        "id => sessionStorage.getItem(`peerline.token.${id}`)", session_server.session
    )
    with asking_agent(session_server, name="unwanted", owner_token=token):
        dialog = shown(page, "unwanted")
        expect(dialog).to_contain_text("agent of Alwine")
        dialog.get_by_role("button", name="Remove Agent…").click()
        asked = page.tab.get_by_role("dialog", name="Remove unwanted from the session?")
        expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
        assert page.violations() == []
        page.tab.keyboard.press("Enter")
        dialog.get_by_role("button", name="Remove Agent…").click()
        asked.get_by_role("button", name="Remove", exact=True).click()
        expect(asked).to_contain_text("unwanted is no longer in the session.", timeout=TIMEOUT_MS)
        asked.get_by_role("button", name="Close").click()
        expect(page.people.get_by_text("unwanted")).to_have_count(0)
        expect(page.chat).to_contain_text("was removed")
