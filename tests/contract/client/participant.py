"""A participant with the client in TypeScript, in a process of its own."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

NODE = Path(__file__).parents[3] / "node_modules" / ".bin" / "node"
SCRIPT = Path(__file__).with_suffix(".mts")


class Participant:
    """Commands go in as lines of JSON, and their results come out."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader: asyncio.Task[None] = asyncio.create_task(self._read())
        self._changed = asyncio.Event()
        self.states: list[str] = []
        self.reasons: list[str | None] = []
        self.faults: list[dict[str, Any]] = []

    @classmethod
    async def start(cls, **options: str) -> Self:
        """Start one; it begins to join at once."""
        assert NODE.exists(), "Node is installed with the npm tools"
        process = await asyncio.create_subprocess_exec(
            *(NODE, "--disable-warning=ExperimentalWarning", SCRIPT, json.dumps(options)),
            stdin=PIPE,
            stdout=PIPE,
            limit=2**24,  # a line holds a whole text
        )
        return cls(process)

    async def do(self, what: str, **fields: Any) -> Any:
        """Carry out a command; its result.

        Raises:
            RuntimeError: With the error's name and text.
        """
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, "id": number, **fields}).encode() + b"\n")
        await self._process.stdin.drain()
        result = await answer
        if result["event"] == "failed":
            raise RuntimeError(f"{result['name']}: {result['text']}")
        return result["result"]

    async def until_state(self, state: str, times: int = 1) -> None:
        """Wait until it has been in a state so often."""
        await self._until(lambda: self.states.count(state) >= times)

    async def state(self, is_so: Callable[[dict[str, Any]], object] = bool) -> dict[str, Any]:
        """The state of its replica, once it is as it should be."""
        return await self.poll("state", is_so)

    async def poll(self, what: str, is_so: Callable[[Any], object]) -> Any:
        """Ask until the answer is as it should be."""
        async with asyncio.timeout(30):
            while not is_so(answer := await self.do(what)):  # noqa: ASYNC110 - over a pipe
                await asyncio.sleep(0.02)
            return answer

    async def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with suppress(asyncio.CancelledError):
            await self._reader
        await self._process.wait()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._changed.clear()
            await self._changed.wait()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                self._take(json.loads(line))
                self._changed.set()
        finally:
            for answer in self._waiting.values():
                answer.cancel()

    def _take(self, event: dict[str, Any]) -> None:
        if event["event"] == "state":
            self.states.append(event["state"])
            self.reasons.append(event.get("reason"))
        elif event["event"] == "fault":
            self.faults.append(event)
        else:
            self._waiting.pop(event["id"]).set_result(event)
