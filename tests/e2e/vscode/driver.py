"""One page with the workbench in it: waiting for what it shows, and acting until it took effect."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from playwright.sync_api import Browser, Dialog, Error, Locator, Page

from .code_server import CodeServer
from .polling import SECONDS, wait_for

T = TypeVar("T")

ACTION_MS: Final = 60_000
TRY_MS: Final = 5_000
"""An action in a poll: if it cannot be done yet, the next look finds what stands in its way."""
EFFECT_SECONDS: Final = 15.0
"""Time for an action to take effect. VS Code drops a press on what it is just rendering."""


class Driver:
    """A page in a browser context of its own."""

    init_script = ""
    """Runs in the page before anything else."""

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
        self.dialogs: list[str] = []
        self._screenshots = screenshots
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            timezone_id=time_zone,
        )
        self._context.grant_permissions(["clipboard-read", "clipboard-write"])
        self._context.set_default_timeout(ACTION_MS)
        self.page: Page = self._context.new_page()
        self.page.add_init_script(self.init_script)
        self.page.on("dialog", self._on_dialog)

    def _on_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.accept()

    def close(self) -> None:
        """Close the page."""
        self._context.close()

    def wait(self, condition: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
        """Poll while the page goes on; what it renders again meanwhile is looked at again."""
        errors: list[str] = []

        def look() -> T | None:
            try:
                return condition()
            except Error as error:
                errors.append(error.message)
                return None

        try:
            value = wait_for(look, f"{self.name}: {what}", seconds=seconds, pause=self._pause)
        except AssertionError as failure:
            failure.add_note("\n".join(errors[-1:]))
            raise
        assert value is not None
        return value

    def act(self, action: Callable[[], object], done: Callable[[], object], what: str) -> None:
        """Do something until it has had its effect."""
        obstacles: list[str] = []

        def is_done() -> bool:
            if self.comes(done, 0):
                return True
            try:
                action()
            except Error as error:
                obstacles.append(error.message)
            return self.comes(done)

        try:
            self.wait(is_done, what)
        except AssertionError as failure:
            failure.add_note("\n".join(obstacles[-1:]))
            raise

    def press(self, target: Locator, done: Callable[[], object], what: str) -> None:
        """Click on something until it has had its effect."""
        self.act(lambda: target.click(timeout=TRY_MS), done, what)

    def comes(self, condition: Callable[[], object], seconds: float = EFFECT_SECONDS) -> bool:
        """Whether something becomes true in a while."""
        with suppress(AssertionError):
            self.wait(condition, "an effect", seconds)
            return True
        return False

    def _pause(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    def screenshot(self, name: str) -> Path:
        """A picture of the window, kept for people to look at."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def keys(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
