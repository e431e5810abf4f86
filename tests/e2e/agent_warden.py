"""Ends what a test's agents have left running, also where the test itself was killed.

A resident is a process of its own, which outlives the one that starts it. The warden waits for the
end of its input, which comes with the end of the test, whatever ends it. It then ends each process
whose variable PEERLINE_AGENT_DIR names the test's folder; it finds them in /proc.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_VARIABLE = "PEERLINE_AGENT_DIR"


@contextmanager
def watch(sockets: str) -> Generator[None]:
    """While this lasts; at its end nothing is left that belongs to the folder of sockets."""
    warden = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, sockets], stdin=subprocess.PIPE, process_group=0
    )
    try:
        yield
    finally:
        warden.communicate()


def _belongs(process: Path, sockets: str) -> bool:
    try:
        variables = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{_VARIABLE}={sockets}".encode() in variables


def main(sockets: str) -> None:
    """Wait for the end of the input, then end what is left."""
    sys.stdin.buffer.read()
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and _belongs(process, sockets):
            with suppress(OSError):
                os.kill(int(process.name), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
