"""Hosts decide in the page: who joins, in which role, and who goes."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from peerline.protocol.roles import Role
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import give_role

from .page import TIMEOUT_MS, WebPage, opened


def test_a_host_admits_gives_a_role_and_removes(
    page: WebPage, link: str, session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    page.joined(link, "Hanna")
    give_role(session_server, "Hanna", Role.HOST)
    tab = page.tab
    tab.get_by_role("button", name="Manage…").click(timeout=TIMEOUT_MS)
    dialog = tab.get_by_role("dialog", name="Manage session")
    ask = dialog.get_by_role("checkbox", name="Ask a host each time")
    ask.check()
    expect(dialog.get_by_role("status")).to_have_text("A host is asked each time.")
    assert page.violations() == []
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("button", name="Manage…")).to_be_focused()
    with opened(browser, tmp_path) as guest:
        guest.join(link, "Gus")
        waiting = guest.tab.get_by_role("dialog", name="Waiting for a host")
        expect(waiting).to_be_visible(timeout=TIMEOUT_MS)
        expect(tab.get_by_text("Gus wants to join as editor.")).to_be_visible(timeout=TIMEOUT_MS)
        tab.get_by_role("button", name="Decline Gus").click()
        declined = guest.tab.get_by_role("dialog", name="Your request was declined")
        declined.get_by_role("button", name="Join Again").click(timeout=TIMEOUT_MS)
        expect(waiting).to_be_visible(timeout=TIMEOUT_MS)
        tab.get_by_role("button", name="Admit Gus").click()
        expect(guest.people).to_contain_text("Gus you", timeout=TIMEOUT_MS)
        expect(tab.get_by_role("list", name="People who want to join")).to_have_count(0)

        tab.get_by_role("button", name="Manage Gus").click(timeout=TIMEOUT_MS)
        dialog = tab.get_by_role("dialog", name="Gus")
        dialog.get_by_role("radio", name="Viewer").check()
        dialog.get_by_role("button", name="Change Role").click()
        expect(dialog.get_by_role("status")).to_have_text("Gus is a viewer now.")
        expect(guest.tab.get_by_text("You are a viewer and can only read.")).to_be_visible(
            timeout=TIMEOUT_MS
        )
        dialog.get_by_role("button", name="Remove…").click()
        dialog = tab.get_by_role("dialog", name="Remove Gus from the session?")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        dialog.get_by_role("button", name="Remove and Ban").click()
        expect(dialog.get_by_text("Gus is no longer in the session.")).to_be_visible()
        removed = guest.tab.get_by_role("dialog", name="You were removed")
        removed.get_by_role("button", name="Go to the Join Page").click(timeout=TIMEOUT_MS)
        expect(guest.tab.get_by_role("button", name="Join here")).to_be_enabled()
        tab.keyboard.press("Escape")

    tab.get_by_role("button", name="Manage…").click()
    dialog = tab.get_by_role("dialog", name="Manage session")
    dialog.get_by_role("button", name="Lift the ban of Gus").click(timeout=TIMEOUT_MS)
    expect(dialog.get_by_role("status")).to_have_text("Gus can join again.")
    ask.uncheck()
    expect(dialog.get_by_role("status")).to_have_text("Everybody with a link can join.")
