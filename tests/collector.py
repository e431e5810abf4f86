"""The cycle collector in tests of what is freed without it."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collector_off() -> Generator[None]:
    """It is off within, and `gc.get_objects` has only what came since."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def collected() -> Generator[None]:
    """A block whose garbage is collected at its end, so that what warns of it does so there."""
    gc.freeze()
    yield
    gc.collect()
