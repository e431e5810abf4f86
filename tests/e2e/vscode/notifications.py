"""VS Code's notifications: a message is shown for seconds, then it is in a list that is closed.

A test may look later than that, so the page keeps the text of each message that it showed, and of
each item of the status bar, where a message is shown for seconds, too.
"""

from collections.abc import Callable
from typing import Final

from .code_server import CLEAR_KEY
from .driver import TRY_MS
from .quick_input import QuickInput

_KEEP_SCRIPT: Final = """
if (window === top) {
  const texts = new Map();
  const items = new Set();
  window.peerlineToasts = texts;
  window.peerlineStatus = items;
  setInterval(() => {
    for (const toast of document.querySelectorAll('.notifications-toasts .notification-toast')) {
      const message = toast.querySelector('.notification-list-item-message');
      if (message?.textContent) texts.set(toast, message.textContent);
    }
    for (const item of document.querySelectorAll('.part.statusbar .statusbar-item')) {
      items.add(item.textContent);
    }
  }, 50);
}
"""
_TEXTS_SCRIPT: Final = "() => [...(window.peerlineToasts?.values() ?? [])]"
_STATUS_SCRIPT: Final = "() => [...(window.peerlineStatus ?? [])]"
_FORGET_SCRIPT: Final = """
() => {
  window.peerlineToasts?.clear();
  window.peerlineStatus?.clear();
}
"""
_TOASTS: Final = ".notifications-toasts"


class Notifications(QuickInput):
    """A page whose notifications are read and answered."""

    init_script = _KEEP_SCRIPT

    def toasts(self) -> list[str]:
        """The messages that are on the screen."""
        return self.page.locator(f"{_TOASTS} .notification-list-item-message").all_inner_texts()

    def told(self) -> list[str]:
        """The messages since the last clearing, also those that are no longer on the screen."""
        return self.page.evaluate(_TEXTS_SCRIPT)

    def is_toast(self, text: str) -> bool:
        """Whether there is a message with this text on the screen."""
        return any(text in toast for toast in self.toasts())

    def toast_link(self, text: str, link: str) -> None:
        """Follow the link of the message with this text, which goes then."""
        item = self.page.locator(f"{_TOASTS} .notification-list-item").filter(has_text=text)
        target = item.locator(".notification-list-item-message a", has_text=link)
        self.wait(target.count, f"{link!r} of {text!r}")
        self.press(target, lambda: not self.is_toast(text), f"{link!r} of {text!r}")

    def wait_toast(self, text: str) -> None:
        """Wait until there was a message with this text since the last clearing."""
        self.wait(lambda: any(text in toast for toast in self.told()), f"the message {text!r}")

    def wait_status(self, text: str) -> None:
        """Wait until the status bar has shown a text since the last clearing."""

        def was_shown() -> bool:
            shown: list[str] = self.page.evaluate(_STATUS_SCRIPT)
            return any(text in item.replace("\xa0", " ") for item in shown)

        self.wait(was_shown, f"{text!r} in the status bar")

    def clear_notifications(self) -> None:
        """Close all notifications and forget what they said."""
        shown = self.page.locator(f"{_TOASTS} .notification-list-item")

        def is_clear() -> bool:
            self.command("Notifications: Clear All Notifications")
            return self.comes(lambda: not shown.count())

        self.wait(is_clear, "no notifications")
        self.page.evaluate(_FORGET_SCRIPT)

    def clear(self) -> None:
        """Close all editors and notifications, forget what these said, and follow nobody.

        VS Code opens a tab for a text that nobody has saved, also some time after its tab was
        closed, and asks about it.
        """
        not_saved = self.page.locator(".monaco-dialog-box .monaco-button", has_text="Don't Save")
        shown = self.page.locator(f"{_TOASTS} .notification-list-item, .tabs-container .tab")

        def is_clear() -> bool:
            return not shown.count() and "Following" not in self.status_bar()

        def clear() -> None:
            if not_saved.count():
                not_saved.click(timeout=TRY_MS)
            else:
                self.keys(CLEAR_KEY)

        self.act(clear, is_clear, "no editors, no messages, nobody followed")
        self.page.evaluate(_FORGET_SCRIPT)

    def toast_button(
        self, text: str, button: str, done: Callable[[], object] | None = None
    ) -> None:
        """Press a button of the notification with this text, which may be in the list by now.

        It is pressed until it is done; without such a condition, until the notification is gone,
        which others that push it off the screen can do, too.
        """
        item = self.page.locator(".notification-list-item").filter(has_text=text)
        pressed = item.locator(".monaco-button", has_text=button).first
        presses = 0
        is_done = done or (lambda: not item.count())

        def is_pressed() -> bool:
            nonlocal presses
            if presses and self.comes(is_done, 0):
                return True  # after the last look
            if not item.count():
                self.command("Notifications: Show Notifications")
            pressed.click(timeout=TRY_MS)
            presses += 1
            return self.comes(is_done)

        self.wait(is_pressed, f"{button!r} of {text!r}")
