"""The stock provider of y-websocket in Node."""

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, Self

from tests.unit.server.conftest import SESSION, Door

FOLDER = Path(__file__).parents[3] / "e2e" / "yjs"


class StockProvider:
    """One provider in a process of its own."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.events: list[dict[str, Any]] = []

    @classmethod
    async def start(
        cls,
        door: Door,
        document: str,
        *,
        params: dict[str, str] | None = None,
        protocols: list[str] | None = None,
    ) -> Self:
        url = f"ws://{door.address}/ws/doc/{SESSION}"
        provider = await cls.connect(url, document, params=params, protocols=protocols)
        door.stack.push_async_callback(provider.stop)
        return provider

    @classmethod
    async def connect(
        cls,
        url: str,
        document: str,
        *,
        params: dict[str, str] | None = None,
        protocols: list[str] | None = None,
        max_backoff_ms: int = 2500,
    ) -> Self:
        """A provider of a document, given the URL of its session's documents."""
        options = {
            "url": url,
            "room": document,
            "params": params or {},
            "protocols": protocols or [],
            "maxBackoffTime": max_backoff_ms,
        }
        node = shutil.which("node")
        assert node is not None, "Node is installed with the npm tools"
        process = await asyncio.create_subprocess_exec(
            node,
            "provider.mjs",
            json.dumps(options),
            cwd=FOLDER,
            stdin=PIPE,
            stdout=PIPE,
            limit=2**23,
        )
        return cls(process)

    async def do(self, what: str, **fields: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **fields}).encode() + b"\n")
        await self._process.stdin.drain()

    async def step(self) -> dict[str, Any]:
        """The next event."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the provider has ended"
        event = json.loads(line)
        self.events.append(event)
        return event

    async def until(self, event: str, **fields: Any) -> dict[str, Any]:
        """The next event of this kind with these fields."""
        while True:
            found = await self.step()
            if found["event"] == event and all(found.get(k) == v for k, v in fields.items()):
                return found

    async def state(self) -> dict[str, Any]:
        """The text, and how many connections there were."""
        await self.do("state")
        return await self.until("state")

    async def until_text(self, text: str) -> None:
        while (await self.state())["text"] != text:
            await self.until("text")

    async def stop(self) -> None:
        if self._process.returncode is None and self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
