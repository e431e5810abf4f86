"""VS Code's quick input, by keys alone: commands, answers, choices, files, lines.

A list is rendered again when its filter or its items change, and a click on a row may then be lost
or reach another one. A row is therefore brought into focus and chosen with Enter.
"""

import re
from collections.abc import Callable
from typing import Final

from playwright.sync_api import Locator

from .driver import TRY_MS, Driver

QUICK_INPUT: Final = '.quick-input-widget:not([style*="display: none"])'
EDITOR: Final = '.editor-group-container.active .monaco-editor[role="code"]'
_TURN_SCRIPT: Final = "() => new Promise((done) => setTimeout(done))"


class QuickInput(Driver):
    """A page whose quick input is used."""

    def command(self, title: str) -> None:
        """Run a command by the palette."""
        text = f">{title}"
        row = re.compile(rf"{re.escape(title)}(, .*)?")

        def is_run() -> bool:
            # A command is only listed if it was available when the palette was opened.
            self.page.keyboard.press("F1")
            return self._choose(text, lambda label: row.fullmatch(label) is not None)

        self.wait(is_run, f"the command {title!r}")

    def answer(self, text: str, title: str = "") -> None:
        """Type into the input box with this title, and confirm."""
        shown = self.page.locator(f"{QUICK_INPUT} .quick-input-title")

        def asks() -> bool:
            return self._text() is not None and any(
                title in label for label in shown.all_inner_texts()
            )

        def is_given() -> bool:
            self._box.fill(text, timeout=TRY_MS)
            self._box.press("Enter", timeout=TRY_MS)
            return self._leaves(lambda: not asks() or self._text() != text)

        self.wait(asks, f"the input box {title!r}")
        self.wait(is_given, f"the answer to {title!r}")

    def pick(self, label: str) -> None:
        """Choose a row of the quick pick that is open."""
        self.wait(self._box.is_visible, f"a list with {label!r}")
        self.wait(lambda: self._choose(label, lambda row: label in row), f"the row {label!r}")

    def open_file(self, file: str) -> None:
        """Open a file of the workspace."""
        name = file.rpartition("/")[2]

        def is_open() -> bool:
            if self._box.is_visible():
                # A list that is open goes on with the files that were there when it was opened.
                self.close_quick_input()
            self.page.keyboard.press("Control+P")
            chosen = self._choose(file, lambda row: row.startswith(name))
            return chosen and self.comes(lambda: self.active_tab() == name)

        self.wait(is_open, f"{file} is open")

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor somewhere, 1-based."""
        place = f"Ln {line}, Col {column}"
        focused = self.page.locator(f"{EDITOR}.focused")

        def is_there() -> bool:
            self.page.keyboard.press("Control+G")
            self._box.fill(f":{line}:{column}", timeout=TRY_MS)
            self._box.press("Enter", timeout=TRY_MS)
            return self._leaves(lambda: focused.count() and place in self.status_bar())

        self.wait(is_there, f"at {line}:{column}")

    def go_to_start(self) -> None:
        """Put the cursor at the start of the file that was opened just now."""
        focused = self.page.locator(f"{EDITOR}.focused")
        # A file comes back scrolled as it was left, wherever the cursor is.
        first = focused.locator(".line-numbers", has_text=re.compile("^1$"))

        def is_there() -> bool:
            return bool(first.count() and re.search(r"Ln 1, Col 1\b", self.status_bar()))

        self.wait(focused.count, "the editor has the focus")
        self.act(lambda: self.keys("Control+Home"), is_there, "at the start")

    def focus_editor(self) -> None:
        """Have the keys go to the active editor."""
        # Not by the palette, which takes longer.
        focused = self.page.locator(f"{EDITOR}.focused")
        self.act(lambda: self.keys("Control+1"), focused.count, "the editor has the focus")

    def close_quick_input(self) -> None:
        """Close what a test that failed has left open."""
        self.act(
            lambda: self._box.press("Escape", timeout=TRY_MS),
            lambda: not self._box.is_visible(),
            "no quick input",
        )
        self._let_go()

    def active_tab(self) -> str:
        """The name of the file in the active editor."""
        tabs = self.page.locator(".editor-group-container.active .tab.active")
        return tabs.evaluate_all("([tab]) => tab?.dataset.resourceName ?? ''")

    def status_bar(self) -> str:
        """The text of the whole status bar."""
        return self.page.locator(".part.statusbar").inner_text().replace("\xa0", " ")

    @property
    def _box(self) -> Locator:
        return self.page.locator(f"{QUICK_INPUT} .quick-input-box input")

    def _text(self) -> str | None:
        """The text in the box, if one is open."""
        # In one look: it may be closed between two.
        return self._box.evaluate_all("([box]) => box?.value")

    def _choose(self, text: str, fits: Callable[[str], bool]) -> bool:
        """Filter the list by a text, and confirm the row that fits; whether it was confirmed."""
        self._box.fill(text, timeout=TRY_MS)

        def is_focused() -> bool:
            row = self._focused_row()
            if row and not fits(row):
                self._box.press("ArrowDown", timeout=TRY_MS)
            return fits(row) and self._text() == text

        if not self.comes(is_focused, TRY_MS / 1000):
            return False
        self._box.press("Enter", timeout=TRY_MS)
        return self._leaves(lambda: self._text() != text)

    def _leaves(self, is_done: Callable[[], object]) -> bool:
        """Whether what was confirmed is done, and the next key goes to where the focus is."""
        if not self.comes(is_done):
            return False
        self._let_go()
        return True

    def _let_go(self) -> None:
        """Wait until VS Code knows that the focus has left the quick input."""
        # It notes that in a timer: until then it takes arrows, Escape and the like for what is
        # closed.
        self.page.evaluate(_TURN_SCRIPT)

    def _focused_row(self) -> str:
        """The label and the description of the row that Enter would confirm."""
        rows = self.page.locator(f"{QUICK_INPUT} .monaco-list-row.focused")
        return rows.evaluate_all("([row]) => row?.ariaLabel ?? ''")
