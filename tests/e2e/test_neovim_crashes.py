"""The bridge of a real Neovim is killed: it comes back, unless it crashes again and again."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from peerline.protocol.editor.commands import NOTIFICATIONS_TO_EDITOR

from .bridge_process import BridgeProcess
from .conftest import Bridges, ServerProcess
from .neovim import Neovim

CODE = "def total():\n    return 1\n"
BRIDGE = """import json, os, sys
with open({pids!r}, "a") as file:
    file.write(str(os.getpid()) + "\\n")
os.execv({python!r}, [{python!r}, "-m", "peerline", "lsp", "--stdio"])
"""
CRASHES_ONCE = """import os, signal, subprocess, sys
real = [sys.executable, "-m", "peerline", "lsp", "--stdio"]
if os.path.exists({mark!r}):
    os.execv(real[0], real)
open({mark!r}, "w").close()
bridge = subprocess.Popen(real, stdin=sys.stdin, stdout=subprocess.PIPE)
is_joined = False
while not is_joined:
    length = int(bridge.stdout.readline().split(b":")[1])
    while bridge.stdout.readline().strip():
        pass
    body = bridge.stdout.read(length)
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n" % length + body)
    sys.stdout.buffer.flush()
    is_joined = b"peerline/state" in body and b'"joined"' in body
bridge.kill()
bridge.wait()
os.kill(os.getpid(), signal.SIGKILL)
"""
"""The first bridge is killed when it has reported that it joined, before it answers the command."""


class Editor(Neovim):
    """A Neovim that notes the process of each bridge that it starts."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.pids = folder / "pids"
        source = folder / "src"
        source.mkdir(parents=True)
        (source / "main.py").write_text(CODE)
        script = folder / "bridge.py"
        script.write_text(BRIDGE.format(pids=str(self.pids), python=sys.executable))
        command = [sys.executable, str(script)]
        super().__init__(folder, username="alice", bridge=command, environ=environ)
        self.edit("src/main.py")

    def crash_once(self) -> None:
        """Have the next bridge crash as soon as it has joined, and no other."""
        script = self.folder / "crashes_once.py"
        script.write_text(CRASHES_ONCE.format(mark=str(self.folder / "crashed")))
        self.lua("require('peerline.config').options.cmd = ...", [sys.executable, str(script)])

    def bridges(self) -> list[int]:
        """The processes of the bridges that were started, oldest first."""
        return (
            [int(line) for line in self.pids.read_text().splitlines()] if self.pids.exists() else []
        )

    def kill_bridge(self) -> None:
        """As a crash would."""
        os.kill(self.bridges()[-1], signal.SIGKILL)

    def wait_bridges(self, count: int) -> None:
        self.wait(lambda: len(self.bridges()) == count, f"bridge number {count}")


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    with ExitStack() as stack:
        state = {"XDG_STATE_HOME": str(tmp_path / "state")}
        editor = Editor(tmp_path / "project", state)
        stack.callback(editor.close)
        yield editor


@pytest.fixture
def bob(bridges: Bridges, server: ServerProcess) -> BridgeProcess:
    bridge = bridges.start("bob", {"src/main.py": CODE})
    bridge.command("join", link=server.invite("editor"))
    return bridge


def chat_of(bridge: BridgeProcess, text: str) -> None:
    bridge.wait_notification(
        "peerline/chat", lambda params: any(one["content"] == text for one in params["messages"])
    )


def test_a_bridge_that_is_killed_comes_back_and_rejoins(
    editor: Editor, bob: BridgeProcess, server: ServerProcess
) -> None:
    editor.lua("require('peerline.session').join(...)", server.invite("editor"))
    editor.wait(lambda: editor.state()["state"] == "joined", "joined")
    me = editor.state()["user_id"]
    bob.command("addComment", uri=bob.uri("src/main.py"), line=1, content="why 1?")
    editor.wait(lambda: editor.marks("peerline_comments"), "the comment")
    editor.api.ui_attach(80, 24)
    editor.kill_bridge()
    editor.wait(lambda: editor.state()["state"] == "offline", "offline")
    assert editor.marks("peerline_comments") == []
    # Nothing asks to press a key, which would be missing in the text.
    editor.keys("O# <Esc>")
    editor.wait_lua("return vim.api.nvim_get_current_line() == '# '")
    assert "quit with exit code" not in editor.messages()
    editor.wait_bridges(2)
    editor.wait(lambda: editor.state()["state"] == "joined", "joined again")
    assert editor.state()["user_id"] == me, "the same participant"
    assert "the bridge crashed and is being restarted" in editor.messages()
    editor.wait(lambda: editor.marks("peerline_comments"), "the comment again")
    editor.wait_person("bob")
    editor.command("Peerline chat I am back")
    chat_of(bob, "I am back")
    bob.command("sendChat", content="welcome")
    editor.wait(lambda: "welcome" in editor.chat())


def test_a_bridge_that_crashes_before_it_answers_the_join_comes_back_and_rejoins(
    editor: Editor, server: ServerProcess
) -> None:
    editor.crash_once()
    editor.lua("require('peerline.session').join(...)", server.invite("editor"))
    editor.wait(lambda: "the bridge crashed and is being restarted" in editor.messages())
    editor.wait(lambda: editor.state()["state"] == "joined", "joined by the next bridge")


def test_a_bridge_that_is_killed_while_it_starts_a_session_says_what_to_do(editor: Editor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        editor.lua("require('peerline.config').options.server = ...", address)
        editor.lua("require('peerline.config').options.token = function() return 'a.b.c' end")
        editor.command("Peerline start Pairing")
        silent.accept()[0].close()
        editor.kill_bridge()
        editor.wait(lambda: "the bridge ended while it started a session" in editor.messages())
    editor.wait_bridges(2)
    assert editor.messages().count("the bridge ended while it started a session") == 1
    assert "traceback" not in editor.messages()


@pytest.mark.parametrize("other", ["nonsense", "peerline://127.0.0.1:1/abcdefghij"])
def test_a_bridge_that_is_killed_comes_back_to_the_session_at_hand_not_to_a_refused_one(
    editor: Editor, server: ServerProcess, other: str
) -> None:
    editor.lua("vim.fn.confirm = function() return 1 end")
    editor.join(server.invite("editor"))
    before = editor.messages()
    editor.lua("require('peerline.session').join(...)", other)
    editor.wait(lambda: editor.messages() != before, "the refusal")
    assert editor.state()["state"] == "joined"
    editor.kill_bridge()
    editor.wait_bridges(2)
    editor.wait(lambda: editor.state()["state"] == "joined", "joined again")
    assert editor.state()["session_id"] == server.session


def test_a_bridge_that_crashes_again_and_again_is_left_until_the_user_restarts_it(
    editor: Editor, server: ServerProcess
) -> None:
    editor.lua("local r = require('peerline.restart'); r.FIRST_SECONDS, r.LONGEST_SECONDS = 0, 0")
    most = editor.lua("return require('peerline.restart').MAX_CRASHES")
    editor.lua("require('peerline.session').join(...)", server.invite("editor"))
    for number in range(1, most + 1):
        editor.wait_bridges(number)
        editor.wait(lambda: editor.state()["state"] == "joined", f"joined with bridge {number}")
        editor.kill_bridge()
    editor.wait(
        lambda: "the bridge keeps crashing; see :help peerline-crashes" in editor.messages()
    )
    assert editor.state()["state"] == "offline"
    assert len(editor.bridges()) == most
    assert "stack traceback" not in editor.messages()
    editor.command("Peerline restart")
    editor.wait_bridges(most + 1)
    editor.wait(lambda: editor.state()["state"] == "joined", "joined after the restart")


@pytest.mark.parametrize("end", ["Peerline leave", "LspStop", "LspStop!"])
def test_an_end_that_the_user_wants_is_no_crash(
    editor: Editor, server: ServerProcess, end: str
) -> None:
    editor.lua("require('peerline.session').join(...)", server.invite("editor"))
    editor.wait(lambda: editor.state()["state"] == "joined", "joined")
    if end.startswith("Lsp"):
        force = json.dumps(end.endswith("!"))
        editor.lua(f"require('peerline.lsp').client():stop({force})")
    else:
        editor.command(end)
    # A crash would be reported in the same turn in which the state changes.
    editor.wait(lambda: editor.state()["state"] == "offline", "offline")
    assert "crashed" not in editor.messages()
    assert len(editor.bridges()) == 1


METHODS = [method for method in NOTIFICATIONS_TO_EDITOR if method != "peerline/files"]
"""The plugin does not show changes of files."""


@pytest.mark.parametrize("method", METHODS)
def test_a_notification_that_cannot_be_shown_stops_no_other(
    editor: Editor, bob: BridgeProcess, server: ServerProcess, method: str
) -> None:
    editor.lua("require('peerline.session').join(...)", server.invite("editor"))
    editor.wait(lambda: editor.state()["state"] == "joined", "joined")
    editor.lua(
        """
        local lsp, method = require('peerline.lsp'), ...
        lsp.on(method, function() error('injected') end)
        lsp.dispatch(method, {})
        lsp.dispatch(method, {})
        """,
        method,
    )
    if method == "peerline/chat":
        bob.command("addComment", uri=bob.uri("src/main.py"), line=1, content="why 1?")
        editor.wait(lambda: editor.marks("peerline_comments"), "the comment")
    else:
        bob.command("sendChat", content="still here")
        editor.wait(lambda: "still here" in editor.chat(), "the message")
    assert editor.messages().count(f"{method} could not be shown") == 1
    assert "traceback" not in editor.messages()
    assert "injected" not in editor.messages()
