"""One window of VS Code in a real Chromium, driven as a person would: keys, clicks and eyes."""

import re
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Error, Frame, Locator

from .comment_widgets import OPEN, CommentWidgets
from .driver import TRY_MS
from .quick_input import EDITOR

__all__ = ["OPEN", "STATUS", "THEMES", "Window"]

LOAD_MS: Final = 180_000
THEMES: Final = {
    "dark": ("Default Dark Modern", "vs-dark"),
    "light": ("Default Light Modern", "vs"),
}
"""A theme's name in the settings, and the class that the workbench has with it."""
STATUS: Final = '.part.statusbar .statusbar-item[id="peerline.peerline.session"]'

# What a decoration draws beside the text is a pseudo-element: only its computed style shows it.
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
            line: line.textContent,
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
  // The field of a comment is an editor, too, and stays in the page while it is hidden.
  .filter((line) => !line.closest('.review-widget') && line.getClientRects().length)
  .map((line) => [Math.round(line.getBoundingClientRect().top), line.textContent])
  .sort((a, b) => a[0] - b[0])
"""
SELECTIONS_SCRIPT: Final = """
() => [...document.querySelectorAll('.editor-group-container.active .view-overlays .cdr')]
  .map((element) => ({
    background: getComputedStyle(element).backgroundColor,
    border: getComputedStyle(element).borderLeftWidth,
    below: getComputedStyle(element).borderBottomWidth,
    belowColor: getComputedStyle(element).borderBottomColor,
    width: element.getBoundingClientRect().width,
    top: Math.round(element.getBoundingClientRect().top),
  }))
"""


class Window(CommentWidgets):
    """A page with the workbench in it."""

    def open(self, file: str | None = None, workspace: Path | None = None) -> None:
        """Load the workbench and wait until the extension runs."""
        self.page.goto(self.server.url(file, workspace), timeout=LOAD_MS)
        self.page.wait_for_selector(STATUS, timeout=LOAD_MS)
        if file is not None:
            self.page.wait_for_selector(EDITOR, timeout=LOAD_MS)

    # --- doing ---------------------------------------------------------------------------------

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
        self.pick(theme)

    def wait_joined(self) -> None:
        self.wait(self.is_in_session, "joined")

    # --- seeing --------------------------------------------------------------------------------

    def status(self) -> str:
        """The text of Peerline's item in the status bar, and what a screen reader says of it."""
        item = self.page.locator(STATUS)
        label = item.locator("a").first.get_attribute("aria-label") or ""
        return f"{item.inner_text()} | {label}"

    def lines(self) -> list[tuple[int, str]]:
        """The visible lines of the active editor: where they are, and their text."""
        found = self.page.evaluate(LINES_SCRIPT)
        return [(top, text.replace("\xa0", " ")) for top, text in found]

    def marks(self) -> list[dict[str, Any]]:
        """Decorations beside the text: cursors (`::before`) and flags (`::after`)."""
        marks = self.page.evaluate(MARKS_SCRIPT)
        return [{**mark, "line": mark["line"].replace("\xa0", " ")} for mark in marks]

    def cursors(self) -> list[dict[str, Any]]:
        return [mark for mark in self.marks() if mark["which"] == "::before"]

    def flag(self, name: str, line: str) -> dict[str, Any] | None:
        """The name flag of somebody if it is at a line with this text."""
        flag = self.flags().get(name)
        return flag if flag is not None and line in flag["line"] else None

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

    def chat(self) -> Frame:
        """The chat panel's page."""
        return self.frame_with('textarea[aria-label="Message"]')

    def say(self, text: str) -> None:
        """Write in the chat and send."""
        self.command("Peerline: Focus on Chat View")

        def field() -> Locator:
            return self.chat().locator('textarea[aria-label="Message"]')

        self.act(
            lambda: field().fill(text, timeout=TRY_MS),
            lambda: field().input_value(timeout=TRY_MS) == text,
            "the text in the field",
        )
        self.act(
            lambda: field().press("Enter", timeout=TRY_MS),
            lambda: field().input_value(timeout=TRY_MS) == "",
            "the message is sent",
        )

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

        return self.wait(find, f"a webview with {selector}")
