"""An AI agent as the page shows it."""

from playwright.sync_api import expect

from peerline.protocol.agents import AgentActivity, AgentState, AgentUsage
from tests.e2e.agent_participant import with_agent
from tests.e2e.conftest import ServerProcess

from .page import TIMEOUT_MS, WebPage

ACTIVITY = AgentActivity(
    state=AgentState.WORKING,
    doing="Editing src/cart.py",
    usage=AgentUsage(context_used=512, context_limit=1000),
)


def test_an_agent_is_among_the_people_with_its_owner_and_what_it_does(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Abel")
    row = page.people.get_by_role("listitem").filter(has_text="claude")
    with with_agent(session_server, ACTIVITY):
        expect(row).to_contain_text("agent", timeout=TIMEOUT_MS)
        expect(row).to_contain_text("working: Editing src/cart.py", timeout=TIMEOUT_MS)
        expect(row.get_by_title("agent of alice", exact=False)).to_have_count(1)
        assert page.violations() == []
    expect(row).to_have_count(0, timeout=TIMEOUT_MS)
