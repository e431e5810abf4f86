"""The bridge is killed: it is started again and comes back, and nothing that was typed is lost."""

import os
import signal

from peerline.protocol.agents import ToolCallDone
from tests.e2e.agent_participant import asking_agent

from .conftest import Pair
from .panel import Panel
from .test_agents import first_call
from .test_follow import follow, is_following, sees
from .window import OPEN, Window

MAX_CRASHES = 5
"""As in the extension's restarts.ts."""


def bridge_of(window: Window) -> int:
    """The process of the window's bridge, once there is one."""
    pids = window.wait(lambda: window.server.processes("lsp"), "a bridge runs")
    assert len(pids) == 1, pids
    return pids[0]


def kill_bridge(window: Window) -> None:
    """Kill it and wait until it has gone."""
    pid = bridge_of(window)
    os.kill(pid, signal.SIGKILL)
    window.wait(lambda: pid not in window.server.processes("lsp"), "the bridge is dead")


def test_a_killed_bridge_comes_back_with_everything(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    panel = Panel(bob).open()
    alice.comment_on(6, "kept over the crash")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 1, "the comment")
    alice.go_to(4)
    bob.wait(bob.cursors, "alice's cursor")
    panel.write("half a sentence")
    before = bridge_of(bob)

    kill_bridge(bob)
    alice.say("said while bob's bridge was dead")
    panel.wait_text("said while bob's bridge was dead")
    bob.wait(lambda: "2 people" in bob.status(), "bob is back")
    assert bridge_of(bob) != before
    bob.wait(lambda: len(bob.tree()) == 2, "both in the tree again")
    assert panel.field().input_value() == "half a sentence"
    assert panel.texts().count("said while bob's bridge was dead") == 1
    bob.wait(bob.cursors, "alice's cursor again")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 1, "the comment again")

    panel.enter()
    Panel(alice).open().wait_text("half a sentence")
    bob.go_to(9)
    alice.wait(lambda: "bob" in alice.flags(), "bob's cursor is shared again")
    alice.open_thread()
    alice.delete_comment("kept over the crash")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted, and bob sees it")


def test_following_goes_on_after_a_crash(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    follow(bob, "alice")
    kill_bridge(bob)
    bob.wait(lambda: "2 people" in bob.status(), "bob is back")
    alice.go_to(100)
    bob.wait(lambda: sees(bob, "def function_25"), "bob is led there")
    bob.command("Peerline: Stop Following")
    bob.wait(lambda: not is_following(bob), "bob follows no more")


def test_the_work_of_an_agent_is_shown_again_after_a_crash(pair: Pair) -> None:
    bob = pair.bob
    panel = Panel(bob).open()
    with asking_agent(pair.server, name="steady") as agent:
        _, calls = first_call(panel, agent, "steady")
        kill_bridge(bob)
        agent.did(ToolCallDone(id="c2", name="Read", title="b.py", status="completed"))
        panel.wait(lambda: calls.count() == 2, "what it did meanwhile")
        agent.did(ToolCallDone(id="c3", name="Read", title="c.py", status="completed"))
        panel.wait(lambda: calls.count() == 3, "what it does next")
        assert "b.py" in calls.nth(1).inner_text()


def test_a_bridge_that_keeps_crashing_is_given_up_until_the_user_wants_it(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    for _ in range(MAX_CRASHES):
        if any("keeps stopping" in toast for toast in bob.told()):
            break  # earlier tests killed it, too
        kill_bridge(bob)
        bob.wait(
            lambda: (
                bob.server.processes("lsp")
                or any("keeps stopping" in toast for toast in bob.told())
            ),
            "it is started again, or given up",
        )
    bob.wait_toast("keeps stopping")
    bob.wait(lambda: "not in a session" in bob.status(), "it is said")
    assert not bob.server.processes("lsp")
    bob.screenshot("bridge-keeps-stopping")
    bob.toast_button("keeps stopping", "Restart")
    bob.wait(lambda: "2 people" in bob.status(), "bob is back")
    alice.say("after the restart")
    bob.wait(lambda: "after the restart" in bob.heard(), "the message")


def test_a_reload_is_no_crash(pair: Pair) -> None:
    bob = pair.bob
    before = bridge_of(bob)
    bob.page.reload()
    bob.wait(lambda: "2 people" in bob.status(), "back in the session", seconds=120)
    bob.wait(lambda: before not in bob.server.processes("lsp"), "the first bridge has ended")
    bridge_of(bob)
    assert not any("keeps stopping" in toast for toast in bob.told())
    bob.command("Peerline: Focus on Chat View")
    bob.wait(lambda: len(bob.tree()) == 2, "both in the tree")
