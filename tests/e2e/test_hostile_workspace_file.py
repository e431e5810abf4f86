"""A `.peerline.toml` of a stranger can do nothing without consent, and gets no token."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import PYTHON

from .bridge_process import BridgeProcess
from .conftest import Bridges
from .vscode.polling import wait_for

SECRET = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2VjcmV0"


class Stranger:
    """A server of somebody else: takes connections, answers the handshake, keeps what comes."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.heard = b""
        self.came = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.heard += connection.recv(65_536)
                self.came.set()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    found = Stranger()
    yield found
    found.close()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user with a token for their own server, kept in both ways."""
    folder = tmp_path / "config" / "peerline"
    folder.mkdir(parents=True)
    tokens = folder / "tokens.toml"
    tokens.write_text(f'"work.example:8377" = "{SECRET}"\n')
    tokens.chmod(0o600)
    return {
        "XDG_CONFIG_HOME": str(folder.parent),
        "PEERLINE_TOKEN": SECRET,
        "PEERLINE_SERVER": "work.example:8377",
    }


def bridge_in(
    bridges: Bridges, file: str, environ: dict[str, str], **options: object
) -> BridgeProcess:
    workspace = bridges.workspace("alice", {".peerline.toml": file, "a.txt": "a\n"})
    bridge = BridgeProcess(workspace, stderr=None, command=PYTHON, cwd=workspace, **environ)
    bridges.closed_at_end(bridge)
    bridge.initialize("utf-16", {"username": "alice", "plugin": False, **options})
    bridge.open("a.txt")
    return bridge


@pytest.mark.parametrize("plugin", [True, False])
def test_nothing_is_sent_to_the_server_of_a_workspaces_file_without_consent(
    bridges: Bridges, stranger: Stranger, environ: dict[str, str], *, plugin: bool
) -> None:
    file = f'link = "peerline://{stranger.address}/abc?invite=x"\n'
    bridge = bridge_in(bridges, file, environ, plugin=plugin, ask=False)
    if not plugin:
        place = {"line": 0, "character": 0}
        question = {
            "textDocument": {"uri": bridge.uri("a.txt")},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }

        def offered() -> bool:
            actions = bridge.request("textDocument/codeAction", question)
            return any("join abc" in action["title"] for action in actions)

        wait_for(offered, "the offer")  # the file is read after the client has answered
    bridge.request("shutdown", None)
    assert not stranger.came.is_set()


def test_a_server_that_is_joined_by_a_workspaces_file_gets_no_token_of_another(
    bridges: Bridges, stranger: Stranger, environ: dict[str, str]
) -> None:
    file = f'link = "peerline://{stranger.address}/abc?invite=x"\n'
    bridge_in(bridges, file, environ, auto_join=True)
    assert stranger.came.wait(60)
    assert b"/ws/session/abc" in stranger.heard
    assert SECRET.encode() not in stranger.heard
    assert b"work.example" not in stranger.heard


@pytest.mark.parametrize(
    "file",
    [
        'server = "%s"\nsession = "abc"\ncmd = ["touch", "ran"]\n',
        'server = "%s"\nsession = "abc"\nauto_join = true\n',
        'server = "%s"\nsession = "abc"\nusername = "root"\n',
        'link = "peerline://work.example:8377@%s/abc"\n',
        '[tool]\nserver = "%s"\n',
    ],
)
def test_a_workspaces_file_can_say_nothing_but_where(
    bridges: Bridges, stranger: Stranger, environ: dict[str, str], file: str
) -> None:
    bridge = bridge_in(bridges, file % stranger.address, environ, auto_join=True)
    message = bridge.wait_notification("window/showMessage")
    assert ".peerline.toml" in json.dumps(message)
    assert not stranger.came.is_set()
    assert sorted(path.name for path in bridge.workspace.iterdir()) == [".peerline.toml", "a.txt"]
