"""The signs about people: names that change, arrivals, comings and goings, a host's decisions."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import ViewportSize

from peerline.protocol.links import SessionLink

from .conftest import DARK, Editors, Pair
from .panel import Panel
from .participant import crowd, guests, refusal_of
from .test_follow import follow
from .test_roles import change_role
from .window import Window

SMALL: Final[ViewportSize] = {"width": 640, "height": 400}
"""The window of 1280 × 800 pixels at a zoom of 200 %."""
LARGE: Final[ViewportSize] = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def started(editors: Editors) -> Iterator[Window]:
    window = editors.start("fred", **DARK)
    window.open("notes.txt")
    yield window
    window.close()
    window.server.close()


@pytest.fixture
def fred(started: Window, pair: Pair) -> Iterator[Window]:
    """In no session, with nothing in the way; afterwards again."""
    started.leave()
    started.keys("Escape", "Escape")
    started.clear_notifications()
    yield started
    started.close_quick_input()
    started.leave()
    pair.alice.wait(lambda: len(pair.alice.tree()) == 2, "fred has gone")


def rename(window: Window, name: str) -> None:
    window.command("Peerline: Change Name…")
    window.answer(name, "Your Name")


def test_a_name_changes_at_once_for_everybody(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    rename(bob, "Robert")
    try:
        bob.wait_toast("Your name is Robert now, for everybody in the session.")
        for window in (alice, bob):
            window.wait(lambda w=window: any("Robert" in row for row in w.tree()), "the new name")
        assert not any("bob" in row for row in alice.tree())
        rename(bob, "alice")
        bob.wait(lambda: len(bob.told()) > 1, "an answer")
        assert len(bob.tree()) == 2
    finally:
        rename(bob, "bob")
    alice.wait(lambda: any(row.startswith("bob") for row in alice.tree()), "the old name again")


def test_who_joins_sees_where_and_with_whom_and_the_others_are_told(
    pair: Pair, fred: Window
) -> None:
    fred.command("View: Show Explorer")
    fred.join(pair.server.invite("editor"))
    fred.wait_toast("with alice and bob.")
    fred.wait(lambda: len(fred.tree()) == 3, "the participants are shown")
    fred.wait(fred.page.locator("iframe.webview.ready").count, "the chat is shown")
    fred.screenshot("arrived-dark")
    pair.alice.wait_toast("fred joined.")
    fred.leave()
    pair.bob.wait_toast("fred left.")


def test_a_join_in_a_session_asks_once(pair: Pair, fred: Window) -> None:
    fred.join(pair.server.invite("editor"))
    title = fred.status()
    dialog = fred.page.locator(".monaco-dialog-box")

    def ask() -> None:
        fred.command("Peerline: Join Session…")
        fred.answer(pair.server.invite("viewer"), "Join Session")
        dialog.wait_for()
        assert "Leave it and join another?" in dialog.inner_text()

    ask()
    fred.click_dialog("Cancel")
    assert fred.status() == title
    fred.clear_notifications()
    ask()
    fred.click_dialog("Leave and Join")
    fred.wait_toast("You joined")
    assert not dialog.count()
    fred.wait_joined()


def test_a_place_that_is_missing_here_is_named(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    (bob.server.workspace / "only_bob.py").write_text("x = 1\n")
    bob.open_file("only_bob.py")
    alice.wait(lambda: any("only_bob.py" in row for row in alice.tree()), "bob's place")
    alice.command("Peerline: Go to Participant…")
    alice.pick("bob")
    alice.wait_toast("bob is in only_bob.py:1, which is not in a folder that is open here.")
    follow(alice, "bob")
    alice.wait(lambda: "only_bob.py is not here" in alice.status_bar(), "why nothing moves")
    item = alice.page.locator('.statusbar-item[id="peerline.peerline.follow"] a').first
    assert "which is not in the folders that are open here." in str(
        item.get_attribute("aria-label")
    )
    bob.open_file("src/other.py")
    alice.wait(lambda: alice.active_tab() == "other.py", "alice follows where she can")
    assert "not here" not in alice.status_bar()
    alice.command("Peerline: Stop Following")


def test_a_recent_session_is_joined_from_the_empty_view(pair: Pair, fred: Window) -> None:
    fred.join(pair.server.invite("editor"))
    fred.leave()
    # In a new window: in the old one the messages of the session can still be read.
    fred.open("notes.txt")
    fred.command("Peerline: Focus on Chat View")
    recent = fred.frame_with(".welcome .recent").locator(".recent-open").first
    assert recent.inner_text() == "Test"
    fred.screenshot("recent-dark")
    fred.press(recent, fred.is_in_session, "joined again")
    fred.leave()
    fred.command("Peerline: Show Menu")
    fred.pick("Recent Sessions…")
    fred.pick("Test")
    fred.wait_joined()
    fred.leave()
    fred.command("Peerline: Join Session…")
    button = fred.page.locator('.quick-input-titlebar [aria-label="Recent Sessions…"]')
    rows = fred.page.locator(".quick-input-list .monaco-list-row", has_text="Test")
    fred.press(button, rows.count, "the recent sessions")
    fred.pick("Test")
    fred.wait_joined()


def test_a_session_that_was_left_is_joined_again_from_its_chat(pair: Pair, fred: Window) -> None:
    fred.join(pair.server.invite("editor"))
    fred.say("goodbye for now")
    fred.wait(lambda: "goodbye for now" in fred.heard(), "the message")
    fred.leave()
    chat = fred.frame_with(".rejoin")
    assert chat.locator("article .text").all_inner_texts()[-1] == "goodbye for now"
    assert chat.locator(".blocked").inner_text() == "You left."
    assert chat.locator(".refusal").count() == 0
    fred.screenshot("left-dark")
    fred.press(
        chat.get_by_role("button", name="Join Again"), fred.is_in_session, "in the session again"
    )
    fred.wait(lambda: fred.heard()[-1:] == ["goodbye for now"], "the message again")


def test_a_mention_in_the_chat_is_shown_until_it_is_read(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.command("View: Show Explorer")
    bob.say("@alice first")
    alice.wait_toast("bob: @alice first")
    bob.say("@alice second")
    alice.wait_toast("bob: @alice second")
    alice.wait(lambda: alice.toasts() == ["bob: @alice second Open Chat"], "the last one alone")
    alice.screenshot("mention-toast-dark")
    alice.command("Peerline: Focus on Chat View")
    alice.wait(lambda: not alice.toasts(), "nothing is said of it any more")


def test_a_host_is_told_what_was_decided(pair: Pair) -> None:
    change_role(pair.alice, "bob", "Viewer")
    pair.alice.wait_toast("bob is a viewer now.")
    pair.bob.wait_toast("You are a viewer now")


def test_a_host_who_ends_the_own_session_sees_no_error(pair: Pair, fred: Window) -> None:
    fred.command("Peerline: New Session on a Server…")
    fred.answer(pair.server.address, "New Session on a Server")
    fred.answer("Fred's session", "Start Session")
    fred.answer(pair.server.token("fred", "fred"), "Sign In")
    fred.wait_toast("An invite link for editors was copied to the clipboard")
    link = SessionLink.parse(fred.page.evaluate("navigator.clipboard.readText()"))
    assert link.session_id != pair.server.session
    fred.clear_notifications()
    fred.command("Peerline: End Session for Everybody…")
    fred.click_dialog("End Session")
    fred.wait(lambda: not fred.is_in_session(), "the session has ended")
    fred.wait(fred.told, "it is said")
    assert len(fred.told()) == 1
    icons = ".notification-list-item .codicon-error"
    assert fred.page.locator(icons).count() == 0


def test_unread_messages_are_counted_at_a_chat_that_was_never_opened(
    pair: Pair, fred: Window
) -> None:
    fred.join(pair.server.invite("editor"))
    fred.wait(fred.page.locator("iframe.webview.ready").count, "the chat is shown")
    view = '.activitybar .action-item:has([aria-label*="Peerline"])'

    def is_never_opened() -> bool:
        # VS Code notes which view is open some seconds later, and only then loads with it.
        fred.command("View: Show Explorer")
        fred.page.reload()
        fred.wait_joined()
        return fred.page.locator(f"{view}.checked").count() == 0

    fred.wait(is_never_opened, "a window in which the chat is closed")
    pair.alice.say("anybody there?")
    badge = fred.page.locator(f"{view} .badge")
    fred.wait(lambda: badge.first.inner_text().strip() == "1", "the badge")


def test_a_small_window_shows_messages_and_composer(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    panel = Panel(alice).open()
    bob.say("to be read in a small window")
    panel.wait_text("to be read in a small window")
    alice.page.set_viewport_size(SMALL)
    try:
        frame = alice.page.locator("iframe.webview.ready")
        alice.wait(lambda: is_in_sight(panel, ".composer textarea"), "the composer in view")
        alice.wait(lambda: is_in_sight(panel, "article >> nth=-1"), "the last message in view")
        box = frame.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= SMALL["height"]
        for theme in ("dark", "light"):
            alice.use_theme(theme)
            Panel(alice).open()
            alice.screenshot(f"small-{theme}")
    finally:
        alice.page.set_viewport_size(LARGE)
        alice.use_theme("dark")


def is_in_sight(panel: Panel, selector: str) -> bool:
    """Whether the whole of an element is inside the panel's page."""
    return panel.frame.locator(selector).evaluate(
        "element => { const { top, bottom } = element.getBoundingClientRect();"
        " return top >= 0 && bottom <= innerHeight && bottom > top; }"
    )


def test_a_crowd_is_counted(pair: Pair) -> None:
    alice = pair.alice
    with crowd(pair.server, 12):
        alice.wait(lambda: "14 people" in alice.status(), "the crowd is here")
        # Few rows are in view in any case: it is the group that shows that they are counted.
        alice.wait(
            lambda: any(row.startswith("Editors") for row in alice.tree()), "the crowd is counted"
        )
        rows = alice.tree()
        assert len(rows) < 14
        assert rows[0].startswith("alice (you)")
        assert any(row.startswith("Editors") for row in rows), rows
        alice.screenshot("crowd-dark")
    alice.wait(lambda: len(alice.tree()) == 2, "only the two are left")


def test_a_host_sees_which_link_somebody_came_by(pair: Pair) -> None:
    link = pair.server.invite("editor")
    with guests(link, "gina"):
        removed_with_link(pair, "gina")
    revoked = "The editor invite link no longer works."
    pair.alice.toast_button(
        "joined with still works", "Revoke Link", lambda: revoked in pair.alice.told()
    )
    assert refusal_of(link) == "INVITE_INVALID"


def removed_with_link(pair: Pair, name: str) -> None:
    """Remove somebody who came by a link, which alice sees and bob does not."""
    alice = pair.alice

    def label() -> str:
        return alice.tree_row(name).get_attribute("aria-label") or ""

    alice.wait(lambda: "Joined with the editor link of" in label(), "the link")
    pair.bob.wait(lambda: any(row.startswith(name) for row in pair.bob.tree()), "the guest")
    assert "Joined with" not in (pair.bob.tree_row(name).get_attribute("aria-label") or "")
    alice.command("Peerline: Remove Participant…")
    alice.pick(name)
    dialog = alice.page.locator(".monaco-dialog-box")
    alice.wait(dialog.count, "the question")
    assert "Joined with the editor link of" in dialog.inner_text()
    alice.click_dialog("Remove")
    alice.wait_toast("The editor link of")
    alice.wait(lambda: len(alice.tree()) == 2, "the guest was removed")
    alice.screenshot("link-of-a-removed-guest")
