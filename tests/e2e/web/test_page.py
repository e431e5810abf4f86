"""A session in a browser: joining, chatting, and what happens when the server or a host acts."""

from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, expect

from peerline.client import Client
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.links import SessionLink
from peerline.protocol.participants import RemoveParticipant
from peerline.protocol.roles import Role
from tests.e2e.conftest import Bridges, ServerProcess
from tests.e2e.vscode.participant import as_guest, as_host, give_role

from .page import TIMEOUT_MS, WebPage, opened

RECONNECTING: Final = ".banner.is-reconnecting"


def test_one_link_opens_the_session_and_the_invite_leaves_the_address(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Wanda")
    assert page.tab.url == link.partition("#")[0]
    invite = SessionLink.parse(link).invite
    assert invite is not None
    assert invite not in session_server.log()
    page.say("hello from the page")
    page.sees("hello from the page")
    as_guest(
        session_server,
        "nora",
        lambda _: [SendChatMessage(session_id=session_server.session, content="hello Wanda")],
    )
    page.sees("hello Wanda")
    page.tab.reload()
    page.sees("hello from the page")
    expect(page.people).to_contain_text("Wanda you")
    expect(page.people.get_by_text("Wanda")).to_have_count(1)


def test_what_is_written_while_the_server_is_away_is_sent_once(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Walt")
    # The parts that are loaded after the session are there, too.
    page.tab.wait_for_load_state("networkidle")
    session_server.kill()
    expect(page.tab.locator(RECONNECTING)).to_be_visible(timeout=TIMEOUT_MS)
    page.say("while it was away")
    page.sees("while it was away")
    session_server.start()
    page.tab.reload()
    page.sees("while it was away")
    expect(page.tab.locator(RECONNECTING)).to_be_hidden(timeout=TIMEOUT_MS)
    expect(page.people).to_contain_text("Walt you", timeout=TIMEOUT_MS)
    page.tab.reload()
    page.sees("while it was away")


def test_what_a_host_decides_is_told(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Wes")
    give_role(session_server, "Wes", Role.VIEWER)
    expect(page.tab.get_by_text("You are a viewer and can only read.")).to_be_visible(
        timeout=TIMEOUT_MS
    )

    def remove(client: Client) -> list[RemoveParticipant]:
        (person,) = [p for p in client.replica.participants.values() if p.username == "Wes"]
        return [
            RemoveParticipant(
                session_id=session_server.session, user_id=person.id, revoke_invite=True
            )
        ]

    as_host(session_server, remove)
    expect(page.tab.get_by_text("removed").first).to_be_visible(timeout=TIMEOUT_MS)
    page.join(link, "Wes")
    expect(page.tab.get_by_role("alert")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.tab.get_by_role("button", name="Join here")).to_be_enabled()


def test_a_link_without_a_session_says_so(page: WebPage, session_server: ServerProcess) -> None:
    page.join(f"http://{session_server.address}/s/nobody-made-this#invite=CODE", "Will")
    expect(page.tab.get_by_role("alert")).not_to_be_empty(timeout=TIMEOUT_MS)
    expect(page.tab.get_by_role("textbox", name="Your name")).to_have_value("Will")


def test_without_javascript_the_page_says_what_to_do(browser: Browser, link: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        tab = context.new_page()
        tab.goto(link)
        expect(tab.locator("noscript p")).to_be_in_viewport()
        expect(tab.get_by_text("Loading…")).to_be_hidden()
    finally:
        context.close()


def test_the_start_page_takes_any_form_of_a_link(
    page: WebPage, session_server: ServerProcess
) -> None:
    page.tab.goto(f"http://{session_server.address}/")
    field = page.tab.get_by_role("textbox", name="Session link")
    field.fill("not a link")
    field.press("Enter")
    expect(page.tab.get_by_role("alert")).to_contain_text("not a Peerline session link")
    field.fill(f"Come here: <{session_server.invite('viewer')}>.")
    field.press("Enter")
    page.tab.get_by_role("textbox", name="Your name").fill("Wim")
    page.tab.get_by_role("button", name="Join here").click()
    expect(page.people).to_contain_text("Wim", timeout=TIMEOUT_MS)


def test_a_hosts_page_makes_a_link_for_others(
    page: WebPage, link: str, session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    page.joined(link, "Wolf")
    give_role(session_server, "Wolf", Role.HOST)
    # The list of people has had the host who gave the role.
    expect(page.tab.get_by_title("Your role")).to_have_text("host", timeout=TIMEOUT_MS)
    page.tab.get_by_role("button", name="Share").click()
    dialog = page.tab.get_by_role("dialog", name="Share this session")
    expect(dialog).to_contain_text("Editor: writes in shared files and the chat, and comments")
    expect(dialog).to_contain_text("Viewer: sees everything and writes nothing")
    assert page.violations() == []
    made = page.share("Copy Link for Viewers")
    status = dialog.get_by_role("status")
    expect(status).to_contain_text("The invite link for viewers")
    assert made != link
    for_editors = page.share("Copy Link for Editors")
    assert for_editors != made
    page.tab.keyboard.press("Escape")
    with opened(browser, tmp_path) as other:
        other.joined(made, "Willa")
        expect(other.tab.get_by_title("Your role")).to_have_text("viewer")
        with opened(browser, tmp_path) as editor:
            editor.joined(for_editors, "Wanda")
            expect(editor.tab.get_by_title("Your role")).to_have_text("editor")
        # While her tab is open: when it closes, she has left.
        expect(page.people).to_contain_text("Willa", timeout=TIMEOUT_MS)


def test_a_page_of_somebody_else_says_what_its_link_gives_and_whom_to_ask(
    page: WebPage, link: str, bridges: Bridges, session_server: ServerProcess
) -> None:
    host = bridges.start("hosting", {"a.txt": "a\n"})
    host.command("join", link=link)
    host.wait_state(state="joined")
    give_role(session_server, "hosting", Role.HOST)
    page.joined(link, "Wes")
    tab = page.tab
    tab.get_by_role("button", name="Share").click()
    dialog = tab.get_by_role("dialog", name="Share this session")
    expect(dialog).to_contain_text("it gives others the role that it gave you")
    expect(dialog).to_contain_text("Ask hosting, the host, for a link with another role.")
    assert page.share("Copy Link") == link
    expect(dialog.get_by_role("status")).to_contain_text("link")
    # Coming back by the address alone: it has no invite.
    tab.reload()
    tab.get_by_role("button", name="Share").click(timeout=TIMEOUT_MS)
    expect(dialog).to_contain_text("invite link. Ask hosting, the host, for one.")
    assert page.share("Copy Link") == link.partition("#")[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_seen_and_used_by_everybody(
    browser: Browser, link: str, tmp_path: Path, theme: Literal["light", "dark"]
) -> None:
    with opened(browser, tmp_path, size=(390, 844), theme=theme) as page:
        page.tab.goto(link)
        page.tab.get_by_role("textbox", name="Your name").wait_for()
        assert page.violations() == []
        page.joined(link, f"Xena {theme}")
        page.say(f"seen in {theme} by @guide, `code` and **bold**")
        expect(page.chat.get_by_text(f"seen in {theme}")).to_have_count(1)
        page.is_usable_at_each_size()


def test_the_toolbar_writes_markdown_that_undo_takes_back(page: WebPage, link: str) -> None:
    page.joined(link, "Wilma")
    page.composer.fill("strong words")
    page.composer.press("Control+A")
    page.composer.press("Control+B")
    expect(page.composer).to_have_value("**strong words**")
    bold = page.tab.get_by_role("toolbar", name="Format the message").get_by_role(
        "button", name="Bold"
    )
    bold.click()
    expect(page.composer).to_have_value("strong words")
    expect(page.composer).to_be_focused()
    page.composer.press("Control+Z")
    expect(page.composer).to_have_value("**strong words**")
    page.composer.press("Enter")
    expect(page.chat.locator("strong", has_text="strong words")).to_have_count(1)


def test_what_a_session_needs_is_there_when_the_button_is_pressed(page: WebPage, link: str) -> None:
    loaded: list[str] = []
    page.tab.on("response", lambda answer: loaded.append(answer.url.rpartition("/")[2]))
    page.tab.on("websocket", lambda _: loaded.append("the socket"))
    page.tab.goto(link, wait_until="networkidle")
    assert any(name.startswith("enter.") for name in loaded)
    loaded.clear()
    page.tab.get_by_role("textbox", name="Your name").fill("Prue")
    page.tab.get_by_role("button", name="Join here").click()
    expect(page.people).to_contain_text("Prue")
    assert loaded[0] == "the socket", loaded


def test_the_start_page_loads_no_session(page: WebPage, session_server: ServerProcess) -> None:
    loaded: list[str] = []
    page.tab.on("response", lambda answer: loaded.append(answer.url.rpartition("/")[2]))
    page.tab.goto(f"http://{session_server.address}/", wait_until="networkidle")
    assert any(name.startswith("main.") for name in loaded)
    assert not any(name.startswith("enter.") for name in loaded)
