"""Forks `peerline` from a process that has imported all of it.

`python -m tests.program_host SOCKET` listens on the socket for `tests.program_call`, and ends with
its stdin, and all programs with it. A program ends, too, when who asked for it is gone. One with
other variables for the loader or the interpreter starts Python: LD_PRELOAD, PYTHONPATH and such.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from peerline.__main__ import main as run_peerline

IMPORTED: Final = (
    *("peerline.cli.main", "peerline.cli.start", "peerline.cli.demo", "peerline.cli.hosting"),
    *("peerline_server.app", "peerline_bridge.main", "uvloop"),
    # What `keyring` imports, which itself reads the environment when it is imported.
    *("importlib_metadata", "jaraco.classes.properties", "jaraco.context", "jaraco.functools"),
    *("aiosqlite", "alembic.command", "peerline_server.admin.archive"),
)


_READ_LATER: Final = {"PYTHON_KEYRING_BACKEND", "PYTHONSAFEPATH"}
"""The second one, which Neovim's plugin sets, is for what the program itself starts: nothing of the
folder is imported in a fork, whose modules are there."""


@dataclass(frozen=True, slots=True)
class Request:
    """A program that is to be started."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


class Host:
    """Starts programs until stdin ends."""

    def __init__(self, address: str) -> None:
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen(64)
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._callers: dict[int, socket.socket] = {}
        """By the id of the process."""
        for source in (self._listener, self._woken, sys.stdin):
            self._selector.register(source, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests

    def serve(self) -> Request | None:
        """Start what is asked for; in each new process its request, in this one None at the end."""
        while True:
            for key, _ in self._selector.select():
                source: Any = key.fileobj
                if source is sys.stdin:
                    self._end_all()
                    return None
                if source is self._woken:
                    self._reap()
                elif source is self._listener:
                    request = self._fork()
                    if request is not None:
                        return request
                elif source in self._callers.values():
                    self._caller_is_gone(source)

    def _fork(self) -> Request | None:
        caller, _ = self._listener.accept()
        request = _receive(caller)
        pid = os.fork()
        if pid == 0:
            self._forget(caller)
            return request
        for stream in request.streams:
            os.close(stream)
        self._callers[pid] = caller
        self._selector.register(caller, selectors.EVENT_READ)
        _send(caller, pid)
        return None

    def _forget(self, caller: socket.socket) -> None:
        """Be a program and no host."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for one in (self._listener, self._woken, self._waker, caller, *self._callers.values()):
            one.close()
        self._callers.clear()

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                caller = self._callers.pop(pid, None)
                if caller is not None:
                    _send(caller, os.waitstatus_to_exitcode(status))
                    self._selector.unregister(caller)
                    caller.close()

    def _caller_is_gone(self, caller: socket.socket) -> None:
        pid = next(pid for pid, one in self._callers.items() if one is caller)
        self._selector.unregister(caller)
        caller.close()
        del self._callers[pid]
        os.kill(pid, signal.SIGTERM)

    def _end_all(self) -> None:
        for pid in self._callers:
            os.kill(pid, signal.SIGKILL)


def _receive(caller: socket.socket) -> Request:
    head, streams, _, _ = socket.recv_fds(caller, 4, 3)
    size = int.from_bytes(head, "big")
    body = b""
    while len(body) < size:
        body += caller.recv(size - len(body))
    return Request(streams=streams, **json.loads(body))


def _send(caller: socket.socket, number: int) -> None:
    with suppress(OSError):  # it waits no longer
        caller.sendall(number.to_bytes(8, "big", signed=True))


def become(request: Request) -> int:
    """Be the program in this process, which is a fork; the exit code."""
    for number, descriptor in enumerate(request.streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    # Those that were forked along belong to what the host had there.
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.chdir(request.folder)
    if _read_at_start(request.environment) != _read_at_start(os.environ):
        command = [sys.executable, "-m", "peerline", *request.arguments]
        os.execve(sys.executable, command, request.environment)  # noqa: S606 - our own
    os.environ.clear()
    os.environ.update(request.environment)
    sys.argv = ["peerline", *request.arguments]
    return run_peerline()


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are for the loader and the interpreter, which a fork has behind it."""
    names = [name for name in environment if name.startswith(("LD_", "DYLD_", "PYTHON"))]
    return {name: environment[name] for name in names if name not in _READ_LATER}


def main() -> int:
    """Be the host, and in its forks the programs."""
    for name in IMPORTED:
        importlib.import_module(name)
    host = Host(sys.argv[1])
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    request = host.serve()
    return 0 if request is None else become(request)


if __name__ == "__main__":
    sys.exit(main())
