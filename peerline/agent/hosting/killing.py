"""The end of a program that leads a session of processes, and of all that it has started."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.bound_processes import MARK

_ROUNDS: Final = 10
"""How often it is looked for others: one that is about to be killed may start another."""


def kill_session(leader: int, mark: str | None = None) -> None:
    """Kill the process that leads a session, and all that is in the session or has the mark.

    A program may have made other groups in it, as `timeout` and shells do, or sessions of their
    own, as `setsid` does; where there is no `/proc` these are left. On Windows nothing is done.
    """
    if sys.platform == "win32":
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    killed: set[int] = set()
    for _ in range(_ROUNDS):
        found = _members(leader, mark) - killed
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        if not found:
            return
        killed |= found


def _members(leader: int, mark: str | None) -> set[int]:
    """The processes of a session, and those with the mark."""
    marked = None if mark is None else f"{MARK}={mark}".encode()
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        # Those of other users cannot be read, and others end meanwhile.
        with suppress(OSError):
            is_in = os.getsid(int(entry.name)) == leader
            if is_in or (marked and marked in (entry / "environ").read_bytes().split(b"\0")):
                found.add(int(entry.name))
    return found
