"""How many durable messages a user may send: a token bucket, pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Holds `capacity` tokens and gets them back evenly within `period` seconds."""

    capacity: float
    period: float
    _tokens: float = -1.0
    _updated: float = 0.0

    def take(self, now: float) -> float:
        """Take one token at the monotonic time `now` (seconds).

        Returns 0.0 if there was one, otherwise the seconds until there is one.
        """
        if self._tokens < 0:
            self._tokens, self._updated = self.capacity, now
        rate = self.capacity / self.period
        self._tokens = min(self.capacity, self._tokens + (now - self._updated) * rate)
        self._updated = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / rate
