"""The cost of others' cursors in the page, and how soon they are drawn: of one, and of fifty.

The page shows a shared document, others move in the lines in sight ten times a second. In turns
within one run: everybody is there and still, or moves. CPU is that of the page's process by its
own clock. A cursor's delay is from its message to the frame in which it is drawn; both processes
read the clock of the same machine.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, Page

from benchmarks.browser.chromium import DESK, chromium, serving, share_lines, usage_of_pages
from benchmarks.browser.movers import FILE, LINES, probe
from benchmarks.report import percentile
from peerline.protocol.links import SessionLink
from tests.e2e.conftest import ServerProcess

_CROWDS: Final = (1, 50)
_ROUNDS: Final = 3
_SECONDS: Final = 5.0
_LATE_MS: Final = 50
_WATCH: Final = """([probe, late]) => {
    const watch = {moves: [], long: [], gaps: [], frames: 0, is: true};
    window.watch = watch;
    new PerformanceObserver(list => {
        if (watch.is) watch.long.push(...list.getEntries().map(({duration}) => duration));
    }).observe({type: 'longtask'});
    let last, before = performance.now();
    requestAnimationFrame(function look() {
        const now = performance.now();
        watch.frames += 1;
        if (now - before > late) watch.gaps.push(now - before);
        before = now;
        const names = [...document.querySelectorAll('.remote-name')];
        const caret = names.find(({textContent}) => textContent === probe);
        const line = caret?.closest('.cm-line');
        if (line != null) {
            const number = 1 + [...line.parentElement.children].indexOf(line);
            if (number !== last) watch.moves.push([number, performance.timeOrigin + now]);
            last = number;
        }
        if (watch.is) requestAnimationFrame(look);
    });
}"""
_WATCHED: Final = "() => { window.watch.is = false; return window.watch; }"


@dataclass(frozen=True, slots=True)
class _Round:
    core: float
    waited: float
    frames: float
    late_frames: int
    long_tasks: int
    drawn: list[tuple[int, float]]


def measure() -> None:
    """Measure and print."""
    print(
        "| others | core | waited for one | frames/s | frames over 50 ms | tasks over 50 ms |",
        end="",
    )
    print(" drawn p50 ms | p95 ms |\n|---|---|---|---|---|---|---|---|")
    with serving() as server, chromium() as browser:
        share_lines(server, FILE, LINES)
        page = _opened(browser, server)
        for people in _CROWDS:
            _measure(page, browser, server.invite("editor"), people)


def _measure(page: Page, browser: Browser, link: str, people: int) -> None:
    command = [sys.executable, "-m", "benchmarks.browser.movers", link, "--people", str(people)]
    pipe = subprocess.PIPE
    movers = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    assert movers.stdin is not None, "asked for"
    assert movers.stdout is not None, "asked for"
    movers.stdout.readline()
    page.locator(".remote-name").nth(people - 1).wait_for(state="attached")
    # The joins are drawn by now, their names are hidden again, and the host has left.
    page.wait_for_timeout(3_000)
    rounds: dict[str, list[_Round]] = {"still": [], "move": []}
    for _ in range(_ROUNDS):
        for order, found in rounds.items():
            movers.stdin.write(f"{order}\n")
            movers.stdin.flush()
            page.wait_for_timeout(500)
            found.append(_round(page, browser, people))
    sent = json.loads(movers.communicate()[0])
    for order, found in rounds.items():
        drawn = [move for each in found for move in each.drawn]
        _print(f"{people}, {order}", found, sorted(delays(sent, drawn)))


def _opened(browser: Browser, server: ServerProcess) -> Page:
    page = browser.new_page(viewport=DESK)
    page.goto(SessionLink.parse(server.invite("editor")).page_url)
    page.get_by_role("textbox", name="Your name").fill("Watcher")
    page.get_by_role("button", name="Join here").click()
    page.get_by_role("treeitem").click()
    page.locator(".cm-line").first.wait_for()
    return page


def _round(page: Page, browser: Browser, people: int) -> _Round:
    page.evaluate(_WATCH, [probe(people), _LATE_MS])
    began, before = time.perf_counter(), usage_of_pages(browser)
    page.wait_for_timeout(_SECONDS * 1e3)
    used, seconds = usage_of_pages(browser) - before, time.perf_counter() - began
    watched: dict[str, Any] = page.evaluate(_WATCHED)
    return _Round(
        core=used.cpu / seconds,
        waited=used.waited / seconds,
        frames=watched["frames"] / seconds,
        late_frames=len(watched["gaps"]),
        long_tasks=len(watched["long"]),
        # It is where it was when the watch began.
        drawn=watched["moves"][1:],
    )


def delays(sent: list[tuple[int, float]], drawn: list[tuple[int, float]]) -> list[float]:
    """The time of each line that was drawn since the last time that it was sent."""
    found: list[float] = []
    for line, at in drawn:
        times = [when for number, when in sent if number == line and when <= at]
        if times:
            found.append(at - times[-1])
    return found


def _print(name: str, rounds: list[_Round], delays: list[float]) -> None:
    core, waited, frames = (
        median(getattr(each, field) for each in rounds) for field in ("core", "waited", "frames")
    )
    late, long = (sum(getattr(each, of) for each in rounds) for of in ("late_frames", "long_tasks"))
    drawn = [f"{percentile(delays, part):.0f}" if delays else "" for part in (0.5, 0.95)]
    cells = [f"{core:.0%}", f"{waited:.0%}", f"{frames:.0f}", str(late), str(long), *drawn]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)
