"""How much somebody may do in a time: token buckets, one or one per key, pure."""

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Holds `capacity` tokens and gets them back evenly within `period` seconds."""

    capacity: float
    period: float
    _tokens: float = -1.0
    _updated: float | None = None

    def take(self, now: float) -> float:
        """Take one token at the monotonic time `now` (seconds).

        Returns 0.0 if there was one, otherwise the seconds until there is one.
        """
        wait = self.wait(now)
        if wait == 0:
            self._tokens -= 1
        return wait

    def wait(self, now: float) -> float:
        """The seconds until there is a token, 0.0 if there is one; takes none."""
        self._refill(now)
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) * self.period / self.capacity

    def charge(self, amount: float, now: float) -> float:
        """Take tokens that have been used already, into debt if need be.

        Returns the seconds until the debt is paid.
        """
        self._refill(now)
        self._tokens -= amount
        return max(0.0, -self._tokens) * self.period / self.capacity

    def _refill(self, now: float) -> None:
        if self._updated is None:
            self._tokens = self.capacity
        else:
            gained = (now - self._updated) * self.capacity / self.period
            self._tokens = min(self.capacity, self._tokens + gained)
        self._updated = now


class BucketTable:
    """A token bucket for each key, of at most `max_entries` keys.

    The key unseen for longest is forgotten first. Its bucket has had the most time to fill up, so
    that forgetting it gives away the least.
    """

    def __init__(self, capacity: float, period: float, max_entries: int) -> None:
        self._capacity = capacity
        self._period = period
        self._max_entries = max_entries
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def bucket(self, key: str) -> TokenBucket:
        """The key's bucket, a full one if it is not known."""
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._max_entries:
                self._buckets.popitem(last=False)
            bucket = self._buckets[key] = TokenBucket(self._capacity, self._period)
        else:
            self._buckets.move_to_end(key)
        return bucket

    def wait(self, key: str, now: float) -> float:
        """The seconds until the key has a token; an unknown key has, and is not remembered."""
        bucket = self._buckets.get(key)
        return 0.0 if bucket is None else bucket.wait(now)
