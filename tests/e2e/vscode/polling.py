"""Waiting for something to become true."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 60.0
_PAUSE_SECONDS = 0.1


def wait_for(
    condition: Callable[[], T],
    what: str,
    *,
    seconds: float = SECONDS,
    pause: Callable[[float], None] = time.sleep,
) -> T:
    """Poll until the condition gives something true, and return it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"never came: {what} (last: {value!r})"
        pause(_PAUSE_SECONDS)
