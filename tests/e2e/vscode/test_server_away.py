"""The server is killed and comes back: the window says so, and nothing is lost."""

from pathlib import Path

from peerline.protocol.agents import ToolCallDone
from tests.e2e.agent_participant import asking_agent
from tests.e2e.conftest import ServerProcess

from .conftest import Pair
from .panel import Panel
from .test_agents import first_call


def test_the_state_is_shown_and_nothing_is_lost(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.say("before the fall")
    bob.wait(lambda: "before the fall" in bob.heard(), "the message")
    pair.server.kill()
    for window in (alice, bob):
        window.wait(lambda w=window: "reconnecting" in w.status(), "it is said")
    pair.server.start()
    for window in (alice, bob):
        window.wait(lambda w=window: "2 people" in w.status(), "back again")
    bob.wait(lambda: "before the fall" in bob.heard(), "it is still there")
    bob.say("after it")
    alice.wait(lambda: alice.heard()[-2:] == ["before the fall", "after it"], "the chat goes on")
    bob.go_to(13, 1)
    alice.wait(lambda: "bob" in alice.flags(), "bob's cursor is back")


def test_the_work_of_an_agent_is_shown_again_once_the_server_is_back(pair: Pair) -> None:
    bob = pair.bob
    panel = Panel(bob).open()
    with asking_agent(pair.server, name="patient") as agent:
        row, calls = first_call(panel, agent, "patient")
        pair.server.kill()
        panel.wait(row.get_by_text("This may be out of date.").count, "it is said")
        pair.server.start()
        agent.did(ToolCallDone(id="c2", name="Read", title="b.py", status="completed"))
        panel.wait(lambda: calls.count() == 2, "what it does now")
        assert not row.get_by_text("This may be out of date.").count()


def test_another_server_at_the_address_is_waited_out(pair: Pair, tmp_path: Path) -> None:
    alice, bob = pair.alice, pair.bob
    address = pair.server.address
    panel = Panel(alice).open()
    pair.server.kill()
    other = ServerProcess(tmp_path / "data")
    other.address = address
    other.start()
    said = f"Another server answers at {address}; waiting for yours."
    try:
        for window in (alice, bob):
            window.wait(lambda w=window: said in w.status(), "it is said")
        panel.wait(lambda: panel.frame.get_by_text(said).count(), "it is said in the panel")
        alice.screenshot("another-server-dark")
        for window in (alice, bob):
            assert not any("auth_token" in toast for toast in window.told())
    finally:
        other.close()
    pair.server.start()
    for window in (alice, bob):
        window.wait(lambda w=window: "2 people" in w.status(), "back again")
    bob.say("on our own server")
    alice.wait(lambda: "on our own server" in alice.heard(), "the chat goes on")
