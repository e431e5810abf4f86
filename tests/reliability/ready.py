"""Asks a server over HTTP how it is."""

import asyncio


async def readiness(address: str) -> int:
    """The status of `GET /readyz`."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /readyz HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1])
