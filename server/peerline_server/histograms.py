"""Histograms of plain numbers, which become a metric only when somebody asks for it."""

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector


class Buckets:
    """Counts of values up to each of some bounds, and their sum."""

    __slots__ = ("_bounds", "_counts", "_created", "_sum")

    def __init__(self, bounds: Iterable[float]) -> None:
        self._bounds = [float(bound) for bound in bounds]
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        self._created = time.time()

    def observe(self, value: float) -> None:
        """Count one."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def add_to(self, family: HistogramMetricFamily, labels: Mapping[str, str]) -> None:
        """Put the samples into a family with these labels; the counts are cumulative there."""
        names = [*map(str, self._bounds), "+Inf"]
        counts = map(float, accumulate(self._counts))
        family.add_metric(list(labels.values()), list(zip(names, counts, strict=True)), self._sum)
        family.add_sample(f"{family.name}_created", dict(labels), self._created)


class Histogram(Collector):
    """A metric: a name, and one row of buckets for each value of its label."""

    def __init__(
        self,
        name: str,
        text: str,
        bounds: Sequence[float],
        *,
        label: str | None = None,
        values: Sequence[str] = (),
    ) -> None:
        self._name = name
        self._text = text
        self._label = label
        self._rows = {value: Buckets(bounds) for value in values or [""]}

    def of(self, value: str = "") -> Buckets:
        """The buckets of a value of the label."""
        return self._rows[value]

    def collect(self) -> Iterator[Metric]:
        """The family."""
        family = HistogramMetricFamily(
            self._name, self._text, labels=None if self._label is None else [self._label]
        )
        for value, buckets in self._rows.items():
            buckets.add_to(family, {} if self._label is None else {self._label: value})
        yield family
