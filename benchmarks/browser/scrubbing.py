"""How long a replay of 50,000 events takes to show another moment.

The file of `peerline export --html` with a session made up here. The slider goes to places
everywhere; a time ends at the frame in which the moments there are drawn. The main thread's CPU
time says what of that is the page's own, and not a wait for a core or a frame.
"""

import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from benchmarks.browser.chromium import DESK, chromium, main_thread
from benchmarks.report import percentile
from peerline.protocol.activity import ActivityEntry
from peerline_server.admin.replay import TEMPLATE, to_replay

EVENTS: Final = 50_000
_PLACES: Final = 100
_SEED: Final = 1
_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SCRUB: Final = """async part => {
    const slider = document.querySelector('.scrubber');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const old = document.querySelector('.replay-time').dateTime;
    const began = performance.now();
    set.call(slider, String(Math.round(part * slider.max)));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    while (document.querySelector('.replay-time').dateTime === old) {
        await new Promise(requestAnimationFrame);
    }
    // The frame with it has been laid out and painted when the next begins.
    await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""


def measure() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as directory, chromium() as browser:
        file = Path(directory) / "replay.html"
        template = TEMPLATE.read_text(encoding="utf-8")
        file.write_text(to_replay(template, "Long", entries()), encoding="utf-8")
        page = browser.new_page(viewport=DESK)
        page.goto(file.as_uri())
        page.locator(".scrubber").wait_for()
        opened = page.evaluate("performance.now()")
        with main_thread(page) as used:
            before = used()
            times = _scrub(page)
            each = (used() - before) / _PLACES
    print(f"{EVENTS:,} events: opened after {opened:.0f} ms")
    print("| another moment | p50 ms | p95 ms | most ms | main thread ms |\n|---|---|---|---|---|")
    p50, p95 = (percentile(times, part) for part in (0.5, 0.95))
    print(f"| anywhere | {p50:.0f} | {p95:.0f} | {times[-1]:.0f} | {each * 1e3:.0f} |")


def entries() -> list[ActivityEntry]:
    """Activity of ten people, newest first: messages, comments, file changes and cursors."""
    chosen = random.Random(_SEED)  # noqa: S311 - the same each time
    made: list[ActivityEntry] = []
    for number in range(EVENTS):
        person = chosen.randrange(10)
        at = _BEGAN + timedelta(seconds=2 * number)
        made.append(_entry(number + 1, f"user{person}", at, chosen))
    return made[::-1]


def _entry(seq: int, user: str, at: datetime, chosen: random.Random) -> ActivityEntry:
    words = " ".join(chosen.choices(("look", "at", "the", "cart", "`total()`", "again"), k=12))
    item = {"id": f"item{seq}", "user_id": user, "username": user.title(), "content": words}
    line = chosen.randrange(1, 400)
    kind = chosen.choice(("chat_message", "code_comment", "cursor_trail"))
    entry: dict[str, object] = {"type": kind, "user_id": user, "username": user.title()}
    event = {"type": kind, "session_id": "long", "seq": seq}
    if kind == "chat_message":
        entry["event"] = {**event, "message": {**item, "timestamp": at}}
    elif kind == "code_comment":
        place = {"file": "src/cart.py", "line": line, "code_snippet": f"total += {line}"}
        entry["event"] = {**event, "comment": {**item, **place, "timestamp": at}}
    else:
        lines = {"start_line": line, "end_line": line + 5}
        entry["trail"] = {"file": "src/cart.py", "since": at, **lines}
    return ActivityEntry.model_validate({**entry, "timestamp": at})


def _scrub(page: Page) -> list[float]:
    chosen = random.Random(_SEED)  # noqa: S311 - the same each time
    return sorted(page.evaluate(_SCRUB, chosen.random()) for _ in range(_PLACES))
