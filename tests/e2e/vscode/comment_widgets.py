"""VS Code's own comment widgets: threads, forms and what can be pressed in them.

A widget is rendered again whenever its thread changes, and a press or a key may be lost with what
it was meant for. Each action is therefore done until its effect is there.
"""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Locator

from .driver import TRY_MS
from .notifications import Notifications

OPEN: Final = ".comment-range-glyph.comment-thread-unresolved"
"""The sign of an open thread in the gutter."""
WHOLE_CHARACTERS: Final = 200
"""A text of up to this many characters is seen whole in a form; of a longer one a part."""

_WIDGET: Final = ".zone-widget .review-widget"
_FORM: Final = ".comment-form .monaco-editor:visible"
_NEW: Final = f"{_WIDGET}:not(:has(.review-comment))"
"""A thread that has no comment yet."""
_AT_SCRIPT: Final = """
([x, y]) => document.elementFromPoint(x, y)?.className.includes?.('line-hover') ?? false
"""
_WRITTEN_SCRIPT: Final = """
(lines) => [...lines.querySelectorAll('.view-line')]
  .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
  .map((line) => line.textContent)
  .join('')
"""


class CommentWidgets(Notifications):
    """A page in which comments are read and written."""

    # --- seeing --------------------------------------------------------------------------------

    def threads(self) -> Locator:
        """The comment threads that are open in the editor."""
        return self.page.locator(_WIDGET)

    def comments(self) -> list[str]:
        """The comments of the open threads."""
        return self.page.locator(".review-comment .comment-body").all_inner_texts()

    # --- doing ---------------------------------------------------------------------------------

    def comment_on(self, line: int, text: str) -> None:
        """Press + beside a line number, write, and send."""
        self.begin_comment(line, text)
        self.form_action("Comment", lambda: not self.page.locator(_NEW).count())

    def begin_comment(self, line: int, text: str) -> Locator:
        """Press + beside a line number, and write; the form."""
        self.act(lambda: self._press_plus(line), self.new_form().count, f"a form at line {line}")
        form = self.new_form().first
        self.write(form, text)
        return form

    def send_comment(self, text: str) -> None:
        """Write in the form of a new thread, and send."""
        self.write(self.new_form().first, text)
        self.form_action("Comment", lambda: not self.page.locator(_NEW).count())

    def open_thread(self) -> None:
        """Unfold the thread whose sign is in the gutter."""
        glyph = self.page.locator(".comment-range-glyph[class*=comment-thread]").first
        self.press(glyph, self.threads().count, "the thread is open")

    def reply(self, text: str) -> None:
        """Answer in the open thread."""
        button = self.page.locator(".review-widget .review-thread-reply-button:visible")
        form = self.page.locator(f".review-widget {_FORM}")
        self.press(button.first, form.count, "a form to reply in")
        self.write(form.first, text)
        self.form_action("Reply", lambda: not form.count())

    def write(self, form: Locator, text: str) -> None:
        """Have this text, and nothing else, in a form."""
        wanted = "".join(text.split())

        def has_text() -> bool:
            written = form.locator(".view-lines").first.evaluate(_WRITTEN_SCRIPT, timeout=TRY_MS)
            shown = "".join(written.split())
            return bool(shown) and (
                shown in wanted if len(text) > WHOLE_CHARACTERS else shown == wanted
            )

        def write() -> None:
            form.click(timeout=TRY_MS)
            self.keys("Control+A")
            self.page.keyboard.insert_text(text)

        self.act(write, has_text, "the text in the form")

    def form_action(self, label: str, done: Callable[[], object]) -> None:
        """Press a button under a form until it has had its effect."""
        self.press(self.form_button(label), done, f"{label!r} has its effect")

    def form_button(self, label: str) -> Locator:
        """A button under a form."""
        buttons = self.page.locator(".review-widget .form-actions .monaco-text-button:visible")
        return buttons.filter(has_text=label).first

    def thread_action(self, label: str) -> None:
        """Press a button in the head of the open thread, which is another one then."""
        button = self.page.locator(f'.review-widget .review-actions a[aria-label="{label}"]')
        button.first.wait_for()
        self.press(button.first, lambda: not button.count(), f"{label!r} has its effect")

    def comment_action(self, comment: str, label: str, done: Callable[[], object]) -> None:
        """Press a button of one comment of the open thread until it has had its effect."""
        shown = self.page.locator(".review-comment").filter(has_text=comment).first

        def press() -> None:
            shown.hover(timeout=TRY_MS)
            button = shown.locator(f'.comment-actions a[aria-label="{label}"]')
            button.first.click(timeout=TRY_MS)

        self.act(press, done, f"{label!r} of {comment!r} has its effect")

    def edit_comment(self, comment: str, text: str) -> Locator:
        """Write another text for a comment, without saving it; the form."""
        form = self.page.locator(".review-comment .edit-container .monaco-editor")
        self.comment_action(comment, "Edit", form.count)
        self.write(form.first, text)
        return form

    def delete_comment(self, comment: str) -> None:
        """Delete a comment of the open thread for everybody."""
        dialog = self.page.locator(".monaco-dialog-box")
        shown = self.page.locator(".review-comment").filter(has_text=comment)
        self.comment_action(comment, "Delete", dialog.count)
        self.click_dialog("Delete")
        self.wait(lambda: not shown.count(), f"{comment!r} is deleted")

    def click_dialog(self, button: str) -> None:
        """Press a button of a modal dialog."""
        dialog = self.page.locator(".monaco-dialog-box")
        pressed = dialog.locator(".monaco-button", has_text=button).first
        pressed.wait_for()
        self.press(pressed, lambda: not pressed.count(), f"{button!r} in the dialog")

    def new_form(self) -> Locator:
        """The form of a thread that is not there yet."""
        return self.page.locator(f"{_NEW} {_FORM}")

    def _press_plus(self, line: int) -> None:
        number = self.page.locator(
            ".editor-group-container.active .margin-view-overlays .line-numbers"
        ).get_by_text(str(line), exact=True)
        box = number.first.bounding_box(timeout=TRY_MS)
        if box is None:
            return  # the numbers are being drawn again
        place = (box["x"] + box["width"] + 9, box["y"] + box["height"] / 2)
        self.page.mouse.move(*place)
        # The sign is there once the extension has said that the line may be commented on.
        if self.comes(lambda: self.page.evaluate(_AT_SCRIPT, place), TRY_MS / 1000):
            self.page.mouse.click(*place)
