"""Locks on open files, which the operating system ends with their process."""

import errno
import os
import sys
from typing import Final

_FAR_ON_WINDOWS: Final = 2**30
"""A locked byte cannot be read by others there, and what the file says must be."""
_TAKEN: Final = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})


def lock_file(descriptor: int) -> None:
    """Lock a file, without waiting, until the descriptor is closed.

    Raises:
        OSError: if it cannot be locked; `is_taken` tells whether another has the lock.
    """
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        os.lseek(descriptor, _FAR_ON_WINDOWS, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(descriptor: int) -> bool:
    """Whether another has locked the file; the caller has to close the descriptor.

    Until then nobody can lock it, and what a process that is gone has left can be removed. Those
    who look at the same time do not see each other, but on Windows.

    Raises:
        OSError: if the file cannot be locked at all.
    """
    try:
        if sys.platform == "win32":
            lock_file(descriptor)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if is_taken(error):
            return True
        raise
    return False


def is_taken(error: OSError) -> bool:
    """Whether a lock failed because another has it."""
    return error.errno in _TAKEN
