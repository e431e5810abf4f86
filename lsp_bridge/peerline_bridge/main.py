"""`peerline lsp`: the language server and the session's client in one event loop, over stdio."""

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from peerline.liveness import is_alive
from peerline.logs import check_reader, describe, set_up_logging
from peerline.owner_only import create_private, make_private
from peerline.tasks import Tasks
from peerline_bridge.lsp.server import BridgeServer
from peerline_bridge.lsp.stdio import read_messages
from peerline_bridge.lsp.stdout import ThreadedWriter

_log = logging.getLogger("peerline.bridge")
_PARENT_POLL_SECONDS: Final = 2.0
_CLOSE_SECONDS: Final = 3.0


def main(*, log_file: Path | None = None, log_level: str = "WARNING") -> int:
    """Serve one editor; the process' exit code.

    0 after `exit` that followed a `shutdown`, after the end of stdin and after a signal; 1 after
    an `exit` without a `shutdown` (LSP 3.17, "Exit Notification").

    Raises:
        OSError: if there can be no such log file.
    """
    if log_file is not None:
        # It may show what a user does, to nobody else. A device or a pipe stays as it is.
        create_private(log_file)
        make_private([log_file])
        check_reader(log_file)
    set_up_logging(log_level, file=log_file)
    with suppress(KeyboardInterrupt):
        return asyncio.run(_serve())
    return 0


async def _serve() -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    server = BridgeServer(lambda clean: end(0 if clean else 1))
    loop.set_exception_handler(_log_failure)

    def editor_is_gone(_reason: str) -> None:
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(end, 0)

    writer = ThreadedWriter(sys.stdout.fileno(), editor_is_gone)
    server.protocol.set_writer(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, end, 0)
        except NotImplementedError:  # Windows

            def end_soon(_number: int, _frame: object) -> None:
                loop.call_soon_threadsafe(end, 0)

            signal.signal(number, end_soon)
    tasks = Tasks(lambda _: end(1))
    tasks.spawn(_read(server, ended), "reading from the editor")
    tasks.keep(lambda: _watch_parent(server, ended), "watching the editor's process")
    try:
        return await ended
    finally:
        if server.plain is not None:
            server.plain.close()
        if server.bridge is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(server.bridge.close(), _CLOSE_SECONDS)
        await tasks.close()
        writer.close()


def _log_failure(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what failed in a callback in one line: a traceback may hold what people wrote."""
    error = context.get("exception")
    reason = describe(error) if isinstance(error, BaseException) else str(context.get("message"))
    _log.error("a callback failed: %s", reason)


async def _read(server: BridgeServer, ended: asyncio.Future[int]) -> None:
    try:
        await read_messages(sys.stdin.fileno(), server.take)
    except Exception as error:  # noqa: BLE001 - whatever it is, the session must be left
        _log.error("the editor's messages cannot be read any more: %s", describe(error))
    if not ended.done():
        ended.set_result(0)


async def _watch_parent(server: BridgeServer, ended: asyncio.Future[int]) -> None:
    while True:
        await asyncio.sleep(_PARENT_POLL_SECONDS)
        pid = server.parent_pid
        if pid is not None and not is_alive(pid) and not ended.done():
            ended.set_result(0)
