"""Lines that a user types in the terminal, while the program does other things."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final

_MOST_BYTES: Final = 4096
"""Of a line; a terminal gives no longer ones."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A typed line and when it was read; its text is None at the end of the input."""

    text: str | None
    read_at: float


def is_terminal() -> bool:
    """Whether somebody reads and types here."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class TypedLines:
    """The lines of the standard input, each read when it is asked for, and none before."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._loop = asyncio.get_running_loop()
        self._now = now
        self._lines: asyncio.Queue[_Line | None] = asyncio.Queue()
        self._wanted: SimpleQueue[None] = SimpleQueue()
        self._is_started = False
        self._is_reading = False
        self._has_ended = False

    async def ask(self, question: str, keys: str) -> str | None:
        """The line that is typed as an answer; None at the end of the input, and after `wake`.

        What was typed before the question was there is no answer to it, also if it is read later:
        a paste of several lines answers one question. The `keys` come behind the question as soon
        as an answer counts.
        """
        while not self._lines.empty():
            self._lines.get_nowait()
        print(question, end="", flush=True)
        _wait_until_shown()
        _forget_typed(is_reading=self._is_reading)
        shown_at = self._now()
        print(keys, end="", flush=True)
        while not self._has_ended:
            self._read_one()
            line = await self._lines.get()
            if line is None:
                return None
            if line.read_at >= shown_at:
                return line.text
        return None

    def wake(self) -> None:
        """Have `ask` return: nobody needs the line any more."""
        self._lines.put_nowait(None)

    def _read_one(self) -> None:
        """Have one line read, unless the one of an earlier question still is."""
        if self._is_reading:
            return
        self._is_reading = True
        self._wanted.put(None)
        if not self._is_started:
            self._is_started = True
            # Not one of the executor's threads, for which the interpreter waits at its end.
            Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            self._wanted.get()
            try:
                data = os.read(sys.stdin.fileno(), _MOST_BYTES)
            except OSError:
                data = b""
            read_at = self._now()
            text = data.decode(sys.stdin.encoding or "utf-8", "replace").strip() if data else None
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._take, _Line(text, read_at))
            if not data:
                return

    def _take(self, line: _Line) -> None:
        self._is_reading = False
        self._has_ended = line.text is None
        self._lines.put_nowait(line)


def _wait_until_shown() -> None:
    """Return when the terminal has what was printed."""
    with suppress(ImportError, OSError):
        import termios  # noqa: PLC0415 - not on Windows

        with suppress(termios.error):
            termios.tcdrain(sys.stdout.fileno())


def _forget_typed(*, is_reading: bool) -> None:
    """Drop what was typed and not read, half a line too."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only on Windows

        while not is_reading and msvcrt.kbhit():  # else that would wait for the reader
            msvcrt.getwch()
        return
    import termios  # noqa: PLC0415 - not on Windows

    with suppress(OSError, termios.error):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
