"""The local socket of a resident agent: JSON lines, for programs of its owner alone."""

import asyncio
import json
import logging
import os
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from peerline.agent.hook_program import MAX_LINE, SIGN_SECONDS
from peerline.owner_only import make_private_folder
from peerline.tasks import Tasks

Json: TypeAlias = dict[str, Any]
Handle: TypeAlias = Callable[[Json], Awaitable[Json | None]]

MAX_CLIENTS: Final = 100
FIRST_SIGN_SECONDS: Final = 0.1
"""After this time a program that waits gets a space, so that it knows that somebody is at it."""
MAX_SOCKET_PATH: Final = 100
"""The kernel's limit is 104 to 108 bytes."""
_SOCKET_MODE: Final = 0o600
_OTHERS: Final = 0o077
_log = logging.getLogger("peerline.agent")


class LocalSocketError(Exception):
    """The socket cannot be made; the text says why and what to do."""


class LocalServer:
    """Answers each line of its owner's programs with one line; an empty one is no answer.

    What handles a line is cancelled when the program that sent it has gone.

    Args:
        path: The socket.
        handle: Gives the answer to a line.
        sign_seconds: How often a program that waits gets a sign of life after the first one.
    """

    def __init__(self, path: Path, handle: Handle, sign_seconds: float = SIGN_SECONDS) -> None:
        self._path = path
        self._sign_seconds = sign_seconds
        self._handle = handle
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._tasks = Tasks()

    async def start(self) -> None:
        """Listen.

        Raises:
            LocalSocketError: if another agent listens, or the folder is not private.
        """
        if len(os.fsencode(self._path)) > MAX_SOCKET_PATH:
            raise LocalSocketError(
                f"{self._path} is too long for a socket; set PEERLINE_AGENT_DIR to a shorter folder"
            )
        make_private_folder(self._path.parent)
        status = self._path.parent.stat()
        if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
            raise LocalSocketError(
                f"{self._path.parent} is not private: run chmod 700, or set PEERLINE_AGENT_DIR"
            )
        if self._path.exists():
            if await _answers(self._path):
                raise LocalSocketError("an agent of this folder runs already; stop it first")
            self._path.unlink(missing_ok=True)
        old = os.umask(_OTHERS)
        try:
            self._server = await asyncio.start_unix_server(
                self._serve, path=str(self._path), limit=MAX_LINE
            )
        finally:
            os.umask(old)
        self._path.chmod(_SOCKET_MODE)

    async def close(self) -> None:
        """Stop listening, and end what is connected."""
        if self._server is None:
            return
        self._server.close()
        self._path.unlink(missing_ok=True)
        for writer in list(self._clients):
            writer.close()
        await self._tasks.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_owners(writer.get_extra_info("socket")) or len(self._clients) >= MAX_CLIENTS:
            writer.close()
            return
        self._clients.add(writer)
        try:
            await self._answer_lines(reader, writer)
        except (ValueError, ConnectionError, asyncio.IncompleteReadError):
            _log.info("a local client was cut: its line is too long, or it has gone")
        finally:
            self._clients.discard(writer)
            writer.close()
            with suppress(ConnectionError, OSError):
                await writer.wait_closed()

    async def _answer_lines(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        line = await reader.readline()
        while line:
            # The next line is waited for meanwhile: its end says that the program has gone.
            following = self._tasks.share(reader.readline(), "wait for a line")
            answering = self._tasks.share(self._write_answer(line, writer), "answer a line")
            try:
                await asyncio.wait({answering}, timeout=FIRST_SIGN_SECONDS)
                both: set[asyncio.Task[Any]] = {answering, following}
                while not answering.done():
                    writer.write(b" ")
                    await asyncio.wait(
                        both, timeout=self._sign_seconds, return_when=asyncio.FIRST_COMPLETED
                    )
                    if answering.done() or not following.done():
                        continue
                    if following.exception() or not following.result():
                        return
                    both = {answering}
                await answering
                await writer.drain()
                line = await following
            finally:
                for task in (answering, following):
                    task.cancel()

    async def _write_answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(await self._answer(line) + b"\n")

    async def _answer(self, line: bytes) -> bytes:
        try:
            given: object = json.loads(line)
        except (ValueError, RecursionError):
            return b'{"error":"this is no JSON"}'
        if not isinstance(given, dict):
            return b'{"error":"this is no JSON object"}'
        answer = await self._handle(cast("Json", given))
        return b"" if answer is None else json.dumps(answer).encode()


async def _answers(path: Path) -> bool:
    """Whether somebody listens there."""
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    return True


def _is_owners(connection: socket.socket) -> bool:
    """Whether the program at the other end runs as our user; by the folder's mode elsewhere."""
    if sys.platform != "linux":
        return True
    size = struct.calcsize("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    _, uid, _ = struct.unpack("3i", credentials)
    return uid == os.geteuid()
