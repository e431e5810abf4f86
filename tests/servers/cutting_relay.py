"""A relay in front of a server that cuts a connection at a certain word, or falls silent."""

import asyncio
from typing import Final, Self

_READY: Final = b"Z\0\0\0\5"
"""ReadyForQuery of the PostgreSQL protocol, without the state that follows."""


class CuttingRelay:
    """Passes bytes both ways on a port of its own."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._server: asyncio.Server
        self._word: bytes | None = None
        self._is_passed_on = False
        self._connected: set[asyncio.StreamWriter] = set()
        self._silenced: set[asyncio.StreamWriter] = set()
        self.has_cut = False
        self.port = 0

    @classmethod
    async def to(cls, port: int) -> Self:
        """A relay to a port of this machine."""
        relay = cls(port)
        relay._server = await asyncio.start_server(relay._serve, "127.0.0.1", 0)
        relay.port = relay._server.sockets[0].getsockname()[1]
        return relay

    def cut_at(self, word: bytes, *, is_passed_on: bool) -> None:
        """Cut the next connection that says the word: before it, or after it was answered."""
        self._word, self._is_passed_on = word, is_passed_on

    def fall_silent(self) -> None:
        """Pass nothing on any longer for those who are connected; new ones are served."""
        self._silenced.update(self._connected)

    async def close(self) -> None:
        """Listen no longer."""
        self._server.close()
        for writer in self._connected:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._connected.add(writer)
        answers = asyncio.create_task(_pass_on(back_reader, writer))
        try:
            while data := await reader.read(65_536):
                if writer in self._silenced:
                    continue
                if self._word is not None and self._word in data:
                    self._word, self.has_cut = None, True
                    answers.cancel()
                    await asyncio.wait([answers])  # only one can read
                    if self._is_passed_on:
                        back_writer.write(data)
                        await _is_answered(back_reader)
                    return
                back_writer.write(data)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the test has ended
        finally:
            answers.cancel()
            for each in (writer, back_writer):
                each.transport.abort()


async def _is_answered(reader: asyncio.StreamReader) -> None:
    """Read until Postgres is ready for the next query: it has done what it was asked for."""
    answer = b""
    while _READY not in answer and (piece := await reader.read(65_536)):
        answer += piece


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()
