"""Moving cursors at the owner of their sessions, through another node, and through nginx.

The clients are those of `benchmarks.load`. Each turn has the three, in this order or the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

from benchmarks.cluster.nodes import nodes
from benchmarks.cpu import Usage
from benchmarks.load import measure
from benchmarks.report import Case, Round

CASE: Final = Case("20 rooms of 5", rooms=20, clients=5, movers=5)
_PER_MILLION: Final = 1e6


@dataclass
class Route:
    """One way to the owner; `costs` are CPU seconds between, per million states of each round."""

    name: str
    address: str
    between: Sequence[int]
    """The processes between."""
    rounds: list[Round] = field(default_factory=list[Round])
    costs: list[float] = field(default_factory=list[float])


async def measure_sockets(url: str, rounds: int, seconds: float) -> list[Route]:
    """Measure all routes; `url` is an empty database."""
    async with nodes(url, CASE.rooms, CASE.clients) as running:
        owner, other = running.servers
        nginx = running.nginx(owner)
        routes = [
            Route("at its owner", owner.address, ()),
            Route("through another node", other.address, (other.pid,)),
            Route("through nginx", nginx.address, nginx.processes()),
        ]
        for turn in range(rounds):
            for route in routes if turn % 2 == 0 else reversed(routes):
                before = sum(Usage.of(pid).cpu for pid in route.between)
                found = await measure(
                    CASE,
                    replace(owner, address=route.address),
                    running.prepared.doors,
                    running.prepared.dialect,
                    warm_up=1.0,
                    window=seconds,
                    seed=turn,
                )
                spent = sum(Usage.of(pid).cpu for pid in route.between) - before
                route.rounds.append(found)
                # What is between was measured from the first handshake on.
                states = found.delivered * (seconds + 1.3) / seconds
                route.costs.append(spent / states * _PER_MILLION)
    return routes


def print_sockets(routes: Sequence[Route]) -> None:
    """The table."""
    direct = routes[0]
    print("| 20 rooms of 5, 10 a second | owner, CPU s/M states | between | p50 ms | p99 ms |")
    print("|---|---|---|---|---|")
    for route in routes:
        ratios = [
            cost / other.cpu_us_per_delivery
            for cost, other in zip(route.costs, direct.rounds, strict=True)
        ]
        between = f"{median(route.costs):.1f} ({median(ratios):.2f} of the owner)"
        print(
            f"| {route.name} | {median(r.cpu_us_per_delivery for r in route.rounds):.1f} "
            f"| {between if route.between else ''} "
            f"| {median(r.latency_ms(0.5) for r in route.rounds):.1f} "
            f"| {median(r.latency_ms(0.99) for r in route.rounds):.1f} |"
        )
