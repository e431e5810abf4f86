"""Measurements of typing, and their summary. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, TypedDict

from benchmarks.cpu import Usage
from benchmarks.report import percentile

MAX_WAIT_SHARE: Final = 0.02
"""The bridge was ready but without a core for more of the time: the delays are the machine's."""
AIM_CPU: Final = 0.05
AIM_P99_MS: Final = 10.0
_MIN_ARRIVED: Final = 0.9


@dataclass(frozen=True, slots=True)
class Run:
    """One round. Times in seconds; `delays` and `lags` are sorted."""

    seconds: float
    sent: int
    delays: Sequence[float]
    used: Usage
    lags: Sequence[float]
    """How late the strokes were, which is the fault of the typing client."""

    @property
    def is_starved(self) -> bool:
        """Whether the machine had no core for the bridge when it needed one."""
        return self.used.waited > MAX_WAIT_SHARE * self.seconds


class Result(TypedDict):
    """One entry of `results/keystrokes.json`; medians of the rounds that count."""

    case: str
    cpu: float
    cpu_spread: tuple[float, float]
    p50_ms: float
    p99_ms: float
    p99_ms_spread: tuple[float, float]
    arrived: float
    """The share of the cursors that came; the newest alone is sent where several wait."""
    rounds: int
    starved: bool
    meets_aim: bool


HEADER: Final = (
    f"{'case':<42}{'CPU':>7}{'(spread)':>17}{'p50 ms':>8}{'p99 ms':>8}{'(spread)':>16}{'came':>6}"
)


def summarize(name: str, runs: Sequence[Run]) -> Result:
    """The entry of a case: of the rounds that were not starved, or of all if all were."""
    kept = [run for run in runs if not run.is_starved] or list(runs)
    shares = sorted(run.used.cpu / run.seconds for run in kept)
    p99 = sorted(percentile(run.delays, 0.99) * 1e3 for run in kept)
    cpu, late = median(shares), median(p99)
    return Result(
        case=name,
        cpu=round(cpu, 4),
        cpu_spread=(round(shares[0], 4), round(shares[-1], 4)),
        p50_ms=round(median(percentile(run.delays, 0.5) for run in kept) * 1e3, 2),
        p99_ms=round(late, 2),
        p99_ms_spread=(round(p99[0], 2), round(p99[-1], 2)),
        arrived=round(median(len(run.delays) / run.sent for run in kept), 3),
        rounds=len(kept),
        starved=all(run.is_starved for run in runs),
        meets_aim=cpu < AIM_CPU and late < AIM_P99_MS,
    )


def show(result: Result) -> str:
    """One line of the table."""
    low, high = result["cpu_spread"]
    early, late = result["p99_ms_spread"]
    marks = "" if result["meets_aim"] else "  misses the aim"
    if result["starved"]:
        marks += "  ALL STARVED, do not rely on it"
    elif result["arrived"] < _MIN_ARRIVED:
        marks += "  cursors were passed over"
    cpu_spread, p99_spread = f"{low:.1%} to {high:.1%}", f"{early:.1f} to {late:.1f}"
    return (
        f"{result['case']:<42}{result['cpu']:>7.1%}{cpu_spread:>17}{result['p50_ms']:>8.1f}"
        f"{result['p99_ms']:>8.1f}{p99_spread:>16}{result['arrived']:>6.0%}{marks}"
    )
