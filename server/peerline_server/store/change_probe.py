"""A look whether anybody has committed to the SQLite file: no transaction, no thread."""

import sqlite3
from pathlib import Path


class ChangeProbe:
    """A connection of its own that is asked for nothing but SQLite's `data_version`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int | None:
        """A number that differs once another connection has committed; None if it cannot be had.

        It takes some microseconds: SQLite looks into the shared memory of its log.
        """
        try:
            if self._connection is None:
                # Never wait for others: not to know does no harm.
                self._connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
            # Fetch all of it: an open cursor would keep SQLite from starting its log over.
            [(version,)] = self._connection.execute("PRAGMA data_version").fetchall()
        except sqlite3.Error:
            return None
        return int(version)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
