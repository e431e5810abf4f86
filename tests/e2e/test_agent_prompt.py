"""`peerline agent prompt` and `peerline agent stop NAME`, with a real shared agent."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.program import Program, run

from .agent_host import Host, shared_agent, steps
from .conftest import ServerProcess

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
SECONDS: Final = 100.0
"""The SDK of the agent takes its time to be imported on a busy machine."""


class Pipe:
    """`peerline watch --plain` of somebody who looks on."""

    def __init__(self, link: str) -> None:
        self._program = Program(
            *("watch", "--plain", "--name", "wanda", link), stdout=subprocess.PIPE
        )
        self.lines: list[str] = []

    def reads(self, text: str) -> str:
        """The next line with this text."""
        assert self._program.stdout is not None
        while line := self._program.stdout.readline().decode():
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return self.lines[-1]
        raise AssertionError(self.lines)

    def close(self) -> None:
        self._program.kill()
        self._program.wait(SECONDS)
        assert self._program.stdout is not None
        self._program.stdout.close()


@pytest.fixture
def wanda(server: ServerProcess) -> Generator[Pipe]:
    pipe = Pipe(server.invite("viewer"))
    pipe.reads("Here: ")
    yield pipe
    pipe.close()


@pytest.fixture
def robo(server: ServerProcess, tmp_path: Path, wanda: Pipe) -> Generator[Host]:
    with shared_agent(server, tmp_path) as host:
        wanda.reads("robo joined as editor, agent of Ann")
        yield host


def agent(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return run("agent", *arguments, timeout=SECONDS)


def test_an_agent_is_prompted_and_stopped_from_the_command_line(
    server: ServerProcess, robo: Host, wanda: Pipe
) -> None:
    bob = ("--name", "bob", "--session", server.invite("editor"))
    done = agent("prompt", *bob, "robo", f"begin\n{steps(['say', 'begun'], ['wait'])}")
    assert (done.returncode, done.stdout) == (0, "robo begins with this prompt.\n"), done.stderr
    wanda.reads("bob prompts robo: begin")
    wanda.reads("agent robo: prompt: begin")
    # The session that he joined last is meant, and he is who he was.
    done = agent("prompt", "@robo", steps(["say", "again"]))
    assert (done.returncode, done.stdout) == (0, "robo has 1 prompt before this one.\n")
    wanda.reads("bob prompts robo: do: ")
    done = agent("stop", "robo")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Stops robo, which was at a prompt of bob: begin…\n"
    wanda.reads("bob stops robo")
    wanda.reads("agent robo: prompt: do: ")
    wanda.reads("agent robo: turn ended (end_turn")
    assert robo.noted("cancel") == [["one"]]
    assert len(robo.noted("prompt")) == 2
    done = agent("stop", "robo")
    assert (done.returncode, done.stdout) == (1, "")
    assert "this agent does nothing that could be stopped" in done.stderr.lower()


def test_what_is_no_prompt_is_explained(server: ServerProcess, robo: Host) -> None:
    bob = ("--name", "bob", "--session", server.invite("editor"))
    vic = ("--name", "vic", "--session", server.invite("viewer"))
    for arguments, said in (
        (("prompt", *bob, "nobody", "x"), "no agent here is called nobody; here: robo"),
        (("prompt", *bob, "robo", "x" * 8_001), "a prompt has 1 to 8000 characters"),
        (("prompt", *bob, "robo", " "), "TEXT"),
        (("prompt", *vic, "robo", "x"), "only the owner of the agent, hosts and editors"),
        (("stop", *bob), "name the agent"),
        (("stop", *bob, "nobody"), "no agent here is called nobody"),
    ):
        done = agent(*arguments)
        assert done.returncode != 0, arguments
        assert done.stdout == ""
        assert said.lower() in done.stderr.lower()
        assert len(done.stderr.splitlines()) == 1
    assert robo.noted("prompt") == []
