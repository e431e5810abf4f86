"""`python -m benchmarks.cluster`: several servers on Postgres, in ratios within one run.

What an event and an update of a document cost in the store, a socket that is passed on or comes
through nginx, chat through one server and two, how soon a node learns of a takeover, and the stop
of one with many sessions; in the end the servers that a number of people need. Postgres, Redis and
nginx are processes of this run.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.cluster.chat import measure_chat, print_chat
from benchmarks.cluster.drain import measure_drain, print_drain
from benchmarks.cluster.events import measure_events, print_events
from benchmarks.cluster.letters import measure_letters, print_letters
from benchmarks.cluster.sizing import Costs, print_sizes
from benchmarks.cluster.sockets import measure_sockets, print_sockets
from benchmarks.cluster.updates import measure_updates, print_updates
from benchmarks.entry import carry_out
from peerline_server.app import run
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server

RESULTS: Final = Path(__file__).parents[1] / "results" / "cluster.json"
PARTS: Final = ("events", "updates", "sockets", "letters", "chat", "drain")


def main() -> int:
    """Measure and print; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round with sockets")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this")
    options = parser.parse_args()
    parts: list[str] = options.part or list(PARTS)
    return carry_out(lambda: run(_measure_all(parts, options.rounds, options.seconds)))


async def _measure_all(parts: list[str], rounds: int, seconds: float) -> None:
    found: dict[str, Any] = {}
    if "events" in parts:
        ways = await measure_events(postgres().create(), rounds)
        print_events(ways)
        found["events"] = [
            {"way": each.name, "node_us": each.node, "postgres_us": each.postgres} for each in ways
        ]
    if "updates" in parts:
        kept = await measure_updates(postgres().create(), rounds)
        print_updates(kept)
        found["updates"] = [
            {"way": each.name, "node_us": each.node, "postgres_us": each.postgres} for each in kept
        ]
    if "letters" in parts:
        times = await measure_letters(postgres().create(), redis_server().url)
        print_letters(times)
        found["letters_ms"] = times
    if "sockets" in parts:
        routes = await measure_sockets(postgres().create(), rounds, seconds)
        print_sockets(routes)
        found["sockets"] = [
            {
                "route": each.name,
                "between": each.costs,
                "owner": [one.cpu_us_per_delivery for one in each.rounds],
            }
            for each in routes
        ]
    if "chat" in parts:
        chat = await measure_chat(postgres().create(), rounds, seconds)
        print_chat(chat)
        found["chat"] = asdict(chat)
    if "drain" in parts:
        drained = await measure_drain(postgres().create())
        print_drain(drained)
        found["drain"] = asdict(drained)
    if "events" in parts and "sockets" in parts:
        print_sizes(_costs(found))
    text = json.dumps(found, indent=2) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")


def _costs(found: dict[str, Any]) -> Costs:
    """The medians of what the table of sizes is made of."""
    direct, _, nginx = found["sockets"]
    shares = [cost / own for cost, own in zip(nginx["between"], direct["owner"], strict=True)]
    one = found["events"][0]["postgres_us"][1]
    return Costs(median(direct["owner"]), median(shares), median(one))


if __name__ == "__main__":
    raise SystemExit(main())
