"""Commits that failed in a way in which they may still be on the disk. Pure.

SQLite writes a transaction into its log and has the log synced. If the sync fails, the transaction
is undone for this process, but its pages are in the file: should the process die before it writes
the next transaction over them, the next process takes them for committed. So what such a commit
held is neither written nor not written until another commit has succeeded.
"""

from collections.abc import Iterable
from typing import Final

from peerline_server.core.records import NewEvent, NewUpdate
from peerline_server.store.base import request_key

MAX_DOUBTFUL: Final = 10_000
"""Requests that are remembered one by one; beyond them every request is in doubt."""


class Doubt:
    """The requests whose outcome is unknown since the last commit that succeeded."""

    def __init__(self, limit: int = MAX_DOUBTFUL) -> None:
        self._limit = limit
        self._requests: set[tuple[str, str, str]] = set()
        self._has_others = False
        self._is_beyond = False

    def __bool__(self) -> bool:
        return bool(self._requests) or self._has_others or self._is_beyond

    def add(self, items: Iterable[NewEvent | NewUpdate]) -> None:
        """The commit of these failed, and they may be on the disk."""
        for item in items:
            key = None if isinstance(item, NewUpdate) else request_key(item)
            if key is None:
                self._has_others = True
            elif len(self._requests) < self._limit or key in self._requests:
                self._requests.add(key)
            else:
                self._is_beyond = True

    def add_other(self) -> None:
        """The commit of something that is no event failed, and it may be on the disk."""
        self._has_others = True

    def covers(self, event: NewEvent | NewUpdate) -> bool:
        """Whether an earlier attempt of the same may be on the disk."""
        if isinstance(event, NewUpdate):
            return self.covers_others
        return self._is_beyond or request_key(event) in self._requests

    @property
    def covers_others(self) -> bool:
        """Whether something that is no event may be on the disk."""
        return self._is_beyond or self._has_others

    def settle(self) -> None:
        """A commit has succeeded: what was in doubt is written over."""
        self._requests.clear()
        self._has_others = self._is_beyond = False
