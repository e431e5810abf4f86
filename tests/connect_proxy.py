"""A small HTTP proxy for CONNECT, as companies have one between their networks and the others."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class ConnectProxy:
    """Connects names that only it knows; `asked` has what it was asked for."""

    names: Mapping[str, tuple[str, int]]
    """HOST:PORT of the request, and the address that it is."""
    credentials: str | None = None
    """USER:PASSWORD that a client has to give."""
    port: int = 0
    asked: list[str] = field(default_factory=list[str])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        self.asked.append(target)
        if self.credentials is not None:
            wanted = base64.b64encode(self.credentials.encode()).decode()
            if f"Proxy-Authorization: Basic {wanted}\r\n" not in head:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                return
        if method != "CONNECT" or target not in self.names:
            writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        upstream, out = await asyncio.open_connection(*self.names[target])
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_copy(reader, out), _copy(upstream, writer))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    target.close()


@asynccontextmanager
async def proxying(
    names: Mapping[str, tuple[str, int]], *, credentials: str | None = None
) -> AsyncGenerator[ConnectProxy]:
    """A proxy on a port of 127.0.0.1."""
    proxy = ConnectProxy(names, credentials)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
