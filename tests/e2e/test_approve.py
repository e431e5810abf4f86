"""`peerline approve` and `peerline deny`: in a real terminal, and from a script."""

import shlex
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import Future

import pytest

from peerline.protocol.agents import Answerers
from peerline.protocol.approvals import ApprovalAnswered, ApprovalQuestion, Choice, Outcome
from peerline.protocol.limits import MIN_APPROVAL_SECONDS
from tests.program import run

from .agent_participant import AskingAgent, asking_agent
from .conftest import ServerProcess

pytestmark = [
    pytest.mark.usefixtures("state_home"),
    pytest.mark.skipif(
        sys.platform == "win32", reason="Windows has no pseudo terminals for Python"
    ),
]
SECONDS = 60
QUESTION = ApprovalQuestion(title="Run command", tool="Bash", detail="pytest -q\ntrue \u202e")
PROMPT = "Allow this once? [y/n, Enter: later]"
MANY = [f"echo {number}" for number in range(60)]
LONG = ApprovalQuestion(title="Run all", detail="\n".join([*MANY, "rm -rf ~"]))


@pytest.fixture
def agent(server: ServerProcess) -> Generator[AskingAgent]:
    with asking_agent(server, policy=Answerers.EDITORS) as found:
        yield found


def command(server: ServerProcess, name: str = "ann", role: str = "editor") -> tuple[str, ...]:
    """The arguments of `peerline approve` for somebody with a link."""
    return ("--name", name, server.invite(role))


def answered(asked: "Future[ApprovalAnswered]") -> ApprovalAnswered:
    return asked.result(SECONDS)


def peerline(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return run(*arguments, timeout=SECONDS)


def opened(server: ServerProcess, count: int = 1) -> list[str]:
    """The lines that are printed of the open questions, once there are that many."""
    end = time.monotonic() + SECONDS
    while True:
        done = peerline("approve", *command(server))
        found = [line for line in done.stdout.splitlines() if line.startswith("Deny it: ")]
        if len(found) == count:
            assert done.returncode == 0
            return done.stdout.splitlines()
        assert time.monotonic() < end, done


def id_of(line: str) -> str:
    """The id in the last of the words of a command."""
    return shlex.split(line)[-1]


class Screen:
    """Starts `peerline approve` in a terminal."""

    def __init__(self) -> None:
        from .terminal import Terminal  # noqa: PLC0415 - not on Windows

        self._kind = Terminal
        self._started: list[Terminal] = []

    def start(self, *arguments: str):  # noqa: ANN201 - the class is imported late
        command = [sys.executable, "-m", "peerline", *arguments]
        self._started.append(self._kind(command, (80, 24)))
        return self._started[-1]

    def close(self) -> None:
        for terminal in self._started:
            terminal.close()


@pytest.fixture
def screen() -> Generator[Screen]:
    found = Screen()
    yield found
    found.close()


def test_a_question_is_shown_whole_in_a_terminal_and_allowed(
    server: ServerProcess, agent: AskingAgent, screen: Screen
) -> None:
    asked = agent.ask(QUESTION)
    opened(server)
    terminal = screen.start("approve", *command(server))
    # Typed before there was anything to see.
    terminal.send("y\n")
    terminal.shows(PROMPT)
    assert "claude (agent of alice) asks: Run command" in terminal.text
    assert "Tool: Bash" in terminal.text
    assert "  true <U+202E>" in terminal.text
    terminal.send("\n")
    assert terminal.wait() == 1
    assert "still open" in terminal.text
    assert not asked.done()
    terminal = screen.start("approve", *command(server))
    terminal.shows(PROMPT)
    terminal.send("y\n")
    assert answered(asked).answer is Outcome.ALLOW_ONCE
    assert terminal.wait() == 0
    terminal.shows("Allowed once: claude: Run command (Bash)")


def test_a_long_question_is_allowed_in_a_terminal_only_when_its_end_was_shown(
    server: ServerProcess, agent: AskingAgent, screen: Screen
) -> None:
    asked = agent.ask(LONG)
    opened(server)
    terminal = screen.start("approve", *command(server))
    terminal.shows("[Enter: more")
    assert PROMPT not in terminal.text
    terminal.send("y\n")
    assert terminal.wait() == 1
    assert not asked.done()
    terminal = screen.start("approve", *command(server))
    seen: set[str] = set()

    def bottom() -> str:
        return next((line for line in reversed(terminal.lines) if line), "")

    terminal.until(lambda: "[Enter: more" in bottom(), "the first page")
    while "[Enter: more" in (before := bottom()):
        seen |= {line.strip() for line in terminal.lines}
        terminal.send("\n")
        terminal.until(lambda: bottom() != before and "later]" in bottom(), "the next page")
    seen |= {line.strip() for line in terminal.lines}
    assert PROMPT in terminal.text
    assert seen >= {*MANY, "rm -rf ~"}
    terminal.send("n\n")
    assert answered(asked).answer is Outcome.DENY
    assert terminal.wait() == 0


def test_questions_are_asked_one_after_the_other(
    server: ServerProcess, agent: AskingAgent, screen: Screen
) -> None:
    first = agent.ask(QUESTION)
    opened(server)
    second = agent.ask(QUESTION.model_copy(update={"title": "Fetch", "options": [Choice.DENY]}))
    opened(server, 2)
    terminal = screen.start("approve", *command(server))
    terminal.shows(PROMPT)
    terminal.send("y\n")
    # It can only be denied, and y is nothing.
    terminal.shows("It can only be denied. [n, Enter: later]")
    terminal.send("y\n")
    assert terminal.wait() == 0
    assert answered(first).answer is Outcome.ALLOW_ONCE
    assert not second.done()


def test_a_question_that_is_answered_meanwhile_is_not_waited_for(
    server: ServerProcess, agent: AskingAgent, screen: Screen
) -> None:
    asked = agent.ask(QUESTION)
    opened(server)
    terminal = screen.start("approve", *command(server))
    terminal.shows(PROMPT)
    done = peerline("deny", *command(server, "bob"), "--reason", "not now")
    assert (done.returncode, done.stdout) == (0, "Denied: claude: Run command (Bash)\n")
    assert answered(asked).comment == "not now"
    assert terminal.wait() == 1
    terminal.shows("too late: bob denied “Run command” for claude: not now")


def test_a_script_allows_what_was_printed_whole(server: ServerProcess, agent: AskingAgent) -> None:
    asked = agent.ask(LONG)
    printed = opened(server)
    assert printed[0] == "claude (agent of alice) asks: Run all"
    assert [line[2:] for line in printed if line.startswith("  ")] == [*MANY, "rm -rf ~"]
    (allow,) = [line for line in printed if line.startswith("Allow it once: ")]
    words = shlex.split(allow.removeprefix("Allow it once: peerline "))
    assert words[:2] == ["approve", "--digest"]
    # Without what was printed, and with that of something else, nothing is allowed.
    done = peerline("approve", *words[3:])
    assert done.returncode == 1
    assert "nothing was answered" in done.stderr
    assert done.stdout.splitlines()[-2] == printed[-2]
    done = peerline("approve", "--digest", f"sha256:{'0' * 64}", *words[3:])
    assert done.returncode == 1
    assert "it is not what the agent asks for" in done.stderr.lower()
    assert not asked.done()
    done = peerline(*words)
    assert (done.returncode, done.stdout) == (0, "Allowed once: claude: Run all\n"), done.stderr
    assert answered(asked).answer is Outcome.ALLOW_ONCE


def test_what_cannot_be_answered_is_explained(server: ServerProcess, agent: AskingAgent) -> None:
    for word in ("approve", "deny"):
        done = peerline(word, *command(server))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "peerline: no agent asks anything in Test\n"
    done = peerline("deny", *command(server), "nothing")
    assert done.returncode == 1
    assert "there is no question nothing in Test" in done.stderr
    short = QUESTION.model_copy(update={"expires_in": MIN_APPROVAL_SECONDS})
    asked = agent.ask(short)
    gone = id_of(opened(server)[-2])
    assert answered(asked).answer is Outcome.EXPIRED
    done = peerline("deny", *command(server), gone)
    assert done.returncode == 1
    assert "too late: claude: got no answer to “Run command” in time" in done.stderr
    first, second = agent.ask(QUESTION), agent.ask(QUESTION)
    printed = opened(server, 2)
    done = peerline("deny", *command(server))
    assert done.returncode == 2
    assert "2 questions are open. Deny one of them: peerline deny " in done.stderr
    one = id_of(next(line for line in printed if line.startswith("Deny it: ")))
    for word in ("approve", "deny"):
        done = peerline(word, *command(server, "vic", "viewer"), one)
        assert done.returncode == 1
        assert "only alice, hosts and editors can answer claude" in done.stderr
    assert not first.done()
    assert not second.done()
    assert peerline("deny", *command(server), one).returncode == 0
    assert answered(first).answer is Outcome.DENY
    done = peerline("approve", *command(server, "bob"), one)
    assert done.returncode == 1
    assert "too late: ann denied “Run command” for claude" in done.stderr
    second.cancel()
