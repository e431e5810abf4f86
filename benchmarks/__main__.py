"""`make bench`: measures and prints a table, and writes benchmarks/results/latest.json."""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.load import Result, run_round
from benchmarks.servers import Running, start_peerline, start_websockets

RESULTS: Final = Path(__file__).parent / "results" / "latest.json"
_STARVED_SHARE: Final = 0.1
"""A server that was ready but without a core for more of the time was not measured fairly."""


@dataclass(frozen=True, slots=True)
class Case:
    """Rooms x clients at a rate; `movers` of each room move, or all."""

    name: str
    rooms: int
    clients: int
    rate: float
    movers: int | None = None


CASES: Final = [
    Case("1x50", 1, 50, 10.0),
    Case("100x5", 100, 5, 10.0),
    Case("1x5-one-mover", 1, 5, 10.0, movers=1),
]


def main() -> int:
    """Measure; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the first case only, a minute")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each round")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    for case in CASES[:1] if options.quick else CASES:
        rows += _measure(case, options.rounds, options.seconds)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    print("written to benchmarks/results/latest.json")
    return 0


def _measure(case: Case, rounds: int, seconds: float) -> list[dict[str, object]]:
    print(f"\n{case.name}: {case.rooms} x {case.clients} clients, {case.rate:g} updates/s each")
    print("server      CPU s/M states (spread)    p50 ms   p99 ms   states/s   load CPU")
    results: dict[str, list[Result]] = {"peerline": [], "websockets": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            starts: dict[str, Callable[[], Running]] = {
                "peerline": lambda folder=folder: start_peerline(
                    Path(folder), case.rooms, case.clients
                ),
                "websockets": lambda: start_websockets(case.rooms, case.clients),
            }
            for name, start in starts.items():
                server = start()
                try:
                    round_ = run_round(server, rate=case.rate, seconds=seconds, movers=case.movers)
                    results[name].append(uvloop.run(round_))
                finally:
                    server.stop()
    rows = [_row(case.name, name, found) for name, found in results.items()]
    ours, theirs = (float(str(row["cpu_us_per_delivery"])) for row in rows)
    print(f"ratio       {ours / theirs:.2f}")
    return rows


def _row(case: str, name: str, results: list[Result]) -> dict[str, object]:
    costs = [result.cpu / max(1, result.deliveries) * 1e6 for result in results]
    p50 = statistics.median(_percentile(result.delays, 0.5) for result in results)
    p99 = statistics.median(_percentile(result.delays, 0.99) for result in results)
    starved = any(result.waited / result.seconds > _STARVED_SHARE for result in results)
    rate = statistics.median(result.deliveries / result.seconds for result in results)
    load = statistics.median(result.load_cpu / result.seconds for result in results)
    cost = statistics.median(costs)
    print(
        f"{name:11} {cost:8.2f} ({min(costs):.2f} to {max(costs):.2f})".ljust(39)
        + f"{p50:8.1f} {p99:8.1f} {rate:10,.0f} {load:9.0%}"
        + ("  starved of a core" if starved else "")
    )
    return {
        "case": case,
        "server": name,
        "cpu_us_per_delivery": round(cost, 3),
        "p50_ms": round(p50, 2),
        "p99_ms": round(p99, 2),
        "starved": starved,
    }


def _percentile(ordered: list[float], share: float) -> float:
    """In milliseconds; the worst possible if nothing arrived."""
    return ordered[int(share * (len(ordered) - 1))] * 1000 if ordered else float("inf")


if __name__ == "__main__":
    sys.exit(main())
