"""The counters and gauges of the server, for `GET /metrics` in Prometheus' text format.

The hot path only adds to plain integers; they become metrics when somebody asks. No label holds
what a user chose, so the number of series is bounded.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from peerline_server.histograms import Histogram
from peerline_server.node_metrics import NodeMetrics

_PARTICIPANTS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
_DELIVERY_SECONDS: Final = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_COMMIT_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
_BATCH_EVENTS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
_CONNECTION_SECONDS: Final = (1, 10, 60, 300, 900, 1_800, 3_600, 4 * 3_600, 8 * 3_600, 24 * 3_600)


class Metrics:
    """One server's figures."""

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()
        """Client messages that were understood, by type."""
        self.errors: Counter[str] = Counter()
        """Errors that were sent, by code; RATE_LIMITED are the hits of the rate limit."""
        self.presence_left_out = 0
        """Flushes that a connection did not get because it lagged behind."""
        self.aborted = 0
        """Connections that were cut because they did not read."""
        self.document_updates = 0
        """Updates of shared documents that were accepted."""
        self.document_refusals = 0
        """Updates of shared documents that were refused."""
        self.document_snapshots = 0
        """Texts of shared documents that were written in one piece."""
        self.document_renewals = 0
        """Generations of shared documents that were begun."""
        self.document_repairs = 0
        """Times that a text was found to differ: between client and server, or from the disk."""
        self.node = NodeMetrics()
        """Of a server that shares its database with others."""
        self._registry = CollectorRegistry(auto_describe=True)
        delivery = Histogram(
            "peerline_delivery_seconds",
            "From a message's arrival to its fan-out",
            _DELIVERY_SECONDS,
            label="kind",
            values=("presence", "event"),
        )
        self.presence_delivery = delivery.of("presence")
        self.event_delivery = delivery.of("event")
        commit = Histogram(
            "peerline_store_commit_seconds", "One transaction of the store", _COMMIT_SECONDS
        )
        self.commit = commit.of()
        batch = Histogram("peerline_store_batch_events", "Events in one transaction", _BATCH_EVENTS)
        self.batch = batch.of()
        connection = Histogram(
            "peerline_connection_seconds", "How long connections lasted", _CONNECTION_SECONDS
        )
        self.connection = connection.of()
        for histogram in (delivery, commit, batch, connection):
            self._registry.register(histogram)

    def watch(
        self,
        connections: Callable[[], int],
        sessions: Callable[[], Sequence[int]],
        documents: Callable[[], int],
    ) -> None:
        """Ask for the open connections, the participants of each loaded session, and documents."""
        self._registry.register(_Now(self, connections, sessions, documents))

    def text(self) -> str:
        """All metrics in the text format, version 0.0.4."""
        return generate_latest(self._registry).decode()


class _Now(Collector):
    """Figures that are counted elsewhere, as they are at the moment."""

    def __init__(
        self,
        metrics: Metrics,
        connections: Callable[[], int],
        sessions: Callable[[], Sequence[int]],
        documents: Callable[[], int],
    ) -> None:
        self._metrics = metrics
        self._connections = connections
        self._sessions = sessions
        self._documents = documents

    def collect(self) -> Iterator[Metric]:
        """The families."""
        metrics = self._metrics
        sessions = self._sessions()
        yield GaugeMetricFamily("peerline_connections", "Open connections", self._connections())
        yield GaugeMetricFamily("peerline_sessions", "Sessions in use", len(sessions))
        participants = GaugeHistogramMetricFamily(
            "peerline_session_participants", "Participants in each session in use"
        )
        participants.add_metric([], buckets_of(sessions, _PARTICIPANTS), sum(sessions))
        yield participants
        yield _by_label(
            "peerline_messages", "Client messages by type", "type", metrics.messages.items()
        )
        yield _by_label("peerline_errors", "Errors sent by code", "code", metrics.errors.items())
        yield CounterMetricFamily(
            "peerline_presence_left_out",
            "Presence that a lagging connection did not get",
            metrics.presence_left_out,
        )
        yield CounterMetricFamily(
            "peerline_connections_aborted",
            "Connections cut because they did not read",
            metrics.aborted,
        )
        yield from metrics.node.families()
        yield GaugeMetricFamily(
            "peerline_documents", "Shared documents in memory", self._documents()
        )
        for name, text, count in (
            ("updates", "Updates of shared documents accepted", metrics.document_updates),
            ("refusals", "Updates of shared documents refused", metrics.document_refusals),
            ("snapshots", "Shared documents written in one piece", metrics.document_snapshots),
            ("renewals", "Generations of shared documents begun", metrics.document_renewals),
            ("repairs", "Texts of shared documents found to differ", metrics.document_repairs),
        ):
            yield CounterMetricFamily(f"peerline_document_{name}", text, count)


def buckets_of(values: Sequence[int], bounds: Sequence[int]) -> list[tuple[str, float]]:
    """Cumulative counts, as a histogram has them."""
    counts = [(str(bound), float(sum(1 for value in values if value <= bound))) for bound in bounds]
    return [*counts, ("+Inf", float(len(values)))]


def _by_label(
    name: str, text: str, label: str, items: Iterable[tuple[str, int]]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, count in sorted(items):
        family.add_metric([value], count)
    return family
