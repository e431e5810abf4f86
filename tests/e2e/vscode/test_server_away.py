"""The server is killed and comes back: the window says so, and nothing is lost."""

from .conftest import Pair


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
    assert "before the fall" in bob.heard()
    bob.say("after it")
    alice.wait(lambda: alice.heard()[-2:] == ["before the fall", "after it"], "the chat goes on")
    bob.go_to(13, 1)
    alice.wait(lambda: "bob" in alice.flags(), "bob's cursor is back")
