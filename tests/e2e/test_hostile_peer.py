"""A hostile peer on a real server: nothing opens, writes or runs here because a peer said so.

The peer speaks the wire without our library. Beside it a real Neovim with the plugin, and its
real bridge, in which an audit hook (PEP 578) writes down every file that is
opened and every process that is begun.
"""

import json
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from .conftest import ServerProcess
from .neovim import Neovim

CODE = "def first():\n    return 1\n\n\ndef second():\n    return 2\n"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u200b\u2066\U000e0041"
MARKDOWN = "[run](command:workbench.action.terminal.new) <img src=x> %!calc! `:!touch x`"
HOOK = """
import os, sys
_out = os.open(os.environ["PEERLINE_TEST_AUDIT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_busy = False
def _hook(event, arguments):
    global _busy
    if not _busy and event in {"open", "os.listdir", "os.scandir", "subprocess.Popen", "os.system",
        "os.exec", "os.posix_spawn", "os.spawn", "os.remove", "os.rename", "os.mkdir", "os.link",
        "os.symlink", "os.truncate", "shutil.move", "os.chmod"}:
        _busy = True
        try:
            os.write(_out, f"{event} {arguments!r}\\n".encode("utf-8", "replace"))
        finally:
            _busy = False
sys.addaudithook(_hook)
"""
BRIDGE = """
import runpy, sys
exec(open(sys.argv.pop(1)).read())
sys.argv = ["peerline", "lsp", "--stdio"]
runpy.run_module("peerline", run_name="__main__")
"""
CLOSED = {"src/closed.py": "closed = 1\n"}
SECRETS = {
    ".env": "PASSWORD=1\n",
    ".git/config": "[core]\n",
    ".git/hooks/post-checkout": "#!/bin/sh\n",
    "keys/id_ed25519": "private\n",
    "server.pem": "private\n",
}


class Peer:
    """Somebody who sends what no editor would."""

    def __init__(self, socket: ClientConnection, session_id: str) -> None:
        self._socket = socket
        self._session_id = session_id
        self._requests = 0

    def send(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a message; its ack or error."""
        self._requests += 1
        wanted = f"r{self._requests}"
        message = {"type": kind, "session_id": self._session_id, "request_id": wanted, **fields}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("request_id") == wanted:
                return answer


@contextmanager
def connected(server: ServerProcess, username: str) -> Generator[Peer]:
    """A peer of this name in the server's session."""
    code = server.invite("editor").rpartition("invite=")[2]
    with connect(f"ws://{server.address}/ws/session/{server.session}") as socket:
        join = {
            "type": "join_session",
            "session_id": server.session,
            "invite": code,
            "username": username,
        }
        socket.send(json.dumps(join))
        assert json.loads(socket.recv())["type"] == "connected"
        yield Peer(socket, server.session)


@pytest.fixture
def mallory(server: ServerProcess, editor: Neovim) -> Iterator[Peer]:
    with connected(server, f"mallory {ESCAPES}") as hostile:
        # The list comes after the count, and commands look names up in the list.
        editor.wait_lua("return #require('peerline.participants').names() == 1")
        yield hostile


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "audit.log"
    monkeypatch.setenv("PEERLINE_TEST_AUDIT", str(path))
    return path


@pytest.fixture
def editor(server: ServerProcess, tmp_path: Path, audit: Path) -> Iterator[Neovim]:
    assert audit
    folder = tmp_path / "alice" / "project"
    files = {"src/main.py": CODE, **CLOSED, **SECRETS}
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    outside = tmp_path / "outside.txt"
    outside.write_text("outside\n")
    (folder / "link.txt").symlink_to(outside)
    (folder / "notes.txt").symlink_to(folder / ".env")
    os.mkfifo(folder / "pipe")
    (tmp_path / "hook.py").write_text(HOOK)
    command = [sys.executable, "-c", BRIDGE, str(tmp_path / "hook.py")]
    neovim = Neovim(folder, username="alice", bridge=command)
    try:
        neovim.edit("src/main.py")
        neovim.join(server.invite("editor"))
        neovim.wait_lua("return require('peerline.lsp').is_attached(0)")
        yield neovim
    finally:
        neovim.close()


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with the time of its last change and its size."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in folder.rglob("*")
    }


def buffers(editor: Neovim) -> list[str]:
    return editor.lua(
        """
        local names = {}
        for _, buf in ipairs(vim.api.nvim_list_bufs()) do
          names[#names + 1] = vim.api.nvim_buf_get_name(buf)
        end
        return names
        """
    )


def drawn(editor: Neovim) -> str:
    """All that Neovim shows of others: buffers of the plugin, virtual text, messages."""
    lines = editor.lua(
        """
        local result = {}
        for _, buf in ipairs(vim.api.nvim_list_bufs()) do
          if vim.bo[buf].buftype ~= '' then
            vim.list_extend(result, vim.api.nvim_buf_get_lines(buf, 0, -1, false))
          end
          for name, id in pairs(vim.api.nvim_get_namespaces()) do
            if name:match('^peerline') then
              local marks = vim.api.nvim_buf_get_extmarks(buf, id, 0, -1, { details = true })
              for _, mark in ipairs(marks) do
                for _, chunk in ipairs(mark[4].virt_text or {}) do
                  result[#result + 1] = chunk[1]
                end
              end
            end
          end
        end
        return result
        """
    )
    return "\n".join([*lines, editor.messages(), editor.lua("return vim.o.titlestring")])


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made")

REFUSED = [
    *("../outside.txt", "/etc/passwd", "C:/x", "a\x00b", "\\\\host\\share", "a/../b"),
    *("//host/share", "./a", "a\\..\\b", "a\x1bb", ""),
]
ODD = [
    *(*SECRETS, ".git/HEAD", "link.txt", "notes.txt", "pipe", "src", "src/closed.py"),
    *("file:/etc/passwd", "http:/x", "zipfile:/a.zip", "scp:/host/x", "term:/sh", "%"),
    *("`touch x`", "$(touch x)", "+!touch x", "|!touch x", "~root", "*", "a\u202eb", "-"),
]


def test_the_server_refuses_what_is_no_path_of_a_workspace(mallory: Peer) -> None:
    for file in REFUSED:
        for kind, rest in (("cursor_update", {"column": 1}), ("add_comment", {"content": "x"})):
            answer = mallory.send(kind, data={"file": file, "line": 1, **rest})
            assert answer["error_code"] == "INVALID_FIELD", file


def test_nothing_opens_writes_or_runs_because_a_peer_said_so(
    mallory: Peer, editor: Neovim, audit: Path
) -> None:
    folder = editor.folder
    before, known = tree(folder), buffers(editor)
    audit.write_text("")  # from here on
    text = f"{ESCAPES} {MARKDOWN}"
    for file in ODD:
        mallory.send("cursor_update", data={"file": file, "line": 1, "column": 1})
        viewport = {"file": file, "start_line": 1, "end_line": 9}
        mallory.send("presence_update", status="active", viewport=viewport)
        answer = mallory.send("add_comment", data={"file": file, "line": 1, "content": text})
        assert answer["type"] in {"ack", "error"}
    place = {"file": "src/main.py", "line": 2}
    mallory.send("cursor_update", data={**place, "column": 1})
    mallory.send("add_comment", data={**place, "content": text, "code_snippet": "    return 1"})
    mallory.send("file_event", data={"file": "a\u202eb", "change": "created"})
    mallory.send("update_session", changes={"title": f"T {text}"})
    mallory.send("chat_message", content=f"@alice {text}")

    editor.wait(lambda: "command:workbench" in "".join(editor.chat()))
    editor.wait(lambda: "mallory" in "".join(editor.virtual_text("peerline_comments")))
    editor.command("Peerline chat")
    editor.command("stopinsert | wincmd p | wincmd h")
    editor.command("Peerline participants")
    editor.command("wincmd p")
    text = drawn(editor)
    assert "<U+202E>" in text
    assert "<U+001B>" in text
    assert not {"\x1b", "\x07", "\u202e", "\u200b", "\u2066", "\U000e0041"} & set(text)
    assert tree(folder) == before
    shown = {name for name in buffers(editor) if name not in known}
    # A buffer without a name holds no file: the sign of unread messages is in one.
    assert all("peerline://" in name for name in shown - {""}), shown
    assert forbidden(opened(audit, folder), folder) == []


def test_who_is_followed_leads_to_code_only(mallory: Peer, editor: Neovim, audit: Path) -> None:
    folder = editor.folder
    audit.write_text("")
    editor.command("Peerline follow mallory ]0;owned[2Jgnp.exe")
    editor.wait(lambda: editor.state().get("following"))
    private = [*SECRETS, "link.txt", "notes.txt", "pipe"]
    for file in private:
        mallory.send("cursor_update", data={"file": file, "line": 1, "column": 1})
    mallory.send("cursor_update", data={"file": "src/closed.py", "line": 1, "column": 1})
    editor.wait(lambda: editor.lua("return vim.fn.expand('%:t')") == "closed.py")
    names = " ".join(buffers(editor))
    for file in private:
        assert str(folder / file) not in names
    touched = opened(audit, folder)
    assert touched, "the hook sees what is opened"
    assert all("closed.py" in line for line in touched), touched


def opened(audit: Path, folder: Path) -> list[str]:
    """Files that the bridge opened, made, moved or ran, its own state and Python's files apart."""
    lines = audit.read_text().splitlines()
    return [
        line
        for line in lines
        if str(folder) in line
        or not line.startswith(("open ", "os.rename ", "os.chmod ", "os.remove ", "os.mkdir "))
    ]


def forbidden(lines: list[str], folder: Path) -> list[str]:
    """Of these, all but to look for a renamed file among the code of the workspace."""
    harmless = [f"open ('{folder / file}', None, " for file in CLOSED]
    return [
        line
        for line in lines
        if not line.startswith(("os.scandir ", "os.listdir ", *harmless))
        or any(name in line for name in (".git", ".env", "id_ed25519", ".pem", "outside"))
    ]
