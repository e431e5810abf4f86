"""Somebody new: no bridge, no server, no name yet. By clicks alone to a session that runs."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from peerline.protocol.links import SessionLink

from .conftest import Editors
from .window import Window


@pytest.fixture
def dora(editors: Editors) -> Iterator[Window]:
    """A VS Code in which the extension is all there is."""
    unset = {"peerline.bridge.path": "", "peerline.username": "", "peerline.server.listen": "ask"}
    window = editors.start("dora", **unset)
    yield window
    window.close()
    window.server.close()
    for runfile in (window.server.home / ".local" / "share" / "peerline").glob("server.json"):
        with suppress(ProcessLookupError):
            os.kill(json.loads(runfile.read_text())["pid"], signal.SIGTERM)


def test_from_nothing_to_a_session_by_clicks_alone(dora: Window) -> None:
    dora.open("src/main.py")
    dora.command("Peerline: Get Started")
    dora.page.get_by_text("Install the bridge").first.wait_for()
    dora.command("View: Close All Editors")

    dora.command("Peerline: Start Pairing Session…")
    dora.answer("dora", "Your Name")
    dora.answer("My first session", "Start Session")
    dora.pick("This Computer")
    dora.wait_toast("Peerline's bridge is not installed")
    dora.screenshot("not-installed")
    dora.toast_button("Peerline's bridge is not installed", "Install It")
    dora.wait(lambda: "1 person" in dora.status(), "in a session", seconds=300)
    dora.wait_toast("An invite link for editors was copied to the clipboard")
    link = SessionLink.parse(dora.page.evaluate("navigator.clipboard.readText()"))
    assert link.invite is not None
    assert link.server.is_loopback
    dora.wait_toast("workspace is shared: others can open 3 files of it.")

    # The link works here only, and says so with a button: the server is started again for others.
    dora.toast_button("It only works on this computer", "Let Others Join…")
    dora.pick("My Network")
    dora.wait_toast("Send it to the people you want to work with")
    wider = SessionLink.parse(dora.page.evaluate("navigator.clipboard.readText()"))
    assert wider.session_id == link.session_id
    assert not wider.server.is_loopback
    dora.wait(lambda: "1 person" in dora.status(), "still in the session")
    dora.command("Peerline: Focus on Participants View")
    dora.wait(lambda: dora.tree() == ["dora (you)host"], "dora is the host")
    assert (dora.server.home / "user" / "User" / "globalStorage").exists()

    dora.command("Peerline: Show Diagnostics")
    dora.wait(lambda: any("(installed)" in line for _, line in dora.lines()), "the diagnostics")
    text = "\n".join(line for _, line in dora.lines())
    assert "dora" not in text
    assert "round trip to the server" in text

    # The window is reloaded, and comes back into its session automatically.
    dora.page.reload()
    dora.wait(lambda: "1 person" in dora.status(), "back in the session", seconds=120)

    # The computer was restarted: the server is gone, and is started again for its session.
    os.kill(server_of(dora), signal.SIGKILL)
    dora.page.reload()
    dora.wait(lambda: "1 person" in dora.status(), "back in the session again", seconds=120)
    dora.wait(lambda: dora.tree() == ["dora (you)host"], "dora is still the host")


def server_of(window: Window) -> int:
    """The process of the user's own server."""
    note = window.server.home / ".local" / "share" / "peerline" / "server.json"
    return json.loads(note.read_text())["pid"]
