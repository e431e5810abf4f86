"""`python -m benchmarks.keystrokes`: what typing costs the bridge, from notification to socket.

A bridge as a process, spoken to as an editor does: thirty times a second a change of an open file
and the cursor behind it. The other end of its socket is a process, too: the time is taken from
before the change is written to the pipe until the cursor's message is read from the socket. The
bridge's CPU time is the process' own. Half of the changes are letters, the others line breaks
and whole words that are deleted.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.cpu import Usage
from benchmarks.entry import carry_out
from benchmarks.keystrokes.cases import FILE, Typing, all_cases
from benchmarks.keystrokes.near_end import NearEnd
from benchmarks.keystrokes.summary import HEADER, Result, Run, show, summarize
from peerline_server.runtime.presence_flush import FlushIntervals
from peerline_server.settings import Settings

RESULTS: Final = Path(__file__).parents[1] / "results" / "keystrokes.json"
_SETTLE_SECONDS: Final = 2.0
"""Until what is shown after the join has been shown."""


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One change: `text` instead of the `removed` characters before the cursor."""

    text: str
    removed: int


def main() -> int:
    """Measure and print; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keystrokes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of typing in a round")
    parser.add_argument("--case", action="append", help="only those with this in their names")
    options = parser.parse_args()
    return carry_out(lambda: _measure_all(options.case, options.rounds, options.seconds))


def _measure_all(wanted: Sequence[str] | None, rounds: int, seconds: float) -> None:
    cases = all_cases(_flush_seconds())
    results: list[Result] = []
    print(HEADER, flush=True)
    for number, case in enumerate(cases):
        if wanted and not any(part in case.name for part in wanted):
            continue
        runs = [_measure(number, case, seconds) for _ in range(rounds)]
        result = summarize(case.name, runs)
        results.append(result)
        print(show(result), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps({"at": datetime.now(UTC).isoformat(), "cases": results}, indent=2) + "\n",
        encoding="utf-8",
    )


def _flush_seconds() -> float:
    """How often the server, with its defaults, sends the states of 500 who move in one session."""
    settings = Settings()
    intervals = FlushIntervals(
        settings.presence_min_interval_ms / 1e3,
        settings.presence_interval_ms / 1e3,
        settings.presence_max_interval_ms / 1e3,
    )
    deliveries = 500 * 10 * 500
    return intervals.choose(deliveries, deliveries)


def _measure(number: int, case: Typing, seconds: float) -> Run:
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        folder = Path(directory)
        (folder / FILE).write_text(case.text, encoding="utf-8")
        far = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.keystrokes.far_end",
                str(number),
                str(case.flush_seconds),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(_end, far)
        assert far.stdin is not None, "asked for"
        assert far.stdout is not None, "asked for"
        port = int(far.stdout.readline())
        near = NearEnd(folder)
        stack.callback(near.close)
        _join(near, case, f"peerline://127.0.0.1:{port}/s?invite=x")
        time.sleep(_SETTLE_SECONDS)
        near.is_quiet = True
        before, began = Usage.of(near.process.pid), time.perf_counter()
        sent, lags = _type(near, case, seconds)
        used, elapsed = Usage.of(near.process.pid) - before, time.perf_counter() - began
        time.sleep(1.0)
        far.stdin.close()
        arrived: dict[str, float] = json.loads(far.stdout.readline())["arrived"]
    delays = sorted(arrived[place] - began for place, began in sent.items() if place in arrived)
    return Run(elapsed, len(sent), delays, used, sorted(lags))


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None and not stream.closed:
            stream.close()


def _join(near: NearEnd, case: Typing, link: str) -> None:
    if case.is_plain:
        near.initialize_plain()
    else:
        near.initialize("utf-16", {"username": "alice", "commentChanges": True})
    near.open(FILE)
    near.command("join", link=link)
    near.plain_command("listParticipants")  # all before this is done


def _strokes(count: int) -> Iterator[_Stroke]:
    for number in range(count):
        if number % 10 == 9:  # noqa: PLR2004 - every tenth
            yield _Stroke("\n    ", 0)
        else:
            yield (_Stroke("x", 0), _Stroke("word", 0), _Stroke("y", 0), _Stroke("", 4))[number % 4]


def _type(near: NearEnd, case: Typing, seconds: float) -> tuple[dict[str, float], list[float]]:
    """Type; when each place of the cursor was sent, and how late the strokes were."""
    sent: dict[str, float] = {}
    lags: list[float] = []
    row, column = case.row, case.column
    before, behind = _around(case) if case.is_full else ("", "")
    typed: list[str] = []
    began = time.perf_counter()
    for number, stroke in enumerate(_strokes(int(seconds * case.per_second))):
        due = began + number / case.per_second
        if case.is_full:
            typed = [*"".join(typed)[: len("".join(typed)) - stroke.removed], stroke.text]
            change = {"text": before + "".join(typed) + behind}
        else:
            start = {"line": row, "character": column - stroke.removed}
            end = {"line": row, "character": column}
            change = {"range": {"start": start, "end": end}, "text": stroke.text}
        time.sleep(max(0.0, due - time.perf_counter()))
        now = time.perf_counter()
        lags.append(now - due)
        near.change(number + 2, change)
        if "\n" in stroke.text:
            row, column = row + 1, len(stroke.text) - 1
        else:
            column += len(stroke.text) - stroke.removed
        if case.is_plain:
            near.highlight(number, row, column)
        else:
            near.cursor(FILE, row, column)
        sent.setdefault(f"{row + 1}:{column + 1}", now)
    return sent, lags


def _around(case: Typing) -> tuple[str, str]:
    line = case.lines[case.row]
    before = "".join(f"{each}\n" for each in case.lines[: case.row]) + line[: case.column]
    behind = line[case.column :] + "\n" + "\n".join(case.lines[case.row + 1 :]) + "\n"
    return before, behind


if __name__ == "__main__":
    sys.exit(main())
