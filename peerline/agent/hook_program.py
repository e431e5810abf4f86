"""The program that a product's hooks and status line run: hands its input to the resident agent.

It imports nothing of Peerline, and of Python no more than it needs, since it runs at each tool
call of an agent: `python -I -S hook_program.py hook --product claude-code`. Where no resident
listens, it ends at once, without a word or an error: a broken Peerline never stops an agent.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_LINE = 1024 * 1024
"""The bytes of a line of the local socket."""
QUICK_SECONDS = 1.0
"""How long a resident may take that has nobody to ask; PEERLINE_HOOK_SECONDS has another limit."""
COMMAND_SECONDS = 5.0
"""How long a resident may take for a command of its user."""
ASKING_SECONDS = 595.0
"""How long people may take to answer: less than the 600 seconds that setup gives the hook."""
SIGN_SECONDS = 5.0
"""How often a resident that waits for people gives a sign of life."""
GAP_SECONDS = 4 * SIGN_SECONDS
"""How long a resident may be silent then."""
_FOLDER = "peerline"


def quick_seconds() -> float:
    """The limit of PEERLINE_HOOK_SECONDS if that is a number of seconds, else QUICK_SECONDS."""
    try:
        given = float(os.environ.get("PEERLINE_HOOK_SECONDS", ""))
    except ValueError:
        return QUICK_SECONDS
    return given if 0 < given <= ASKING_SECONDS else QUICK_SECONDS


def runtime_folder() -> str:
    """The folder of the sockets; private, since it is in a folder of the user's own.

    Empty if the user has no home: a relative one would be whatever the folder at hand has in it.
    """
    given = os.environ.get("PEERLINE_AGENT_DIR")
    if given:
        return given
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        return os.path.join(runtime, _FOLDER)
    state = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return ""
        state = os.path.join(home, ".local", "state")
    return os.path.join(state, _FOLDER, "agents")


def socket_name(workspace: str) -> str:
    """The name of the socket of a folder's agent; short, since a socket's path must be."""
    import zlib

    path = os.fsencode(workspace)
    return f"{zlib.crc32(path):08x}{zlib.adler32(path):08x}.sock"


def find_socket(folder: str) -> str | None:
    """The socket of the agent of a folder or of one above it."""
    given = os.environ.get("PEERLINE_AGENT_SOCKET")
    if given:
        return given if os.path.exists(given) else None
    sockets = runtime_folder()
    if not os.path.isdir(sockets):
        return None
    while True:
        path = os.path.join(sockets, socket_name(folder))
        if os.path.exists(path):
            return path
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def exchange(  # noqa: PLR0913, PLR0917 - all but the first three have defaults
    path: str,
    line: bytes,
    seconds: float,
    alive: float | None = None,
    gap: float = GAP_SECONDS,
    clock: "Callable[[], float] | None" = None,
) -> bytes:
    """Send a line to the resident; its answer, or nothing if there is none.

    Args:
        path: Its socket.
        line: The line.
        seconds: How long the answer may take, whatever comes before it.
        alive: How long its first sign of life may take, which is white space; else `seconds`.
        gap: How long it may be silent then.
        clock: The time in seconds; else that of the machine.

    Raises:
        OSError: if there is no resident, or it does not answer in time.
    """
    from _socket import AF_UNIX, SOCK_STREAM, socket  # `socket` imports for 15 ms
    from time import monotonic

    now = clock or monotonic
    end = now() + seconds
    connection = socket(AF_UNIX, SOCK_STREAM)
    try:
        connection.settimeout(min(seconds, quick_seconds()))
        connection.connect(path)
        connection.sendall(line + b"\n")
        silence = seconds if alive is None else alive
        parts: list[bytes] = []
        size = 0
        while size <= MAX_LINE:
            left = end - now()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(min(silence, left))
            part = connection.recv(65536)
            if not part:
                break
            silence = gap
            parts.append(part)
            size += len(part)
            if part.endswith(b"\n"):
                break
        return b"".join(parts).strip()
    finally:
        connection.close()


def main(arguments: list[str] | None = None) -> int:
    """Run `hook --product P [--approvals]` or `statusline [--then CMD]`.

    CMD is the user's own: it gets none of Peerline's variables.
    The code is 0, or that of CMD. With `--approvals` it waits for an answer of people.
    """
    given = sys.argv[1:] if arguments is None else arguments
    data = sys.stdin.buffer.read(MAX_LINE + 1)
    if given[:1] == ["statusline"]:
        return _statusline(data, given[1:])
    product = given[given.index("--product") + 1] if "--product" in given[:-1] else "claude-code"
    asks = "--approvals" in given
    answer = _hand_on(b"hook", product.encode("ascii", "replace"), data, asks=asks)
    if answer:
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _hand_on(what: bytes, product: bytes, data: bytes, *, asks: bool = False) -> bytes:
    """The resident's answer to a JSON object; nothing whatever goes wrong."""
    try:
        path = find_socket(os.path.realpath(os.getcwd()))
        body = data.strip().replace(b"\n", b" ").replace(b"\r", b" ")  # none is inside of a text
        if path is None or not body.startswith(b"{") or not product.replace(b"-", b"").isalnum():
            return b""
        flag = b',"asks":true' if asks else b""
        line = b'{"do":"%s","product":"%s"%s,"event":%s}' % (what, product, flag, body)
        if len(line) >= MAX_LINE:
            return b""
        quick = quick_seconds()
        return exchange(path, line, ASKING_SECONDS if asks else quick, quick)
    except (OSError, ValueError, ImportError):  # no socket, no folder, no Unix sockets
        return b""


def _statusline(data: bytes, given: list[str]) -> int:
    _hand_on(b"hook", b"claude-code", data)
    if given[:1] == ["--then"] and len(given) > 1:
        return _run(given[1], data)
    print(_short_line(data))
    return 0


def _run(line: str, data: bytes) -> int:
    if not __package__:  # this file runs as a program, whose path has no more than Python's own
        sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
    from pathlib import Path

    from peerline import processes

    return processes.hand_to(processes.users(processes.shell(line), Path.cwd()), data)


def _short_line(data: bytes) -> str:
    import json

    try:
        status: Any = json.loads(data)
        model: Any = status.get("model") or {}
        window: Any = status.get("context_window") or {}
        costs: Any = status.get("cost") or {}
        cost: Any = costs.get("total_cost_usd")
        parts = [str(model.get("display_name") or model.get("id") or "")]
        if window.get("used_percentage") is not None:
            parts.append(f"{window['used_percentage']:.0f}% context")
        if cost is not None:
            parts.append(f"${cost:.2f}")
        return " · ".join(part for part in parts if part)
    except (ValueError, AttributeError, TypeError):
        return ""


if __name__ == "__main__":
    try:
        code = main()
    except (OSError, KeyboardInterrupt):
        code = 0
    sys.exit(code)
