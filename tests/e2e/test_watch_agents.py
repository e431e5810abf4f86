"""`peerline watch` with a real shared agent: prompted, answered and stopped in a real terminal."""

import shlex
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.program import run

from .agent_host import Host, shared_agent
from .conftest import ServerProcess
from .test_agent_prompt import SECONDS, Pipe

if TYPE_CHECKING:
    from .terminal import Terminal

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo terminals for Python"
)


@pytest.fixture
def terminal(server: ServerProcess) -> Generator["Terminal"]:
    from .terminal import Terminal  # noqa: PLC0415 - not on Windows

    command = [sys.executable, "-m", "peerline", "watch", server.invite("editor"), "--name", "bob"]
    found = Terminal(command, (120, 30))
    found.shows("● bob editor")
    yield found
    found.close()


@pytest.fixture
def pipe(server: ServerProcess) -> Generator[Pipe]:
    found = Pipe(server.invite("editor"))
    found.reads("Here: ")
    yield found
    found.close()


@pytest.fixture
def robo(
    server: ServerProcess, tmp_path: Path, terminal: "Terminal", pipe: Pipe
) -> Generator[Host]:
    assert terminal.lines
    with shared_agent(server, tmp_path, "--approvers", "editors") as host:
        pipe.reads("robo joined as editor, agent of Ann")
        yield host


def test_an_agent_is_prompted_answered_and_stopped_in_a_terminal(
    terminal: "Terminal", robo: Host, pipe: Pipe
) -> None:
    terminal.send("/agents\r")
    terminal.shows("robo agent of Ann")
    terminal.send("p")
    terminal.shows("A prompt for robo")
    terminal.send('do: [["run", "ls -l"], ["wait"]]\r')
    terminal.shows("running: bob: do: ")
    terminal.shows("asks: ls -l")
    pipe.reads("agent robo: asks: ls -l")
    # The command in the pipe shows the question whole, and alone allows nothing.
    line = pipe.reads("to answer: ")
    words = shlex.split(line.partition("to answer: ")[2])
    # While she is only away, her name is known.
    if not any("Ann left" in told for told in pipe.lines):
        pipe.reads("Ann left")
    done = run(*words[1:], timeout=SECONDS)
    assert done.returncode == 1
    # Its owner is not here: the id is shown.
    assert done.stdout.startswith("robo (agent of ann) asks: ls -l\n")
    assert robo.noted("answer") == []
    terminal.send("/agents\r")
    terminal.shows("Answer")
    terminal.send("\r")
    terminal.shows("Question of robo")
    terminal.shows("  ls -l")
    terminal.shows("y allows it once, n denies it.")
    terminal.send("y")
    pipe.reads("bob allowed “ls -l” once for robo")
    terminal.shows("● bob editor")
    terminal.send("s")
    terminal.shows("Press s again to stop robo.")
    terminal.send("s")
    pipe.reads("bob stops robo")
    pipe.reads("agent robo: turn ended (cancelled")
    terminal.until(lambda: "running: bob" not in terminal.text, "the end of the turn")
    assert robo.noted("answer") == [["y"]]
    assert robo.noted("cancel") == [["one"]]
    terminal.send("\x03")
    assert terminal.wait() == 0
