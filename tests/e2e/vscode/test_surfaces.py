"""A picture of each surface in both themes, for people to look at: `.cache/screenshots`."""

from collections.abc import Callable

import pytest

from .conftest import CODE, Pair
from .panel import Panel
from .test_follow import FRAME_SCRIPT, follow
from .test_outdated import COMMENT, list_outdated, rewrite
from .test_roles import change_role
from .window import OPEN, THEMES, Window

Shoot = Callable[[Window, str], object]


@pytest.fixture(params=["dark", "light"])
def shoot(request: pytest.FixtureRequest, themed: Pair) -> Shoot:
    """Both windows have the theme that the picture's name says."""
    theme: str = request.param
    for window in (themed.alice, themed.bob):
        window.use_theme(theme)
        window.clear_notifications()

    def take(window: Window, name: str) -> None:
        assert window.page.locator(f".monaco-workbench.{THEMES[theme][1]}").count()
        window.screenshot(f"{name}-{theme}")

    return take


def test_presence_and_chat(themed: Pair, shoot: Shoot) -> None:
    alice, bob = themed.alice, themed.bob
    alices, bobs = Panel(alice).open(), Panel(bob).open()
    alices.send("Why is `src/main.py:5` called twice?\n```python\nfunction_2(function_2(1))\n```")
    bobs.wait(lambda: any("called twice" in text for text in bobs.texts()[-1:]), "the question")
    bobs.reply(
        "called twice",
        "@alice because of the cache, see https://example.org/cache and src/other.py:1",
    )
    alices.wait(lambda: any("the cache" in text for text in alices.texts()[-1:]), "the answer")
    alices.react("the cache", "rocket")
    bobs.wait(lambda: bobs.reactions("the cache"), "the reaction")
    bob.go_to(9, 5)
    bob.keys("Shift+ArrowDown", "Shift+End")
    alice.wait(lambda: alice.flag("bob", "return x + 3"), "bob's flag")
    shoot(alice, "presence")
    alices.message("the cache").hover()
    shoot(alice, "chat-tools")
    alices.field().press_sequentially("@b")
    alices.wait(lambda: alices.frame.get_by_role("option").count(), "the completion")
    shoot(alice, "chat-mention")
    alices.write("")

    bob.open_file("src/other.py")
    alice.wait(lambda: any("src/other.py" in row for row in alice.tree()), "bob's place")
    alice.command("View: Show Explorer")
    shoot(alice, "badges")
    alice.command("Peerline: Focus on Chat View")

    follow(alice, "bob")
    bob.open_file("src/main.py")
    bob.go_to(40, 1)
    alice.wait(lambda: alice.page.evaluate(FRAME_SCRIPT) > 3, "the frame")
    shoot(alice, "follow")


def test_comments(themed: Pair, shoot: Shoot) -> None:
    alice, bob = themed.alice, themed.bob
    bob.comment_on(6, "Could this be `faster`?\nIt is called in a loop, @alice.")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread")
    alice.open_thread()
    alice.reply("Not before the release.")
    bob.wait(lambda: len(bob.comments()) == 2, "the reply")
    shoot(bob, "comments")
    bob.comment_on(10, "much too long " * 600)
    bob.wait(lambda: "Not sent" in bob.page.locator(".review-widget").last.inner_text(), "a draft")
    shoot(bob, "draft")
    bob.comment_action("much too long", "Discard", lambda: len(bob.comments()) == 2)
    alice.delete_comment("Not before")
    alice.delete_comment("Could this be")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")


def test_outdated_comments(themed: Pair, shoot: Shoot) -> None:
    alice, bob = themed.alice, themed.bob
    bob.comment_on(6, COMMENT)
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread")
    rewrite(themed, "".join(f"def other_{n}(a):\n    yield a - {n}\n\n\n" for n in range(60, 99)))
    alice.go_to(5, 1)
    row = list_outdated(alice)
    shoot_open(alice, shoot, "outdated")
    alice.press(row, alice.threads().count, "the thread")
    shoot(alice, "outdated-thread")
    rewrite(themed, CODE)
    alice.delete_comment(COMMENT)
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")


def shoot_open(window: Window, shoot: Shoot, name: str) -> None:
    """The palette would close what is open."""
    del shoot
    kind = "light" if window.page.locator(".monaco-workbench.vs").count() else "dark"
    window.screenshot(f"{name}-{kind}")


def test_a_viewer_and_a_server_that_is_away(themed: Pair, shoot: Shoot) -> None:
    alice, bob = themed.alice, themed.bob
    alice.comment_on(6, "for the viewer")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 1, "the thread")
    bob.open_thread()
    change_role(alice, "bob", "Viewer")
    bob.wait_toast("You are a viewer now")
    bob.screenshot("viewer-told-" + ("light" if bob.page.locator(".vs").count() else "dark"))
    shoot(bob, "viewer")
    change_role(alice, "bob", "Editor")
    bob.wait_toast("You are an editor now")
    panel = Panel(bob).open()
    themed.server.kill()
    bob.wait(lambda: "reconnecting" in bob.status(), "it is said")
    panel.send("Said while the server is away")
    panel.wait_text("Said while the server is away")
    bob.reply("Written while the server is away")
    bob.wait(lambda: "Written while the server is away" in bob.comments(), "it waits")
    shoot(bob, "away")
    themed.server.start()
    for window in (alice, bob):
        window.wait(lambda w=window: "2 people" in w.status(), "back again")
    alice.wait(lambda: "Written while the server is away" in alice.comments(), "it has arrived")
    for comment in ("Written while", "for the viewer"):
        alice.delete_comment(comment)


def test_walkthrough_menu_and_diagnostics(themed: Pair, shoot: Shoot) -> None:
    alice = themed.alice
    alice.command("Peerline: Get Started")
    alice.page.get_by_text("Install the bridge").first.wait_for()
    alice.page.get_by_text("Talk", exact=True).first.click()
    shoot(alice, "walkthrough")
    alice.command("Peerline: Show Menu")
    shoot_open(alice, shoot, "menu")
    alice.keys("Escape")
    alice.command("Peerline: Show Diagnostics")
    alice.wait(lambda: any("round trip" in text for _, text in alice.lines()), "the diagnostics")
    shoot(alice, "diagnostics")
    alice.command("View: Revert and Close Editor")
