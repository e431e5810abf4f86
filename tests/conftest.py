"""Fixtures and rules for every test."""

import os

from hypothesis import settings

# A busy machine makes no example wrong: time is measured by the benchmarks. The same examples each
# time; those of `make fuzz` are new ones.
settings.register_profile(
    "peerline", deadline=None, derandomize="PEERLINE_FUZZ_CASES" not in os.environ
)
settings.load_profile("peerline")
