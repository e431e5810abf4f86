"""An editor that does not read from the pipe for a while: its user's session goes on."""

from .bridge_process import BridgeProcess
from .conftest import Bridges, ServerProcess

FILES = {"src/main.py": "one\ntwo\nthree\n"}
LONG = "x" * 7_900
COUNT = 40
"""Messages: far more than a pipe holds."""


def enter(bridges: Bridges, server: ServerProcess, name: str) -> BridgeProcess:
    bridge = bridges.start(name, FILES)
    bridge.open("src/main.py")
    bridge.command("join", link=server.invite("editor"))
    return bridge


def test_an_editor_that_does_not_read_does_not_hold_up_its_session(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice, bob = enter(bridges, server, "alice"), enter(bridges, server, "bob")
    alice.reads.clear()
    for number in range(COUNT):
        bob.command("sendChat", content=f"{number} {LONG}")
    for row in (1, 2):
        alice.cursor("src/main.py", row, 0)
        bob.wait_notification(
            "peerline/presence",
            lambda params, row=row: any(
                update.get("cursor") == {"line": row, "character": 0}
                for update in params.get("updates", [])
            ),
        )
    alice.reads.set()
    alice.wait_notification(
        "peerline/chat",
        lambda params: any(
            message["content"].startswith(f"{COUNT - 1} ") for message in params["messages"]
        ),
    )
    assert alice.command("sendChat", content="I read again")["seq"] > 0
