"""The server to compare with: `websockets.broadcast` and nothing else.

It knows rooms by their path and passes on what it receives as it is: no sign-in, no validation, no
limits, no storage. Compression is off, which is its fastest setting.
"""

import asyncio
import signal
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main() -> None:
    """Serve on a free port until SIGTERM; the address is printed."""
    rooms: defaultdict[str, set[ServerConnection]] = defaultdict(set)

    async def relay(connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None, "the handshake is done"
        room = rooms[request.path]
        room.add(connection)
        try:
            await connection.send('{"type":"connected"}')
            async for message in connection:
                broadcast((peer for peer in room if peer is not connection), message)
        finally:
            room.discard(connection)

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with serve(relay, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"websockets listens on 127.0.0.1:{port}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
