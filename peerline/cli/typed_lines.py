"""Lines that a user types in the terminal, while the program does other things."""

import asyncio
import os
import sys
from contextlib import suppress
from threading import Thread
from typing import Final

_MOST_BYTES: Final = 4096
"""Of a line; a terminal gives no longer ones."""


def is_terminal() -> bool:
    """Whether somebody reads and types here."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class TypedLines:
    """The lines of the standard input, each read when it is asked for."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._is_reading = False
        self._has_ended = False

    async def ask(self, prompt: str) -> str | None:
        """The line that is typed behind a prompt; None at the end of the input, and after `wake`.

        What was typed before the prompt was there is no answer to it.
        """
        _forget_typed()
        while not self._lines.empty():
            self._lines.get_nowait()
        print(prompt, end="", flush=True)
        if self._has_ended:
            return None
        if not self._is_reading:
            self._is_reading = True
            # Not one of the executor's threads, for which the interpreter waits at its end.
            Thread(target=self._read, daemon=True).start()
        return await self._lines.get()

    def wake(self) -> None:
        """Have `ask` return: nobody needs the line any more."""
        self._lines.put_nowait(None)

    def _read(self) -> None:
        while not self._has_ended:
            try:
                data = os.read(sys.stdin.fileno(), _MOST_BYTES)
            except OSError:
                data = b""
            self._has_ended = not data
            line = data.decode(sys.stdin.encoding or "utf-8", "replace").strip() if data else None
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)


def _forget_typed() -> None:
    with suppress(ImportError, OSError):
        import termios  # noqa: PLC0415 - not on Windows

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
