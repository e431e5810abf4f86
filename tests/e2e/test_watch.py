"""`peerline watch` as its user has it: in a real terminal, and into a pipe."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from peerline.client import ChatAdded, Client, Credentials, LinkState
from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import AgentActivity, TellAgentEvent, TellAgentUpdate
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.links import SessionLink
from peerline.protocol.presence import CursorData
from peerline.protocol.session import SessionChanges, UpdateSession

from .conftest import ServerProcess, peerline

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo terminals for Python"
)
HOSTILE = "\x1b[2J\x1b]0;pwned\x07[bold red]x[/] \u202etxt"
DEADLINE = 40.0


class Other:
    """Another client in the session."""

    def __init__(self, server: ServerProcess, name: str) -> None:
        self.link = link = SessionLink.parse(server.invite("editor"))
        self.session = link.session_id
        self.heard: list[str] = []
        self._news = asyncio.Event()
        token = server.token(name, name.title())
        credentials = Credentials(auth_token=token, invite=link.invite)
        self.client = Client(link, credentials, on_changes=self._hear)
        self.client.start()

    def _hear(self, changes: Any) -> None:
        self.heard += [
            change.message.content for change in changes if isinstance(change, ChatAdded)
        ]
        self._news.set()

    async def say(self, content: str) -> None:
        await self.client.request(SendChatMessage(session_id=self.session, content=content))

    async def hears(self, content: str) -> None:
        async with asyncio.timeout(DEADLINE):
            while content not in self.heard:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def bob(server: ServerProcess) -> AsyncIterator[Other]:
    other = Other(server, "bob")
    yield other
    await other.client.leave()


Watch = Callable[..., Any]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Starts `peerline watch` in a terminal."""
    from .terminal import Terminal  # noqa: PLC0415 - not on Windows

    started: list[Terminal] = []

    def start(link: str, *options: str, size: tuple[int, int] = (100, 30)) -> Terminal:
        command = [sys.executable, "-m", "peerline", "watch", link, *options]
        started.append(Terminal(command, size))
        return started[-1]

    yield start
    for terminal in started:
        terminal.close()


async def in_thread(call: Callable[..., Any], *arguments: Any) -> Any:
    """While a test waits for the screen, the other clients go on."""
    return await asyncio.to_thread(call, *arguments)


async def test_a_terminal_shows_the_session_live_and_chats(
    server: ServerProcess, bob: Other, watch: Watch
) -> None:
    terminal = watch(server.invite("editor"), "--name", "ann", size=(80, 24))
    await in_thread(terminal.shows, "● ann editor")
    await in_thread(terminal.shows, "● Bob editor")
    bob.client.send_cursor(CursorData(file="src/cart.py", line=17, column=1))
    await in_thread(terminal.shows, "src/cart.py:17")
    bob.client.send_cursor(CursorData(file="src/cart.py", line=18, column=1))
    await in_thread(terminal.shows, "src/cart.py:18")
    await bob.say("hello from bob")
    await in_thread(terminal.shows, "Bob hello from bob")
    data = CommentData(file="src/cart.py", line=20, content="why?", code_snippet="total = 0")
    await bob.client.request(AddComment(session_id=bob.session, data=data))
    await in_thread(terminal.shows, "20  total = 0")
    # One write, as fast as a paste: every key counts, in its order.
    terminal.send("hi @bo\tthere\r")
    await bob.hears("hi @Bob there")
    await in_thread(terminal.shows, "ann hi @Bob there")
    terminal.send("\x03")
    assert await in_thread(terminal.wait) == 0
    # The terminal is as it was: the other screen is left, the cursor is back.
    assert b"\x1b[?1049l" in terminal.received
    assert b"\x1b[?25h" in terminal.received
    assert server.log().count("Traceback") == 0


@asynccontextmanager
async def agent_of(owner: Other) -> AsyncGenerator[Client]:
    """An agent of another client, in the session."""
    wanted = CreateAgent(
        session_id=owner.session, request_id="agent", name="claude", product="claude-code"
    )
    made = await owner.client.ask(wanted)
    assert isinstance(made, AgentCreated)
    joined = asyncio.Event()

    def follow(state: LinkState, *_: Any) -> None:
        if state is LinkState.JOINED:
            joined.set()

    client = Client(owner.link, Credentials(auth_token=made.auth_token), on_state=follow)
    client.start()
    try:
        async with asyncio.timeout(DEADLINE):
            await joined.wait()
        yield client
    finally:
        await client.leave()


def step(session: str, **data: Any) -> TellAgentEvent:
    """An event of an agent."""
    return TellAgentEvent.model_validate(
        {"type": "agent_event", "session_id": session, "data": data}
    )


async def test_an_agent_is_seen_at_work_in_a_terminal_and_in_a_pipe(
    server: ServerProcess, bob: Other, watch: Watch
) -> None:
    terminal = watch(server.invite("editor"), "--name", "ann")
    await in_thread(terminal.shows, "● ann editor")
    await in_thread(terminal.shows, "● Bob editor")
    pipe = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "peerline", "watch", "--plain", server.invite("viewer")),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await lines_until(pipe, "Here:")
        async with agent_of(bob) as agent:
            await in_thread(terminal.shows, "claude joined as editor, agent of Bob")
            await in_thread(terminal.shows, "· 1 agent")
            activity = AgentActivity.model_validate(
                {
                    "state": "working",
                    "doing": "Editing src/cart.py",
                    "tool": {"id": "t1", "name": "Edit", "status": "running", "title": "cart.py"},
                    "plan": [{"text": "Mend the sum", "status": "in_progress"}],
                    "usage": {"context_used": 50, "context_limit": 200, "cost": 0.5},
                    "health": 92,
                }
            )
            await agent.request(TellAgentUpdate(session_id=bob.session, data=activity))
            await in_thread(terminal.shows, "agent of Bob · working")
            await in_thread(terminal.shows, "context 25% · 0.50")
            terminal.send("/agents\r")
            for text in ("[>] Mend the sum", "call: Edit cart.py", "health 92"):
                await in_thread(terminal.shows, text)
            call = {"id": "t1", "name": "Edit", "title": HOSTILE, "status": "completed"}
            files = [{"file": "src/cart.py", "lines_added": 12, "lines_removed": 3}]
            for data in (
                {"kind": "prompt", "turn_id": "1", "text": "Mend it"},
                {"kind": "tool_call", **call, "title": "src/cart.py", "files": files},
                {"kind": "tool_call", **call},
                {"kind": "plan", "entries": [{"text": "Mend the sum", "status": "completed"}]},
                {"kind": "note", "text": "All green"},
                {"kind": "turn_end", "turn_id": "1", "reason": "end_turn", "text": "Mended."},
            ):
                await agent.request(step(bob.session, **data))
            lines = await lines_until(pipe, "turn ended")
            hostile = "<U+001B>[2J<U+001B>]0;pwned<U+0007>[bold red]x[/] <U+202E>txt"
            assert [line[6:] for line in lines if "agent claude" in line] == [
                "· agent claude: prompt: Mend it",
                "· agent claude: Edit src/cart.py (+12 -3)",
                f"· agent claude: Edit {hostile}",
                "· agent claude: plan: 1 of 1 done",
                "· agent claude: note: All green",
                "· agent claude: turn ended (end_turn): Mended.",
            ]
            await in_thread(terminal.shows, "· agent claude: Edit src/cart.py (+12 -3)")
            assert b"pwned\x07" not in terminal.received
        await lines_until(pipe, "claude left")
        await in_thread(terminal.shows, "No agents are here.")
    finally:
        pipe.kill()
        await pipe.wait()
    assert server.log().count("Traceback") == 0


async def test_a_server_that_was_killed_is_awaited(
    server: ServerProcess, bob: Other, watch: Watch
) -> None:
    terminal = watch(server.invite("editor"), "--name", "ann")
    await in_thread(terminal.shows, "● ann editor")
    await bob.say("before")
    await in_thread(terminal.shows, "Bob before")
    server.kill()
    await in_thread(terminal.shows, "reconnecting…")
    terminal.send("while away\r")
    await in_thread(terminal.shows, "Your message waits: cannot reach 127.0.0.1")
    server.start()
    await in_thread(terminal.shows, "● ann editor")
    await bob.hears("while away")
    await bob.say("after")
    await in_thread(terminal.shows, "Bob after")
    assert terminal.text.count("Bob before") == 1


async def test_hostile_text_is_text(server: ServerProcess, bob: Other, watch: Watch) -> None:
    terminal = watch(server.invite("viewer"), "--name", "ann")
    await in_thread(terminal.shows, "● ann viewer")
    await bob.say(HOSTILE)
    changes = SessionChanges(title=HOSTILE, status="[blink]on")
    await bob.client.request(UpdateSession(session_id=bob.session, changes=changes))
    await in_thread(terminal.shows, "Bob <U+001B>[2J<U+001B>]0;pwned<U+0007>[bold red]x[/]")
    await in_thread(terminal.shows, "[blink]on")
    assert b"pwned\x07" not in terminal.received
    assert "\u202e".encode() not in terminal.received
    terminal.send("typed by a viewer")
    await bob.say("still here")
    await in_thread(terminal.shows, "Bob still here")
    assert "typed by a viewer" not in terminal.text


def test_a_link_that_does_not_hold_is_explained(server: ServerProcess, watch: Watch) -> None:
    terminal = watch(f"peerline://{server.address}/{server.session}?invite=nonsense")
    assert terminal.wait() == 2
    terminal.shows("Ask a host for a new link")


async def lines_until(process: asyncio.subprocess.Process, text: str) -> list[str]:
    """The output of a process, up to a line with the text in it."""
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(DEADLINE):
        while not lines or text not in lines[-1]:
            line = await process.stdout.readline()
            assert line, (lines, text)
            lines.append(line.decode().rstrip("\n"))
    return lines


async def test_a_pipe_gets_plain_lines(server: ServerProcess, bob: Other) -> None:
    await bob.say("before")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "peerline", "watch", server.invite("viewer"), "--name", "ann"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        lines = await lines_until(process, "before")
        assert lines[:2] == ["Test", "Here: Bob (editor), ann (viewer)"]
        await bob.say(HOSTILE)
        (line,) = await lines_until(process, "pwned")
        assert line[6:] == "Bob <U+001B>[2J<U+001B>]0;pwned<U+0007>[bold red]x[/] <U+202E>txt"
        data = CommentData(file="src/cart.py", line=20, content="why?")
        await bob.client.request(AddComment(session_id=bob.session, data=data))
        (line,) = await lines_until(process, "why?")
        assert line[6:] == "· Bob commented src/cart.py:20: why?"
        server.kill()
        server.start()
        await bob.say("after")
        assert [line[6:] for line in await lines_until(process, "after")][-1] == "Bob after"
        await asyncio.to_thread(
            peerline, "session", "end", bob.session, "--data-dir", str(server.data_dir)
        )
        await lines_until(process, "ended the session for everyone")
        rest, errors = await process.communicate()
        assert (process.returncode, rest) == (0, b"")
        assert b"Traceback" not in errors
    finally:
        with suppress(ProcessLookupError):
            process.kill()


def test_a_signal_and_a_pipe_that_nobody_reads_end_it_quietly(server: ServerProcess) -> None:
    command = [sys.executable, "-m", "peerline", "watch", server.invite("viewer")]
    for ending in ("signal", "close"):
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                assert process.stdout is not None
                assert process.stderr is not None
                while not process.stdout.readline().startswith(b"Here:"):
                    pass
                if ending == "signal":
                    process.send_signal(signal.SIGINT)
                else:
                    process.stdout.close()
                    # There is something to print.
                    peerline("session", "end", server.session, "--data-dir", str(server.data_dir))
                assert process.wait(DEADLINE) == 0
                assert process.stderr.read() == b""
            finally:
                process.kill()


async def test_a_guest_comes_back_to_the_terminal_as_the_same_person(
    server: ServerProcess, bob: Other, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    async def join(link: str, *more: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "peerline", "watch", link, *more),
            stdout=asyncio.subprocess.PIPE,
        )
        await lines_until(process, "Here:")
        (found,) = [
            user_id
            for user_id, person in bob.client.replica.participants.items()
            if person.username == "Zoe Z"
        ]
        process.terminate()
        await process.wait()
        return found

    link = server.invite("editor")
    first = await join(link, "--name", "Zoe Z")
    assert await join(link.partition("?")[0]) == first
    listed = await in_thread(peerline, "session", "list")
    assert f"{link.partition('?')[0]}  " in listed


async def test_a_dead_address_is_told_once_in_a_pipe(server: ServerProcess) -> None:
    link = server.invite("viewer")
    server.kill()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "peerline", "watch", link),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        first = await process.stderr.readline()
        assert first.endswith(b"trying again\n")
        server.start()
        await lines_until(process, "Here:")
    finally:
        process.terminate()
        _, rest = await process.communicate()
    assert rest == b""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
async def test_a_pipe_of_another_encoding_gets_replaced_characters(
    server: ServerProcess, bob: Other, encoding: str
) -> None:
    await bob.say("fine 🎉 é")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "peerline", "watch", server.invite("viewer")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert process.stdout is not None
    line = b""
    while b"fine" not in line:
        line = await process.stdout.readline()
        assert line
    process.terminate()
    _, errors = await process.communicate()
    assert (
        line.decode(encoding).rstrip().endswith("fine ? ?" if encoding == "ascii" else "fine ? é")
    )
    assert b"Traceback" not in errors
