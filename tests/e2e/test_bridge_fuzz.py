"""Whatever an editor sends, the real bridge process goes on, and its session too."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.protocol.editor.commands import COMMANDS

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess

FILES = {"a.txt": "one\ntwo 🦊\n"}
EXAMPLES = int(os.environ.get("PEERLINE_BRIDGE_FUZZ_CASES", "80"))

numbers = st.sampled_from([0, 1, -1, 7, 2**31 - 1, 2**31, -(2**63), 2**64, 10**30])
scalars = st.one_of(
    st.none(), st.booleans(), numbers, st.floats(), st.text(max_size=20), st.just("\ud800")
)
KEYS = [
    *("textDocument", "uri", "version", "position", "line", "character", "range", "start", "end"),
    *("contentChanges", "text", "selection", "viewport", "command", "arguments", "jsonrpc", "id"),
    *("content", "comment_id", "message_id", "user_id", "class", "a-b", "params", "method"),
]
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=5),
    ),
    max_leaves=12,
)
uris = st.sampled_from(
    [
        *("FILE", "file:///etc/passwd", "untitled:x", "file:///%00", "", "//[", "file://host/a"),
        *("FILE/../../x", "http://[::1", "file:///" + "a/" * 3000),
    ]
)
positions = st.fixed_dictionaries({"line": numbers | json_values, "character": numbers})
ranges = st.fixed_dictionaries({"start": positions, "end": positions})
documents = st.fixed_dictionaries({"uri": uris, "version": numbers | st.none()})
changes = st.fixed_dictionaries(
    {
        "textDocument": documents,
        "contentChanges": st.lists(
            st.fixed_dictionaries(
                {"text": st.text(max_size=20)}, optional={"range": ranges | json_values}
            ),
            max_size=3,
        ),
    }
)
cursors = st.fixed_dictionaries(
    {"textDocument": documents, "position": positions},
    optional={"selection": ranges, "viewport": json_values},
)
commands = st.fixed_dictionaries(
    {
        # What ends the session, or joins another, is not to be done by chance.
        "command": st.sampled_from(sorted({*COMMANDS} - {"peerline.leave", "peerline.join"}))
        | st.text(max_size=10),
        "arguments": st.lists(json_values, max_size=2) | json_values,
    }
)
METHODS = [
    *("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "initialize"),
    *("textDocument/didSave", "textDocument/hover", "workspace/didChangeWorkspaceFolders"),
    *("workspace/executeCommand", "peerline/cursor", "peerline/unknown", "$/cancelRequest"),
    *("$/setTrace", "textDocument/documentHighlight", "window/workDoneProgress/cancel"),
]
messages = st.one_of(
    st.tuples(st.just("textDocument/didChange"), changes),
    st.tuples(st.just("peerline/cursor"), cursors),
    st.tuples(st.just("workspace/executeCommand"), commands),
    st.tuples(st.sampled_from(METHODS), json_values),
).map(lambda pair: {"jsonrpc": "2.0", "method": pair[0], "params": pair[1]})
requests = st.builds(
    lambda message, number: {**message, "id": number},
    messages,
    st.one_of(st.text(max_size=5), st.integers(-9, -1), json_values),
)
responses = st.fixed_dictionaries({"jsonrpc": json_values, "id": json_values}).map(
    lambda message: {**message, "result": 1}
)
frames = st.one_of(
    messages.map(json.dumps).map(str.encode),
    requests.map(json.dumps).map(str.encode),
    responses.map(json.dumps).map(str.encode),
    json_values.map(json.dumps).map(str.encode),
    st.binary(max_size=50),
).map(lambda body: b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
broken = st.one_of(
    st.binary(max_size=60).map(lambda data: data + b"\r\n\r\n"),
    st.sampled_from(
        [
            b"Content-Length: -1\r\n\r\n",
            b"Content-Length: 99999999999999999999\r\n\r\n{}",
            b"X: " + b"y" * 100_000 + b"\r\n\r\n",
            b"Content-Length: 0\r\n\r\n",
        ]
    ),
)


def settle(bridge: BridgeProcess) -> None:
    """Wait until the bridge has handled all that was sent."""
    people = bridge.plain_command("listParticipants")["participants"]
    assert [person["username"] for person in people if person["is_me"]] == ["alice"]
    bridge.received.clear()


def test_no_input_ends_the_bridge_or_its_session(server: ServerProcess, bridges: Bridges) -> None:
    bridge = bridges.start("alice", FILES)
    bridge.open("a.txt")
    bridge.command("join", link=server.invite("viewer"))
    file = bridge.uri("a.txt").encode()

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.lists(frames | broken, min_size=1, max_size=20))
    def throw(sent: list[bytes]) -> None:
        for data in sent:
            body = data.replace(b'"FILE', b'"' + file) if b'"FILE' in data else data
            if body is not data:
                content = body.partition(b"\r\n\r\n")[2]
                body = b"Content-Length: %d\r\n\r\n%s" % (len(content), content)
            bridge.send_raw(body)
        settle(bridge)

    throw()
    # The document that the editor opens after all this is understood.
    bridge.open("a.txt")
    bridge.cursor("a.txt", 1, 3)
    settle(bridge)
    bridge.request("shutdown", None)
    bridge.notify("exit", None)
    assert bridge.process.wait(20) == 0


def test_a_request_that_makes_no_sense_is_answered(bridges: Bridges) -> None:
    bridge = bridges.start("alice", FILES)
    for method, params in (
        ("textDocument/hover", {"position": 5}),
        ("initialize", {"processId": None, "rootUri": None, "capabilities": {}}),
        ("no/such", {}),
        ("workspace/executeCommand", {"command": "rm -rf"}),
        ("workspace/executeCommand", []),
    ):
        with pytest.raises(RpcError, match=r"\w"):
            bridge.request(method, params)
