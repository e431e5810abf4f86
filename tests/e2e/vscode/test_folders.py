"""A shared folder in two windows: the tree of its files, and one that is opened from it."""

from playwright.sync_api import Locator

from .conftest import Pair
from .driver import TRY_MS
from .window import Window


def row(window: Window, text: str) -> Locator:
    pane = window.page.locator(".pane", has_text="Shared Folders")
    return pane.locator(".monaco-list-row").filter(has_text=text).first


def unfold(window: Window, name: str) -> None:
    folder = row(window, name)
    window.press(
        folder.locator(".monaco-tl-twistie"),
        lambda: folder.get_attribute("aria-expanded", timeout=TRY_MS) == "true",
        f"{name} is unfolded",
    )


def test_a_file_of_a_shared_folder_opens_from_the_tree(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    folder = alice.server.workspace
    (folder / "only").mkdir(exist_ok=True)
    (folder / "only" / "cart.py").write_text("one\n")
    (folder / "only" / ".env").write_text("TOKEN=1\n")
    alice.command("Peerline: Share This Folder")
    alice.wait_toast("is shared: others can open")
    bob.wait_toast("alice shares the folder")
    bob.command("Peerline: Focus on Shared Folders View")
    for name, below in (("alice", "only"), ("only", "cart.py")):
        bob.wait(row(bob, name).count, f"the row {name}")
        unfold(bob, name)
        bob.wait(row(bob, below).count, f"the row {below}")
    assert not row(bob, ".env").count()
    bob.press(row(bob, "cart.py"), lambda: bob.active_tab() == "cart.py", "the file")
    bob.wait(lambda: [text for _, text in bob.lines()][:1] == ["one"], "the text")
    bob.focus_editor()
    bob.go_to(1, 4)
    bob.keys("!")
    alice.wait_toast("Others write in only/cart.py")
    assert (folder / "only" / "cart.py").read_text() == "one\n"
    alice.open_file("only/cart.py")
    alice.wait(lambda: [text for _, text in alice.lines()][:1] == ["one!"], "bob's edit")
    alice.command("Peerline: Stop Sharing This File")
    alice.command("Peerline: Stop Sharing This Folder")
    alice.wait_toast("Your folder is no longer shared.")
    bob.wait(lambda: not row(bob, "alice").count(), "the tree has gone")
    for window in (alice, bob):
        window.command("View: Revert and Close Editor")
