"""A peer whose name, files, chat and comments are attacks: they are shown as the text they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.bridge_process import BridgeProcess

from .conftest import CODE, Pair
from .window import OPEN, Window

NAME = "<img src=x onerror=alert(1)>$(bug)'};*{display:none"
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "[click](command:workbench.action.closeWindow)",
    "![x](http://evil.test/x.png)",
    "javascript:alert(3)",
    "`</code><img src=x onerror=alert(4)>`",
]
FILE = "src/<img src=x onerror=alert(5)>.py"


@pytest.fixture
def mallory(pair: Pair, tmp_path: Path) -> Iterator[BridgeProcess]:
    """An attacker with a bridge, who is an editor in the session."""
    folder = tmp_path / "mallory"
    for file in ("src/main.py", FILE):
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CODE)
    bridge = BridgeProcess(folder)
    try:
        bridge.initialize("utf-16", {"username": NAME})
        bridge.command("join", link=pair.server.invite("editor"))
        yield bridge
    finally:
        bridge.close()


def harm(window: Window) -> list[str]:
    """Traces that an attack would have left, in the workbench and in every webview."""
    found = list(window.dialogs)
    for frame in window.page.frames:
        found += frame.locator(
            "img[src='x'], img[src*='evil'], script:not([src]):text('alert')"
        ).evaluate_all("(all) => all.map((one) => one.outerHTML)")
        # The message about somebody who asks to join has a link of its own, to what is new.
        own = ":not([href^='command:peerline.openNews?'])"
        found += frame.locator(f"a[href^='command:']{own}, a[href^='javascript:']").evaluate_all(
            "(all) => all.map((one) => one.outerHTML)"
        )
    return found


def test_nothing_that_a_peer_writes_does_anything(pair: Pair, mallory: BridgeProcess) -> None:
    alice = pair.alice
    alice.wait(lambda: any("<img" in row for row in alice.tree()), "the name in the tree")
    mallory.open("src/main.py")
    mallory.cursor("src/main.py", 8, 0)
    flag = alice.wait(
        lambda: next((mark for name, mark in alice.flags().items() if "<img" in name), None),
        "the name at the cursor",
    )
    assert "def function_3" in flag["line"]
    assert alice.page.locator(".monaco-workbench").is_visible()

    for attack in ATTACKS:
        mallory.command("sendChat", content=attack)
    alice.wait(lambda: any(ATTACKS[4] in text for text in alice.heard()), "the chat")
    mallory.command("sendChat", content=f"@alice {ATTACKS[1]}")
    comment = "\n\n".join([*ATTACKS, "@alice"])
    mallory.command("addComment", uri=mallory.uri("src/main.py"), line=8, content=comment)
    alice.wait_toast("mentions you")
    alice.wait_toast("<script>")
    alice.open_thread()
    for attack in ATTACKS[:5]:
        alice.wait(lambda text=attack: text in "".join(alice.comments()), f"{attack} as text")
    alice.screenshot("hostile-dark")

    mallory.open(FILE)
    mallory.cursor(FILE, 0, 0)
    alice.wait(
        lambda: any("alert(5)" in row for row in alice.tree()), "the file's name in the tree"
    )
    alice.tree_row("alert(5)").hover()
    assert harm(alice) == []
    for thread in mallory.command("listComments")["threads"]:
        mallory.command("deleteMessage", message_id=thread["id"])
    alice.wait(lambda: alice.page.locator(OPEN).count() == 0, "deleted")
