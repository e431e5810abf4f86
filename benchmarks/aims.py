"""Aims of `make bench`, and the table that says which of them a run has met. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.report import Result


@dataclass(frozen=True, slots=True)
class Aim:
    """The most that Peerline may take in a case; `ratio` is its CPU to that of bare websockets."""

    case: str
    ratio: float
    p50_ms: float | None = None
    p99_ms: float | None = None


AIMS: Final = (
    Aim("1x50", 0.12, p99_ms=60),
    Aim("100x5", 0.40, p99_ms=60),
    Aim("1x5-one-mover", 1.0, p50_ms=1),
)
_HEADER: Final = (
    f"{'case':<15}{'measured':<16}{'peerline':>10}{'websockets':>12}{'ratio':>7}{'aim':>6}  result"
)


def table(results: Sequence[Result], aims: Sequence[Aim] = AIMS) -> list[str]:
    """The lines of a table: a row for each figure that has an aim, of the cases that were run."""
    rows: list[str] = []
    for aim in aims:
        found = {each["server"]: each for each in results if each["case"] == aim.case}
        ours, theirs = found.get("peerline"), found.get("websockets")
        if ours is None or theirs is None:
            continue
        is_starved = ours["starved"] or theirs["starved"]
        mine, other = ours["cpu_us_per_delivery"], theirs["cpu_us_per_delivery"]
        ratio = mine / other if ours["ratio"] is None else ours["ratio"]
        figures = [("CPU s per M", mine, other, ratio, ratio, aim.ratio)]
        for name, mine, other, most in (
            ("p50 ms", ours["p50_ms"], theirs["p50_ms"], aim.p50_ms),
            ("p99 ms", ours["p99_ms"], theirs["p99_ms"], aim.p99_ms),
        ):
            if most is not None:
                figures.append((name, mine, other, mine / other if other else 0.0, mine, most))
        rows += [
            f"{aim.case:<15}{name:<16}{mine:>10.2f}{other:>12.2f}{times:>7.2f}{most:>6g}"
            f"  {'met' if value <= most else 'missed'}{', starved' if is_starved else ''}"
            for name, mine, other, times, value, most in figures
        ]
    return [_HEADER, *rows] if rows else []
