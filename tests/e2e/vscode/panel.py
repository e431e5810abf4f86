"""The chat panel of one window, as a person uses it."""

from typing import Any

from playwright.sync_api import Frame, Locator

from .window import Window


class Panel:
    """Opens the panel; every look at it finds its page anew, for a hidden one is gone."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def open(self) -> "Panel":
        """Bring it into view and wait until it shows the session."""
        if not self.window.page.locator("iframe.webview.ready").count():
            self.window.command("Peerline: Focus on Chat View")
        self.wait(lambda: self.field().count(), "the chat panel")
        return self

    @property
    def frame(self) -> Frame:
        return self.window.frame_with("#panel .app")

    def wait(self, condition: Any, what: str) -> Any:
        return self.window.wait(condition, what)

    # --- doing ---------------------------------------------------------------------------------

    def field(self) -> Locator:
        """Where a message is written."""
        return self.frame.locator(".composer textarea")

    def send(self, text: str) -> None:
        """Write and send a message, and see it in the own log."""
        self.field().fill(text)
        self.field().press("Enter")

    def press(self, content: str, key: str) -> None:
        """Press a key on the message with this text."""
        self.message(content).press(key)

    # --- seeing --------------------------------------------------------------------------------

    def message(self, content: str) -> Locator:
        """The last message with this text."""
        return self.frame.locator("article", has_text=content).last

    def texts(self) -> list[str]:
        """What the messages say, oldest first."""
        return self.frame.locator("article .text").all_inner_texts()

    def wait_text(self, content: str) -> None:
        self.wait(lambda: content in self.texts(), f"the message {content!r}")

    def authors(self) -> list[str]:
        """The authors of the groups, in order."""
        return self.frame.locator(".group .author").all_inner_texts()

    def reactions(self, content: str) -> list[tuple[str, str]]:
        """The reactions to a message: what they say, and whether one of them is mine."""
        found = self.message(content).locator(".reaction")
        return [
            (one.get_attribute("aria-label") or "", one.get_attribute("aria-pressed") or "")
            for one in found.all()
        ]
