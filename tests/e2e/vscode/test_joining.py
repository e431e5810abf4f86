"""How people come into a session, and how hosts decide about it, with a third one: erin.

Erin has no setting that names the bridge: it is found in the Python environment that is selected.
"""

import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerline.protocol.links import SessionLink
from tests.free_port import free_port

from .conftest import DARK, Editors, Pair
from .python_extension import write_python_extension
from .window import Window


@pytest.fixture(scope="module")
def started(editors: Editors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    vsix = write_python_extension(tmp_path_factory.mktemp("vsix"), Path(sys.executable))
    window = editors.start("erin", vsix, **{"peerline.bridge.path": ""}, **DARK)
    window.open("notes.txt")
    yield window
    window.close()
    window.server.close()


@pytest.fixture
def erin(started: Window, pair: Pair) -> Iterator[Window]:
    """In no session, with nothing in the way; afterwards again."""
    started.leave()
    forget(started)
    started.keys("Escape", "Escape")
    started.clear_notifications()
    yield started
    started.leave()
    pair.alice.wait(lambda: len(pair.alice.tree()) == 2, "erin has gone")


def follow_in(window: Window, link: str) -> None:
    """As the system does when such a link is clicked; in a browser it cannot."""
    query = urllib.parse.quote(link, safe="")
    window.command("Developer: Open URL")
    window.answer(f"vscode://peerline.peerline/join?link={query}")
    window.click_dialog("Open")  # VS Code asks, before Peerline does


def test_a_vscode_link_joins_after_a_question(pair: Pair, erin: Window) -> None:
    def follow(link: str) -> None:
        follow_in(erin, link)

    follow("https://example.org")
    erin.wait_toast("This is not a Peerline session link.")
    assert not erin.is_in_session()

    follow(pair.server.invite("editor"))
    dialog = erin.page.locator(".monaco-dialog-box", has_text="Join the Peerline session at")
    dialog.wait_for()
    assert pair.server.address in dialog.inner_text()
    erin.click_dialog("Join")
    erin.wait_joined()
    pair.alice.wait(lambda: any("erin" in row for row in pair.alice.tree()), "erin in the tree")
    # The bridge came from the selected interpreter, for there is no other one.

    # In a session one is asked once, and told what one would leave.
    dialog = erin.page.locator(".monaco-dialog-box", has_text="You leave the session Test.")
    before = erin.status()
    follow(pair.server.invite("viewer"))
    dialog.wait_for()
    erin.click_dialog("Cancel")
    assert erin.status() == before
    erin.clear_notifications()
    follow(pair.server.invite("viewer"))
    dialog.wait_for()
    erin.click_dialog("Leave and Join")
    erin.wait_toast("You joined")
    assert not erin.page.locator(".monaco-dialog-box").count()


def test_a_link_to_a_dead_address_leaves_the_session_at_hand(pair: Pair, erin: Window) -> None:
    erin.join(pair.server.invite("editor"))
    pair.alice.wait(lambda: any("erin" in row for row in pair.alice.tree()), "erin in the tree")
    before = erin.status()
    follow_in(erin, f"peerline://127.0.0.1:{free_port()}/elsewhere?invite=x")
    erin.click_dialog("Leave and Join")
    erin.wait_toast("nothing listens there. You stay in your session.")
    erin.screenshot("dead-address")
    assert erin.status() == before
    pair.alice.say("Are you still here?")
    erin.wait(lambda: "Are you still here?" in erin.heard(), "the session goes on")
    erin.clear_notifications()


def forget(window: Window) -> None:
    """The guest comes as somebody unknown to the session."""
    # Who is known keeps the role of the time before, and needs neither a valid link nor a host.
    for kept in (window.server.home / ".local/state/peerline/sessions").glob("*.json"):
        kept.unlink()


def ask_to_join(window: Window, link: str) -> None:
    forget(window)
    window.command("Peerline: Join Session…")
    window.answer(link, "Join Session")


def test_a_host_lets_in_who_asks_and_turns_away(pair: Pair, erin: Window) -> None:
    alice = pair.alice
    alice.command("Peerline: Choose Who May Join…")
    alice.pick("Ask a Host Each Time")
    link = pair.server.invite("editor")
    try:
        ask_to_join(erin, link)
        erin.wait(lambda: "waiting for a host" in erin.status(), "erin waits")
        waiting = "Peerline: waiting for a host to admit you"
        erin.wait(lambda: erin.is_toast(waiting), "a sign of it")
        alice.wait_toast("erin wants to join as editor")
        erin.toast_button(waiting, "Cancel")
        erin.wait(lambda: "waiting" not in erin.status(), "erin gives up")
        alice.wait(lambda: not alice.is_toast("erin wants to join"), "the question has gone")
        alice.clear_notifications()
        ask_to_join(erin, link)
        erin.wait(lambda: erin.is_toast(waiting), "a sign of it")
        alice.wait_toast("erin wants to join as editor")
        alice.screenshot("approval-dark")
        erin.screenshot("waiting-dark")
        alice.toast_link("erin wants to join", "Decline")
        erin.wait(lambda: "waiting" not in erin.status(), "erin is turned away")
        erin.wait(lambda: not erin.is_toast(waiting), "the sign has gone")
        assert not erin.is_in_session()
        erin.wait(erin.told, "erin is told")

        alice.clear_notifications()
        ask_to_join(erin, link)
        alice.wait_toast("erin wants to join as editor")
        alice.toast_link("erin wants to join", "Admit")
        erin.wait_joined()
        erin.wait(lambda: not erin.is_toast(waiting), "the sign has gone")
        alice.wait(lambda: any("erin" in row for row in alice.tree()), "erin in the tree")
    finally:
        alice.command("Peerline: Choose Who May Join…")
        alice.pick("Admit Everybody with a Link")


def test_a_session_is_started_on_a_server_elsewhere_with_an_account(
    pair: Pair, erin: Window
) -> None:
    def start(token: str) -> None:
        erin.command("Peerline: New Session on a Server…")
        erin.answer(pair.server.address, "New Session on a Server")
        erin.answer("Erin's session", "Start Session")
        erin.answer(token, "Sign In")

    start("not.a.token")
    erin.wait_toast("The session could not be started: ")
    assert not erin.is_in_session()
    erin.clear_notifications()
    # A token that was refused is asked for again.
    start(pair.server.token("erin", "Erin"))
    erin.wait_toast("An invite link for editors was copied to the clipboard")
    erin.wait(lambda: "1 person" in erin.status(), "in a session of its own")
    link = SessionLink.parse(erin.page.evaluate("navigator.clipboard.readText()"))
    assert link.address == pair.server.address
    assert link.invite is not None
    assert link.session_id != pair.server.session
    erin.command("Peerline: Focus on Participants View")
    erin.wait(lambda: erin.tree() == ["Erin (you)host"], "erin is the host")
