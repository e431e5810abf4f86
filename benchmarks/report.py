"""Measurements, and their summary: medians, spreads, ratios. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, TypedDict

from benchmarks.cpu import Usage

MAX_WAIT_SHARE: Final = 0.05
"""Of a round: how long a process may have been ready to run but without a core."""
MAX_LAG_SECONDS: Final = 0.010
"""How late the load generator may send, at the 99th percentile."""


@dataclass(frozen=True, slots=True)
class Case:
    """Rooms of clients, of which some send cursor updates, at `rate` a second each."""

    name: str
    rooms: int
    clients: int
    movers: int
    rate: float = 10.0


@dataclass(frozen=True, slots=True)
class Round:
    """One window on one server. Times in seconds, lists sorted."""

    seconds: float
    expected: int
    delivered: int
    latencies: Sequence[float]
    lags: Sequence[float]
    server: Usage
    generator: Usage

    @property
    def cpu_us_per_delivery(self) -> float:
        """Server CPU: microseconds per delivered state, or seconds per million."""
        return self.server.cpu / self.delivered * 1e6

    def latency_ms(self, fraction: float) -> float:
        """The latency below which that fraction of the deliveries lies."""
        return percentile(self.latencies, fraction) * 1e3

    @property
    def lag_ms(self) -> float:
        """How late the generator sent, at the 99th percentile."""
        return percentile(self.lags, 0.99) * 1e3

    @property
    def starved_because(self) -> str | None:
        """Why the figures say more of the machine than of the server; None if they do not."""
        for name, usage in (("server", self.server), ("generator", self.generator)):
            if usage.waited > MAX_WAIT_SHARE * self.seconds:
                return f"{name} waited for a core, {usage.waited / self.seconds:.0%} of the time"
        if self.lag_ms > MAX_LAG_SECONDS * 1e3:
            return f"generator late by {self.lag_ms:.1f} ms"
        return None


class Result(TypedDict):
    """One entry of `results/latest.json`; medians over the rounds that count."""

    case: str
    server: str
    cpu_us_per_delivery: float
    p50_ms: float
    p99_ms: float
    starved: bool
    rounds: int
    cpu_us_spread: tuple[float, float]
    ratio: float | None
    """CPU to that of bare websockets, the median of the pairs of rounds; of Peerline alone."""


def percentile(ordered: Sequence[float], fraction: float) -> float:
    """The smallest value that at least `fraction` of the sorted values do not exceed."""
    return ordered[max(0, -int(-fraction * len(ordered) // 1) - 1)]


def counting(rounds: Sequence[Round]) -> list[Round]:
    """The rounds that were not starved; all, if all were."""
    return [each for each in rounds if each.starved_because is None] or list(rounds)


def summarize(case: Case, server: str, rounds: Sequence[Round]) -> Result:
    """The entry of one server in one case."""
    kept = counting(rounds)
    costs = [each.cpu_us_per_delivery for each in kept]
    return Result(
        case=case.name,
        server=server,
        cpu_us_per_delivery=round(median(costs), 3),
        p50_ms=round(median(each.latency_ms(0.5) for each in kept), 2),
        p99_ms=round(median(each.latency_ms(0.99) for each in kept), 2),
        starved=all(each.starved_because is not None for each in rounds),
        rounds=len(kept),
        cpu_us_spread=(round(min(costs), 3), round(max(costs), 3)),
        ratio=None,
    )


def ratios(ours: Sequence[Round], theirs: Sequence[Round]) -> list[float]:
    """CPU per delivery, ours to theirs, sorted: one for each pair of rounds in which neither
    server was starved, or for all pairs if there is no such pair.
    """  # noqa: D205 - one sentence
    pairs = list(zip(ours, theirs, strict=True))
    fair = [
        (mine, other)
        for mine, other in pairs
        if mine.starved_because is None and other.starved_because is None
    ]
    return sorted(
        mine.cpu_us_per_delivery / other.cpu_us_per_delivery for mine, other in fair or pairs
    )


HEADER: Final = (
    f"{'server':<11}{'CPU s per M':>12}{'p50 ms':>8}{'p99 ms':>8}"
    f"{'deliveries/s':>14}{'arrived':>9}{'core':>6}{'load gen.':>11}"
)


def row(name: str, each: Round) -> str:
    """One round as a line under `HEADER`."""
    starved = each.starved_because
    return (
        f"{name:<11}{each.cpu_us_per_delivery:>12.2f}"
        f"{each.latency_ms(0.5):>8.1f}{each.latency_ms(0.99):>8.1f}"
        f"{each.delivered / each.seconds:>14,.0f}{each.delivered / each.expected:>9.1%}"
        f"{each.server.cpu / each.seconds:>6.0%}{each.generator.cpu / each.seconds:>11.0%}"
        + (f"  STARVED: {starved}" if starved else "")
    )


def conclusion(result: Result, total: int) -> str:
    """A server's medians as a line."""
    low, high = result["cpu_us_spread"]
    starved = " - ALL STARVED, do not rely on it" if result["starved"] else ""
    return (
        f"{result['server']:<11} median {result['cpu_us_per_delivery']:.2f} CPU s per million"
        f" ({low:.2f} to {high:.2f}), p50 {result['p50_ms']:.1f} ms, p99 {result['p99_ms']:.1f} ms"
        f" [{result['rounds']} of {total} rounds]{starved}"
    )
