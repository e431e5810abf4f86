"""One server for each SQLite database: a lock of the operating system, which dies with its process.

The lock is on a file beside the database, where others read who has it. It is not the file that
says so but the lock: what a killed server left behind is no obstacle, and the file is never
deleted. On Linux a byte of the database itself is locked too, far behind those that SQLite locks,
so that neither a second name of the file (a hard link) nor a deleted lock file admits two servers.
"""

import json
import os
import struct
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.file_locks import is_locked, is_taken, lock_file
from peerline.owner_only import open_private
from peerline.waiting import wait_for
from peerline_server.store.base import StoreError

SUFFIX: Final = ".lock"
ALREADY_RUNS: Final = "already runs on this data directory"
_MAX_NOTE_BYTES: Final = 4096
_FAR: Final = 2**62
"""In the database; SQLite locks bytes from 2**30 on (https://sqlite.org/fileformat2.html, 1.2)."""
_LOOK_SECONDS: Final = 0.2
"""Others hold the lock for a moment when they look who has it."""
_NONBLOCK: Final[int] = getattr(os, "O_NONBLOCK", 0)


class DatabaseLock:
    """The right of one process to be the server of a database, or to change it without one."""

    def __init__(self, database: Path) -> None:
        """`database` may be reached over links: the lock is where they lead."""
        self._database = Path(os.path.realpath(database))
        self._path = self._database.with_name(self._database.name + SUFFIX)
        self._descriptors: list[int] = []

    def take(self, *, server: str | None) -> None:
        """Take the lock, for a server at HOST:PORT or, with None, for a command.

        Raises:
            StoreError: if another process has it, in words.
        """
        _held.add(self)
        try:
            self._descriptors.append(open_private(self._path, os.O_RDWR))
            self._lock(lock_file)
            if sys.platform == "linux":
                self._descriptors.append(os.open(self._database, os.O_RDWR | os.O_NONBLOCK))
                self._lock(_lock_far_byte)
        except OSError as error:
            self.release()
            raise StoreError(
                f"cannot use {error.filename or self._path}: {error.strerror}; "
                "choose another data directory with --data-dir"
            ) from error
        self.note(server)

    @property
    def is_held(self) -> bool:
        """Whether this process has it."""
        return bool(self._descriptors)

    def _lock(self, lock: Callable[[int], None]) -> None:
        """Lock the file that was opened last."""
        if not wait_for(lambda: _locks(lock, self._descriptors[-1]), _LOOK_SECONDS):
            # A process that has it under another name has written nothing beside this one.
            owner = _owner(self._descriptors[0]) if len(self._descriptors) == 1 else _running([])
            self.release()
            raise StoreError(owner)

    def note(self, server: str | None) -> None:
        """Write down who has the lock. It helps people only: a full disk is no obstacle."""
        text = json.dumps({"pid": os.getpid(), "address": server}).encode()
        with suppress(OSError):
            os.ftruncate(self._descriptors[0], 0)
            os.lseek(self._descriptors[0], 0, os.SEEK_SET)
            os.write(self._descriptors[0], text)

    def release(self) -> None:
        """Let the next process have it. SQLite must have closed the database before.

        Closing a descriptor of a file ends the locks of the process on it, SQLite's own too.
        """
        _held.discard(self)
        while self._descriptors:
            os.close(self._descriptors.pop())


_held: "weakref.WeakSet[DatabaseLock]" = weakref.WeakSet()


def _forget_in_child() -> None:
    """A forked child would keep its parent's locks when that is gone."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


def find_holder(database: Path) -> tuple[int, str] | None:
    """The process and the address of the server that has the lock of a database, if one has it.

    The note of a server that is gone does not count, whatever has its process id now.
    """
    real = Path(os.path.realpath(database))
    try:
        descriptor = os.open(real.with_name(real.name + SUFFIX), os.O_RDWR | _NONBLOCK)
    except OSError:
        return None
    try:
        return _noted(descriptor) if is_locked(descriptor) else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _locks(lock: Callable[[int], None], descriptor: int) -> bool:
    """Try to lock a file; false if another has the lock."""
    try:
        lock(descriptor)
    except OSError as error:
        if is_taken(error):
            return False
        raise
    return True


def _noted(descriptor: int) -> tuple[int, str] | None:
    """The process and the address of a server, if the note has both."""
    pid, address = _note_in(descriptor)
    return (pid, address) if isinstance(pid, int) and pid > 0 and isinstance(address, str) else None


def _note_in(descriptor: int) -> tuple[object, object]:
    """The process and the address in a note, whatever they are; None and "" if there is none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        note = json.loads(os.read(descriptor, _MAX_NOTE_BYTES))
        return note["pid"], note["address"]
    return None, ""


def _lock_far_byte(descriptor: int) -> None:
    if sys.platform != "linux" or struct.calcsize("P") != 8:  # noqa: PLR2004 - bytes of a pointer
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    # Of the open file and not of the process: SQLite's locks on the same file stay apart.
    wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, _FAR, 1, 0)
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, wanted)


def _owner(descriptor: int) -> str:
    """A sentence about the process that has the lock, as far as it has said who it is."""
    pid, address = _note_in(descriptor)
    if isinstance(pid, int) and address is None:
        return (
            f"A command (pid {pid}) is changing the database of this data directory. "
            "Try again in a moment."
        )
    known = [f"pid {pid}"] if isinstance(pid, int) else []
    known += [address] if isinstance(address, str) and address else []
    return _running(known)


def _running(known: list[str]) -> str:
    who = f"A server ({', '.join(known)})" if known else "A server"
    return f"{who} {ALREADY_RUNS}. Stop it first, or choose another with --data-dir."
