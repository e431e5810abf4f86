"""An AI agent as a real Neovim shows it."""

from pathlib import Path

from peerline.protocol.agents import AgentActivity, AgentState, AgentUsage, PlanEntry

from .agent_participant import with_agent
from .conftest import ServerProcess
from .neovim import Neovim

ACTIVITY = AgentActivity(
    state=AgentState.WORKING,
    doing="Editing src/cart.py",
    plan=[
        PlanEntry(text="Read the tests", status="completed"),
        PlanEntry(text="Speed up", status="in_progress"),
    ],
    usage=AgentUsage(context_used=512, context_limit=1000, cost=0.17, currency="USD"),
    health=92.0,
    health_reasons=["context 83% full"],
)
LINES = "return vim.api.nvim_buf_get_lines(0, 0, -1, false)"


def test_an_agent_is_listed_with_its_owner_what_it_does_uses_and_plans(
    server: ServerProcess, tmp_path: Path
) -> None:
    ann = Neovim(tmp_path / "ann", username="Ann Lee")
    try:
        ann.edit("main.py")
        ann.join(server.invite("editor"))

        with with_agent(server, ACTIVITY):
            ann.wait_person("claude")
            ann.command("Peerline agents")
            shown = [
                "● claude  agent of alice",
                "  working: Editing src/cart.py",
                "  claude-code · 51 % of context · 0.17 USD · health 92 (context 83% full)",
                "  [x] Read the tests",
                "  [>] Speed up",
            ]
            # The window follows what the agent tells.
            ann.wait(lambda: ann.lua(LINES) == shown, "the agent")
            ann.keys("q")
            ann.command("Peerline participants")
            ann.wait(lambda: "  working: Editing src/cart.py" in ann.lua(LINES), "its row")
            assert "● claude  agent of alice  editor" in ann.lua(LINES)
        ann.wait(lambda: not any("claude" in line for line in ann.lua(LINES)), "it has left")
        ann.command("Peerline agents")
        assert ann.lua(LINES) == ["No agent is here."]
    finally:
        ann.close()
