"""The milliseconds that a hook adds to a tool call, beside an interpreter that does nothing.

`python -m benchmarks.hooks` prints milliseconds. The resident stands for one that answers at once.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from peerline.agent import hook_program

RUNS: Final = 60
_PYTHON: Final = [sys.executable, "-I", "-S"]
_EVENT: Final = {
    "hook_event_name": "PostToolUse",
    "tool_name": "Edit",
    "tool_use_id": "t",
    "tool_input": {"file_path": "/w/a.py", "new_string": "x = 1\n" * 500},
}


def main() -> None:
    """Measure, one kind after the other in each round, so that load is the same for all."""
    data = json.dumps(_EVENT).encode()
    with tempfile.TemporaryDirectory(prefix="pl") as sockets, tempfile.TemporaryDirectory() as work:
        here = {**os.environ, "PEERLINE_AGENT_DIR": sockets}
        away = {**os.environ, "PEERLINE_AGENT_DIR": f"{sockets}/none"}
        _serve(Path(sockets) / hook_program.socket_name(os.path.realpath(work)))
        hook = [*_PYTHON, hook_program.__file__, "hook"]
        kinds = {
            "a bare interpreter": ([*_PYTHON, "-c", ""], here),
            "a hook without a resident": (hook, away),
            "a hook with a resident": (hook, here),
            "a status line": ([*_PYTHON, hook_program.__file__, "statusline"], here),
        }
        times: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(RUNS):
            for name, (command, environment) in kinds.items():
                began = time.perf_counter()
                subprocess.run(
                    command, input=data, capture_output=True, cwd=work, env=environment, check=True
                )
                times[name].append((time.perf_counter() - began) * 1000)
        for name, found in times.items():
            p95 = statistics.quantiles(found, n=20)[-1]
            print(f"{name:28}{statistics.median(found):8.1f} ms   p95 {p95:6.1f} ms")


def _serve(path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(16)

    def answer() -> None:
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                lines.readline()
                connection.sendall(b"\n")

    threading.Thread(target=answer, daemon=True).start()


if __name__ == "__main__":
    main()
