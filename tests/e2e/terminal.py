"""A program in a pseudo terminal, and the screen as a terminal would show it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from typing import Any

import pyte

TIMEOUT = 40.0
# Requests of newer terminals that pyte takes for text.
_UNKNOWN = re.compile(rb"\x1b\[[<>=?][0-9;]*(?:u|\$p|m)|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class Terminal:
    """A child on a terminal of a given size."""

    def __init__(self, command: Sequence[str], size: tuple[int, int] = (100, 30)) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.received = b""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        # The size is that of the terminal, not of the one in which the tests run.
        environment = {k: v for k, v in environment.items() if k not in {"COLUMNS", "LINES"}}
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)

    @property
    def lines(self) -> list[str]:
        """The screen's text."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen's text."""
        return "\n".join(self.lines)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def shows(self, text: str) -> None:
        """Wait until the text is on the screen."""
        self.until(lambda: text in self.text, text)

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Read what the program writes until the condition holds."""
        deadline = time.monotonic() + TIMEOUT
        while not (value := condition()):
            assert time.monotonic() < deadline, f"{what} never came:\n{self.text}"
            self._read(0.1)
        return value

    def wait(self) -> int:
        """Wait until the program has ended; its exit code."""
        self.until(lambda: self._process.poll() is not None, "the end")
        self._read(0)
        return self._process.returncode

    def close(self) -> None:
        """End the program if it still runs."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        os.close(self._master)

    def _read(self, seconds: float) -> None:
        if select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the program has closed its side
                return
            self.received += data
            self._stream.feed(_UNKNOWN.sub(b"", data))
