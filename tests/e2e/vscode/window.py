"""One window of VS Code in a real Chromium, driven as a person would: keys, clicks and eyes."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from playwright.sync_api import Browser, Dialog, Error, Frame, Locator, Page

from .code_server import CodeServer
from .polling import SECONDS, wait_for

T = TypeVar("T")

LOAD_MS: Final = 180_000
ACTION_MS: Final = 60_000
EDITOR: Final = '.editor-group-container.active .monaco-editor[role="code"]'
QUICK_INPUT: Final = '.quick-input-widget:not([style*="display: none"])'
THEMES: Final = {
    "dark": ("Default Dark Modern", "vs-dark"),
    "light": ("Default Light Modern", "vs"),
}
"""What the settings call a theme, and the class that the workbench has with it."""
STATUS: Final = '.part.statusbar .statusbar-item[id="peerline.peerline.session"]'
OPEN: Final = ".comment-range-glyph.comment-thread-unresolved"
"""The sign of an open thread in the gutter."""
TOASTS: Final = ".notifications-toasts .notification-list-item-message"

# What a decoration draws beside the text is a pseudo-element: only its computed style tells of it.
MARKS_SCRIPT: Final = """
() => {
  const marks = [];
  for (const line of document.querySelectorAll('.editor-group-container.active .view-line')) {
    for (const span of line.querySelectorAll('span')) {
      for (const which of ['::before', '::after']) {
        const style = getComputedStyle(span, which);
        const isDrawn = style.content !== "none" && style.content !== "normal";
        if (isDrawn && style.position === "absolute") {
          marks.push({
            which,
            top: Math.round(line.getBoundingClientRect().top),
            left: Math.round(span.getBoundingClientRect().left),
            content: style.content.slice(1, -1),
            border: style.borderLeftColor,
            background: style.backgroundColor,
            color: style.color,
            opacity: style.opacity,
          });
        }
      }
    }
  }
  return marks;
}
"""
LINES_SCRIPT: Final = """
() => [...document.querySelectorAll('.editor-group-container.active .view-line')]
  .map((line) => [Math.round(line.getBoundingClientRect().top), line.textContent])
  .sort((a, b) => a[0] - b[0])
"""
SELECTIONS_SCRIPT: Final = """
() => [...document.querySelectorAll('.editor-group-container.active .view-overlays .cdr')]
  .map((element) => ({
    background: getComputedStyle(element).backgroundColor,
    border: getComputedStyle(element).borderLeftWidth,
    width: element.getBoundingClientRect().width,
    top: Math.round(element.getBoundingClientRect().top),
  }))
"""


class Window:
    """A page with the workbench in it."""

    def __init__(
        self,
        browser: Browser,
        server: CodeServer,
        name: str,
        screenshots: Path,
        *,
        size: tuple[int, int] = (1280, 800),
        scale: float = 1,
        time_zone: str | None = None,
    ) -> None:
        self.server = server
        self.name = name
        self._screenshots = screenshots
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            timezone_id=time_zone,
        )
        self._context.grant_permissions(["clipboard-read", "clipboard-write"])
        self._context.set_default_timeout(ACTION_MS)
        self.page: Page = self._context.new_page()
        self.dialogs: list[str] = []
        self.page.on("dialog", self._on_dialog)

    def _on_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.accept()

    def open(self, file: str | None = None, workspace: Path | None = None) -> None:
        """Load the workbench and wait until the extension runs."""
        self.page.goto(self.server.url(file, workspace), timeout=LOAD_MS)
        self.page.wait_for_selector(STATUS, timeout=LOAD_MS)
        if file is not None:
            self.page.wait_for_selector(EDITOR, timeout=LOAD_MS)

    def close(self) -> None:
        self._context.close()

    def wait(self, condition: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
        """Poll while the page goes on; a failure leaves a picture."""
        try:
            return wait_for(condition, f"{self.name}: {what}", seconds=seconds, pause=self._pause)
        except AssertionError:
            self.screenshot(f"failed-{self.name}")
            raise

    def _pause(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    def screenshot(self, name: str) -> Path:
        """A picture of the window, kept for people to look at."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    # --- doing ---------------------------------------------------------------------------------

    def command(self, title: str) -> None:
        """Run a command by the palette."""
        box = self.page.locator(f"{QUICK_INPUT} .quick-input-box input")
        row = self.page.locator(f"{QUICK_INPUT} .monaco-list-row").filter(has_text=title).first

        def is_chosen() -> bool:
            # It closes when something else takes the focus, such as a file that is being opened.
            self.page.keyboard.press("F1")
            with suppress(Error):
                box.fill(f">{title}", timeout=5000)
                row.click(timeout=5000)
                return True
            return False

        self.wait(is_chosen, f"the command {title!r}")

    def answer(self, text: str, title: str = "") -> None:
        """Type into the input box with this title, and confirm."""
        if title:
            shown = self.page.locator(f"{QUICK_INPUT} .quick-input-title")
            self.wait(lambda: title in shown.inner_text(), f"the input box {title!r}")
        box = self.page.locator(f"{QUICK_INPUT} .quick-input-box input")
        box.wait_for()
        box.fill(text)
        self.page.keyboard.press("Enter")

    def pick(self, label: str) -> None:
        """Choose a row of the quick pick that is open."""
        self.page.locator(f"{QUICK_INPUT} .monaco-list-row").filter(has_text=label).first.click()

    def open_file(self, file: str) -> None:
        """Open a file of the workspace."""
        self.page.keyboard.press("Control+P")
        self.page.locator(f"{QUICK_INPUT} .quick-input-box input").fill(file)
        name = file.rpartition("/")[2]
        self.pick(name)
        self.wait(lambda: self.active_tab() == name, f"{file} is open")

    def focus_editor(self) -> None:
        self.command("View: Focus Active Editor Group")

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor somewhere, 1-based."""
        box = self.page.locator(f"{QUICK_INPUT} .quick-input-box input")
        place = f"Ln {line}, Col {column}"

        def is_there() -> bool:
            self.page.keyboard.press("Control+G")
            with suppress(Error):
                box.fill(f":{line}:{column}", timeout=5000)
                box.press("Enter", timeout=5000)
                self.focus_editor()
                self.page.get_by_text(place).first.wait_for(timeout=5000)
            return place in self.status_bar()

        self.wait(is_there, f"at {line}:{column}")

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def click_dialog(self, button: str) -> None:
        """Press a button of a modal dialog."""
        self.page.locator(".monaco-dialog-box .monaco-button", has_text=button).first.click()

    def toast_button(self, text: str, button: str) -> None:
        """Press a button of the notification with this text."""
        item = self.page.locator(".notifications-toasts .notification-list-item")
        item.filter(has_text=text).locator(".monaco-button", has_text=button).first.click()

    def join(self, link: str) -> None:
        """Join a session by its link."""
        self.command("Peerline: Join Session…")
        self.answer(link, "Join Session")
        self.wait_joined()

    def leave(self) -> None:
        """Leave the session, if one is in one."""
        if self.is_in_session():
            self.command("Peerline: Leave Session")
            self.wait(lambda: not self.is_in_session(), "left")

    def is_in_session(self) -> bool:
        return bool(re.search(r"\d+ (person|people)", self.status()))

    def use_theme(self, name: str) -> None:
        """Have one of the `THEMES`."""
        theme, kind = THEMES[name]
        if not self.page.locator(f".monaco-workbench.{kind}").count():
            self.set_theme(theme.removeprefix("Default "))
        self.wait(self.page.locator(f".monaco-workbench.{kind}").count, f"the theme {theme}")

    def set_theme(self, theme: str) -> None:
        """Choose a colour theme from the list."""
        self.command("Preferences: Color Theme")
        self.page.locator(f"{QUICK_INPUT} .quick-input-box input").fill(theme)
        self.pick(theme)

    def wait_joined(self) -> None:
        self.wait(self.is_in_session, "joined")

    def comment_on(self, line: int, text: str) -> None:
        """Press + beside a line number, write, and send."""
        number = self.page.locator(
            ".editor-group-container.active .margin-view-overlays .line-numbers"
        ).get_by_text(str(line), exact=True)
        box = number.first.bounding_box()
        assert box is not None
        place = (box["x"] + box["width"] + 9, box["y"] + box["height"] / 2)
        self.page.mouse.move(*place)
        self.page.mouse.click(*place)
        self.page.locator(".review-widget .comment-form .monaco-editor.focused").wait_for()
        self.page.keyboard.insert_text(text)
        self.form_action("Comment")

    def open_thread(self) -> None:
        """Unfold the thread whose sign is in the gutter."""
        glyph = self.page.locator(".comment-range-glyph[class*=comment-thread]").first
        while not self.threads().count():
            # A press while the editor draws its lines anew is lost.
            glyph.click()
            with suppress(Error):
                self.threads().first.wait_for(timeout=10_000)

    def reply(self, text: str) -> None:
        """Answer in the open thread."""
        button = self.page.locator(".review-widget .review-thread-reply-button:visible")
        form = self.page.locator(".review-widget .comment-form .monaco-editor:visible")
        button.or_(form).first.wait_for()
        if button.count():
            button.first.click()
        form.first.click()
        self.page.keyboard.insert_text(text)
        self.form_action("Reply")

    def form_action(self, label: str) -> None:
        """Press a button under a comment's form."""
        forms = self.page.locator(".review-widget .form-actions .monaco-text-button:visible")
        forms.filter(has_text=label).first.click()

    def thread_action(self, label: str) -> None:
        """Press a button in the head of the open thread."""
        self.page.locator(f'.review-widget .review-actions a[aria-label="{label}"]').first.click()

    def comment_action(self, comment: str, label: str) -> None:
        """Press a button of one comment of the open thread."""
        shown = self.page.locator(".review-comment").filter(has_text=comment).first
        shown.hover()
        shown.locator(f'.comment-actions a[aria-label="{label}"]').first.click()

    # --- seeing --------------------------------------------------------------------------------

    def status(self) -> str:
        """The text of Peerline's item in the status bar, and what a screen reader says of it."""
        item = self.page.locator(STATUS)
        label = item.locator("a").first.get_attribute("aria-label") or ""
        return f"{item.inner_text()} | {label}"

    def status_bar(self) -> str:
        return self.page.locator(".part.statusbar").inner_text().replace("\xa0", " ")

    def active_tab(self) -> str:
        tab = self.page.locator(".editor-group-container.active .tab.active")
        return (tab.first.get_attribute("data-resource-name") or "") if tab.count() else ""

    def toasts(self) -> list[str]:
        return self.page.locator(TOASTS).all_inner_texts()

    def wait_toast(self, text: str) -> None:
        self.wait(lambda: any(text in toast for toast in self.toasts()), f"the message {text!r}")

    def lines(self) -> list[tuple[int, str]]:
        """The visible lines of the active editor: where they are, and their text."""
        found = self.page.evaluate(LINES_SCRIPT)
        return [(top, text.replace("\xa0", " ")) for top, text in found]

    def marks(self) -> list[dict[str, Any]]:
        """What is drawn beside the text: cursors (`::before`) and flags (`::after`)."""
        tops = dict(self.lines())
        marks = self.page.evaluate(MARKS_SCRIPT)
        return [{**mark, "line": tops.get(mark["top"], "")} for mark in marks]

    def cursors(self) -> list[dict[str, Any]]:
        return [mark for mark in self.marks() if mark["which"] == "::before"]

    def flags(self) -> dict[str, dict[str, Any]]:
        """The name flags by their text."""
        return {mark["content"]: mark for mark in self.marks() if mark["which"] == "::after"}

    def selections(self) -> list[dict[str, Any]]:
        return self.page.evaluate(SELECTIONS_SCRIPT)

    def tree(self) -> list[str]:
        """The rows of the participants tree."""
        rows = self.page.locator(".pane", has_text="Participants").locator(".monaco-list-row")
        return [row.replace("\n", " ") for row in rows.all_inner_texts()]

    def tree_row(self, text: str) -> Locator:
        pane = self.page.locator(".pane", has_text="Participants")
        return pane.locator(".monaco-list-row").filter(has_text=text).first

    def threads(self) -> Locator:
        """The comment threads that are open in the editor."""
        return self.page.locator(".zone-widget .review-widget")

    def comments(self) -> list[str]:
        """The comments of the open threads."""
        return self.page.locator(".review-comment .comment-body").all_inner_texts()

    def chat(self) -> Frame:
        """The chat panel's page."""
        return self.frame_with('textarea[aria-label="Message"]')

    def say(self, text: str) -> None:
        """Write in the chat and send."""
        self.command("Peerline: Focus on Chat View")
        box = self.chat().locator('textarea[aria-label="Message"]')
        box.click()
        box.fill(text)
        self.page.keyboard.press("Enter")

    def heard(self) -> list[str]:
        """The texts of the chat's messages."""
        return self.chat().locator("article .text").all_inner_texts()

    def frame_with(self, selector: str) -> Frame:
        """The frame of a webview that has an element."""

        def find() -> Frame | None:
            for frame in self.page.frames:
                try:
                    if frame.locator(selector).count():
                        return frame
                except Error:
                    continue  # it is being loaded
            return None

        found = self.wait(find, f"a webview with {selector}")
        assert found is not None
        return found
