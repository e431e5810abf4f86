"""The wait before the next try to connect; its numbers are in `timing`.

Pure: the random source is injected.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Exponential back-off with full jitter; it starts over only after a successful join.

    A server that accepts connections and then refuses or drops them is not hammered: the
    handshake alone resets nothing.
    """

    random: Callable[[], float]
    """Gives a number in [0, 1)."""
    base: float
    """Seconds."""
    cap: float
    """Seconds."""
    failures: int = 0

    def next_delay(self, advised: float | None = None) -> float:
        """Seconds to wait after one more failure; never less than the server advised."""
        limit = min(self.cap, self.base * 2 ** min(self.failures, 32))
        self.failures += 1
        return max(self.random() * limit, advised or 0.0)

    def succeeded(self) -> None:
        """The client joined."""
        self.failures = 0
