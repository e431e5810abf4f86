"""Small proxies as companies have them, by CONNECT and by SOCKS5; only they know the names."""

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


class SocksProxy(ConnectProxy):
    """The same by SOCKS5 (RFC 1928, and RFC 1929 for passwords)."""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        methods = (await reader.readexactly(2))[1]
        offered = await reader.readexactly(methods)
        wanted = 0 if self.credentials is None else 2
        if wanted not in offered:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, wanted]))
        if self.credentials is not None:
            await reader.readexactly(1)
            user, password = await _counted(reader), await _counted(reader)
            is_right = f"{user}:{password}" == self.credentials
            writer.write(b"\x01\x00" if is_right else b"\x01\x01")
            if not is_right:
                return
        _, _, _, kind = await reader.readexactly(4)
        assert kind == 3, "a name, which the proxy looks up"
        host = await _counted(reader)
        target = f"{host}:{int.from_bytes(await reader.readexactly(2))}"
        self.asked.append(target)
        if target not in self.names:
            writer.write(b"\x05\x04\x00\x01" + bytes(6))  # host unreachable
            return
        upstream, out = await asyncio.open_connection(*self.names[target])
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await asyncio.gather(_copy(reader, out), _copy(upstream, writer))


async def _counted(reader: asyncio.StreamReader) -> str:
    """A text after its length in one byte."""
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()


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
    async with _running(ConnectProxy(names, credentials)) as proxy:
        yield proxy


@asynccontextmanager
async def socks(
    names: Mapping[str, tuple[str, int]], *, credentials: str | None = None
) -> AsyncGenerator[ConnectProxy]:
    """A SOCKS5 proxy on a port of 127.0.0.1."""
    async with _running(SocksProxy(names, credentials)) as proxy:
        yield proxy


@asynccontextmanager
async def _running(proxy: ConnectProxy) -> AsyncGenerator[ConnectProxy]:
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
