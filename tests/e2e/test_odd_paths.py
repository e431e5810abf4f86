"""Files of peers that this disk cannot hold, with real bridges: nobody notices but in the list."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from .bridge_process import BridgeProcess
from .conftest import Bridges, ServerProcess
from .test_hostile_peer import connected

CODE = "one\ntwo\nthree\n"
NAMES = [
    *("x" * 300 + ".py", "漢" * 90 + ".py", "/".join(["deep"] * 100), "x" * 512, "🦊" * 256),
    *("a.txt/below", "loop/x", "pipe", "folder", "closed", "secret.bin"),
]


def odd_workspace(folder: Path) -> None:
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "closed").write_text("x")
    (folder / "closed").chmod(0)
    (folder / "secret.bin").write_bytes(b"\xff\x00")


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made")
@pytest.mark.parametrize("plugin", [True, False])
def test_every_bridge_goes_on_after_a_comment_on_a_file_that_cannot_be_here(
    server: ServerProcess, bridges: Bridges, *, plugin: bool
) -> None:
    alice = bridges.start("alice", {"a.txt": CODE}, all_comments=True)
    odd_workspace(alice.workspace)
    alice.command("join", link=server.invite("editor"))
    alice.open("a.txt")
    others = [bridges.start("bob", {"a.txt": CODE}, plugin=plugin)]
    others[0].command("join", link=server.invite("editor"))
    with connected(server, "mallory") as mallory:
        for name in NAMES:
            place = {"file": name, "line": 1}
            answer = mallory.send("add_comment", data={**place, "content": f"on {name[:20]}"})
            assert answer["type"] == "ack", answer
            mallory.send("cursor_update", data={**place, "column": 1})
            viewport = {"file": name, "start_line": 1, "end_line": 9}
            mallory.send("presence_update", status="active", viewport=viewport)
            mallory.send("file_event", data={"file": name, "change": "created"})
        # Listed as in a file that is not here.
        for name in NAMES[:2]:
            assert outdated(alice, name) == [True]
        # A later join is answered, by a bridge that knows nothing of it yet, too.
        others.append(bridges.start("carol", {"a.txt": CODE}, plugin=plugin, all_comments=plugin))
        others[1].command("join", link=server.invite("editor"))
        for number, bridge in enumerate((alice, *others)):
            bridge.open("a.txt")
            bridge.command("sendChat", content=f"still here {number}")
            bridge.command("addComment", uri=bridge.uri("a.txt"), line=1, content=f"c{number}")
        alice.wait_notification(
            "peerline/chat",
            lambda params: any(m["content"] == "still here 2" for m in params["messages"]),
        )
        alice.wait_notification(
            "peerline/comments",
            lambda params: (
                params["uri"] == alice.uri("a.txt")
                and {"c0", "c1", "c2"} <= {thread["content"] for thread in params["threads"]}
            ),
        )
        answer = mallory.send("chat_message", content="after all")
        assert answer["type"] == "ack"


def outdated(bridge: BridgeProcess, name: str) -> list[Any]:
    uri = bridge.uri(name)
    shown = bridge.wait_notification(
        "peerline/comments", lambda params: params["uri"] == uri and bool(params["threads"])
    )
    return [thread["outdated"] for thread in shown["threads"]]


@pytest.mark.parametrize(("length", "kind"), [(512, "ack"), (513, "error")])
def test_a_path_on_the_wire_has_at_most_so_many_characters(
    server: ServerProcess, length: int, kind: str
) -> None:
    with connected(server, "mallory") as mallory:
        place = {"file": "漢" * length, "line": 1}
        answer = mallory.send("add_comment", data={**place, "content": "x"})
        assert answer["type"] == kind, json.dumps(answer)
