"""Rows of the activity that wait for the store: the oldest are lost if it stays away for long."""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from peerline_server.runtime.context import Context
from peerline_server.store.base import OutcomeUnknownError, StoreError

_log = logging.getLogger("peerline.server.hub")
MAX_WAITING: Final = 10_000
"""While the store is away; then the oldest are lost, as presence is."""
_Row = TypeVar("_Row")


class RowQueue(Generic[_Row]):
    """Writes rows of one kind, by one task at a time: a stalled store gathers no tasks."""

    def __init__(
        self, context: Context, add: Callable[[Sequence[_Row]], Awaitable[None]], name: str
    ) -> None:
        """`add` is the store's; `name` is what the rows are called in the log."""
        self._context = context
        self._add = add
        self._name = name
        self._rows: deque[_Row] = deque(maxlen=MAX_WAITING)
        self._is_writing = False
        self._is_failing = False

    def extend(self, rows: Iterable[_Row]) -> None:
        """These are to be written."""
        self._rows.extend(rows)

    def write(self) -> None:
        """Have what waits written."""
        if self._rows and not self._is_writing:
            self._is_writing = True
            self._context.spawn(self._write(), f"write {self._name}")

    async def _write(self) -> None:
        try:
            while self._rows:
                rows = list(self._rows)
                self._rows.clear()
                try:
                    await self._add(rows)
                except OutcomeUnknownError:
                    raise  # kept, they could be there twice
                except StoreError:
                    rows += self._rows
                    self._rows.clear()
                    self._rows.extend(rows)  # the newest, as many as may wait
                    raise
            self._is_failing = False
        except StoreError as error:
            if not self._is_failing:
                _log.warning("%s cannot be written now: %s", self._name, error)
            self._is_failing = True
        finally:
            self._is_writing = False
