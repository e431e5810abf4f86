"""Takes the README's picture of two people who write in one file, from the real thing.

Alice has VS Code (code-server in Chromium), Bob has Neovim in tmux; Alice shares a file and both
write in it. Writes `docs/images/together.png`; `make pictures` runs it. Needs tmux.
"""

import sys
import tempfile
from contextlib import ExitStack
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text

from scripts.capture_neovim import Terminal, neovim, session
from scripts.capture_vscode import (
    MAX_BYTES,
    QUIET,
    SCALE,
    new_window,
    with_palette,
)
from tests.e2e.vscode.code_server import ROOT
from tests.e2e.vscode.conftest import CHROMIUM, LIGHT
from tests.e2e.vscode.window import Window

PICTURE: Final = ROOT / "docs" / "images" / "together.png"
FILE: Final = "src/cart.py"
HEIGHT: Final = 640
WIDTH: Final = 700
"""Of VS Code; Neovim is as wide as its columns."""
GAP: Final = 16
"""The space between the two windows."""
COLUMNS: Final = 72
LINES: Final = 33
WITHOUT_HELP: Final = {
    "editor.minimap.enabled": False,
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.suggestOnTriggerCharacters": False,
    "editor.wordBasedSuggestions": "off",
    "files.autoSave": "off",
}
STATUS: Final = '.part.statusbar .statusbar-item[id="peerline.peerline.document"]'
COLORS: Final = (
    "vim.o.termguicolors, vim.o.background, vim.o.laststatus = true, 'dark', 2",
    "vim.cmd.colorscheme('habamax') vim.o.hlsearch = false",
    "vim.o.statusline = [[ %f%m %= %{v:lua.require'peerline'.statusline()} ]]",
)
FOREGROUND, BACKGROUND = "#bcbcbc", "#1c1c1c"
PAGE: Final = """
<style>
  body { margin: 0; background: BACKGROUND; }
  pre { margin: 0; padding: 10px; width: max-content; position: relative; color: FOREGROUND;
        font: 13px/18px 'DejaVu Sans Mono', monospace; }
  i { position: absolute; width: 2px; height: 18px; background: #fff; }
</style>
<pre>CODE<i style="left: calc(10px + LEFTch); top: calc(10px + TOPpx)"></i></pre>
"""


def write(alice: Window, bob: Terminal) -> None:
    """Have Alice share the file, and both write in it."""
    alice.command("Peerline: Share This File")
    alice.wait(alice.page.locator(STATUS).count, "the file is shared")
    bob.shows("⇄")
    alice.wait(lambda: "2" in alice.page.locator(STATUS).inner_text(), "Bob has it open")
    bob.keys("/total = 0", "Enter", "cc", "total = 0.0")
    alice.wait(lambda: any("total = 0.0" in text for _, text in alice.lines()), "Bob's text")
    alice.go_to(17)
    alice.keys("Enter", "Enter", "ArrowUp")
    alice.page.keyboard.type("    def remove(self, product: str) -> None:\n")
    alice.page.keyboard.type('"""Take a product out of the cart."""\n')
    alice.page.keyboard.type("del self.items[product]")
    bob.shows("del self.items[product]")
    bob.keys("  # not an int")
    alice.wait(lambda: any("# not an int" in text for _, text in alice.lines()), "more of Bob")
    alice.wait(lambda: "bob" in alice.flags(), "Bob's cursor")
    bob.shows("Alice")


def picture_of(terminal: Terminal, browser: Browser) -> bytes:
    """A terminal's screen with its cursor."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), color_system="truecolor")
    console.print(Text.from_ansi(terminal.colored()), no_wrap=True, crop=True)
    code = console.export_html(inline_styles=True, code_format="{code}")
    column, row = terminal.cursor()
    page = browser.new_page(device_scale_factor=SCALE)
    html = PAGE.replace("FOREGROUND", FOREGROUND).replace("BACKGROUND", BACKGROUND)
    html = html.replace("LEFT", str(column)).replace("TOP", str(row * 18))
    page.set_content(html.replace("CODE", code))
    picture = page.locator("pre").screenshot()
    page.close()
    return picture


def side_by_side(left: bytes, right: bytes) -> bytes:
    """Both pictures on one canvas, in few colors."""
    one, two = (Image.open(BytesIO(png)).convert("RGB") for png in (left, right))
    gap = GAP * SCALE
    size = (one.width + gap + two.width, max(one.height, two.height))
    canvas = Image.new("RGB", size, "#ffffff")
    canvas.paste(one, (0, 0))
    canvas.paste(two, (one.width + gap, 0))
    out = BytesIO()
    canvas.save(out, "PNG")
    return with_palette(out.getvalue())


def main() -> int:
    """Take the picture; the process' exit code."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        stack.callback(browser.close)
        link = stack.enter_context(session(folder))
        looks = {**LIGHT, **QUIET, **WITHOUT_HELP}
        alice = new_window(folder / "vscode", browser, stack, (WIDTH, HEIGHT), looks)
        alice.open(FILE)
        alice.join(link)
        alice.command("View: Close Primary Side Bar")
        command = neovim(folder, "bob", link, *COLORS)
        bob = Terminal("peerline-together", COLUMNS, command, lines=LINES)
        stack.callback(bob.close)
        bob.shows("joined Pairing")
        write(alice, bob)
        alice.command("Notifications: Clear All Notifications")
        alice.focus_editor()
        alice.wait(lambda: not alice.toasts(), "no notifications")
        picture = side_by_side(alice.page.screenshot(), picture_of(bob, browser))
    if len(picture) > MAX_BYTES:
        print(f"The picture has {len(picture):,} bytes, over {MAX_BYTES:,}.", file=sys.stderr)
        return 1
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.relative_to(ROOT)}: {len(picture):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
