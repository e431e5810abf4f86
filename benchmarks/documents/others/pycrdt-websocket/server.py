"""pycrdt-websocket with documents in memory, on uvicorn; run by a Python that has both."""

# ruff: noqa: INP001 - a program of its own
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import asyncio
import socket

import uvicorn
from pycrdt.websocket import ASGIServer, WebsocketServer


async def main() -> None:
    """Listen on a free port and say which."""
    listening = socket.create_server(("127.0.0.1", 0))
    documents = WebsocketServer(auto_clean_rooms=False)
    config = uvicorn.Config(ASGIServer(documents), log_level="error", ws_per_message_deflate=False)
    async with documents:
        port = listening.getsockname()[1]
        print(f"pycrdt-websocket listens on 127.0.0.1:{port}", flush=True)
        await uvicorn.Server(config).serve([listening])


asyncio.run(main())
