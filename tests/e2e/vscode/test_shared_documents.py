"""Shared files: people write in one text at the same time, each in their own VS Code."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Final

import pytest

from .conftest import Pair
from .driver import TRY_MS
from .test_follow import FRAME_SCRIPT, follow, is_following
from .test_neovim import NeovimThread, nina
from .test_roles import change_role
from .window import OPEN, Window

__all__ = ["nina"]

DOCUMENT_STATUS: Final = '.part.statusbar .statusbar-item[id="peerline.peerline.document"]'
LABEL_SCRIPT: Final = "(items) => items.map((item) => item.getAttribute('aria-label') ?? '')"
FILE: Final = "shared.txt"
TEXT: Final = "one\ntwo\nthree\n"
Share = Callable[..., None]


def text(window: Window) -> str:
    """The text of the active editor, which is short enough to be seen as a whole."""
    return "\n".join(line for _, line in window.lines())


def status(window: Window) -> str:
    """The item of the shared file in the status bar, as a screen reader has it."""
    # In one look: the item may go at any moment.
    labels = window.page.locator(f"{DOCUMENT_STATUS}:visible a").evaluate_all(LABEL_SCRIPT)
    return labels[0] if labels else ""


def is_shared(window: Window) -> bool:
    return "Everybody writes" in status(window)


def write_file(window: Window, content: str) -> None:
    (window.server.workspace / FILE).write_text(content, newline="")


def type_at_once(alice: Window, alices: str, bob: Window, bobs: str) -> None:
    """Each presses the next key while the other's is still under way."""
    for one, other in zip_longest(alices, bobs):
        for window, key in ((alice, one), (bob, other)):
            if key is not None:
                window.page.keyboard.press("Enter" if key == "\n" else key)


def undo_all(window: Window, done: Callable[[], bool]) -> None:
    """Take back one step after another, of which a pause between two keys makes more."""

    def is_done() -> bool:
        window.keys("Control+z")
        return window.comes(done, 0.5)

    window.wait(is_done, "everything of one's own is taken back")


def wait_saved(alice: Window, bob: Window) -> None:
    """Bob saves, and alice is told: of the first of many saves, as VS Code saves at pauses, too."""
    bob.keys("Control+s")
    alice.wait_status(f"bob saved {FILE}")


def wait_equal(windows: tuple[Window, ...], *parts: str) -> str:
    """Wait until all have the same text, with these parts; return it."""
    first, *others = windows

    def agree() -> str | None:
        found = text(first)
        is_same = all(text(window) == found for window in others)
        return found if is_same and all(part in found for part in parts) else None

    return first.wait(agree, f"the same text with {parts}")


@pytest.fixture
def share(pair: Pair) -> Iterator[Share]:
    """Alice shares a file of which bob has the same text, or another one, or none."""

    def begin(alices: str = TEXT, bobs: str | None = TEXT) -> None:
        write_file(pair.alice, alices)
        if bobs is not None:
            write_file(pair.bob, bobs)
            pair.bob.open_file(FILE)
        pair.alice.open_file(FILE)
        pair.alice.command("Peerline: Share This File")
        pair.alice.wait(lambda: is_shared(pair.alice), "alice's file is shared")

    yield begin
    if status(pair.alice):
        pair.alice.command("Peerline: Stop Sharing This File")
    for window in (pair.alice, pair.bob):
        window.wait(lambda window=window: not status(window), "nothing is shared")
        if window.active_tab() == FILE:
            window.command("View: Revert and Close Editor")
        window.wait(lambda window=window: window.active_tab() != FILE, "it is closed")
        (window.server.workspace / FILE).unlink(missing_ok=True)


def test_two_people_write_at_once_and_undo_their_own(pair: Pair, share: Share) -> None:
    alice, bob = pair.alice, pair.bob
    share(bobs=TEXT.replace("\n", "\r\n"))
    bob.wait_toast(f"alice shared {FILE}. You have it open: what you type is shared.")
    alice.go_to(1, 4)
    bob.go_to(3, 1)
    alices, bobs = " by alice\nand more", "bob writes\n"
    type_at_once(alice, alices, bob, bobs)
    both = wait_equal((alice, bob), *alices.split("\n"), bobs.strip())
    assert both == f"one{alices}\ntwo\n{bobs}three\n"
    alice.wait(lambda: "Open by bob" in status(alice), "who has it open")
    alice.wait(lambda: "bob" in alice.flags(), "bob's cursor")
    alice.command("Peerline: Who Wrote This")
    alice.wait(lambda: "bob" in alice.page.evaluate(LABELS_SCRIPT), "bob's name at his lines")
    for window in (alice, bob):
        window.screenshot(f"shared-{window.name}")
    alice.command("Peerline: Who Wrote This")
    alice.wait(lambda: not alice.page.evaluate(LABELS_SCRIPT), "no names any more")

    alice.go_to(5, 1)
    undo_all(alice, lambda: text(alice).startswith("one\ntwo\n"))
    alice.wait(lambda: "Ln 1, Col 4" in alice.status_bar(), "the cursor is where it was undone")
    assert wait_equal((alice, bob), "bob writes") == f"one\ntwo\n{bobs}three\n"
    wait_saved(alice, bob)
    saved = bob.server.workspace / FILE
    wanted = f"one\ntwo\n{bobs}three\n".replace("\n", "\r\n").encode()
    bob.wait(lambda: saved.read_bytes() == wanted, "the file has the text with its own line ends")

    alice.command("Peerline: Stop Sharing This File")
    for window in (alice, bob):
        window.wait_toast(f"{FILE} is no longer shared.")
    alice.focus_editor()
    alice.page.keyboard.type("mine")
    alice.say("typed after the end")
    bob.wait(lambda: "typed after the end" in bob.heard(), "everything of alice has arrived")
    assert "mine" not in text(bob)
    assert "mine" in text(alice)


LABELS_SCRIPT: Final = """
() => [...document.querySelectorAll('.editor-group-container.active .view-line span')]
  .map((span) => getComputedStyle(span, '::after'))
  .filter(({ fontStyle, content }) => fontStyle === 'italic' && content !== 'none')
  .map(({ content }) => content.slice(1, -1))
"""


BADGE_SCRIPT: Final = "(label) => getComputedStyle(label, '::after').content"


def marks(window: Window) -> list[tuple[bool, bool]]:
    """In the tab and in the explorer: whether the shared file has its badge, and its reason."""
    found: list[tuple[bool, bool]] = []
    for place in (".tabs-container", ".explorer-folders-view"):
        label = window.page.locator(f"{place} .monaco-icon-label").filter(has_text=FILE).first
        reason = label.evaluate("(label) => label.closest('[aria-label]')?.ariaLabel ?? ''")
        found.append(("⇄" in label.evaluate(BADGE_SCRIPT), "Shared with the session" in reason))
    return found


def test_a_shared_file_has_a_badge_until_it_is_no_longer_shared(pair: Pair, share: Share) -> None:
    share()
    for window in (pair.alice, pair.bob):
        window.command("View: Show Explorer")
        window.wait(
            lambda window=window: marks(window) == [(True, True)] * 2, "the badge with its reason"
        )
    pair.alice.command("Peerline: Stop Sharing This File")
    for window in (pair.alice, pair.bob):
        window.wait(lambda window=window: marks(window) == [(False, False)] * 2, "the badge goes")
        window.command("Peerline: Focus on Chat View")


def test_a_text_that_differs_is_not_touched_until_its_owner_chooses(
    pair: Pair, share: Share
) -> None:
    alice, bob = pair.alice, pair.bob
    share(bobs="one\nmy own line\nthree\n")
    question = f"Your {FILE} differs from the text that alice shares"
    bob.wait_toast(question)
    assert text(bob) == "one\nmy own line\nthree\n"
    bob.toast_button(question, "Compare")
    differences = bob.page.locator(".editor-group-container.active .diffOverview")
    bob.wait(differences.count, "a diff")
    both = {"two", "my own line"}
    bob.wait(lambda: both <= {line for _, line in bob.lines()}, "the lines of both")
    bob.screenshot("shared-differences-light")
    bob.toast_button(question, "Offer Mine")
    bob.wait(lambda: not differences.count(), "no diff any more")
    bob.wait(lambda: is_shared(bob), "bob has joined")
    assert wait_equal((alice, bob), "my own line") == "one\nmy own line\nthree\n"

    # What was closed with nothing of one's own in it joins again without a question.
    bob.command("View: Close Editor")
    bob.wait(lambda: bob.active_tab() != FILE, "it is closed")
    alice.wait(lambda: "Nobody else has it open" in status(alice), "bob has closed it")
    alice.go_to(1, 1)
    alice.page.keyboard.type("meanwhile ")
    bob.open_file(FILE)
    assert wait_equal((alice, bob), "meanwhile") == "meanwhile one\nmy own line\nthree\n"


def test_without_a_copy_one_writes_and_as_a_viewer_reads_along(pair: Pair, share: Share) -> None:
    alice, bob = pair.alice, pair.bob
    share(bobs=None)
    bob.toast_button(f"alice shared {FILE}.", "Open")
    bob.wait(lambda: bob.active_tab() == FILE, "it is open")
    bob.wait(lambda: is_shared(bob), "bob has joined")
    assert text(bob) == TEXT
    bob.go_to(2, 4)
    bob.page.keyboard.type(" by bob")
    wait_equal((alice, bob), "two by bob")
    wait_saved(alice, bob)
    assert not (bob.server.workspace / FILE).exists()

    change_role(alice, "bob", "Viewer")
    bob.wait(lambda: "Viewers cannot edit" in status(bob), "bob is told why")
    bob.go_to(1, 1)
    bob.page.keyboard.type("no")
    bob.page.get_by_text("editor is read-only").first.wait_for()
    bob.screenshot("shared-viewer-light")
    alice.go_to(1, 1)
    alice.page.keyboard.type("alice ")
    assert wait_equal((alice, bob), "alice ") == "alice one\ntwo by bob\nthree\n"
    change_role(alice, "bob", "Editor")
    bob.wait(lambda: is_shared(bob), "bob may write again")
    bob.go_to(3, 1)
    bob.page.keyboard.type("bob ")
    assert wait_equal((alice, bob), "bob three") == "alice one\ntwo by bob\nbob three\n"


def test_without_a_copy_one_follows_into_the_shared_file_and_comments_in_it(
    pair: Pair, share: Share
) -> None:
    alice, bob = pair.alice, pair.bob
    share(bobs=None)
    alice.go_to(3, 1)
    follow(bob, "alice")
    bob.wait(lambda: bob.active_tab() == FILE, "bob is in the file that he does not have")
    # The tab is there before the text.
    bob.wait(lambda: text(bob) == TEXT, "the shared text")
    bob.wait(lambda: bob.page.evaluate(FRAME_SCRIPT) > 0, "the frame")
    bob.focus_editor()
    bob.keys("ArrowDown")
    bob.wait(lambda: not is_following(bob), "no longer following")
    bob.go_to(2, 1)
    bob.command("Peerline: Add Comment")
    bob.send_comment("Is two enough?")
    alice.wait(lambda: alice.page.locator(OPEN).count() == 1, "the thread's sign at alice")
    alice.open_thread()
    alice.wait(lambda: alice.comments() == ["Is two enough?"], "the comment at alice")
    alice.reply("For now")
    bob.wait(lambda: bob.comments() == ["Is two enough?", "For now"], "the reply at bob")
    # Hosts delete what others wrote.
    for comment in ("For now", "Is two enough?"):
        alice.delete_comment(comment)
        bob.wait(lambda gone=comment: gone not in bob.comments(), f"{comment} is deleted")
    assert not (bob.server.workspace / FILE).exists()
    # What follows is about the file, not about a comment.
    alice.focus_editor()


def test_neovim_and_vscode_write_in_one_file(pair: Pair, share: Share, nina: NeovimThread) -> None:
    alice = pair.alice
    nina.do(lambda editor: (editor.folder / FILE).write_text(TEXT))
    share(bobs=None)
    nina.do(lambda editor: editor.edit(FILE))
    alice.go_to(1, 1)
    alice.page.keyboard.type("VS Code ")
    nina.do(
        lambda editor: editor.wait(lambda: editor.api.current.line == "VS Code one", "alice's text")
    )
    nina.do(lambda editor: editor.keys("GoNeovim<Esc>"))
    alice.wait(lambda: text(alice) == "VS Code one\ntwo\nthree\nNeovim\n", "nina's text")


def test_another_version_on_the_disk_is_asked_about_and_a_renamed_file_stays_shared(
    pair: Pair, share: Share
) -> None:
    alice, bob = pair.alice, pair.bob
    share()
    bob.wait(lambda: is_shared(bob), "bob has joined")
    write_file(bob, "another\nversion\nof it\n")
    question = f"{FILE} has changed on the disk"
    bob.wait_toast(question)
    alice.go_to(1)
    alice.page.keyboard.type("alice ")
    bob.toast_button(question, "Use the Shared Text")
    assert wait_equal((alice, bob), "alice") == "alice one\ntwo\nthree\n"

    renamed = alice.server.workspace / "renamed.txt"
    alice.command("File: Reveal Active File in Explorer View")
    field = alice.page.locator(".explorer-folders-view .monaco-inputbox input")
    alice.act(lambda: alice.keys("F2"), field.count, "the field of the name")
    alice.act(
        lambda: field.fill(renamed.name, timeout=TRY_MS),
        lambda: field.input_value(timeout=TRY_MS) == renamed.name,
        "the new name",
    )
    field.press("Enter")
    alice.wait(lambda: alice.active_tab() == renamed.name, "it has the new name")
    alice.wait(lambda: is_shared(alice), "it is still shared")
    bob.wait(lambda: f"as {renamed.name}" in status(bob), "bob knows its new name")
    bob.go_to(2)
    bob.page.keyboard.type("bob ")
    assert wait_equal((alice, bob), "bob two") == "alice one\nbob two\nthree\n"
    alice.command("Peerline: Stop Sharing This File")
    alice.wait(lambda: not status(alice), "it is no longer shared")
    alice.command("View: Revert and Close Editor")
    renamed.unlink()


REFUSED: Final = (
    ("large.txt", b"x" * 2**21 + b"\n", "it is too large: a shared file has at most 1 MiB"),
    ("data.bin", b"a\0b\n", "it is binary"),
    ("latin.txt", "café\n".encode("latin-1"), "it is not UTF-8: save it as UTF-8"),
    ("ends.txt", b"one\rtwo\nthree\n", "its lines end in different ways"),
    ("locked.txt", b"one\n", "it is read-only: make it writable"),
    (".env", b"TOKEN=1\n", "it is a file that stays private"),
)


def test_what_cannot_be_shared_is_refused_with_the_reason_and_stays_as_it_is(
    pair: Pair, share: Share
) -> None:
    alice, bob = pair.alice, pair.bob
    share()
    bob.wait(lambda: is_shared(bob), "bob has joined")
    for name, content, reason in REFUSED:
        path = bob.server.workspace / name
        path.write_bytes(content)
        if name == "locked.txt":
            path.chmod(0o444)
        bob.open_file(name)
        bob.command("Peerline: Share This File")
        bob.wait_toast(reason)
        assert not status(bob)
        assert path.read_bytes() == content
        bob.command("View: Close Editor")
        path.unlink()
    bob.command("File: New Untitled Text File")
    bob.wait(lambda: bob.active_tab().startswith("Untitled"), "a text without a file")
    bob.command("Peerline: Share This File")
    bob.wait_toast("Save the file in one of the open folders before you share it.")
    bob.command("View: Close Editor")

    pair.server.kill()
    bob.open_file("notes.txt")
    bob.wait(lambda: "reconnecting" in bob.status(), "there is no connection")
    bob.command("Peerline: Share This File")
    bob.wait_toast("There is no connection to the session. Share the file when you are connected.")
    bob.open_file(FILE)
    for window, line in ((alice, 1), (bob, 2)):
        window.wait(lambda window=window: "no connection" in status(window), "it is said")
        window.go_to(line)
        window.page.keyboard.type(f"{window.name} ")
    pair.server.start()
    assert wait_equal((alice, bob), "alice one", "bob two") == "alice one\nbob two\nthree\n"
