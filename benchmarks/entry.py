"""The way that a benchmark runs: on Linux only, with a server's failure in one line."""

import sys
from collections.abc import Callable

from benchmarks.servers import ServerError


def carry_out(measure: Callable[[], None]) -> int:
    """Measure; the process' exit code."""
    if sys.platform != "linux":
        print("benchmarks: they read /proc, so they run on Linux only", file=sys.stderr)
        return 2
    try:
        measure()
    except ServerError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
