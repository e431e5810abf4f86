"""What a team would write first: websockets' own server and `broadcast`, nothing else."""

import asyncio
import json
import logging
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

_rooms: dict[str, set[ServerConnection]] = {}


async def handle(socket: ServerConnection) -> None:
    """Send each cursor of one client to all others of its room."""
    assert socket.request is not None
    room = _rooms.setdefault(socket.request.path, set())
    room.add(socket)
    name = str(len(room))
    try:
        async for text in socket:
            data = json.loads(text)["data"]
            cursor = {"file": data["file"], "line": data["line"], "col": data["column"]}
            update = {"type": "presence_update", "user_id": name, "presence": {"cursor": cursor}}
            broadcast(room - {socket}, json.dumps(update))
    finally:
        room.discard(socket)


async def main() -> None:
    """Serve until the parent closes stdin."""
    async with serve(handle, "127.0.0.1", 0, compression=None) as server:
        print(f"listens on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    # The load ends its connections without a word.
    logging.disable()
    asyncio.run(main())
