"""The terminals of an agent: each runs one command, and ends with all that it has started."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from peerline import processes
from peerline.agent.acp.tool_calls import terminal_of
from peerline.agent.acp.values import Object, objects, text
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.hosting.commands import (
    TOOL,
    Allowed,
    Output,
    TerminalCommand,
    check_folder,
    command_of,
    end_of,
    hides_output,
    question_of_command,
)
from peerline.agent.hosting.killing import kill_session
from peerline.agent.hosting.peer import INVALID, RpcError
from peerline.agent.reports import Report, StateReported, ToolEnded
from peerline.processes import Command
from peerline.protocol.approvals import ApprovalQuestion
from peerline.tasks import Tasks

CAN_RUN: Final = sys.platform != "win32"
MAX_TERMINALS: Final = 10
"""Terminals of an agent that are not released."""
MAX_TOLD: Final = 100
"""Terminals that are released, and whose output a tool call may still show."""
DRAIN_SECONDS: Final = 1.0
"""How long what a command has written may take to be read once it has ended: something that it
started may go on writing."""
_PIECE: Final = 65_536


@dataclass(slots=True)
class _Terminal:
    id: str
    command: TerminalCommand
    process: asyncio.subprocess.Process
    pipe: int
    holds: int
    """The end of a pipe that keeps its session alive."""
    began: float
    output: Output = field(default_factory=Output)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    ended_at: float | None = None
    reading: asyncio.Task[None] | None = None
    is_killed: bool = False
    """Its process id may be that of another by then."""
    final: tuple[int, str] | None = None
    """The text for people, once it has ended, and how many bytes it had written by then."""

    @property
    def code(self) -> int | None:
        """The exit code, once it has ended; negative is a signal."""
        return self.process.returncode if self.ended.is_set() else None

    @property
    def signal_name(self) -> str | None:
        """The signal that has ended it."""
        code = self.code
        if code is None or code >= 0:
            return None
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    @property
    def status(self) -> Object:
        """Its end, as the protocol has it."""
        name = self.signal_name
        return {"exitCode": self.code if name is None else None, "signal": name}


class Terminals:
    """Answers `terminal/*`; all of them end with `end_all`.

    Args:
        command: The agent itself: its folder, and its environment.
        cleaner: Takes secrets out of what people are shown.
        ask: Asks people; whether they allow it.
        take: Reports what is run.
        seconds: How long people may take.
    """

    def __init__(
        self,
        command: Command,
        cleaner: AgentCleaner,
        ask: Callable[[ApprovalQuestion], Awaitable[bool]],
        take: Callable[[list[Report]], None],
        seconds: int,
    ) -> None:
        self._agent = command
        self._cleaner = cleaner
        self._ask = ask
        self._take = take
        self._seconds = seconds
        self._terminals: dict[str, _Terminal] = {}
        self._told: dict[str, str] = {}
        self._in_calls: set[str] = set()
        self._starting = 0
        self._ends = 0
        """How often all of them were ended."""
        self._tasks = Tasks()
        self.allowed = Allowed(command.folder)

    async def create(self, params: Object) -> Object:
        """Answer `terminal/create`, once people have allowed the command.

        Raises:
            RpcError: if it is not run.
        """
        command = command_of(params, self._agent.folder)
        if len(self._terminals) + self._starting >= MAX_TERMINALS:
            raise RpcError(INVALID, f"at most {MAX_TERMINALS} terminals: release one")
        self._starting += 1
        ends = self._ends
        try:
            if not self.allowed.take(command):
                question = question_of_command(
                    command, self._agent.folder, self._cleaner, self._seconds
                )
                if not await self._ask(question):
                    raise RpcError(INVALID, "people did not allow this command")
            if self._ends != ends:
                raise RpcError(INVALID, "the turn has ended")
            terminal = await self._start(command)
            if self._ends != ends:
                await self._release(terminal)
                raise RpcError(INVALID, "the turn has ended")
            return {"terminalId": terminal.id}
        finally:
            self._starting -= 1

    def output(self, params: Object) -> Object:
        """Answer `terminal/output`.

        Raises:
            RpcError: if there is no such terminal.
        """
        terminal = self._find(params)
        found, is_cut = terminal.output.last(terminal.command.limit)
        status = {"exitStatus": terminal.status} if terminal.ended.is_set() else {}
        return {"output": found, "truncated": is_cut, **status}

    async def wait(self, params: Object) -> Object:
        """Answer `terminal/wait_for_exit`.

        Raises:
            RpcError: if there is no such terminal.
        """
        terminal = self._find(params)
        await terminal.ended.wait()
        return terminal.status

    async def kill(self, params: Object) -> Object:
        """Answer `terminal/kill`: its output stays.

        Raises:
            RpcError: if there is no such terminal.
        """
        terminal = self._find(params)
        _kill(terminal)
        await terminal.ended.wait()
        return {}

    async def release(self, params: Object) -> Object:
        """Answer `terminal/release`: the terminal is gone.

        Raises:
            RpcError: if there is no such terminal.
        """
        await self._release(self._find(params))
        return {}

    def seen(self, update: Object) -> None:
        """Take over an update of a tool call, which may show terminals."""
        if text(update.get("sessionUpdate")) not in {"tool_call", "tool_call_update"}:
            return
        for item in objects(update.get("content")):
            found = terminal_of(item)
            if found in self._terminals:
                self._in_calls.add(found)

    def shown(self, terminal_id: str) -> str | None:
        """The last lines of the output for people, without secrets, and the end."""
        terminal = self._terminals.get(terminal_id)
        if terminal is None:
            return self._told.get(terminal_id)
        return self._shown(terminal)

    async def end_all(self) -> None:
        """The turn, or the agent, has ended: so has all that was run for it."""
        self.kill_all()
        for terminal in list(self._terminals.values()):
            await self._release(terminal)

    async def close(self) -> None:
        """End all."""
        await self.end_all()
        await self._tasks.close()

    def kill_all(self) -> None:
        """Kill what runs, at once; what was allowed is no longer."""
        self._ends += 1
        self.allowed.clear()
        for terminal in self._terminals.values():
            _kill(terminal)

    def _find(self, params: Object) -> _Terminal:
        terminal = self._terminals.get(text(params.get("terminalId")) or "")
        if terminal is None:
            raise RpcError(INVALID, "terminalId: there is no such terminal")
        return terminal

    async def _start(self, command: TerminalCommand) -> _Terminal:
        check_folder(command)
        whole = Command(
            command.arguments, command.folder, {**self._agent.environment, **command.added}
        )
        terminal_id = f"terminal-{uuid4().hex}"
        try:
            process, pipe, holds = await processes.capture(whole, terminal_id)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise RpcError(INVALID, f"the command cannot be run: {reason}") from None
        began = asyncio.get_running_loop().time()
        terminal = _Terminal(terminal_id, command, process, pipe, holds, began)
        self._terminals[terminal.id] = terminal
        self._tasks.spawn(self._follow(terminal), "follow a command")
        self._take([StateReported("working", f"Running {command.line}")])
        return terminal

    async def _follow(self, terminal: _Terminal) -> None:
        """Read what it writes, until it has ended."""
        terminal.reading = self._tasks.share(self._read(terminal), "read a command")
        try:
            await terminal.process.wait()
            await asyncio.wait({terminal.reading}, timeout=DRAIN_SECONDS)
        finally:
            terminal.ended_at = asyncio.get_running_loop().time()
            terminal.ended.set()

    async def _read(self, terminal: _Terminal) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        pipe = os.fdopen(terminal.pipe, "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        try:
            while data := await reader.read(_PIECE):
                terminal.output.add(data)
        finally:
            transport.close()

    async def _release(self, terminal: _Terminal) -> None:
        if self._terminals.get(terminal.id) is not terminal:
            return
        _kill(terminal)
        await terminal.ended.wait()
        if self._terminals.pop(terminal.id, None) is None:
            return
        if terminal.reading is not None:
            terminal.reading.cancel()
        os.close(terminal.holds)
        while len(self._told) >= MAX_TOLD:
            del self._told[next(iter(self._told))]
        self._told[terminal.id] = self._shown(terminal)
        if terminal.id not in self._in_calls:
            self._take([self._report(terminal)])
        self._in_calls.discard(terminal.id)

    def _shown(self, terminal: _Terminal) -> str:
        written = terminal.output.written
        if terminal.final is not None and terminal.final[0] == written:
            return terminal.final[1]
        is_private = hides_output(terminal.command, self._agent.folder, self._cleaner)
        output = Output() if is_private else terminal.output
        shown = output.shown(end_of(terminal.code, terminal.signal_name), self._cleaner)
        if terminal.ended.is_set():
            # What it has left behind may go on writing, and the agent reads that, too.
            terminal.final = (written, shown)
        return shown

    def _report(self, terminal: _Terminal) -> Report:
        """The command as a tool call of its own: no call of the agent has shown it."""
        ended_at = terminal.ended_at or terminal.began
        return ToolEnded(
            terminal.id,
            "completed" if terminal.code == 0 else "failed",
            name="Terminal",
            kind=TOOL,
            title=terminal.command.line,
            input=terminal.command.line,
            output=self._told[terminal.id],
            duration_ms=round((ended_at - terminal.began) * 1000),
            is_of_terminal=True,
        )


def _kill(terminal: _Terminal) -> None:
    """End the command and all of its session: one of it, which waits for us, keeps the id."""
    if not terminal.is_killed:
        terminal.is_killed = True
        kill_session(terminal.process.pid, terminal.id)
