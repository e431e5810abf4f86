"""Time zones of the process, for what shows local times."""

import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest


@contextmanager
def in_zone(name: str) -> Generator[None]:
    """Be in a zone; only where the C library reads TZ, as everywhere but on Windows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        yield
    time.tzset()
