"""Own updates on their way to the server: batched, sent, acknowledged, sent again. Pure.

```
 add ──▶ batch ──flush──▶ kept, sent ──acknowledge──▶ gone
                              │ ▲
                         lost ▼ │ resend
                           kept, to be sent again
```
"""

from collections import deque
from collections.abc import Sequence

from peerline.documents.shared_text import NOTHING, merge_updates
from peerline.documents.splitting import split_update
from peerline.protocol.client_defaults import BATCH_SECONDS, MAX_BATCHED, MAX_IN_FLIGHT
from peerline.protocol.limits import MAX_UPDATE_BYTES


class Outbox:
    """The own updates of one document that the server has not confirmed."""

    def __init__(self, updates: Sequence[bytes] = (), *, limit: int = MAX_UPDATE_BYTES) -> None:
        self._limit = limit
        self._kept: deque[bytes] = deque(updates)
        """Sent, or to be sent again, oldest first."""
        self._sent = 0
        """How many of the kept ones were sent on this channel."""
        self._confirmed = 0
        """How many of this channel's updates the server has confirmed."""
        self._batch: list[bytes] = []
        self._last = float("-inf")
        self._due: float | None = None

    def __len__(self) -> int:
        return len(self._kept) + bool(self._batch)

    @property
    def due(self) -> float | None:
        """When the batch is to be sent; None if there is nothing to send before an answer."""
        return None if self._sent >= MAX_IN_FLIGHT else self._due

    @property
    def updates(self) -> list[bytes]:
        """All that the server has not confirmed, oldest first."""
        return [*self._kept, *self._batch]

    @property
    def size(self) -> int:
        """The bytes of these."""
        return sum(map(len, self._kept)) + sum(map(len, self._batch))

    def add(self, update: bytes, now: float) -> None:
        """Take an own update; it is due at once after silence."""
        if update == NOTHING:
            return
        if len(self._batch) >= MAX_BATCHED:
            self._batch = [merge_updates(self._batch)]
        self._batch.append(update)
        if self._due is None:
            self._due = max(now, self._last + BATCH_SECONDS)

    def flush(self, now: float, *, is_last: bool = False) -> list[bytes]:
        """The updates to send now: those of the batch as one, or in parts if that is too large.

        Args:
            now: The time, in seconds.
            is_last: Whether nothing is sent after it: then it waits for no answer.
        """
        if self._sent < len(self._kept):
            return []  # what was lost is sent again first
        if self._sent >= MAX_IN_FLIGHT and not is_last:
            return []
        parts = self._close_batch(now)
        self._sent = len(self._kept)
        return parts

    def acknowledge(self, count: int) -> bool:
        """Note that the first `count` updates of this channel are on disk; whether that is new."""
        confirmed = min(count - self._confirmed, self._sent)
        if confirmed <= 0:
            return False
        for _ in range(confirmed):
            self._kept.popleft()
        self._sent -= confirmed
        self._confirmed += confirmed
        return True

    def lose(self) -> None:
        """The channel is gone: what it did not confirm may have arrived or not."""
        self._sent = self._confirmed = 0

    def resend(self, now: float) -> list[bytes]:
        """The updates to send on a new channel: all that are not confirmed, in their order."""
        self._close_batch(now)
        self._sent, self._confirmed = len(self._kept), 0
        return list(self._kept)

    def _close_batch(self, now: float) -> list[bytes]:
        if not self._batch:
            return []
        parts = split_update(merge_updates(self._batch), self._limit)
        self._kept.extend(parts)
        self._batch, self._due, self._last = [], None, now
        return parts
