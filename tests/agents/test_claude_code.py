"""A real Claude Code with Peerline's hooks, against a scripted model, in a real session."""

import asyncio
import json
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ServerProcess
from tests.e2e.test_agent import DEADLINE, SECRET, Person, Place, start, waits

from .model_stub import ModelStub, Say, Use

ROOT = Path(__file__).parents[2]
MACHINE = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "other")
CLAUDE = ROOT / f"node_modules/@anthropic-ai/claude-code-linux-{MACHINE}/claude"
pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux" or MACHINE == "other", reason="the program is for this system"
    ),
    pytest.mark.timeout(300),
]


@pytest.fixture
def last(place: Place) -> Say:
    """The answer that the model gives once it may."""
    (place.folder / "a.py").write_text("x = 1\ny = 2\n")
    return Say("Changed y.", may_answer=threading.Event())


@pytest.fixture
def model(place: Place, last: Say) -> Iterator[ModelStub]:
    """A model that reads and edits a file, runs two commands, and answers; then once more."""
    file = str(place.folder / "a.py")
    change = {"file_path": file, "old_string": "y = 2", "new_string": "y = 3\nz = 4"}
    stub = ModelStub(
        [
            Use("Read", {"file_path": file}),
            Use("Edit", change),
            Use("Bash", {"command": f"echo {SECRET}", "description": "Say it"}),
            Use("Bash", {"command": "exit 3", "description": "Fail"}),
            last,
            Say("Hello Ann."),
        ]
    )
    yield stub
    assert last.may_answer is not None
    last.may_answer.set()
    stub.close()


def claude_environment(place: Place, model: ModelStub) -> dict[str, str]:
    """Its whole environment, with a home of its own."""
    home = place.folder.parent / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "PEERLINE_AGENT_DIR": str(place.sockets),
        "ANTHROPIC_BASE_URL": model.url,
        "ANTHROPIC_API_KEY": "stub",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
    }


def claude(
    place: Place,
    model: ModelStub,
    prompt: str,
    *options: str,
    allowed: Sequence[str] = ("Read", "Edit", "Bash"),
) -> dict[str, Any]:
    """Run it to its end; its result."""
    done = subprocess.run(
        [
            *(str(CLAUDE), "-p", prompt, "--output-format", "json"),
            *(*options, "--allowedTools", *allowed),
        ],
        cwd=place.folder,
        env=claude_environment(place, model),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=5 * DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return json.loads(done.stdout)


async def test_its_work_is_seen_and_it_answers_its_owner_before_it_stops(
    place: Place, server: ServerProcess, bob: Person, model: ModelStub, last: Say
) -> None:
    assert CLAUDE.is_file(), "npm has not installed it: run make setup-dev"
    await start(place, server)
    assert place.peerline("agent", "setup", "claude-code", "--yes").returncode == 0
    agent = await bob.sees(bob.agent)
    ann = Person(server, "ann")
    await ann.sees(ann.agent)
    running = asyncio.create_task(asyncio.to_thread(claude, place, model, "Make y three"))
    assert await asyncio.to_thread(last.asked.wait, 4 * DEADLINE)
    await ann.say("@robo Say hello to me too", agent.id)
    await waits(place, 1)
    assert last.may_answer is not None
    last.may_answer.set()
    result = await running
    assert result["result"] == "Hello Ann."
    # It was told who wrote, as marked data.
    told = json.dumps(model.requests[-1]["messages"][-3:])
    assert "@robo Say hello to me too" in told
    assert 'from=\\"Ann\\"' in told
    (end,) = await bob.sees(lambda: bob.events("turn_end"))
    assert end.text == "Hello Ann."
    (prompt,) = bob.events("prompt")
    assert prompt.text == "Make y three"
    read, edit, shown, failed = bob.events("tool_call")
    assert (read.name, read.tool_kind, read.title) == ("Read", "read", "a.py")
    (file,) = edit.files
    assert (file.file, file.lines_added, file.lines_removed) == ("a.py", 2, 1)
    assert (shown.name, shown.title) == ("Bash", "echo ‹secret:github›")
    assert (failed.name, failed.status) == ("Bash", "failed")
    await bob.sees(lambda: bob.agent().activity.state == "done")
    assert SECRET not in repr(bob.changes)
    log = place.folder.parent / "server.log"
    assert SECRET not in log.read_text()
    await ann.client.close()
