"""The time that `peerline acp` adds to a message between an editor and its agent, there and back.

`python -m benchmarks.acp` prints milliseconds. The agent sends each line back; the same lines go to
it directly and through the command, in turns, so that load is the same for both.
"""

import json
import statistics
import subprocess
import sys
import time
from typing import Final

MESSAGES: Final = 2_000
WARM_UP: Final = 200
_ECHO: Final = """
import os
while data := os.read(0, 65536):
    while data:
        data = data[os.write(1, data):]
"""
_AGENT: Final = (sys.executable, "-I", "-S", "-c", _ECHO)
_UPDATE: Final = {
    "jsonrpc": "2.0",
    "method": "session/update",
    "params": {
        "sessionId": "s",
        "update": {
            "sessionUpdate": "agent_message_chunk",
            "content": {"type": "text", "text": "words of an answer " * 10},
        },
    },
}


def main() -> None:
    """Measure."""
    line = json.dumps(_UPDATE).encode() + b"\n"
    direct = _start(*_AGENT)
    proxied = _start(sys.executable, "-m", "peerline", "acp", "--", *_AGENT)
    both = {"directly": direct, "through peerline acp": proxied}
    times: dict[str, list[float]] = {name: [] for name in both}
    for number in range(MESSAGES + WARM_UP):
        for name, process in both.items():
            taken = _there_and_back(process, line)
            if number >= WARM_UP:
                times[name].append(taken * 1000)
    for process in both.values():
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
    for name, found in times.items():
        p99 = statistics.quantiles(found, n=100)[-1]
        print(f"{name:24}{statistics.median(found):8.3f} ms   p99 {p99:7.3f} ms")


def _start(*command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _there_and_back(process: "subprocess.Popen[bytes]", line: bytes) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    began = time.perf_counter()
    process.stdin.write(line)
    left = len(line)
    while left:
        left -= len(process.stdout.read(left) or b"")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
