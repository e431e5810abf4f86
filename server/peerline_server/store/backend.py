"""A database under the store: its connections, its transactions, and the meaning of its errors."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from peerline_server.core.records import AppendResult, NewEvent, NewUpdate
from peerline_server.store.base import StoreError

Item = NewEvent | NewUpdate
Results = list[AppendResult | StoreError | None]
"""Of each item of a batch: of an update it is None, or why it cannot be written."""


def session_of(item: Item) -> str:
    """The id of the session that an item belongs to."""
    return item.message.session_id if isinstance(item, NewEvent) else item.session_id


class Backend(Protocol):
    """One database. The store calls `write` and `commit` of it one at a time."""

    @property
    def epoch(self) -> str:
        """Part of the epoch of each session; empty on most databases."""
        ...

    def on_moved(self, handler: Callable[[], None]) -> None:
        """Have `handler` called when that epoch is found to be another one."""
        ...

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The errors of the driver, through SQLAlchemy or past it."""
        ...

    async def open(self) -> None:
        """Connect and bring the schema up to date.

        Raises:
            StoreError: with what to do about it.
        """
        ...

    async def open_for_server(self, address: str) -> None:
        """The same for a server at HOST:PORT.

        Raises:
            StoreError: also if another one has it, where a database has one server only.
        """
        ...

    async def open_alone(self) -> None:
        """The same for a command that changes it without a server.

        Raises:
            StoreError: also if a server runs on it.
        """
        ...

    def note_address(self, address: str) -> None:
        """Tell those who find it in use where its server listens."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...

    def data_version(self) -> int | None:
        """A number that differs once something was committed; None if only a look tells."""
        ...

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that sees one moment."""
        ...

    def ask(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for a single query, which sees one moment without a transaction."""
        ...

    def loaded(self, session_id: str, fence: int, seq: int) -> None:
        """A session was read as its owner of this fence has left it: it may go on from there."""
        ...

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that is committed at the end.

        Raises:
            OutcomeUnknownError: if the commit failed and may be kept all the same.
        """
        ...

    async def commit(self, items: Sequence[Item]) -> Results:
        """Write a batch in one transaction.

        Raises:
            OutcomeUnknownError: if the commit failed and may be kept all the same.
        """
        ...

    async def recover(self) -> None:
        """Before anything new is tried after a commit of unknown outcome."""
        ...

    def is_busy(self, error: Exception) -> bool:
        """Whether others are in the way, so that the same may succeed in a moment."""
        ...

    def is_outage(self, error: Exception) -> bool:
        """Whether nothing at all can be written, so that no smaller batch would fare better."""
        ...

    def described(self, error: Exception) -> StoreError:
        """An error of the driver as one of the store: its name and no content."""
        ...
