"""One run of an agent's program: lines to it and from it, and its end with all it has started."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from peerline import processes
from peerline.agent.acp.lines import LineSplitter
from peerline.agent.hosting.killing import kill_session
from peerline.processes import Command
from peerline.tasks import Tasks

_PIECE: Final = 65_536
MAX_UNREAD_BYTES: Final = 32 * 1024 * 1024
"""Input that a program has not read; one that lets more wait is ended."""
END_SECONDS: Final = 3.0
"""How long a program may take to end automatically once its input has ended."""


class Program:
    """Runs until it ends or is ended.

    Args:
        command: The program.
        on_line: Called with each line that it writes.
        on_end: Called once it writes nothing more.
    """

    def __init__(
        self, command: Command, on_line: Callable[[bytes], None], on_end: Callable[[], None]
    ) -> None:
        self._command = command
        self._on_line = on_line
        self._on_end = on_end
        self._process: asyncio.subprocess.Process | None = None
        self._tasks = Tasks()

    async def start(self) -> None:
        """Start it.

        Raises:
            OSError: if it cannot be started.
        """
        self._process = await processes.converse(self._command)
        self._tasks.spawn(self._read(self._process), "read the agent")

    @property
    def code(self) -> int | None:
        """The exit code, once it has ended."""
        return None if self._process is None else self._process.returncode

    def write(self, line: bytes) -> None:
        """Send a line; it is lost if the program has ended."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(line)
            if self._process.stdin.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
                self.kill()

    def kill(self) -> None:
        """End it now, and what it has started."""
        process = self._process
        if process is None:
            return
        if sys.platform == "win32":
            with suppress(ProcessLookupError, PermissionError):
                process.kill()
        else:
            kill_session(process.pid)

    async def close(self) -> None:
        """End its input, wait for its end for a moment, and end what is left."""
        process = self._process
        if process is not None:
            try:
                if process.stdin is not None:
                    process.stdin.close()
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), END_SECONDS)
            finally:  # also if this is cancelled, it does not outlive us
                self.kill()
            await process.wait()
        await self._tasks.close()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        lines = LineSplitter()
        try:
            while data := await process.stdout.read(_PIECE):
                for line in lines.feed(data):
                    self._on_line(line)
        finally:
            self._on_end()
