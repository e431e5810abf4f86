"""A node's lease as the node itself knows it, by its own clock. Pure.

The database's clock alone decides whether others see the lease as ended. This here is the side of
caution: it counts from before a renewal was sent.
"""

from typing import Final

_RENEWALS: Final = 3
"""In the length of a lease, so that one may fail."""
_RETRY_SECONDS: Final = 0.5
_STEADY_LENGTHS: Final = 2


class Lease:
    """When the lease was renewed, and since when without a gap."""

    def __init__(self, seconds: float, now: float) -> None:
        self.seconds = seconds
        self._renewed_at: float | None = None
        self._steady_since = now

    def renewed(self, sent_at: float, *, was_unbroken: bool) -> None:
        """The database has renewed it; `was_unbroken` says whether it still lived there."""
        if self._renewed_at is None or not was_unbroken or self.has_ended(sent_at):
            self._steady_since = sent_at
        self._renewed_at = sent_at

    def has_ended(self, now: float) -> bool:
        """Whether it could not be renewed for its length."""
        return self._renewed_at is None or now - self._renewed_at > self.seconds

    def is_steady(self, now: float) -> bool:
        """Whether it has lived without a gap for two lengths."""
        is_long = now - self._steady_since >= _STEADY_LENGTHS * self.seconds
        return is_long and not self.has_ended(now)

    def left(self, now: float) -> float:
        """The seconds until it ends; 0 if it has."""
        if self._renewed_at is None:
            return 0.0
        return max(0.0, self._renewed_at + self.seconds - now)

    @property
    def renewal_seconds(self) -> float:
        """The time between two renewals."""
        return self.seconds / _RENEWALS

    @property
    def retry_seconds(self) -> float:
        """The time after a renewal that failed."""
        return min(_RETRY_SECONDS, self.renewal_seconds)

    def is_due(self, now: float) -> bool:
        """Whether it is to be renewed now."""
        return self._renewed_at is None or now - self._renewed_at >= self.renewal_seconds
