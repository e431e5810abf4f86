"""The kernel's figures for processes: CPU time used, and time spent waiting for a core. Linux."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_SCHEDULER_CLOCK: Final = 2
_NANOSECONDS: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Usage:
    """A process' CPU seconds (user + system) and its threads' seconds of waiting for a core."""

    cpu: float
    waited: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The usage since the process started.

        Raises:
            OSError: if there is no such process.
        """
        # The clock of another process (clock_getcpuclockid(3)); /proc/PID/stat counts the same
        # time in ticks of 10 ms, which is too coarse for a window of seconds.
        cpu = time.clock_gettime((~pid << 3) | _SCHEDULER_CLOCK)
        return cls(cpu, _run_queue_wait(pid))

    def __sub__(self, earlier: "Usage") -> "Usage":
        return Usage(self.cpu - earlier.cpu, self.waited - earlier.waited)


def _run_queue_wait(pid: int) -> float:
    """The second field of each thread's schedstat: ready to run, but without a core."""
    waits = (
        int((task / "schedstat").read_text(encoding="ascii").split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir()
    )
    return sum(waits) * _NANOSECONDS
