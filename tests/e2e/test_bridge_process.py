"""How a bridge begins and ends, and what it makes of an editor that misbehaves."""

import signal
import subprocess
import sys

import pytest

from tests.program import PYTHON

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges

FILES = {"a.txt": "one\n"}


@pytest.fixture
def bridge(bridges: Bridges) -> BridgeProcess:
    """A bridge in an interpreter of its own, for what happens at its end."""
    started = BridgeProcess(bridges.workspace("w", FILES), command=PYTHON)
    bridges.closed_at_end(started)
    return started


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_the_clients_position_encoding_is_taken(bridges: Bridges, encoding: str) -> None:
    bridge = BridgeProcess(bridges.workspace("w", FILES))
    try:
        capabilities = bridge.initialize(encoding, {})["capabilities"]
    finally:
        bridge.close()
    assert capabilities["positionEncoding"] == encoding
    assert "peerline.join" in capabilities["executeCommandProvider"]["commands"]


def test_shutdown_and_exit_end_with_0(bridge: BridgeProcess) -> None:
    bridge.initialize("utf-16", {})
    bridge.request("shutdown", None)
    bridge.notify("exit", None)
    assert bridge.process.wait(10) == 0


def test_exit_without_shutdown_ends_with_1(bridge: BridgeProcess) -> None:
    bridge.initialize("utf-16", {})
    bridge.notify("exit", None)
    assert bridge.process.wait(10) == 1


def test_the_end_of_stdin_ends_it(bridge: BridgeProcess) -> None:
    bridge.initialize("utf-16", {})
    assert bridge.process.stdin is not None
    bridge.process.stdin.close()
    assert bridge.process.wait(10) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(bridge: BridgeProcess, number: signal.Signals) -> None:
    bridge.initialize("utf-16", {})
    bridge.process.send_signal(number)
    assert bridge.process.wait(10) == 0


def test_a_dead_editor_ends_it(bridge: BridgeProcess) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    params: dict[str, object] = {"processId": editor.pid, "rootUri": None, "capabilities": {}}
    bridge.request("initialize", params)
    editor.kill()
    editor.communicate()
    assert bridge.process.wait(10) == 0


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {"textDocument": 5},
        {"textDocument": {"uri": "file:///x"}, "position": {"line": -1, "character": 0}},
        {"class": 1, "a-b": 2, "jsonrpc": "2.0"},
    ],
)
def test_a_malformed_cursor_does_not_hurt(bridges: Bridges, params: object) -> None:
    bridge = bridges.start("alice", FILES)
    bridge.notify("peerline/cursor", params)
    with pytest.raises(RpcError, match="join a session first"):
        bridge.plain_command("listParticipants")


def test_messages_that_make_no_sense_do_not_hurt(bridges: Bridges) -> None:
    bridge = bridges.start("alice", FILES)
    for body in (b"not json", b"[1, 2]", b"{}", b'{"jsonrpc": "2.0", "method": "x/y"}'):
        bridge.send_raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    bridge.notify("textDocument/didChange", {"textDocument": {"uri": "file:///never"}})
    with pytest.raises(RpcError, match="join a session first"):
        bridge.plain_command("listParticipants")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [([], "link: Field required"), (["x"], "one object"), ([{}, {}], "one object")],
)
def test_a_command_with_wrong_arguments_says_so(
    bridges: Bridges, arguments: list[object], problem: str
) -> None:
    bridge = bridges.start("alice", FILES)
    with pytest.raises(RpcError, match=problem) as refused:
        bridge.request(
            "workspace/executeCommand", {"command": "peerline.join", "arguments": arguments}
        )
    assert refused.value.code == -32602
