"""`peerline agent host` in a folder, with the scripted agent of shared_agent.py."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.program import Program

from . import agent_warden
from .conftest import ServerProcess

AGENT: Final = Path(__file__).with_name("shared_agent.py")
DEADLINE: Final = 60.0


class Host:
    """An agent that Ann, an editor, shares: robo."""

    def __init__(
        self, server: ServerProcess, folder: Path, environment: Mapping[str, str], notes: Path
    ) -> None:
        self.folder = folder
        self.notes = notes
        self._server = server
        self._environment = dict(environment)
        self._program: Program | None = None

    def start(self, *options: str, agent: tuple[str, ...] = ()) -> None:
        """Start it, with these options of its command, and of the agent's own."""
        program = (sys.executable, str(AGENT), str(self.notes), *agent)
        self.start_program(*options, program=program)

    def start_program(self, *options: str, program: tuple[str, ...]) -> None:
        """Start it with another agent."""
        with (self.notes.parent / "host.log").open("ab") as log:
            self._program = Program(
                *("agent", "host", self._server.invite("editor"), "--owner-name", "Ann"),
                *("--name", "robo", *options, "--"),
                *program,
                cwd=self.folder,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def stop(self) -> int | None:
        """Stop it; its exit code."""
        if self._program is None:
            return None
        program, self._program = self._program, None
        program.send_signal(signal.SIGTERM)
        try:
            return program.wait(DEADLINE)
        finally:
            if program.stdout is not None:
                program.stdout.close()

    def end(self, how: signal.Signals) -> None:
        """Have a signal end it."""
        assert self._program is not None
        self._program.send_signal(how)
        self._program.wait(DEADLINE)

    def noted(self, word: str) -> list[list[Any]]:
        """The notes that begin with a word, without it."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        found = [json.loads(line) for line in lines]
        return [rest for first, *rest in found if first == word]


@contextmanager
def shared_agent(server: ServerProcess, tmp_path: Path, *options: str) -> Generator[Host]:
    """A shared agent that is in the session, or soon will be."""
    folder = tmp_path / "shop"
    folder.mkdir()
    # The path of a socket is short.
    with tempfile.TemporaryDirectory(prefix="pl") as sockets, agent_warden.watch(sockets):
        environment = {
            **os.environ,
            "PEERLINE_AGENT_DIR": sockets,
            "PEERLINE_TOKEN": server.token("ann", "Ann"),
        }
        host = Host(server, folder, environment, tmp_path / "notes")
        host.start(*options)
        try:
            yield host
        finally:
            with suppress(subprocess.TimeoutExpired):
                host.stop()


def steps(*parts: list[Any]) -> str:
    """The line of a prompt that says what the agent does."""
    return f"do: {json.dumps(parts)}"
