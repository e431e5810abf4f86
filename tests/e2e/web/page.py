"""The page as a person uses it, by what a screen reader would say."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.e2e.vscode.polling import wait_for

ROOT: Final = Path(__file__).parents[3]
AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TIMEOUT_MS: Final = 60_000
# Playwright's five seconds are not enough for what a busy machine draws or a server answers.
expect.set_options(timeout=TIMEOUT_MS)
SIZES: Final = ((320, 640), (390, 844), (820, 1180), (1440, 900))
"""A phone at 200 % (WCAG 2.2, 1.4.10), a phone, a tablet, and a desk: width and height."""
NOT_CONNECTED: Final = "WebSocket connection to"
"""How Chromium reports a server that is away, which is no fault of the page."""


class WebPage:
    """One tab."""

    def __init__(self, page: Page) -> None:
        self.tab = page
        self.problems: list[str] = []
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and NOT_CONNECTED not in message.text:
            self.problems.append(message.text)

    @property
    def chat(self) -> Locator:
        return self.tab.get_by_role("log", name="Chat")

    @property
    def people(self) -> Locator:
        return self.tab.get_by_role("list", name="Participants")

    @property
    def composer(self) -> Locator:
        return self.tab.get_by_role("textbox", name="Message", exact=True)

    def join(self, link: str, name: str) -> None:
        """Open a link and join under a name."""
        self.tab.goto(link)
        self.tab.get_by_role("textbox", name="Your name").fill(name)
        self.tab.get_by_role("button", name="Join here").click()

    def joined(self, link: str, name: str) -> None:
        """The same, until the session is there."""
        self.join(link, name)
        expect(self.people).to_contain_text(name, timeout=TIMEOUT_MS)
        # The last part of the page to be loaded.
        self.tab.get_by_role("button", name="Share").wait_for()

    def share(self, button: str) -> str:
        """The link that a button of the Share dialog copies."""
        dialog = self.tab.get_by_role("dialog", name="Share this session")
        if dialog.count() == 0:
            self.tab.get_by_role("button", name="Share", exact=True).click()
        field = dialog.get_by_role("textbox", name="Link for others")
        before = field.input_value() if field.count() > 0 else ""
        dialog.get_by_role("button", name=button, exact=True).click(timeout=TIMEOUT_MS)
        expect(field).not_to_have_value(before, timeout=TIMEOUT_MS)
        return field.input_value()

    def say(self, text: str) -> None:
        """Write a message and send it."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def sees(self, text: str, *, times: int = 1) -> None:
        """Wait until the chat has a message with this text, and no more of them."""
        found = self.chat.get_by_text(text, exact=True)
        expect(found).to_have_count(times, timeout=TIMEOUT_MS)

    def is_usable_at_each_size(self) -> None:
        """Assert that nothing is cut off, and that axe finds nothing, at each of the sizes."""
        for width, height in SIZES:
            self.tab.set_viewport_size({"width": width, "height": height})
            assert self.violations() == [], width
            shown: int = self.tab.evaluate("() => document.documentElement.scrollWidth")
            assert shown <= width, f"it takes {shown} of {width} pixels"

    def violations(self) -> list[str]:
        """Violations of WCAG 2.2 AA, as axe sees them."""
        # As a script of the page it would be blocked by the page's own policy.
        self.tab.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
        found: dict[str, Any] = self.tab.evaluate(
            "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', "
            "'wcag22aa']})"
        )
        return [
            f"{rule['id']}: {node['html']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]


@contextmanager
def opened(
    browser: Browser,
    folder: Path,
    *,
    size: tuple[int, int] = (1280, 800),
    theme: Literal["light", "dark"] = "light",
) -> Generator[WebPage]:
    """A tab that had no problem when it is closed."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        reduced_motion="reduce",
        has_touch=size[0] < 640,
    )
    page = WebPage(context.new_page())
    try:
        yield page
        assert page.problems == [], page.problems
    except BaseException:
        page.tab.screenshot(path=folder / "failed.png")
        raise
    finally:
        context.close()


def agreed(mine: Locator, theirs: Locator, wanted: list[str] | None = None) -> list[str]:
    """The lines of two texts, once they are the same ones: a change comes in several parts."""

    def are_same() -> bool:
        found = lines(mine)
        return found == lines(theirs) and wanted in (None, found)

    what = "the same text in both pages"
    wait_for(are_same, what, pause=lambda seconds: mine.page.wait_for_timeout(seconds * 1000))
    return lines(mine)


def lines(text: Locator) -> list[str]:
    """The lines of a text, without the cursors of others in them."""
    found: list[str] = text.evaluate(
        """element => [...element.querySelectorAll(".cm-line")].map(line => {
            const copy = line.cloneNode(true);
            copy.querySelectorAll(".remote-caret").forEach(caret => caret.remove());
            return copy.textContent;
        })"""
    )
    return found
