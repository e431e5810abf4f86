"""Tests of server.histograms: the same text as of the histograms of prometheus_client."""

import re

import prometheus_client
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from peerline_server.histograms import Histogram

BOUNDS = (0.001, 0.5, 1, 10, 4 * 3_600)
VALUES = st.lists(st.one_of(st.floats(0, 20), st.sampled_from(BOUNDS)))


def text_of(registry: CollectorRegistry) -> str:
    """The metrics without the moment at which the histogram was made."""
    return re.sub(r"(?m)^(\w+_created\S*) \S+$", r"\1 T", generate_latest(registry).decode())


@given(VALUES)
def test_it_reads_as_the_one_of_the_library(values: list[float]) -> None:
    theirs, ours = CollectorRegistry(auto_describe=True), CollectorRegistry(auto_describe=True)
    model = prometheus_client.Histogram("a_seconds", "Text", buckets=BOUNDS, registry=theirs)
    histogram = Histogram("a_seconds", "Text", BOUNDS)
    ours.register(histogram)
    for value in values:
        model.observe(value)
        histogram.of().observe(value)
    assert text_of(ours) == text_of(theirs)


@given(VALUES, VALUES)
def test_it_reads_as_the_one_of_the_library_with_a_label(
    some: list[float], more: list[float]
) -> None:
    theirs, ours = CollectorRegistry(auto_describe=True), CollectorRegistry(auto_describe=True)
    model = prometheus_client.Histogram("b", "Text", ["kind"], buckets=BOUNDS, registry=theirs)
    histogram = Histogram("b", "Text", BOUNDS, label="kind", values=("x", "y"))
    ours.register(histogram)
    for kind, values in (("x", some), ("y", more)):
        labelled = model.labels(kind)
        for value in values:
            labelled.observe(value)
            histogram.of(kind).observe(value)
    assert text_of(ours) == text_of(theirs)
