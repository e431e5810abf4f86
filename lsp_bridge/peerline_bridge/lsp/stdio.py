"""Reads stdin without blocking the event loop or the end of the process."""

import asyncio
import json
import logging
import os
import threading
from collections.abc import Callable
from typing import Any, Final, cast

from peerline_bridge.lsp.framing import FrameSplitter, Malformed

_log = logging.getLogger("peerline.bridge")
_CHUNK: Final = 64 * 1024
_MAX_CHUNKS: Final = 64
"""Chunks that wait for the event loop; then the editor has to."""


async def read_messages(
    descriptor: int,
    handle: Callable[[dict[str, Any]], None],
) -> None:
    """Call `handle` with each JSON object that comes on the descriptor, until its end.

    A task that it makes for a request begins before the next message is handled.

    What is no message is logged and skipped, and so is an error that `handle` raises.

    A daemon thread reads: a pool's thread would keep the process alive until the next byte, and
    pipes of Windows cannot be watched by every event loop.
    """
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    room = threading.Semaphore(_MAX_CHUNKS)

    def pump() -> None:
        data = b"."
        while data:
            room.acquire()
            try:
                data = os.read(descriptor, _CHUNK)
            except OSError:
                data = b""
            try:
                loop.call_soon_threadsafe(chunks.put_nowait, data)
            except RuntimeError:  # the loop was closed
                return

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    splitter = FrameSplitter()
    while data := await chunks.get():
        room.release()
        for frame in splitter.feed(data):
            if isinstance(frame, Malformed):
                _log.error("the editor sent what is no message: %s", frame.reason)
            elif _handle(frame, handle):
                # A command begins before later messages change the texts that it is about.
                await asyncio.sleep(0)


def _handle(body: bytes, handle: Callable[[dict[str, Any]], None]) -> bool:
    """Handle one message; whether it is a request."""
    try:
        message: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        _log.error("the editor sent what is no JSON: %s", type(error).__name__)
        return False
    if not isinstance(message, dict):
        _log.error("the editor sent JSON that is no message: an object is needed")
        return False
    try:
        handle(cast("dict[str, Any]", message))
    except Exception as error:  # noqa: BLE001 - whatever it is, the next message counts
        # No traceback: it would hold what the user wrote.
        _log.error("a message of the editor failed: %s", type(error).__name__)
    return "id" in message and "method" in message
