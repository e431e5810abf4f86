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


def test_a_removal_revokes_the_link_they_joined_with_if_wanted(
    page: WebPage, link: str, session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    page.joined(link, "Rita")
    give_role(session_server, "Rita", Role.HOST)
    tab = page.tab
    tab.get_by_role("button", name="Manage…").click(timeout=TIMEOUT_MS)
    dialog = tab.get_by_role("dialog", name="Manage session")
    links = dialog.get_by_role("list", name="Invite links").get_by_role("listitem")
    before = links.count()
    dialog.get_by_role("button", name="New Link for Viewers").click()
    made = dialog.get_by_role("textbox", name="New invite link").input_value()
    expect(links).to_have_count(before + 1)
    tab.keyboard.press("Escape")
    with opened(browser, tmp_path) as guest, opened(browser, tmp_path) as other:
        guest.joined(made, "Vito")
        tab.get_by_role("button", name="Manage Vito").click(timeout=TIMEOUT_MS)
        dialog = tab.get_by_role("dialog", name="Vito")
        dialog.get_by_role("button", name="Remove…").click()
        dialog = tab.get_by_role("dialog", name="Remove Vito from the session?")
        revoke = dialog.get_by_role("checkbox", name="Also revoke the viewer link of")
        expect(revoke).not_to_be_checked()
        revoke.check()
        assert page.violations() == []
        dialog.get_by_role("button", name="Remove", exact=True).click()
        expect(dialog.get_by_text("Vito is no longer in the session.")).to_be_visible()
        tab.keyboard.press("Escape")
        removed = guest.tab.get_by_role("dialog", name="You were removed")
        expect(removed).to_be_visible(timeout=TIMEOUT_MS)
        other.join(made, "Olga")
        expect(other.tab.get_by_text("This invite is not valid for this session.")).to_be_visible(
            timeout=TIMEOUT_MS
        )
    tab.get_by_role("button", name="Manage…").click()
    expect(links).to_have_count(before)


def test_a_link_that_works_on_this_computer_only_says_so(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Lena")
    tab = page.tab
    page.share("Copy Link")
    note = tab.get_by_role("status").filter(has_text="It only works on this computer")
    expect(note).to_be_visible(timeout=TIMEOUT_MS)
    assert page.violations() == []
    tab.keyboard.press("Escape")
    give_role(session_server, "Lena", Role.HOST)
    tab.get_by_role("button", name="Manage…").click(timeout=TIMEOUT_MS)
    dialog = tab.get_by_role("dialog", name="Manage session")
    dialog.get_by_role("button", name="New Link for Editors").click()
    expect(dialog.get_by_role("status")).to_contain_text("It only works on this computer")
    made = dialog.get_by_role("textbox", name="New invite link").input_value()
    assert made.startswith("http://127.0.0.1:")
    tab.keyboard.press("Escape")
