"""The figures of a server that shares a database with others."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Durations:
    """A histogram of seconds."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_SECONDS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(_SECONDS, seconds)] += 1
        self._sum += seconds

    def family(self, name: str, text: str) -> HistogramMetricFamily:
        """The metric; its counts are cumulative."""
        bounds = [*map(str, _SECONDS), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(self._counts)), strict=True))
        return HistogramMetricFamily(name, text, buckets=buckets, sum_value=self._sum)


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """A node at the moment."""

    owned_sessions: int
    relayed_connections: int
    lease_seconds_left: float
    has_database: bool
    is_draining: bool
    has_redis: bool | None
    """None without one."""


@dataclass(slots=True)
class NodeMetrics:
    """The counts of a node; a server that is alone shows nothing of it."""

    placements: Counter[str] = field(default_factory=Counter[str])
    """Answers to where a session is: mine, claimed, taken_over, elsewhere, unreachable."""
    letters: Counter[str] = field(default_factory=Counter[str])
    """Letters that were read, by kind."""
    fenced: int = 0
    """Writes that came after another node had taken the session over."""
    doorbell: Durations = field(default_factory=Durations)
    """From the takeover of a session here until this node has read the letter about it."""
    handover: Durations = field(default_factory=Durations)
    """For each session that a draining node lets go of, until the next node can have it."""
    unknown_commits: Counter[str] = field(default_factory=Counter[str])
    """Writes whose answer was lost, by what became of them: kept, lost, fenced, unknown."""
    figures: Callable[[], NodeFigures] | None = None

    def families(self) -> Iterator[Metric]:
        """The metrics, if this is a node among others."""
        if self.figures is None:
            return
        now = self.figures()
        placements = CounterMetricFamily(
            "peerline_placements", "Where asked-for sessions were", labels=["result"]
        )
        for result, count in sorted(self.placements.items()):
            placements.add_metric([result], count)
        yield placements
        letters = CounterMetricFamily("peerline_letters", "Letters of other nodes", labels=["kind"])
        for kind, count in sorted(self.letters.items()):
            letters.add_metric([kind], count)
        yield letters
        yield CounterMetricFamily(
            "peerline_fenced", "Writes to sessions that were taken over", self.fenced
        )
        unknown = CounterMetricFamily(
            "peerline_unknown_commits", "Writes without an answer", labels=["outcome"]
        )
        for outcome, count in sorted(self.unknown_commits.items()):
            unknown.add_metric([outcome], count)
        yield unknown
        yield self.doorbell.family("peerline_doorbell_seconds", "From a takeover to its letter")
        yield self.handover.family("peerline_handover_seconds", "Handing over one session")
        gauges = (
            ("owned_sessions", "Sessions that this node owns", now.owned_sessions),
            ("relayed_connections", "Sockets passed on to other nodes", now.relayed_connections),
            ("lease_seconds_left", "Until the lease of this node ends", now.lease_seconds_left),
            ("database_up", "Whether the lease of this node lives", now.has_database),
            ("draining", "Whether this node hands its sessions over", now.is_draining),
        )
        for name, text, value in gauges:
            yield GaugeMetricFamily(f"peerline_{name}", text, float(value))
        if now.has_redis is not None:
            yield GaugeMetricFamily(
                "peerline_redis_up", "Whether Redis answers", float(now.has_redis)
            )
