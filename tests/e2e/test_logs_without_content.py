"""Logs at DEBUG hold nothing of what people wrote, nor tokens nor invites: real processes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Final

import pytest

from peerline.agent import hook_program
from peerline.client import Credentials
from peerline.protocol.agents import (
    AgentActivity,
    AgentNote,
    AgentState,
    AgentTool,
    PlanChanged,
    PlanEntry,
    PromptGiven,
    ToolCallDone,
    TouchedFile,
    TurnEnded,
)
from peerline.protocol.approvals import ApprovalQuestion
from peerline.protocol.comments import AnchorData
from peerline.protocol.drafts import DraftData, EndDraft, ShareDraft
from tests.program import PYTHON, Program

from . import agent_warden
from .agent_host import Host
from .agent_participant import asking_agent
from .bridge_process import BridgeProcess, RpcError
from .conftest import ServerProcess, run_apart
from .vscode.participant import joined
from .web.hostile import hostile_peer

MARKER: Final = "ZQ7marker"
SOURCE: Final = f"def {MARKER}Code():\n    return '{MARKER}Snippet'\n"
START: Final = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
TALKING_AGENT: Final = Path(__file__).with_name("talking_agent.py")
HOOK: Final = (sys.executable, "-I", "-S", hook_program.__file__, "hook", "--product")
SECONDS: Final = 60.0
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


async def write_a_draft(server: ServerProcess, token: str) -> None:
    """Text that is typed in a draft which others write in."""
    link = server.invite("editor")
    author = await joined(Credentials(auth_token=token), link)
    where = AnchorData(file=f"{MARKER}.py", line=1)
    draft = DraftData(id="draft", content=f"{MARKER} began", anchor=where)
    await author.request(ShareDraft(session_id=server.session, data=draft))
    text = author.documents.open("draft")
    await text.ready()
    text.replace("began", f"went on with {MARKER}")
    await text.confirmed()
    await author.request(EndDraft(session_id=server.session, draft_id="draft"))
    await author.leave()


def ask_as_agent(server: ServerProcess, host: BridgeProcess, token: str) -> None:
    """The state and the events of an agent, its question, and the host's answer."""
    plan = [PlanEntry(text=f"{MARKER} planned")]
    tool = AgentTool(id="t", name=MARKER, status="running", title=f"{MARKER} called")
    doing = f"{MARKER} does"
    file = TouchedFile(file=f"{MARKER}.py", diff=f"+{MARKER}")
    call = ToolCallDone(
        id="t", name=MARKER, status="failed", input=MARKER, output=MARKER, files=[file]
    )
    with asking_agent(server, name=f"{MARKER}-agent", owner_token=token) as agent:
        agent.report(AgentActivity(state=AgentState.WORKING, doing=doing, tool=tool, plan=plan))
        agent.did(
            PromptGiven(text=f"{MARKER} prompted", turn_id="t1"),
            call,
            PlanChanged(entries=plan),
            AgentNote(text=f"{MARKER} noted"),
            TurnEnded(turn_id="t1", text=f"{MARKER} answered", reason=MARKER),
        )
        answer = agent.ask(
            ApprovalQuestion(
                title=f"{MARKER} asked", tool=MARKER, detail=MARKER, files=[f"{MARKER}.py"]
            )
        )
        shown = host.wait_notification("peerline/approvals", lambda one: bool(one["approvals"]))
        (asked,) = shown["approvals"]
        host.command(
            "answerApproval",
            approval_id=asked["id"],
            answer="allow_once",
            digest=asked["digest"],
            comment=f"{MARKER} allowed",
        )
        assert answer.result(SECONDS).comment == f"{MARKER} allowed"


def send_nonsense(server: ServerProcess) -> None:
    """Send what the server refuses of drafts and agents, with content in it."""
    nothing: list[dict[str, Any]] = [{}, {MARKER: MARKER}, {"kind": MARKER}, {"text": [MARKER]}]
    with hostile_peer(server, f"{MARKER} Mallory") as mallory:
        for kind in ("share_draft", "agent_update", "agent_event", "ask_approval"):
            for data in (*nothing, {"id": MARKER, "content": f"{MARKER}\x00", "state": MARKER}):
                message = {"type": kind, "session_id": server.session, "data": data}
                assert mallory.ask(message)["type"] == "error"
        for fields in ({"text": [MARKER]}, {"agent_id": MARKER, "text": MARKER}):
            message = {"type": "prompt_agent", "session_id": server.session, **fields}
            assert mallory.ask(message)["type"] == "error"


@contextmanager
def shared_agent(
    server: ServerProcess, folder: Path, environment: dict[str, str], prompter: BridgeProcess
) -> Generator[None]:
    """A shared agent, which is given a prompt."""
    folder.mkdir()
    host = Host(server, folder, environment, folder.with_name("notes"))
    program = (sys.executable, "-I", "-S", str(TALKING_AGENT), MARKER)
    host.start_program("--name", f"{MARKER} robo", program=program)
    try:
        agent_id = wait_for_person(prompter, f"{MARKER} robo")
        prompter.command("promptAgent", agent_id=agent_id, text=f"{MARKER} do it")
        wait_for_chat(prompter, f"{MARKER} answered")
        yield
    finally:
        host.stop()


def wait_for_person(bridge: BridgeProcess, name: str) -> str:
    """Until somebody is here; the id."""

    def found(shown: dict[str, Any]) -> list[str]:
        return [one["user_id"] for one in shown["participants"] if one["username"] == name]

    return found(bridge.wait_notification("peerline/participants", lambda one: bool(found(one))))[0]


@contextmanager
def agent_with_hooks(
    server: ServerProcess, folder: Path, environment: dict[str, str], seen_by: BridgeProcess
) -> Generator[None]:
    """An agent of a folder, whose hooks and scripts report."""
    folder.mkdir()
    name = f"{MARKER} hooked"
    with folder.with_suffix(".log").open("w") as errors:
        program = Program(
            *("agent", "start", server.invite("editor"), "--foreground", "--name", name),
            *("--owner-name", "Ann"),
            cwd=folder,
            env=environment,
            stderr=errors,
        )
        try:
            wait_for_person(seen_by, name)
            report(folder, environment, errors)
            yield
        finally:
            program.terminate()
            program.wait(SECONDS)


def report(folder: Path, environment: dict[str, str], errors: IO[str]) -> None:
    """The hooks of a turn, reports of scripts, and what makes no sense."""
    call = {"tool_name": "Bash", "tool_use_id": "t1", "tool_input": {"command": MARKER}}
    events: list[dict[str, Any]] = [
        {"hook_event_name": "SessionStart", "model": MARKER * 100},
        {"hook_event_name": "UserPromptSubmit", "prompt": f"{MARKER} prompted"},
        {"hook_event_name": "PostToolUse", **call, "tool_response": {"stdout": MARKER}},
        {"hook_event_name": "Stop", "last_assistant_message": f"{MARKER} done"},
        {"hook_event_name": MARKER, "tool_name": [MARKER], "prompt": {MARKER: MARKER}},
    ]
    for text in (*map(json.dumps, events), MARKER, f'{{"prompt": "{MARKER}'):
        subprocess.run(
            [*HOOK, "claude-code"],
            input=text.encode(),
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            check=True,
        )
    lines: list[dict[str, Any]] = [
        {"do": "report", "doing": MARKER, "note": MARKER, "chat": MARKER, "file": f"{MARKER}.py"},
        {"do": "report", "state": MARKER},
        {"do": "report", "chat": MARKER * 10_000},
        {"do": "ask", "question": [MARKER]},
        {"do": MARKER, MARKER: MARKER},
    ]
    path = hook_program.find_socket(str(folder))
    assert path is not None
    for line in (*(json.dumps(one).encode() for one in lines), MARKER.encode()):
        hook_program.exchange(path, line, SECONDS)


@contextmanager
def agents(
    server: ServerProcess, tmp_path: Path, sockets: str, bridge: BridgeProcess
) -> Generator[None]:
    """The programs of two agents, each in a folder of its own."""
    environment = {**os.environ, "PEERLINE_TOKEN": server.token("ann", f"{MARKER} Ann")}
    shared, hooked = tmp_path / "shared", tmp_path / "hooked"
    with (
        agent_warden.watch(sockets),
        shared_agent(server, shared, environment, bridge),
        agent_with_hooks(server, hooked, environment, bridge),
    ):
        yield


def test_logs_at_debug_hold_nothing_that_people_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The path of a socket is short.
    sockets = tempfile.TemporaryDirectory(prefix="pl")
    monkeypatch.setenv("PEERLINE_AGENT_DIR", sockets.name)
    server_folder = tmp_path / "server"
    server_folder.mkdir()
    server = ServerProcess(server_folder / "data", {"PEERLINE_LOG_LEVEL": "debug", **DEBUG}, PYTHON)
    logs = [tmp_path / f"bridge{number}.log" for number in range(2)]
    with ExitStack() as stack:
        stack.enter_context(sockets)
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
        run_apart(write_a_draft(server, token))
        ask_as_agent(server, host, token)
        send_nonsense(server)
        stack.enter_context(agents(server, tmp_path, sockets.name, guest))
        server.kill()
        server.start()
        host.command("sendChat", content=f"{MARKER} after the kill")
        wait_for_chat(guest, f"{MARKER} after the kill")
        received = [message for bridge in bridges for message in bridge.received]
    paths = [*tmp_path.glob("*.log"), *server_folder.glob("*.log")]
    written = {path: path.read_text() for path in paths}
    assert len(written) == 6
    code = link.partition("invite=")[2]
    for path, text in written.items():
        for secret in (MARKER, token, token.rpartition(".")[2], code):
            found = text.find(secret)
            assert found < 0, f"{path.name}: {text[max(0, found - 300) : found + 300]}"
    assert "joined: role=" in server.log()
    shown = [message for message in received if message.get("method") == "window/logMessage"]
    assert MARKER not in str(shown)
