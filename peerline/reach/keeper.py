"""Keeps a way open as long as the server runs: a program that ends is started again."""

import asyncio
import logging
import random
import secrets
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peerline import processes
from peerline.client.backoff import Backoff
from peerline.reach.notes import KeeperLock, Kept, is_asked_to_end, write_kept
from peerline.reach.ways import Program, shown_address
from peerline.tasks import Tasks

_log = logging.getLogger("peerline.reach")
BACKOFF_BASE: Final = 1.0
BACKOFF_CAP: Final = 60.0
_LOOK_SECONDS: Final = 0.5
"""Between two looks whether the server still runs, and whether this is to end."""
_LOCK_SECONDS: Final = 5.0
_LOCK_POLL_SECONDS: Final = 0.05
_END_SECONDS: Final = 5.0
_MAX_LINE: Final = 64 * 1024
_MAX_PROBLEM: Final = 300


@dataclass(frozen=True, slots=True)
class Way:
    """A program with what it is started with."""

    text: str
    """The name of this way in notes."""
    command: processes.Command
    program: Program
    otherwise: str
    """The address for links, if the program prints none."""


class Keeper:
    """One way, for the server of one data directory."""

    def __init__(self, data_dir: Path, way: Way, *, backoff: Backoff | None = None) -> None:
        self._data_dir = data_dir
        self._way = way
        self._program = way.program
        self._backoff = backoff or Backoff(random.random, BACKOFF_BASE, BACKOFF_CAP)
        self._problem = ""
        self._name = secrets.token_hex(8)
        self._lock = KeeperLock(data_dir)
        self.starts = 0

    async def run(self, server_runs: Callable[[], bool]) -> bool:
        """Keep it open until the server has ended; false if another process keeps one already.

        Raises:
            OSError: if the data directory cannot be used.
        """
        if not await self._take_lock():
            return False
        try:
            await self._run(server_runs)
        finally:
            self._lock.release()
        return True

    async def _take_lock(self) -> bool:
        """Others hold the lock for a moment each time they look who has it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _LOCK_SECONDS
        while not self._lock.take():
            if loop.time() > deadline:
                return False
            await asyncio.sleep(_LOCK_POLL_SECONDS)
        return True

    async def _run(self, server_runs: Callable[[], bool]) -> None:
        keeping = Tasks().share(self._keep(), "keep a way open")
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, keeping.cancel)
        try:
            while server_runs() and not keeping.done() and not self._is_asked_to_end():
                await asyncio.wait([keeping], timeout=_LOOK_SECONDS)
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    def _is_asked_to_end(self) -> bool:
        return is_asked_to_end(self._data_dir, self._name)

    async def _keep(self) -> None:
        while True:
            self._note()
            await self._run_once()
            self._note()
            await asyncio.sleep(self._backoff.next_delay())

    async def _run_once(self) -> None:
        self.starts += 1
        try:
            # A keeper that is killed must not leave a way open that nobody knows of.
            process = await processes.start(
                processes.bound(self._way.command), stderr=asyncio.subprocess.STDOUT, is_bound=True
            )
        except OSError as error:
            self._problem = f"{self._program.name} cannot be started: {error.strerror}"
            return
        try:
            await self._read(process)
            code = await process.wait()
            _log.warning("%s ended with %d", self._program.name, code)
        finally:
            await _end(process)
            _release(process)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        said = ""
        while True:
            try:
                data = await process.stdout.readline()
            except ValueError:  # longer than a line may be
                continue
            if not data:
                break
            line = data.decode(errors="replace").strip()
            if address := shown_address(line, self._program, self._way.otherwise):
                self._problem = ""
                self._backoff.succeeded()
                self._note(address)
            elif line and not line.startswith("debug"):
                said = line
        self._problem = f"{self._program.name} ended: {said[:_MAX_PROBLEM] or 'it gave no reason'}"

    def _note(self, address: str = "") -> None:
        kept = Kept(self._name, self._way.text, address, self._problem)
        try:
            write_kept(self._data_dir, kept)
        except OSError as error:
            _log.error("the way cannot be noted: %s", error.strerror)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _release(process: asyncio.subprocess.Process) -> None:
    """Say that the program has ended: nothing has to be ended with this process any more."""
    assert process.stdin is not None
    with suppress(OSError, RuntimeError):
        process.stdin.write(b"\n")
    process.stdin.close()
