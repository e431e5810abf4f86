"""The key bindings, pressed."""

from .conftest import Pair
from .panel import Panel
from .quick_input import QUICK_INPUT
from .window import OPEN, Window


def chord(window: Window, letter: str) -> None:
    """Press Ctrl+K, then Alt and a letter."""
    window.keys("Control+K", f"Alt+{letter}")


def test_each_key_does_what_the_readme_says(pair: Pair) -> None:
    alice = pair.alice
    title = alice.page.locator(f"{QUICK_INPUT} .quick-input-title")
    row = alice.page.locator(f"{QUICK_INPUT} .monaco-list-row")
    for letter, shown in (
        ("m", "Peerline"),
        ("f", "Follow"),
        ("g", "Go to Participant"),
        ("i", "Invite as…"),
    ):
        alice.focus_editor()
        alice.act(
            lambda letter=letter: chord(alice, letter),
            lambda shown=shown: row.count() and shown in title.inner_text(),
            shown,
        )
        alice.close_quick_input()

    alice.focus_editor()
    has_focus = "() => document.activeElement?.closest('.pane')?.textContent ?? ''"
    alice.act(
        lambda: chord(alice, "u"),
        lambda: "Participants" in alice.page.evaluate(has_focus),
        "the participants have the focus",
    )
    alice.command("View: Show Explorer")
    alice.focus_editor()
    panel = Panel(alice)
    alice.act(
        lambda: chord(alice, "t"),
        lambda: alice.page.locator("iframe.webview.ready").count(),
        "the chat is shown",
    )
    panel.open()

    alice.go_to(1)
    alice.keys("Shift+End")
    alice.act(
        lambda: chord(alice, "s"),
        lambda: "def function_1(x):" in panel.field().input_value(),
        "the selection is in the composer",
    )
    assert "`src/main.py:1`" in panel.field().input_value()
    panel.write("")

    alice.focus_editor()
    alice.act(lambda: chord(alice, "c"), alice.new_form().count, "a comment is begun")
    alice.send_comment("begun by a key")
    pair.bob.wait(lambda: pair.bob.page.locator(OPEN).count(), "bob has the comment")
