"""Messages written while the server is away, or refused, are shown so, and nothing is lost."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Locator

from peerline.client import Client
from peerline.protocol.participants import ChangeRole
from peerline.protocol.roles import Role

from .conftest import Pair
from .panel import Panel
from .participant import as_host, give_role
from .window import OPEN, Window

PRESSES_SCRIPT: Final = """
(button) => {
  for (let press = 0; press < 30; press++) setTimeout(() => button.click(), press * 7);
}
"""
"""While the comment is being sent, and after that, with its text and without."""


@pytest.fixture
def panels(pair: Pair) -> tuple[Panel, Panel]:
    return Panel(pair.alice).open(), Panel(pair.bob).open()


@contextmanager
def away(pair: Pair) -> Generator[None]:
    """The server is killed, and comes back."""
    pair.server.kill()
    try:
        for window in (pair.alice, pair.bob):
            window.wait(lambda w=window: "reconnecting" in w.status(), "the server is away")
        yield
    finally:
        pair.server.start()
    for window in (pair.alice, pair.bob):
        window.wait(lambda w=window: "2 people" in w.status(), "the server is back")


@contextmanager
def asleep(window: Window) -> Generator[None]:
    """The window's bridge does nothing for a while."""
    pids = window.server.processes("lsp")
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def give_bob(pair: Pair, role: Role) -> None:
    give_role(pair.server, "bob", role)


def unsent(panel: Panel, text: str) -> Locator:
    return panel.message(text).locator(".unsent")


def test_messages_wait_for_the_server_and_are_sent_once_in_order(
    pair: Pair, panels: tuple[Panel, Panel]
) -> None:
    alice, bob = panels
    with away(pair):
        for text in ("first of three", "second of three", "third, which is a mistake"):
            alice.send(text)
            alice.wait_text(text)
            assert unsent(alice, text).locator(".note").inner_text() == "Waiting to be sent"
        pair.alice.wait(lambda: "3 waiting to be sent" in pair.alice.status(), "the count")
        alice.edit("second of three", "second of two")
        alice.wait_text("second of two")
        alice.delete("third, which", "Discard")
        alice.wait(lambda: "third, which is a mistake" not in alice.texts(), "it is discarded")
        pair.alice.screenshot("unsent-dark")
    bob.wait_text("second of two")
    for panel in (alice, bob):
        panel.wait(lambda p=panel: p.texts()[-2:] == ["first of three", "second of two"], "both")
        panel.wait(lambda p=panel: not p.frame.locator(".unsent").count(), "nothing waits")
    assert bob.texts().count("first of three") == 1
    assert "third, which is a mistake" not in bob.texts()


def test_what_is_refused_later_says_why_and_is_sent_when_it_may(
    pair: Pair, panels: tuple[Panel, Panel]
) -> None:
    alice, bob = panels
    pair.server.kill()
    bob.wait(lambda: "reconnecting" in pair.bob.status(), "the server is away")
    bob.send("may a viewer say this?")
    bob.wait_text("may a viewer say this?")
    pair.bob.comment_on(6, "and comment on this?")
    pair.bob.wait(lambda: "Waiting to be sent" in thread_label(pair.bob), "the comment waits")
    pair.bob.screenshot("comment-unsent-light")
    with asleep(pair.bob):
        pair.server.start()
        pair.alice.wait(pair.alice.is_in_session, "alice is back")
        give_bob(pair, Role.VIEWER)
    bob.wait(lambda: unsent(bob, "may a viewer").locator(".refusal").count(), "it is refused")
    assert "viewer" in unsent(bob, "may a viewer").inner_text()
    pair.bob.wait(lambda: "Not sent" in thread_label(pair.bob), "the comment is refused")
    refused = pair.bob.page.locator(".review-comment")
    pair.bob.wait(lambda: "viewer" in refused.inner_text(), "why the comment is refused")
    pair.bob.wait(lambda: "2 refused" in pair.bob.status(), "the count")
    pair.bob.screenshot("refused-light")
    assert "may a viewer say this?" not in alice.texts()

    give_bob(pair, Role.EDITOR)
    bob.wait(lambda: bob.field().is_enabled(), "bob may write again")
    again = bob.frame.get_by_role("button", name="Try again")
    pair.bob.press(again, lambda: not again.count(), "it is sent again")
    alice.wait_text("may a viewer say this?")
    bob.wait(lambda: not bob.frame.locator(".unsent").count(), "it is sent")
    opened = pair.alice.page.locator(OPEN)
    pair.bob.comment_action("and comment on this?", "Try Again", lambda: opened.count() == 1)
    pair.bob.wait(lambda: thread_label(pair.bob) == "1 comment", "it is sent, in the same widget")
    pair.bob.delete_comment("and comment on this?")
    pair.alice.wait(lambda: pair.alice.page.locator(OPEN).count() == 0, "deleted")


def thread_label(window: Window) -> str:
    shown = window.page.locator(".review-widget .review-title .filename")
    return "".join(shown.all_inner_texts()[:1])


def test_a_waiting_comment_is_changed_and_discarded(
    pair: Pair, panels: tuple[Panel, Panel]
) -> None:
    del panels
    alice, bob = pair.alice, pair.bob
    with away(pair):
        bob.comment_on(6, "helo")
        bob.wait(lambda: "Waiting to be sent" in thread_label(bob), "it waits")
        bob.edit_comment("helo", "hello")
        bob.form_action("Save", lambda: bob.comments() == ["hello"])
        bob.comment_on(10, "a mistake")
        bob.wait(lambda: "a mistake" in bob.comments(), "it waits, too")
        bob.comment_action("a mistake", "Discard", lambda: "a mistake" not in bob.comments())
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the comment is there")
    alice.open_thread()
    alice.wait(lambda: alice.comments() == ["hello"], "the text of the comment")
    alice.delete_comment("hello")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")


def comments_of(pair: Pair) -> list[str]:
    """The comments that the server has."""
    found: list[str] = []

    def look(client: Client) -> list[ChangeRole]:
        found.extend(thread.content for thread in client.replica.threads.values())
        return []

    as_host(pair.server, look)
    return found


def test_two_presses_send_a_comment_once(pair: Pair, panels: tuple[Panel, Panel]) -> None:
    del panels
    alice, bob = pair.alice, pair.bob
    bob.begin_comment(6, "once only")
    bob.form_button("Comment").evaluate(PRESSES_SCRIPT)
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the comment is there")
    bob.say("after the comment")
    alice.wait(lambda: "after the comment" in alice.heard(), "whatever bob sent before is there")
    assert comments_of(pair) == ["once only"]
    bob.delete_comment("once only")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 0, "deleted")


def test_what_is_refused_at_once_comes_back_into_the_field(
    pair: Pair, panels: tuple[Panel, Panel]
) -> None:
    _, bob = panels
    with asleep(pair.bob):
        bob.send("said a moment too late")
        bob.wait(lambda: "Sending" in bob.frame.locator(".typing").inner_text(), "it says so")
        give_bob(pair, Role.VIEWER)
    bob.wait(lambda: bob.field().input_value() == "said a moment too late", "the draft is back")
    assert "Not sent: " in bob.frame.locator(".composer .refusal").inner_text()
    pair.bob.screenshot("chat-returned-light")
    give_bob(pair, Role.EDITOR)
    bob.wait(lambda: bob.field().is_enabled(), "bob may write again")
    bob.enter()
    bob.wait_text("said a moment too late")
    bob.wait(lambda: not bob.frame.locator(".composer .refusal").count(), "no refusal")
