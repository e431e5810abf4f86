"""Reads stdin without blocking the event loop or the end of the process."""

import asyncio
import os
import threading

_CHUNK = 64 * 1024
_LIMIT = 64 * 1024
"""Of a header line; a body may have any length."""


def read_stdin(loop: asyncio.AbstractEventLoop, descriptor: int) -> asyncio.StreamReader:
    """A stream of what comes on the descriptor.

    A daemon thread reads: a pool's thread would keep the process alive until the next byte, and
    pipes of Windows cannot be watched by every event loop.
    """
    reader = asyncio.StreamReader(limit=_LIMIT, loop=loop)

    def pump() -> None:
        while True:
            try:
                data = os.read(descriptor, _CHUNK)
            except OSError:
                data = b""
            try:
                if not data:
                    loop.call_soon_threadsafe(reader.feed_eof)
                    return
                loop.call_soon_threadsafe(reader.feed_data, data)
            except RuntimeError:  # the loop was closed
                return

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    return reader
