"""The end of a program that leads a session of processes, and of all that it has started."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path


def kill_session(leader: int) -> None:
    """Kill the process that leads a session, and all that is in the session.

    A program may have made other groups in it, as `timeout` and shells do; where there is no
    `/proc` these are left. On Windows nothing is done.
    """
    if sys.platform == "win32":
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(int(entry.name)) == leader:
                os.kill(int(entry.name), signal.SIGKILL)
