"""The server that a FastAPI tutorial leads to: rooms in a dict, a loop that sends to each peer."""

import asyncio
import json
import signal
import socket
from collections import defaultdict
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
_rooms: defaultdict[str, set[WebSocket]] = defaultdict(set)


@app.websocket("/ws/session/{session_id}")
async def relay(peer: WebSocket, session_id: str) -> None:
    """Pass on what comes to everybody else in the room."""
    await peer.accept()
    room = _rooms[session_id]
    room.add(peer)
    await peer.send_text('{"type":"connected"}')
    try:
        while True:
            message: Any = await peer.receive_json()
            text = json.dumps(message, separators=(",", ":"))
            for other in list(room):
                if other is not peer:
                    await other.send_text(text)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        room.discard(peer)


async def main() -> None:
    """Serve on a free port until SIGTERM; the address is printed."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="critical", ws="websockets-sansio", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    print(f"fastapi listens on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    await serving


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(main())
