"""A server behind the path of a proxy: the page, an editor's bridge and the terminal meet there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from tests.e2e.conftest import Bridges, ServerProcess
from tests.e2e.vscode.participant import give_role
from tests.servers.nginx import Nginx

from .page import TIMEOUT_MS, WebPage

PREFIX = "/tools/peerline"
_OPEN_WS = "    location /ws {\n"
_UNDER_PREFIX = f"    location {PREFIX}/ {{ rewrite ^{PREFIX}(/.*)$ $1 last; }}\n\n"


@pytest.fixture
def proxied(session_server: ServerProcess, tmp_path: Path) -> Iterator[str]:
    """HOST:PORT of an nginx that has the server under a path."""
    changes = {_OPEN_WS: _UNDER_PREFIX + _OPEN_WS}
    nginx = Nginx(tmp_path / "nginx", [session_server.address], changes)
    nginx.start()
    yield nginx.address
    nginx.stop()


def test_everybody_meets_behind_the_path_of_a_proxy(
    page: WebPage, session_server: ServerProcess, proxied: str, bridges: Bridges
) -> None:
    invite = SessionLink.parse(session_server.invite("editor")).invite
    link = SessionLink(proxied, session_server.session, invite, prefix=PREFIX)
    page.joined(link.page_url, "Pia")
    shared = page.share("Copy Link")
    page.tab.keyboard.press("Escape")
    assert shared.startswith(f"http://{proxied}{PREFIX}/s/{session_server.session}")

    bob = bridges.start("bob-behind-a-path", {"a.txt": "a\n"})
    bob.command("join", link=link.page_url)
    bob.wait_state(state="joined")
    bob.command("sendChat", content="Hello from behind the path.")
    page.sees("Hello from behind the path.")

    # A link as the page makes it for others, in a terminal.
    give_role(session_server, "Pia", Role.HOST)
    made = page.share("Copy Link for Editors")
    page.tab.keyboard.press("Escape")
    assert made != shared
    watch = [sys.executable, "-m", "peerline", "watch", "--plain", "--name", "ann"]
    with subprocess.Popen(
        [*watch, made],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as terminal:
        assert terminal.stdout is not None
        assert terminal.stdout.readline() == "Test\n"
        page.say("Seen under a path.")
        assert any("Seen under a path." in line for line in iter(terminal.stdout.readline, ""))
        terminal.terminate()

    # The page comes back by its own address, which has no invite any more.
    page.tab.reload()
    page.sees("Seen under a path.")
    assert page.tab.url.startswith(f"http://{proxied}{PREFIX}/s/")


def test_the_start_page_behind_the_path_of_a_proxy_opens_a_link(
    page: WebPage, session_server: ServerProcess, proxied: str
) -> None:
    invite = SessionLink.parse(session_server.invite("editor")).invite
    link = SessionLink(proxied, session_server.session, invite, prefix=PREFIX)
    page.tab.goto(f"http://{proxied}{PREFIX}/")
    page.tab.get_by_role("textbox", name="Session link").fill(str(link))
    page.tab.keyboard.press("Enter")
    page.tab.get_by_role("textbox", name="Your name").fill("Paco")
    page.tab.get_by_role("button", name="Join here").click()
    expect(page.people).to_contain_text("Paco", timeout=TIMEOUT_MS)
