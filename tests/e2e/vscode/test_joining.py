"""How people come into a session, and how hosts decide about it, with a third one: erin.

Erin has no setting that names the bridge: it is found in the Python environment that is selected.
"""

import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerline.protocol.links import SessionLink

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
    started.keys("Escape", "Escape")
    started.command("Notifications: Clear All Notifications")
    yield started
    started.leave()
    pair.alice.wait(lambda: len(pair.alice.tree()) == 2, "erin has gone")


def ask_to_join(window: Window, link: str) -> None:
    """Join by a link, whatever comes of it."""
    window.command("Peerline: Join Session…")
    window.answer(link, "Join Session")


def refused(window: Window, why: str) -> None:
    window.wait_toast(f"The session was not joined: {why}")
    assert not window.is_in_session()
    window.command("Notifications: Clear All Notifications")


def test_a_vscode_link_joins_after_a_question(pair: Pair, erin: Window) -> None:
    def follow(link: str) -> None:
        """As the system does when such a link is clicked; in a browser it cannot."""
        query = urllib.parse.quote(link, safe="")
        erin.command("Developer: Open URL")
        erin.answer(f"vscode://peerline.peerline/join?link={query}")
        erin.click_dialog("Open")  # VS Code asks, before Peerline does

    follow("https://example.org")
    erin.wait_toast("A session link starts with peerline://")
    assert not erin.is_in_session()

    follow(pair.server.invite("editor"))
    dialog = erin.page.locator(".monaco-dialog-box", has_text="Join the Peerline session at")
    dialog.wait_for()
    assert pair.server.address in dialog.inner_text()
    erin.click_dialog("Join")
    erin.wait_joined()
    pair.alice.wait(lambda: any("erin" in row for row in pair.alice.tree()), "erin in the tree")
    # It came from the selected interpreter, for there is no other one.
    assert f"the bridge: {sys.executable}" in erin.server.log()
    erin.command("View: Close All Editors")


def test_a_copied_link_lets_in_until_it_is_revoked(pair: Pair, erin: Window) -> None:
    alice = pair.alice
    alice.command("Peerline: Copy Invite Link…")
    alice.pick("Viewer")
    alice.wait_toast("A link for viewers is in the clipboard")
    link = alice.page.evaluate("navigator.clipboard.readText()")
    erin.join(link)
    alice.wait(lambda: any("viewer" in row for row in alice.tree()), "erin is a viewer")
    erin.leave()

    alice.command("Peerline: Revoke Invite Link…")
    alice.pick("used 1 time,")
    alice.wait_toast("lets nobody in any more")
    ask_to_join(erin, link)
    refused(erin, "")


def test_a_host_lets_in_who_asks_and_turns_away(pair: Pair, erin: Window) -> None:
    alice = pair.alice
    alice.command("Peerline: Choose Who May Join…")
    alice.pick("Ask a Host Each Time")
    alice.wait(lambda: any("join approval" in text for text in events(alice)), "it is set")
    link = pair.server.invite("editor")
    try:
        ask_to_join(erin, link)
        erin.wait(lambda: "waiting for a host" in erin.status(), "erin waits")
        alice.wait_toast("erin wants to join as editor")
        alice.screenshot("approval-dark")
        erin.command("Peerline: Focus on Participants View")
        erin.screenshot("waiting-dark")
        alice.toast_button("erin wants to join", "Refuse")
        refused(erin, "")

        ask_to_join(erin, link)
        alice.wait_toast("erin wants to join as editor")
        alice.toast_button("erin wants to join", "Let In")
        erin.wait_joined()
        alice.wait(lambda: any("erin" in row for row in alice.tree()), "erin in the tree")
    finally:
        alice.command("Peerline: Choose Who May Join…")
        alice.pick("Let In Everybody With a Link")


def events(window: Window) -> list[str]:
    """What the chat says of what happened."""
    return window.chat().locator(".event").all_inner_texts()


def test_who_is_banned_comes_back_only_when_the_ban_is_lifted(pair: Pair, erin: Window) -> None:
    alice = pair.alice
    link = pair.server.invite("editor")
    erin.join(link)
    row = alice.tree_row("erin")
    row.wait_for()
    row.click(button="right")
    alice.page.locator(".monaco-menu .action-menu-item", has_text="Remove Participant…").click()
    alice.click_dialog("Remove and Ban")
    erin.wait(lambda: not erin.is_in_session(), "erin is out")
    ask_to_join(erin, link)
    refused(erin, "")

    alice.command("Peerline: Lift Ban…")
    alice.pick("erin")
    alice.wait_toast("erin may come back")
    erin.join(link)
    alice.wait(lambda: any("erin" in row for row in alice.tree()), "erin is back")


def test_folders_come_and_go_during_a_session(pair: Pair, started: Window, erin: Window) -> None:
    alice = pair.alice
    second = erin.server.workspace.parent / "second"
    for folder in (second, alice.server.workspace):
        (folder / "lib").mkdir(parents=True, exist_ok=True)
        (folder / "lib" / "extra.py").write_text("one = 1\ntwo = 2\nthree = 3\n")
    file = erin.server.workspace.parent / "erin.code-workspace"

    def write(*folders: Path) -> None:
        text = ",".join(f'{{"path": "{folder}"}}' for folder in folders)
        file.write_text(f'{{"folders": [{text}]}}')

    write(erin.server.workspace)
    started.open(workspace=file)
    erin.join(pair.server.invite("editor"))
    erin.command("Peerline: Focus on Participants View")
    alice.open_file("lib/extra.py")
    alice.go_to(2, 3)
    erin.wait(lambda: any("lib/extra.py:2" in row for row in erin.tree()), "alice's place")
    erin.tree_row("alice").click()
    erin.wait_toast("alice is in no file that one can go to")

    write(erin.server.workspace, second)
    erin.wait(lambda: goes_to(erin, "alice", "extra.py"), "the folder is known")
    erin.wait(lambda: "two = 2" in erin.flags().get("alice", {"line": ""})["line"], "alice's flag")
    alice.comment_on(3, "Only in the second folder")
    erin.open_thread()
    assert erin.comments() == ["Only in the second folder"]
    erin.go_to(1, 4)
    alice.wait(lambda: "one = 1" in alice.flags().get("erin", {"line": ""})["line"], "erin's flag")
    erin.screenshot("folders-dark")

    write(erin.server.workspace)
    erin.wait(lambda: not erin.flags(), "alice's flag goes")
    erin.wait(lambda: not erin.threads().count(), "the thread goes")
    alice.comment_action("Only in the second folder", "Delete")
    alice.click_dialog("Delete")
    erin.leave()
    started.open("notes.txt")


def goes_to(window: Window, name: str, file: str) -> bool:
    window.tree_row(name).click()
    return window.active_tab() == file


def test_a_session_is_started_on_a_server_elsewhere_with_an_account(
    pair: Pair, erin: Window
) -> None:
    def start(token: str) -> None:
        erin.command("Peerline: Start Session on a Server…")
        erin.answer(pair.server.address, "Start Session on a Server")
        erin.answer("Erin's session", "Start Session")
        erin.answer(token, "Sign In")

    start("not.a.token")
    erin.wait_toast("The session could not be started: ")
    assert not erin.is_in_session()
    erin.command("Notifications: Clear All Notifications")
    # A token that was refused is asked for anew.
    start(pair.server.token("erin", "Erin"))
    erin.wait_toast("an invite link is in the clipboard")
    erin.wait(lambda: "1 person" in erin.status(), "in a session of its own")
    link = SessionLink.parse(erin.page.evaluate("navigator.clipboard.readText()"))
    assert link.address == pair.server.address
    assert link.invite is not None
    assert link.session_id != pair.server.session
    erin.command("Peerline: Focus on Participants View")
    erin.wait(lambda: erin.tree() == ["Erin (you)host"], "erin is the host")
