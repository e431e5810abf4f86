"""The chat panel of one window, as a person uses it."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Frame, Locator

from .driver import TRY_MS
from .window import Window


class Panel:
    """Opens the panel; every look at it finds its page again, for a hidden one is gone."""

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
        """The box in which a message is written."""
        return self.frame.locator(".composer textarea")

    def write(self, text: str) -> None:
        """Have this text in the field."""
        self.window.act(
            lambda: self.field().fill(text, timeout=TRY_MS),
            lambda: self.field().input_value(timeout=TRY_MS) == text,
            f"{text!r} in the field",
        )

    def send(self, text: str) -> None:
        """Write and send a message."""
        self.write(text)
        self.enter()

    def enter(self) -> None:
        """Send what is in the field."""
        self.window.act(
            lambda: self.field().press("Enter", timeout=TRY_MS),
            lambda: self.field().input_value(timeout=TRY_MS) == "",
            "the field is empty",
        )

    def key(self, content: str, key: str, shown: Callable[[], Locator]) -> Locator:
        """Press a key on the message with this text; what is shown then."""
        self.window.act(
            lambda: self.message(content).press(key, timeout=TRY_MS),
            lambda: shown().count(),
            f"{key!r} on {content!r}",
        )
        return shown()

    def reply(self, content: str, text: str) -> None:
        """Answer the message with this text."""
        self.key(content, "r", lambda: self.frame.locator(".composer .replying"))
        self.send(text)

    def react(self, content: str, name: str) -> None:
        """Choose a reaction to the message with this text."""
        self.key(content, "+", lambda: self.frame.get_by_role("menuitem", name=name))
        self.window.act(
            lambda: self.frame.get_by_role("menuitem", name=name).click(timeout=TRY_MS),
            lambda: self.reactions(content),
            f"{name} at {content!r}",
        )

    def edit(self, content: str, text: str) -> None:
        """Change the message with this text."""

        def field() -> Locator:
            form = self.frame.get_by_role("form", name="Edit the message")
            return form.get_by_role("textbox")

        self.key(content, "e", field)
        self.window.act(
            lambda: field().fill(text, timeout=TRY_MS),
            lambda: field().input_value(timeout=TRY_MS) == text,
            f"{text!r} instead of {content!r}",
        )
        self.window.act(
            lambda: field().press("Enter", timeout=TRY_MS),
            lambda: not field().count(),
            f"{content!r} is changed",
        )

    def delete(self, content: str, button: str = "Delete") -> None:
        """Delete the message with this text, or discard it, and confirm that."""

        def confirm() -> Locator:
            group = self.frame.locator("fieldset.confirm")
            return group.get_by_role("button", name=button, exact=True)

        self.key(content, "Delete", confirm)
        self.window.act(
            lambda: confirm().click(timeout=TRY_MS),
            lambda: not confirm().count(),
            f"{button!r} of {content!r}",
        )

    # --- seeing --------------------------------------------------------------------------------

    def message(self, content: str) -> Locator:
        """The last message with this text."""
        return self.frame.locator("article", has_text=content).last

    def texts(self) -> list[str]:
        """The texts of the messages, oldest first."""
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
