"""`python -m benchmarks`: Peerline and what one could pick instead, in alternation."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.aims import table
from benchmarks.entry import carry_out
from benchmarks.load import measure
from benchmarks.report import HEADER, Case, Result, Round, conclusion, ratios, row, summarize
from benchmarks.servers import (
    AnyServer,
    PeerlineServer,
    ServerError,
    other_servers,
    websockets_server,
)
from benchmarks.single import measure_single
from peerline_server.app import run

CASES = (
    Case("1x50", rooms=1, clients=50, movers=50),
    Case("1x200", rooms=1, clients=200, movers=200),
    Case("100x5", rooms=100, clients=5, movers=5),
    Case("1x5-one-mover", rooms=1, clients=5, movers=1),
)
RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how long, in seconds, a server is measured in a case."""

    rounds: int
    warm_up: float
    window: float


FULL = Plan(rounds=3, warm_up=1.0, window=5.0)
QUICK = Plan(rounds=2, warm_up=1.0, window=2.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write `results/latest.json`; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [case.name for case in CASES]
    parser.add_argument("--quick", action="store_true", help="below a minute, and less exact")
    parser.add_argument("--case", choices=names, action="append", help="only this (repeatable)")
    parser.add_argument("--rounds", type=int, help=f"per server and case ({FULL.rounds})")
    options = parser.parse_args(arguments)
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds must be at least 1")
    plan = QUICK if options.quick else FULL
    if options.quick and options.case is None:
        options.case = ["1x50"]
    if options.rounds is not None:
        plan = Plan(options.rounds, plan.warm_up, plan.window)
    chosen = [case for case in CASES if case.name in (options.case or names)]
    return carry_out(lambda: run(_measure_all(chosen, plan, is_quick=options.quick)))


async def _measure_all(cases: Sequence[Case], plan: Plan, *, is_quick: bool) -> None:
    results: list[Result] = []
    for case in cases:
        results += await _measure_case(case, plan, has_others=not is_quick)
    for line in ["", *table(results)]:
        print(line)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    if not is_quick:
        await measure_single(RESULTS.with_name("single.json"))


async def _measure_case(case: Case, plan: Plan, *, has_others: bool) -> list[Result]:
    movers = "all" if case.movers == case.clients else str(case.movers)
    print(
        f"\n{case.name}: {case.rooms} x {case.clients} clients, {movers} moving"
        f" at {case.rate:g} updates a second; {plan.rounds} rounds of {plan.window:g} s\n{HEADER}"
    )
    with tempfile.TemporaryDirectory() as directory:
        servers: list[AnyServer] = [
            await PeerlineServer.prepare(Path(directory), case.rooms, case.clients),
            websockets_server(case.rooms, case.clients),
        ]
        if has_others:
            servers += other_servers(case.rooms, case.clients)
        rounds: dict[str, list[Round]] = {server.name: [] for server in servers}
        for number in range(plan.rounds):
            # Each goes first in every other round, so a drift of the machine favours neither.
            for server in servers if number % 2 == 0 else reversed(servers):
                try:
                    done = await _measure_round(case, server, plan, number)
                except ServerError as error:
                    if server in servers[:2]:
                        raise
                    # A server that breaks down under the load of a case is a finding.
                    print(f"{server.name:<11}failed: {str(error).splitlines()[0]}", flush=True)
                    continue
                rounds[server.name].append(done)
                print(row(server.name, done), flush=True)
    rounds = {name: measured for name, measured in rounds.items() if measured}
    ours, theirs = rounds["peerline"], rounds["websockets"]
    found = [summarize(case, name, measured) for name, measured in rounds.items()]
    for result in found:
        print(conclusion(result, plan.rounds))
    compared = ratios(ours, theirs)
    found[0]["ratio"] = round(median(compared), 3)
    spread = f"{compared[0]:.3f} to {compared[-1]:.3f}"
    print(f"CPU of peerline to that of websockets: {median(compared):.3f} ({spread})")
    return found


async def _measure_round(case: Case, server: AnyServer, plan: Plan, number: int) -> Round:
    try:
        async with server.run() as running:
            return await measure(
                case,
                running,
                server.doors,
                server.dialect,
                warm_up=plan.warm_up,
                window=plan.window,
                seed=number,
            )
    except ServerError as error:
        raise ServerError(f"{case.name} on {server.name}: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
