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
    # As a guest who comes again, erin would keep the role of the time before.
    for kept in (started.server.home / ".local/state/peerline/sessions").glob("*.json"):
        kept.unlink()
    started.keys("Escape", "Escape")
    started.command("Notifications: Clear All Notifications")
    yield started
    started.leave()
    pair.alice.wait(lambda: len(pair.alice.tree()) == 2, "erin has gone")


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
    # The bridge came from the selected interpreter, for there is no other one.


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
