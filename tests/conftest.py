"""What holds for every test."""

from hypothesis import settings

# A busy machine makes no example wrong: time is measured by the benchmarks.
settings.register_profile("peerline", deadline=None)
settings.load_profile("peerline")
