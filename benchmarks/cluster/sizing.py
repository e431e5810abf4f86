"""The table of docs/scaling.md: what a number of people need, from what was measured. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

PEOPLE: Final = (500, 5_000, 100_000)
ROOM: Final = 5
MOVES_PER_SECOND: Final = 10
BUSY: Final = 0.6
"""The part of its core at which a server is planned."""
WRITES_PER_MINUTE: Final = 1


@dataclass(frozen=True, slots=True)
class Costs:
    """The measurements, in CPU."""

    owner: float
    """Seconds of a server for a million delivered states."""
    nginx: float
    """That of nginx, as a part of the server's."""
    write_us: float
    """Of Postgres for one write that shares its commit with none, in microseconds."""


@dataclass(frozen=True, slots=True)
class Size:
    """The needs of a number of people who never rest."""

    people: int
    states: int
    """Delivered each second."""
    servers: int
    nginx: float
    """Cores."""
    writes: float
    """Each second."""
    postgres: float
    """Cores."""


def size_of(people: int, costs: Costs) -> Size:
    """The size for people in rooms of five."""
    states = people * MOVES_PER_SECOND * (ROOM - 1)
    busy = states * costs.owner / 1e6
    writes = people * WRITES_PER_MINUTE / 60
    return Size(
        people,
        states,
        ceil(busy / BUSY),
        busy * costs.nginx,
        writes,
        writes * costs.write_us / 1e6,
    )


def print_sizes(costs: Costs, people: Sequence[int] = PEOPLE) -> None:
    """The table."""
    print(
        f"a server: {costs.owner:.1f} s/M states; nginx: {costs.nginx:.2f} of it; "
        f"Postgres: {costs.write_us:.0f} us a write"
    )
    print("| people at once | states/s | servers | nginx, cores | writes/s | Postgres, cores |")
    print("|---|---|---|---|---|---|")
    for size in (size_of(each, costs) for each in people):
        print(
            f"| {size.people:,} | {size.states:,} | {size.servers:,} | {size.nginx:.1f} "
            f"| {size.writes:,.0f} | {size.postgres:.2f} |"
        )
