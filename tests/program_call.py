"""Has the host of programs start one on this process' standard streams, and ends with it.

`python -I -S tests/program_call.py SOCKET ARGUMENT…` in place of `python -m peerline ARGUMENT…`,
for editors that start the bridge themselves. It starts in a moment, as it imports next to nothing.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence

KILLS_THE_PROGRAM = signal.SIGUSR1
"""A signal to this process that has the program killed by SIGKILL."""


def call(
    address: str,
    arguments: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    streams: Sequence[int],
) -> tuple[socket.socket, int]:
    """Start a program; the connection on which its exit code comes, and its process' id."""
    request = {
        "arguments": list(arguments),
        "folder": folder,
        "environment": dict(environment),
    }
    body = json.dumps(request).encode()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    socket.send_fds(connection, [len(body).to_bytes(4, "big")], list(streams))
    connection.sendall(body)
    return connection, number(connection)


def number(connection: socket.socket) -> int:
    """The next number from the host."""
    data = b""
    while len(data) < 8:
        more = connection.recv(8 - len(data))
        if not more:
            raise EOFError("the host of programs has ended")
        data += more
    return int.from_bytes(data, "big", signed=True)


def main() -> int:
    """Start a program and wait for it; its exit code, or the end by the same signal."""
    address, *arguments = sys.argv[1:]
    connection, program = call(address, arguments, os.getcwd(), os.environ, (0, 1, 2))  # noqa: PTH109 - pathlib takes a while
    # As a program that is killed: it has no time to say goodbye.
    signal.signal(KILLS_THE_PROGRAM, lambda *_: os.kill(program, signal.SIGKILL))
    for stream in (0, 1):
        # The other end of a pipe sees that it is closed when the program has closed it.
        os.close(stream)
    code = number(connection)
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())
