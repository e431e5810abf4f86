"""Questions of an AI agent, answered in the page."""

from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from peerline.protocol.agents import Answerers
from peerline.protocol.approvals import ApprovalQuestion, Outcome
from tests.e2e.agent_participant import asking_agent
from tests.e2e.conftest import ServerProcess

from .page import TIMEOUT_MS, WebPage, opened

SECONDS = 60
QUESTION = ApprovalQuestion(title="Run command", tool="Bash", detail="pytest -q\ntrue \u202e")


def question(page: WebPage, name: str) -> Locator:
    """The question of an agent of this name."""
    found = page.tab.get_by_role("article", name=f"{name} asks:")
    expect(found).to_be_visible(timeout=TIMEOUT_MS)
    return found


def test_a_question_is_read_whole_and_answered_by_the_keyboard(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Asta")
    with asking_agent(session_server, name="keyed", policy=Answerers.EDITORS) as agent:
        answer = agent.ask(QUESTION)
        asked = question(page, "keyed")
        expect(asked).to_contain_text("keyed (agent of alice) asks: Run command (Bash)")
        expect(asked.locator("pre")).to_have_text("pytest -q\ntrue <U+202E>")
        status = page.tab.get_by_role("status").filter(has_text="keyed asks: Run command (Bash)")
        expect(status).to_have_count(1)
        assert page.violations() == []
        asked.get_by_role("region").focus()
        page.tab.keyboard.press("Tab")
        expect(asked.get_by_role("button", name="Allow Once")).to_be_focused()
        page.tab.keyboard.press("Enter")
        assert answer.result(SECONDS).answer is Outcome.ALLOW_ONCE
        expect(asked).to_have_count(0, timeout=TIMEOUT_MS)
        expect(page.chat).to_contain_text("Asta allowed “Run command” once for keyed")


def test_a_long_question_is_allowed_once_its_end_was_in_sight(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Astrid")
    with asking_agent(session_server, name="long", policy=Answerers.EDITORS) as agent:
        detail = "true\n" * 1000 + "rm -rf ~"
        answer = agent.ask(QUESTION.model_copy(update={"detail": detail}))
        asked = question(page, "long")
        allow = asked.get_by_role("button", name="Allow Once")
        expect(allow).to_be_disabled()
        asked.get_by_role("button", name="Show All").click()
        expect(asked.locator("pre")).to_contain_text("rm -rf ~", timeout=TIMEOUT_MS)
        expect(allow).to_be_disabled()
        asked.get_by_role("region").focus()
        page.tab.keyboard.press("Control+End")
        expect(allow).to_be_enabled(timeout=TIMEOUT_MS)
        allow.click()
        assert answer.result(SECONDS).answer is Outcome.ALLOW_ONCE


def test_another_persons_answer_closes_the_question(
    page: WebPage, link: str, session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    page.joined(link, "Aud")
    with (
        opened(browser, tmp_path) as other,
        asking_agent(session_server, name="hasty", policy=Answerers.EDITORS) as agent,
    ):
        other.joined(link, "Bodil")
        answer = agent.ask(QUESTION)
        question(page, "hasty")
        question(other, "hasty").get_by_role("button", name="Deny").click()
        assert answer.result(SECONDS).answer is Outcome.DENY
        expect(page.tab.get_by_role("article", name="hasty asks:")).to_have_count(
            0, timeout=TIMEOUT_MS
        )
        expect(page.chat).to_contain_text("Bodil denied “Run command” for hasty")


def test_who_may_not_answer_sees_the_question_without_buttons(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Auda")
    with asking_agent(session_server, name="owned") as agent:
        answer = agent.ask(QUESTION)
        asked = question(page, "owned")
        expect(asked).to_contain_text("Waits for an answer of alice.")
        expect(asked.get_by_role("button")).to_have_count(0)
        assert page.violations() == []
        answer.cancel()
