"""Comments on lines, by VS Code's own comment widgets."""

from collections.abc import Iterator

import pytest

from .conftest import Pair
from .window import OPEN, Window

RESOLVED = ".comment-range-glyph.comment-thread"


@pytest.fixture
def pair(pair: Pair) -> Iterator[Pair]:
    yield pair
    # The next test begins with a file without threads.
    for window in (pair.alice, pair.bob):
        window.keys("Escape")
    pair.alice.command("Comments: Collapse All Comments")
    pair.bob.command("Comments: Collapse All Comments")


def reactions(window: Window) -> list[str]:
    found = window.page.locator(".comment-reactions a:not(.codicon)").all_inner_texts()
    return [text.replace("\n", "") for text in found]


def test_a_thread_from_gutter_to_resolution(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.comment_on(6, "Could be `faster`")
    alice.wait(lambda: alice.comments() == ["Could be faster"], "alice's own thread")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 1, "the thread's sign at bob")
    bob.open_thread()
    bob.wait(lambda: bob.comments() == ["Could be faster"], "the comment at bob")
    bob.reply("Not for me")
    for window in (alice, bob):
        window.wait(lambda w=window: w.comments() == ["Could be faster", "Not for me"], "the reply")
    alice.wait_toast("bob replied: Not for me")

    party = bob.page.locator(".monaco-menu .action-menu-item", has_text="🎉").first
    picker = bob.page.locator(".review-comment .toolbar-toggle-pickReactions").first
    bob.press(picker, party.count, "the reactions to choose from")
    bob.press(party, lambda: reactions(bob) == ["🎉1"], "the reaction")
    alice.wait(lambda: reactions(alice) == ["🎉1"], "the reaction")
    given = bob.page.locator(".comment-reactions a:not(.codicon)").first
    bob.press(given, lambda: reactions(bob) == [], "the reaction is taken back")
    alice.wait(lambda: reactions(alice) == [], "the reaction is taken back")

    form = bob.edit_comment("Not for me", "Not for us")
    bob.form_action("Save", lambda: not form.count())
    alice.wait(lambda: "Not for us" in alice.comments(), "the edited reply")

    alice.thread_action("Resolve")
    for window in (alice, bob):
        window.wait(lambda w=window: w.page.locator(RESOLVED).count() == 1, "resolved")
        assert window.page.locator(OPEN).count() == 0
    # Who joins later has the sign of what was resolved before, too.
    bob.leave()
    bob.wait(lambda: bob.page.locator(RESOLVED).count() == 0, "no threads without a session")
    bob.join(pair.server.invite("editor"))
    bob.wait(lambda: bob.page.locator(RESOLVED).count() == 1, "resolved before bob joined")
    bob.open_thread()
    bob.thread_action("Reopen")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "open again")

    alice.open_thread()
    for comment in ("Not for us", "Could be faster"):
        alice.delete_comment(comment)
        bob.wait(lambda text=comment: text not in bob.comments(), f"{comment} is deleted")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "the thread has gone")


def test_a_selection_is_commented_on_as_a_whole(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.go_to(9, 1)
    bob.keys("Shift+ArrowDown", "Shift+End")
    bob.command("Peerline: Add Comment")
    bob.send_comment("Both lines, @alice")
    alice.wait_toast("bob mentions you: Both lines, @alice")
    assert alice.is_toast("bob mentions you: Both lines, @alice")
    alice.command("Comments: Focus on Comments View")
    listed = alice.page.locator(".comments-panel .monaco-list-row")
    alice.wait(lambda: any("Ln 9-10" in row for row in listed.all_inner_texts()), "the list")
    alice.open_thread()
    # Hosts delete what others wrote.
    alice.delete_comment("Both lines")
    alice.wait(lambda: not alice.is_toast("Both lines"), "nothing is said of it any more")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "the thread has gone")
    alice.command("View: Hide Panel")


def test_what_is_refused_stays_as_a_draft_until_it_can_be_sent(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    draft = bob.page.locator(".review-comment").filter(has_text="at most 8000 characters")
    bob.comment_on(6, "x" * 8001)
    bob.wait(lambda: draft.count() == 1, "a draft")
    assert "at most 8000 characters" in draft.inner_text()
    draft.hover()
    draft.locator('.comment-actions a[aria-label="Try Again"]').first.click()
    bob.wait(lambda: draft.count() == 1, "it is kept")
    bob.comment_action("at most 8000", "Discard", lambda: not bob.threads().count())
    assert alice.page.locator(OPEN).count() == 0


def test_what_is_refused_is_changed_where_it_is_and_sent(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.comment_on(6, "w" * 8001)
    refused = bob.page.locator(".review-comment").filter(has_text="at most 8000 characters")
    bob.wait(lambda: refused.count() == 1, "a draft")
    assert "content" not in refused.inner_text()
    bob.edit_comment("at most 8000", "z" * 8001)
    bob.form_action("Cancel", lambda: any("www" in text for text in bob.comments()))
    bob.edit_comment("at most 8000", "short enough")
    bob.form_action("Save", lambda: bob.comments() == ["short enough"])
    alice.open_thread()
    alice.wait(lambda: alice.comments() == ["short enough"], "it has arrived")

    bob.reply("v" * 8001)
    bob.wait(lambda: refused.count() == 1, "a draft of a reply")
    bob.edit_comment("at most 8000", "a short reply")
    bob.form_action("Save", lambda: bob.comments() == ["short enough", "a short reply"])
    alice.wait(lambda: "a short reply" in alice.comments(), "the reply")
    for comment in ("a short reply", "short enough"):
        bob.delete_comment(comment)
    alice.wait(lambda: alice.page.locator(OPEN).count() == 0, "deleted")


AVATAR = ".review-comment .avatar-container img.avatar"
MENTION = ".review-comment .comment-body span[style*='--vscode-peerline-']"


def test_names_are_completed_and_marked_beside_drawn_avatars(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    form = bob.begin_comment(6, "look, ")
    suggested = bob.page.locator(".suggest-widget.visible .monaco-list-row")

    def ask() -> None:
        bob.write(form, "look, ")
        bob.page.keyboard.type("@al")

    bob.act(ask, suggested.count, "names to choose from")
    assert "@alice" in suggested.first.inner_text()
    bob.keys("Enter")
    bob.page.keyboard.type("and @nobody")
    bob.form_action("Comment", lambda: bob.comments() == ["look, @alice and @nobody"])
    alice.toast_link("bob mentions you: look, @alice and @nobody", "Show")
    alice.wait(alice.comments, "the thread")
    for window in (alice, bob):
        window.wait(window.page.locator(AVATAR).count, "the avatar")
        source = window.page.locator(AVATAR).first.get_attribute("src")
        assert source is not None
        assert source.startswith("data:image/svg+xml;base64,")
        assert window.page.locator(MENTION).all_inner_texts() == ["@alice"]
        window.screenshot(f"mention-{window.name}")
    style = alice.page.locator(MENTION).get_attribute("style")
    assert style is not None
    assert style.startswith("background-color"), "the own name is on its color"
    bob.delete_comment("look")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 0, "deleted")


def test_a_suggestion_is_written_shown_and_applied(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    form = bob.begin_comment(6, "Shorter:")
    suggested = bob.page.locator(".suggest-widget.visible .monaco-list-row")

    def ask() -> None:
        bob.write(form, "Shorter:")
        bob.keys("Control+End", "Enter")
        bob.page.keyboard.type("```")

    bob.act(ask, suggested.count, "a block to choose")
    bob.keys("Enter")
    bob.page.keyboard.type("    return 2 + x")
    bob.form_action("Comment", lambda: any("Shorter" in text for text in bob.comments()))
    alice.open_thread()
    alice.wait(lambda: any("Suggested change" in text for text in alice.comments()), "it is shown")
    (text,) = alice.comments()
    assert "-    return x + 2" in text.replace("\xa0", " ")
    assert "+    return 2 + x" in text.replace("\xa0", " ")
    alice.screenshot("suggestion-dark")
    bob.screenshot("suggestion-light")

    def is_applied() -> bool:
        return any("return 2 + x" in line for _, line in alice.lines())

    alice.comment_action("Shorter", "Apply Suggestion", is_applied)
    assert not any("return x + 2" in line for _, line in alice.lines())
    alice.focus_editor()
    alice.keys("Control+Z")
    alice.wait(lambda: not is_applied(), "it can be undone")
    alice.delete_comment("Shorter")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")


def test_the_next_and_the_previous_comment_by_keys(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    for line in (6, 10):
        bob.comment_on(line, f"about line {line}")
        bob.wait(lambda n=line: f"about line {n}" in bob.comments(), "the thread")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 2, "both threads")
    alice.go_to(1)
    alice.focus_editor()
    for keys, line in (("Alt+n", 6), ("Alt+n", 10), ("Alt+n", 6), ("Alt+p", 10), ("Alt+p", 6)):
        alice.focus_editor()
        alice.keys("Control+K", keys)
        alice.wait(lambda n=line: f"Ln {n}," in alice.status_bar(), f"line {line}")
        alice.wait(lambda n=line: f"about line {n}" in alice.comments(), "it is unfolded")
    for line in (6, 10):
        alice.delete_comment(f"about line {line}")
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "deleted")


def test_an_edit_that_is_refused_stays_in_the_editor(pair: Pair) -> None:
    alice = pair.alice
    alice.comment_on(6, "short")
    alice.wait(lambda: alice.comments() == ["short"], "the thread")
    form = alice.edit_comment("short", "y" * 8001)
    refused = "The comment was not changed: The text can have at most 8000 characters."
    alice.form_action("Save", lambda: any(refused in toast for toast in alice.told()))
    alice.wait(lambda: "yyyy" in form.locator(".view-lines").inner_text(), "the text is there")
    focused = alice.page.locator(".review-comment .edit-container .monaco-editor.focused")
    alice.press(form, focused.count, "the form has the focus")
    alice.keys("Control+End", "Backspace")
    alice.form_action("Save", lambda: alice.comments() == ["y" * 8000])
    pair.bob.open_thread()
    pair.bob.wait(lambda: pair.bob.comments() == ["y" * 8000], "bob has it")
    alice.delete_comment("yyyy")
    pair.bob.wait(lambda: pair.bob.page.locator(OPEN).count() == 0, "deleted")


def test_a_comment_in_a_file_that_is_not_here_is_shown_with_the_code_it_quotes(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    (bob.server.workspace / "only_bob.py").write_text("first = 1\nsecond = 2\nthird = 3\n")
    bob.open_file("only_bob.py")
    bob.comment_on(2, "@alice why two?")
    alice.toast_link("bob mentions you", "Show")
    alice.wait(lambda: alice.active_tab() == "only_bob.py", "a text with the name of the file")
    alice.wait(lambda: [line for _, line in alice.lines()] == ["second = 2"], "the quoted code")
    alice.wait_toast("only_bob.py is not in a folder that is open here. This is the code that")
    alice.wait(lambda: alice.comments() == ["@alice why two?"], "the thread")
    alice.screenshot("comment-quoted-dark")
    alice.reply("because")
    bob.wait(lambda: bob.comments() == ["@alice why two?", "because"], "alice's reply")
    for comment in ("because", "@alice why two?"):
        (alice if comment == "because" else bob).delete_comment(comment)
    bob.wait(lambda: bob.page.locator(OPEN).count() == 0, "the thread has gone")
