"""Logs at DEBUG hold nothing of what people wrote, nor tokens nor invites: real processes."""

from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.program import PYTHON

from .bridge_process import BridgeProcess, RpcError
from .conftest import ServerProcess

MARKER: Final = "ZQ7marker"
SOURCE: Final = f"def {MARKER}Code():\n    return '{MARKER}Snippet'\n"
START: Final = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
DEBUG: Final = {"PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}


def wait_for_chat(bridge: BridgeProcess, text: str) -> None:
    """Until the message is shown."""
    bridge.wait(lambda message: message.get("method") == "peerline/chat" and text in str(message))


def provoke(bridge: BridgeProcess) -> None:
    """Everything that an editor can send and that makes no sense, with content in it."""
    bridge.send_raw(f"Content-Length: {len(MARKER)}\r\n\r\n{MARKER}".encode())
    bridge.notify("peerline/cursor", {"position": MARKER, MARKER: 1})
    bridge.notify("textDocument/didChange", {"textDocument": MARKER, "contentChanges": [MARKER]})
    bridge.notify(f"peerline/{MARKER}", {"text": MARKER})
    for arguments in ({"content": [MARKER]}, {MARKER: MARKER}, {"content": f"{MARKER}\x00\ud800"}):
        with pytest.raises(RpcError):
            bridge.command("sendChat", **arguments)
    with pytest.raises(RpcError):
        bridge.request(f"textDocument/{MARKER}", {"text": MARKER})


def write(guest: BridgeProcess, host: BridgeProcess) -> None:
    """Something of each kind that people write."""
    guest.cursor(f"{MARKER}.py", 1, 4)
    guest.command("sendChat", content=f"{MARKER} said by the guest")
    wait_for_chat(host, f"{MARKER} said by the guest")
    uri = guest.uri(f"{MARKER}.py")
    guest.command("addComment", uri=uri, line=1, content=f"{MARKER} commented")
    guest.command("shareDocument", uri=uri)
    change = {"range": START, "text": f"# {MARKER} typed\n"}
    version = {"uri": uri, "version": 2}
    guest.notify("textDocument/didChange", {"textDocument": version, "contentChanges": [change]})
    guest.command("shareFolder")
    (found,) = host.command("search", query=f"{MARKER} said")["results"]
    assert MARKER in found["content"], found
    host.command("updateSession", changes={"context": {f"{MARKER}Key": f"{MARKER}Value"}})


def test_logs_at_debug_hold_nothing_that_people_wrote(tmp_path: Path) -> None:
    server_folder = tmp_path / "server"
    server_folder.mkdir()
    server = ServerProcess(server_folder / "data", {"PEERLINE_LOG_LEVEL": "debug", **DEBUG}, PYTHON)
    logs = [tmp_path / f"bridge{number}.log" for number in range(2)]
    with ExitStack() as stack:
        stack.callback(server.close)
        server.start()
        server.create_session()
        link = server.invite("editor")
        token = server.token("host", f"{MARKER} Host")
        bridges: list[BridgeProcess] = []
        for number, (name, account) in enumerate((("Guest", None), ("Host", token))):
            workspace = tmp_path / f"workspace{number}"
            workspace.mkdir()
            (workspace / f"{MARKER}.py").write_text(SOURCE)
            stderr = stack.enter_context((tmp_path / f"stderr{number}.log").open("w"))
            arguments = ["--log-level", "debug", "--log-file", str(logs[number])]
            if number == 1:
                arguments = ["--log-level", "debug"]  # the other way: on standard error
            bridge = BridgeProcess(workspace, *arguments, stderr=stderr, command=PYTHON, **DEBUG)
            stack.callback(bridge.close)
            bridge.initialize("utf-16", {"username": f"{MARKER} {name}"})
            bridge.command("join", link=link, **({"auth_token": account} if account else {}))
            bridge.open(f"{MARKER}.py")
            bridges.append(bridge)
        guest, host = bridges
        write(guest, host)
        for bridge in bridges:
            provoke(bridge)
        server.kill()
        server.start()
        host.command("sendChat", content=f"{MARKER} after the kill")
        wait_for_chat(guest, f"{MARKER} after the kill")
        received = [message for bridge in bridges for message in bridge.received]
    paths = [*tmp_path.glob("*.log"), *server_folder.glob("*.log")]
    written = {path: path.read_text() for path in paths}
    assert len(written) == 4
    code = link.partition("invite=")[2]
    for path, text in written.items():
        for secret in (MARKER, token, token.rpartition(".")[2], code):
            found = text.find(secret)
            assert found < 0, f"{path.name}: {text[max(0, found - 300) : found + 300]}"
    assert "joined: role=" in server.log()
    shown = [message for message in received if message.get("method") == "window/logMessage"]
    assert MARKER not in str(shown)
