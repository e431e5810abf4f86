"""The core and priority of a process, and its memory. Linux."""

import os
from contextlib import suppress
from pathlib import Path


def resident_mb(pid: int) -> float:
    """The process' resident memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def pin(pid: int, core: int) -> None:
    """Run on one core."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError):  # a thread that has just ended
            os.sched_setaffinity(int(task.name), {core})


def prefer(pid: int, niceness: int) -> None:
    """Run before others, where that is allowed."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(PermissionError, ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(task.name), niceness)
