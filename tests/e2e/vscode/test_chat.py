"""The chat panel in VS Code, between two windows."""

from .conftest import Pair
from .panel import Panel


def test_chat_goes_to_the_other_and_a_reaction_and_a_reply_come_back(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.say("hello @bob, see src/main.py:5")
    bob.wait(lambda: any("hello @bob" in text for text in bob.heard()), "alice's message")
    Panel(bob).open().reply("hello @bob", "hi alice")
    alice.wait(lambda: "hi alice" in alice.heard(), "bob's reply")


def test_the_status_bar_counts_what_was_not_seen(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.command("View: Show Explorer")
    alice.say("are you there?")
    bob.wait(lambda: "1 unread message" in bob.status(), "an unread message")
    bob.command("Peerline: Focus on Chat View")
    bob.wait(lambda: "nothing unread" in bob.status(), "it was read")
