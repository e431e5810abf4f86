"""Hosts' actions, and their effects on the others."""

from .conftest import Pair
from .window import OPEN, Window


def change_role(window: Window, name: str, role: str) -> None:
    window.command("Peerline: Change Role…")
    window.pick(name)
    window.pick(role)


def test_a_viewer_cannot_write_from_the_moment_of_the_change_and_is_told_why(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.comment_on(6, "for the viewer")
    bob.wait(lambda: bob.page.locator(OPEN).count() > 0, "the thread")
    bob.open_thread()
    change_role(alice, "bob", "Viewer")
    bob.wait_toast("You are a viewer now")
    box = bob.frame_with(".composer").locator("textarea")
    bob.wait(lambda: not box.is_editable(), "the chat's box is disabled")
    bob.wait(
        lambda: "viewer" in bob.frame_with(".composer").locator(".blocked").inner_text(), "why"
    )
    bob.wait(
        lambda: bob.page.locator(".review-widget .comment-form:visible").count() == 0,
        "no form to answer",
    )
    bob.wait(
        lambda: bob.page.locator('.review-actions a[aria-label="Resolve"]').count() == 0,
        "nothing to resolve by",
    )
    alice.wait(lambda: any("viewer" in row for row in alice.tree()), "the role in the tree")
    change_role(alice, "bob", "Editor")
    bob.wait_toast("You are an editor now")
    bob.wait(box.is_editable, "the chat's box is enabled")
    bob.reply("back again")
    alice.wait(lambda: "back again" in alice.comments(), "bob's reply")
    for comment in ("back again", "for the viewer"):
        alice.delete_comment(comment)


def test_who_may_write_again_has_one_form_in_a_thread_that_was_shown_without(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    change_role(alice, "bob", "Viewer")
    bob.wait_toast("You are a viewer now")
    alice.comment_on(6, "for the viewer")
    bob.wait(lambda: bob.page.locator(OPEN).count() > 0, "the thread")
    bob.open_thread()
    buttons = bob.page.locator(".review-thread-reply-button:visible")
    assert buttons.count() == 0
    change_role(alice, "bob", "Editor")
    bob.wait_toast("You are an editor now")

    def has_form() -> bool:
        bob.open_thread()
        return buttons.count() > 0

    bob.wait(has_form, "a form")
    assert buttons.count() == 1
    bob.reply("back again")
    alice.wait(lambda: "back again" in alice.comments(), "bob's reply")
    for comment in ("back again", "for the viewer"):
        alice.delete_comment(comment)
