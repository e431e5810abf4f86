"""Tests of peerline.agent.hosting.terminals, with real commands."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from peerline import processes
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.hosting.peer import RpcError
from peerline.agent.hosting.terminals import MAX_TERMINALS, Terminals
from peerline.agent.reports import Report, StateReported, ToolEnded
from peerline.processes import Command
from peerline.protocol.approvals import ApprovalQuestion
from tests.program import runs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs groups of processes")
DEADLINE: Final = 30.0
STARTS_OTHERS: Final = (
    "mkfifo others; setsid sh -c 'setsid sleep 600 & echo $! $$ > others; exec sleep 600' &"
    " timeout 600 sleep 600 & echo $! $$ $(cat others) > ready; exec sleep 600"
)
"""Others in its session and in sessions of their own; their processes are written to `ready`."""


class Desk:
    """Terminals, and the people beside them."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.reports: list[Report] = []
        self.is_allowed = True
        self.was_asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.may_answer.set()
        environment = {"PATH": os.environ["PATH"], "OF_AGENT": "yes"}
        self.terminals = Terminals(
            Command(("agent",), folder, environment),
            AgentCleaner(folder, None, {}),
            self._ask,
            self.reports.extend,
            60,
        )

    async def _ask(self, question: ApprovalQuestion) -> bool:
        self.asked.append(question.detail)
        self.was_asked.set()
        await self.may_answer.wait()
        return self.is_allowed

    async def run(self, command: str, **more: Any) -> tuple[Any, Any]:
        """Run to the end; the end and the output."""
        made = await self.terminals.create({"command": command, **more})
        async with asyncio.timeout(DEADLINE):
            ended = await self.terminals.wait(made)
        found = self.terminals.output(made)
        await self.terminals.release(made)
        return ended, found

    @property
    def calls(self) -> list[ToolEnded]:
        return [report for report in self.reports if isinstance(report, ToolEnded)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    found = Desk(tmp_path)
    yield found
    await found.terminals.close()


async def test_a_command_runs_in_the_folder_and_its_end_and_output_are_told(
    desk: Desk, tmp_path: Path
) -> None:
    ended, found = await desk.run("pwd; echo $OF_AGENT >&2; read x; exit 3")
    assert ended == {"exitCode": 3, "signal": None}
    assert found == {"output": f"{tmp_path}\nyes\n", "truncated": False, "exitStatus": ended}
    assert desk.asked == ["pwd; echo $OF_AGENT >&2; read x; exit 3"]
    assert isinstance(desk.reports[0], StateReported)
    (call,) = desk.calls
    assert (call.status, call.kind, call.output) == ("failed", "execute", ".\nyes\n[exit code 3]")
    assert call.is_of_terminal


async def test_what_people_deny_is_not_run(desk: Desk, tmp_path: Path) -> None:
    desk.is_allowed = False
    with pytest.raises(RpcError, match="did not allow"):
        await desk.terminals.create({"command": "touch made"})
    assert not (tmp_path / "made").exists()
    desk.terminals.allowed.add({"kind": "execute", "rawInput": {"command": "touch made"}})
    await desk.run("touch made")
    assert (tmp_path / "made").exists()
    assert desk.asked == ["touch made"]


async def test_a_command_that_is_not_there_ends_as_in_a_shell(desk: Desk) -> None:
    ended, found = await desk.run("there-is-no-such-program", args=["x"])
    assert ended["exitCode"] == 127
    assert "not found" in found["output"]


async def test_the_agent_is_told_the_end_of_long_output(desk: Desk) -> None:
    _, found = await desk.run("printf 12345", outputByteLimit=3)
    assert (found["output"], found["truncated"]) == ("345", True)


@pytest.mark.parametrize("way", ["kill", "release", "end_all", "close"])
async def test_a_command_ends_with_all_that_it_has_started(
    desk: Desk, tmp_path: Path, way: str
) -> None:
    os.mkfifo(tmp_path / "ready")
    made = await desk.terminals.create({"command": STARTS_OTHERS})
    async with asyncio.timeout(DEADLINE):
        text = await asyncio.to_thread((tmp_path / "ready").read_text)
    if way in {"kill", "release"}:
        await getattr(desk.terminals, way)(made)
    else:
        await getattr(desk.terminals, way)()
    await gone([int(word) for word in text.split()])
    if way == "kill":
        ended = {"exitCode": None, "signal": "SIGKILL"}
        assert desk.terminals.output(made)["exitStatus"] == ended


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="sessions are looked for in /proc")
async def test_a_command_ends_with_us_and_with_it_all_that_it_has_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready")
    command = Command(("/bin/sh", "-c", STARTS_OTHERS), tmp_path, {"PATH": os.environ["PATH"]})
    process, output, holds = await processes.capture(command, "mark-of-this-test")
    async with asyncio.timeout(DEADLINE):
        text = await asyncio.to_thread((tmp_path / "ready").read_text)
    os.close(holds)  # as the system does when we end
    os.close(output)
    await process.wait()
    await gone([int(word) for word in text.split()])


async def test_output_that_comes_after_the_end_is_shown_as_the_agent_reads_it(
    desk: Desk, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "go")
    made = await desk.terminals.create({"command": "echo one; (read x < go; echo two) & exit 0"})
    await desk.terminals.wait(made)
    assert desk.terminals.shown(made["terminalId"]) == "one\n[exit code 0]"
    await asyncio.to_thread((tmp_path / "go").write_text, "\n")
    async with asyncio.timeout(DEADLINE):
        while "two" not in desk.terminals.output(made)["output"]:
            await asyncio.to_thread(int)  # the loop reads meanwhile
    assert desk.terminals.shown(made["terminalId"]) == "one\ntwo\n[exit code 0]"
    await desk.terminals.release(made)
    assert [call.output for call in desk.calls] == ["one\ntwo\n[exit code 0]"]


async def test_what_a_command_leaves_behind_ends_when_the_terminal_is_released(desk: Desk) -> None:
    ended, found = await desk.run("sleep 600 >/dev/null 2>&1 & echo $!")
    assert ended["exitCode"] == 0
    await gone([int(found["output"])])


async def gone(processes: list[int]) -> None:
    """Wait until processes are not there any more."""
    async with asyncio.timeout(DEADLINE):
        for process in processes:
            while await asyncio.to_thread(runs, process):
                pass


async def test_terminals_are_limited_and_unknown_ones_are_refused(desk: Desk) -> None:
    made = [await desk.terminals.create({"command": "sleep 600"}) for _ in range(MAX_TERMINALS)]
    with pytest.raises(RpcError, match="at most 10 terminals: release one"):
        await desk.terminals.create({"command": "true"})
    await desk.terminals.release(made[0])
    await desk.terminals.create({"command": "true"})
    for ask in (desk.terminals.kill, desk.terminals.release, desk.terminals.wait):
        with pytest.raises(RpcError, match="no such terminal"):
            await ask(made[0])
    with pytest.raises(RpcError, match="no such terminal"):
        desk.terminals.output({"terminalId": 7})


async def test_a_terminal_that_a_call_shows_is_no_call_of_its_own(desk: Desk) -> None:
    made = await desk.terminals.create({"command": "echo shown"})
    shows = {"content": [{"type": "terminal", **made}]}
    desk.terminals.seen({"sessionUpdate": "tool_call_update", **shows})
    await desk.terminals.wait(made)
    await desk.terminals.release(made)
    assert desk.calls == []
    assert desk.terminals.shown(made["terminalId"]) == "shown\n[exit code 0]"


async def test_of_a_command_that_names_a_private_file_only_the_end_is_shown(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("A=b\n")
    _, found = await desk.run("cat .env")
    assert found["output"] == "A=b\n"
    assert [call.output for call in desk.calls] == ["[exit code 0]"]


async def test_what_was_allowed_does_not_start_once_the_turn_has_ended(
    desk: Desk, tmp_path: Path
) -> None:
    desk.may_answer.clear()
    creating = asyncio.create_task(desk.terminals.create({"command": "touch made"}))
    async with asyncio.timeout(DEADLINE):
        await desk.was_asked.wait()
    await desk.terminals.end_all()
    desk.may_answer.set()
    with pytest.raises(RpcError, match="the turn has ended"):
        await creating
    assert desk.reports == [], "nothing was run"
    assert not (tmp_path / "made").exists()


async def test_what_is_no_tool_call_keeps_no_command_from_being_told(desk: Desk) -> None:
    made = await desk.terminals.create({"command": "true"})
    for update in (
        {"sessionUpdate": "plan", "content": [{"type": "terminal", **made}]},
        {"sessionUpdate": "tool_call", "content": [{"type": "content", **made}]},
    ):
        desk.terminals.seen(update)
    await desk.terminals.release(made)
    assert [call.title for call in desk.calls] == ["true"]
