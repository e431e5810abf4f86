"""Writes docs/images/watch-agents.txt, the pane of AI agents in `peerline watch`.

Run by `python -m scripts.capture_watch_agents`: a server of its own, an agent with a plan and its
owner, and the real view in tmux. Needs tmux and `make setup-dev`.
"""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from peerline.client import Client, Credentials
from peerline.protocol.agents import (
    AgentActivity,
    AgentState,
    AgentTool,
    AgentUsage,
    PlanEntry,
    ToolKind,
)
from peerline.protocol.presence import CursorData
from scripts.capture_neovim import BIN, ROOT, Terminal
from tests.e2e.agent_participant import asking_agent
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import joined, present

TARGET = ROOT / "docs" / "images" / "watch-agents.txt"
WIDTH = 100
LINES = 40
PANES = 32
"""The columns of the lists beside the chat."""
ACTIVITY = AgentActivity(
    state=AgentState.WORKING,
    doing="Editing src/cart.py",
    model="opus",
    tool=AgentTool(
        id="call-1", name="Edit", kind=ToolKind.EDIT, status="running", title="Edit src/cart.py"
    ),
    plan=[
        PlanEntry(text="Read the tests", status="completed"),
        PlanEntry(text="Mend the sum", status="in_progress"),
        PlanEntry(text="Run the tests"),
    ],
    usage=AgentUsage(
        context_used=50_000,
        context_limit=200_000,
        input_tokens=6_200,
        output_tokens=385,
        cost=0.17,
        currency="USD",
    ),
    health=92,
)


async def _at_work(token: str, link: str) -> Sequence[Client]:
    """The owner of the agent, in a file."""
    owner = await joined(Credentials(auth_token=token), link)
    owner.send_cursor(CursorData(file="src/cart.py", line=17, column=1))
    return [owner]


def main() -> int:
    """Take the capture; the process' exit code."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = ServerProcess(Path(folder) / "data")
        stack.callback(server.close)
        server.start()
        server.create_session("Pairing")
        token, link = server.token("host", "bob"), server.invite("editor")
        stack.enter_context(present(_at_work(token, link)))
        watch = f"'{BIN}/peerline' watch '{link}' --name alice"
        terminal = Terminal("peerline-watch-agents", WIDTH, watch, lines=LINES)
        stack.callback(terminal.close)
        terminal.shows("alice (you)")
        agent = stack.enter_context(asking_agent(server, owner_token=token))
        agent.report(ACTIVITY)
        terminal.shows("context 25%")
        terminal.shows("src/cart.py:17")
        terminal.keys("/agents", "Enter")
        terminal.shows("tokens 6.2k in, 385 out")
        panes = [line[WIDTH - PANES :] for line in terminal.screen().splitlines()]
    shown = [line for line in panes if line.startswith(("╭", "│", "╰")) and line.strip("│ ")]
    TARGET.write_text("\n".join(shown) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
