"""The work of an AI agent in a real Neovim: live while its window is open, also after crashes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.agents import (
    AgentActivity,
    AgentState,
    AgentTool,
    AgentUsage,
    PlanEntry,
    PromptGiven,
    ToolCallDone,
    ToolKind,
    TouchedFile,
    TurnEnded,
)

from .agent_participant import AskingAgent, asking_agent
from .conftest import ServerProcess
from .neovim import Neovim

VIEW = """
for _, buf in ipairs(vim.api.nvim_list_bufs()) do
  if vim.bo[buf].filetype == 'peerline-agent' then
    return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  end
end
return {}
"""
COUNT_WORK = """
local lsp, view = require('peerline.lsp'), require('peerline.agent_view')
works = 0
lsp.on('peerline/agentWork', function(work)
  works = works + 1
  view.update(work)
end)
"""
RECORD_GONE = (
    f"local function shown() {VIEW} end"
    """
gone, is_again = {}, false
local view, status = require('peerline.agent_view'), require('peerline.status')
for _, name in ipairs({ 'set_state', 'refresh', 'update' }) do
  local original = view[name]
  view[name] = function(...)
    original(...)
    is_again = is_again or status.state.state == 'offline'
    local said = table.concat(shown(), ' '):find('It has left', 1, true)
    if is_again and status.state.state == 'joined' and said then
      gone[#gone + 1] = name
    end
  end
end
"""
)
DIFF = "@@ -1,2 +1,2 @@\n one\n-\ttwo\n+\ttwo \u202e"
EDIT = ToolCallDone(
    id="c1",
    name="Edit",
    tool_kind=ToolKind.EDIT,
    title="notes.txt",
    status="completed",
    duration_ms=1400,
    files=[TouchedFile(file="notes.txt", lines_added=1, lines_removed=1, diff=DIFF)],
)
FAILED = ToolCallDone(
    id="c2",
    name="Bash",
    tool_kind=ToolKind.EXECUTE,
    title="pytest \x1b[2J",
    status="failed",
    duration_ms=65_000,
    output="E  1 failed\n",
)
ACTIVITY = AgentActivity(
    state=AgentState.WORKING,
    doing="Reading a.py",
    tool=AgentTool(id="c3", name="Read", kind=ToolKind.READ, status="running", title="a.py"),
    plan=[PlanEntry(text="Look", status="completed"), PlanEntry(text="Do")],
    usage=AgentUsage(
        context_used=51_234, context_limit=100_000, input_tokens=6_170, cost=0.17, currency="USD"
    ),
    health=96,
    health_reasons=["2 of the last 20 calls failed"],
    answer="I will\nread it",
)
SHOWN = """● worker  agent of alice · claude-code
  working: Reading a.py

Plan: 1 of 2 done
  [x] Look
  [ ] Do

This turn
  > Count
  > them <U+202E>
  ✓ Edit notes.txt  1.4 s
  ✗ Run Bash pytest <U+001B>[2J  failed  1:05 min  ▸ output
  … Read a.py  runs

File changes
▸ notes.txt  +1  −1

Usage
  Context  51 %, 51,234 of 100,000 tokens
  Input    6,170 tokens
  Cost     0.17 USD

Health 96 of 100
  2 of the last 20 calls failed

Answer so far
  I will
  read it""".splitlines()


def call(title: str) -> ToolCallDone:
    return ToolCallDone(id="c", name="Bash", title=title, status="completed")


class Viewer(Neovim):
    """A Neovim that looks at an agent."""

    def shown(self) -> list[str]:
        return self.lua(VIEW)

    def wait_shown(self, text: str, *, is_there: bool = True) -> None:
        self.wait(lambda: any(text in line for line in self.shown()) is is_there, text)

    def look_at(self, name: str) -> None:
        """Open its work from the list of agents."""
        self.wait_person(name)
        self.command("Peerline agents")
        self.lua("vim.fn.search('● ' .. ..., 'cw')", name)
        self.keys("<CR>")
        self.wait(self.shown, "the window")

    def go_to(self, text: str) -> None:
        """Put the cursor on a line of the window."""
        self.wait(lambda: self.lua("return vim.fn.search(..., 'cw')", rf"\V{text}"), text)


@pytest.fixture
def agent(server: ServerProcess) -> Iterator[AskingAgent]:
    with asking_agent(server, name="worker") as agent:
        yield agent


@pytest.fixture
def ann(server: ServerProcess, tmp_path: Path) -> Iterator[Viewer]:
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "notes.txt").write_text("one\n\ttwo\n")
    ann = Viewer(tmp_path / "ann", username="Ann Lee")
    try:
        ann.edit("notes.txt")
        ann.join(server.invite("editor"))
        yield ann
    finally:
        ann.close()


def groups(ann: Viewer) -> dict[str, Any]:
    """The highlight of each line that has one."""
    lines = ann.shown()
    return {lines[mark["row"]]: mark["hl_group"] for mark in ann.marks("peerline_agent")}


def test_the_work_of_an_agent_is_shown_with_calls_diffs_usage_health_and_answer(
    ann: Viewer, agent: AskingAgent
) -> None:
    agent.did(PromptGiven(text="before", turn_id="t0"), call("long ago"))
    agent.did(PromptGiven(text="Count\nthem \u202e", turn_id="t1"), EDIT, FAILED)
    agent.report(ACTIVITY)
    ann.look_at("worker")
    ann.wait(lambda: ann.shown() == SHOWN, "\n".join(ann.shown()))
    failed = next(line for line in SHOWN if "✗" in line)
    assert groups(ann)["This turn"] == "PeerlineHeading"
    assert groups(ann)[failed] == "PeerlineRefused"

    ann.go_to("▸ notes.txt")
    ann.keys("<Tab>")
    ann.wait_shown("▾ notes.txt  +1  −1")
    at = ann.shown().index("▾ notes.txt  +1  −1")
    diff = ["    @@ -1,2 +1,2 @@", "     one", "    -\ttwo", "    +\ttwo <U+202E>"]
    assert ann.shown()[at + 1 : at + 5] == diff
    assert groups(ann)[diff[2]] == "PeerlineSuggestionOld"
    assert groups(ann)[diff[3]] == "PeerlineSuggestionNew"
    ann.go_to("two <U+202E>")
    ann.keys("<CR>")
    ann.wait(lambda: ann.api.current.buffer.name.endswith("/notes.txt"), "the file")
    ann.wait(lambda: ann.api.current.window.cursor[0] == 2, "the changed line")
    ann.command("Peerline agents worker")
    ann.go_to("-\ttwo")
    ann.keys("<Tab>")
    ann.wait(lambda: ann.shown() == SHOWN, "folded again")
    assert ann.api.current.line == "▸ notes.txt  +1  −1"
    ann.go_to("▸ output")
    ann.keys("<Tab>")
    ann.wait_shown("    E  1 failed")
    ann.keys("g?")
    keys = ann.wait_lua(
        "return vim.bo.filetype == 'peerline-thread'"
        " and vim.api.nvim_buf_get_lines(0, 0, -1, false)"
    )
    assert any("Show or hide the changes" in line for line in keys)


def test_the_window_follows_what_the_agent_does_and_what_is_read_stays(
    ann: Viewer, agent: AskingAgent
) -> None:
    agent.did(PromptGiven(text="go", turn_id="t1"), EDIT)
    agent.report(ACTIVITY)
    ann.look_at("worker")
    ann.wait_shown("read it")
    ann.go_to("Health 96")
    agent.did(call("one more"))
    ann.wait_shown("✓ Tool Bash one more")
    assert ann.api.current.line == "Health 96 of 100"
    ann.keys("G")
    agent.report(ACTIVITY.model_copy(update={"answer": "I will\nread it\nand write"}))
    ann.wait_shown("and write")
    ann.wait(lambda: ann.api.current.line == "  and write", "the end of the answer")
    agent.did(TurnEnded(turn_id="t1", reason="end_turn", duration_ms=52_000, text="done"))
    ann.wait_shown("Turn ended after 52 s: end_turn")
    ann.wait_shown("Last turn")
    agent.did(PromptGiven(text="again", turn_id="t2"))
    ann.wait_shown("> again")
    ann.wait_shown("one more", is_there=False)
    ann.wait_shown("This turn")


def test_nothing_is_sent_of_an_agent_whose_window_was_closed(
    ann: Viewer, agent: AskingAgent
) -> None:
    ann.lua(COUNT_WORK)
    ann.look_at("worker")
    agent.did(call("first"))
    ann.wait_shown("first")
    ann.keys("q")
    ann.wait(lambda: not ann.shown(), "closed")
    # The bridge takes requests in order, and has stopped before it answers this one.
    ann.lua(
        "answered = false; require('peerline.lsp').command('listPending', nil, function()"
        " answered = true end)"
    )
    ann.wait_lua("return answered")
    before = ann.lua("return works")
    agent.did(call("second"))
    agent.report(ACTIVITY)
    ann.wait_lua(
        "return require('peerline.participants').find('worker').agent.doing == 'Reading a.py'"
    )
    assert ann.lua("return works") == before
    ann.look_at("worker")
    ann.wait_shown("second")


def test_the_work_goes_on_after_the_bridge_was_killed(ann: Viewer, agent: AskingAgent) -> None:
    ann.look_at("worker")
    agent.did(PromptGiven(text="go", turn_id="t1"), call("before"))
    ann.wait_shown("before")
    ann.lua(
        """
        states = {}
        vim.api.nvim_create_autocmd('User', { pattern = 'PeerlineState', callback = function(event)
          states[#states + 1] = event.data.state
        end })
        """
    )
    ann.lua(RECORD_GONE)
    ann.kill_bridge()
    ann.wait_shown("Not connected. This may be out of date.")
    ann.wait_shown("before")
    agent.did(call("meanwhile"))
    ann.wait(lambda: ann.state()["state"] == "joined", "joined again")
    ann.wait_shown("meanwhile")
    ann.wait_shown("Not connected", is_there=False)
    agent.did(call("after"))
    ann.wait_shown("after")
    assert "offline" in ann.lua("return states")
    # Nobody is known to be here until the participants come; the agent is not said to have left.
    assert ann.lua("return gone") == []


def test_the_work_goes_on_after_the_server_was_killed(
    ann: Viewer, agent: AskingAgent, server: ServerProcess
) -> None:
    ann.look_at("worker")
    agent.did(PromptGiven(text="go", turn_id="t1"), call("before"))
    ann.wait_shown("before")
    server.kill()
    ann.wait_shown("Not connected. This may be out of date.")
    server.start()
    ann.wait(lambda: ann.state()["state"] == "joined", "joined again")
    ann.wait_shown("Not connected", is_there=False)
    agent.did(call("after"))
    ann.wait_shown("after")
    ann.wait_shown("before")
    ann.wait_shown("left the session", is_there=False)


def test_an_agent_that_leaves_is_shown_as_gone_and_another_session_closes_it(
    server: ServerProcess, tmp_path: Path
) -> None:
    ann = Viewer(tmp_path / "ann", username="Ann Lee")
    try:
        ann.edit("main.py")
        ann.join(server.invite("editor"))
        with asking_agent(server, name="worker") as agent:
            ann.look_at("worker")
            agent.did(call("done here"))
            ann.wait_shown("done here")
        ann.wait_shown("It has left the session.")
        ann.wait_shown("done here")
        ann.command("Peerline agents worker")
        ann.wait(lambda: "no agent here is called worker" in ann.messages(), "it is said")
        server.session = server.create_session("Other")
        ann.lua("vim.fn.confirm = function() return 1 end")
        ann.join(server.invite("editor"))
        ann.wait(lambda: not ann.shown(), "closed")
    finally:
        ann.close()
