"""Passes bytes between an editor and its agent unchanged and at once, and keeps copies aside."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from peerline.agent.acp.copies import Copies, Way
from peerline.processes import Process

_PIECE: Final = 65_536
_QUIET_SECONDS: Final = 0.2
"""How long a pipe must be silent that others than the agent, which has ended, may hold open."""
_CHECK_SECONDS: Final = 0.02
_FROM_A_TERMINAL: Final = frozenset({"SIGINT", "SIGQUIT"})
_FORWARDED: Final = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2")


class Passage:
    """One way: from a descriptor to another, until either ends."""

    def __init__(self, source: int, target: int, on_copy: Callable[[bytes], None]) -> None:
        self._source = source
        self._target = target
        self._on_copy = on_copy
        self._read_since: float | None = None

    def run(self) -> None:
        """Pass on what comes; then close the target, and refuse what would still come."""
        while data := self._read():
            # Else a copy of the answer could be kept before that of the question.
            self._on_copy(data)
            if not self._write(data):
                break
        self._end()

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing has come for some seconds; not while something is written."""
        since = self._read_since
        return since is not None and time.monotonic() - since >= seconds

    def _read(self) -> bytes:
        self._read_since = time.monotonic()
        try:
            return os.read(self._source, _PIECE)
        except OSError:
            return b""
        finally:
            self._read_since = None

    def _write(self, data: bytes) -> bool:
        waiting = memoryview(data)
        try:
            while waiting:
                waiting = waiting[os.write(self._target, waiting) :]
        except OSError:
            return False  # nobody reads it, as the other side will see
        return True

    def _end(self) -> None:
        """As without us: an end for the one who reads, and an error for the one who writes."""
        for descriptor in (self._source, self._target):
            _give_up(descriptor)


def run(agent: Process, copies: Copies) -> int:
    """Pass on between our standard streams and an agent until it ends; its exit code.

    The code is negative if a signal ended it.
    """
    assert agent.stdin is not None
    assert agent.stdout is not None
    there = Passage(0, agent.stdin.fileno(), lambda data: copies.put(Way.OF_EDITOR, data))
    back = Passage(agent.stdout.fileno(), 1, lambda data: copies.put(Way.OF_AGENT, data))
    with _signals_of(agent):
        threading.Thread(target=there.run, name="editor", daemon=True).start()
        answering = threading.Thread(target=back.run, name="agent", daemon=True)
        answering.start()
        code = _wait(agent)
        while answering.is_alive() and not back.is_quiet(_QUIET_SECONDS):
            answering.join(_CHECK_SECONDS)
    copies.close()
    return code


def _wait(agent: Process) -> int:
    """Wait for the end of an agent, and run the handlers of signals meanwhile; its exit code.

    A signal that comes just before a call that blocks does not interrupt it, nor does one that
    another thread gets. All of them wake a descriptor (see signal.set_wakeup_fd).
    """
    woken, waker = socket.socketpair()

    def watch() -> None:
        agent.wait()
        with suppress(BlockingIOError):  # then there is enough to wake us
            waker.send(b"\0")

    waker.settimeout(0)
    before = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    watching = threading.Thread(target=watch, name="end", daemon=True)
    watching.start()
    try:
        while agent.returncode is None:
            woken.recv(_PIECE)
    finally:
        signal.set_wakeup_fd(before)
    watching.join()
    woken.close()
    waker.close()
    return agent.returncode


def end_like(code: int) -> int:
    """The exit code for one of an agent; ends this process by the signal that ended the agent."""
    if code >= 0:
        return code
    sys.stderr.flush()
    with suppress(OSError, ValueError):  # there is nothing to set for SIGKILL
        signal.signal(-code, signal.SIG_DFL)
    with suppress(OSError):
        os.kill(os.getpid(), -code)
    return 128 - code


def _give_up(descriptor: int) -> None:
    """Close a descriptor, whose number stays taken: nothing else may get it meanwhile."""
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, descriptor, inheritable=False)
        os.close(nothing)


@contextmanager
def _signals_of(agent: Process) -> Generator[None]:
    """Hand signals on to the agent instead of ending by them."""

    def forward(number: int, _: FrameType | None) -> None:
        if signal.Signals(number).name in _FROM_A_TERMINAL and _is_in_foreground():
            return  # the terminal has sent it to the agent too
        with suppress(OSError):
            agent.send_signal(number)

    before = {
        number: signal.signal(number, forward)
        for name in _FORWARDED
        if (number := getattr(signal, name, None)) is not None
        if signal.getsignal(number) is not signal.SIG_IGN  # nor does the agent hear it
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_foreground() -> bool:
    """Whether a terminal sends its signals to our group, in which the agent is."""
    if os.name == "nt":
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
