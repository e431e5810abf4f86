"""The figures of a server that shares a database with others."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric


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
