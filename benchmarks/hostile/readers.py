"""`python -m benchmarks.hostile.readers`: sockets that read as much as they can until told to stop.

It is given what is read, the server's address, and for each socket the path to join with and the
token, as JSON. Each asks for a page when it has the one before. When standard input ends it prints
how many answers came.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable
from itertools import count
from typing import Any, Final

from benchmarks.wire import PING, PONG, TEXT, FrameReader, client_frame, handshake

_READ_BYTES: Final = 1024 * 1024
_PAGE: Final = 200
Ask = Callable[[dict[str, Any] | None], dict[str, Any]]


def _history(before: dict[str, Any] | None) -> dict[str, Any]:
    """The chat, page by page, and again from its end."""
    place: dict[str, Any] = {}
    if before is not None and before.get("has_more") and before["messages"]:
        place = {"before": before["messages"][0]["seq"]}
    return {"type": "get_history", "limit": _PAGE, **place}


def _threads(before: dict[str, Any] | None) -> dict[str, Any]:
    """All threads, page by page."""
    place: dict[str, Any] = {}
    if before is not None and before.get("has_more"):
        place = {"after": before["comments"][-1]["id"]}
    return {"type": "get_comments", "limit": _PAGE, **place}


def _activity(before: dict[str, Any] | None) -> dict[str, Any]:
    """The activity, page by page."""
    place: dict[str, Any] = {}
    if before is not None and before.get("next"):
        place = {"before": before["next"]}
    return {"type": "get_activity", "limit": _PAGE, **place}


def _search(_before: dict[str, Any] | None) -> dict[str, Any]:
    """A word that every message has."""
    return {"type": "search", "query": "lock", "limit": _PAGE}


READS: Final[dict[str, Ask]] = {
    "the whole chat": _history,
    "all threads": _threads,
    "the activity": _activity,
    "a search": _search,
}
JOINS: Final = "joins"
"""Instead of reading: joining, having the snapshot, and leaving."""
READERS: Final = (*READS, JOINS, f"{JOINS} of sessions that are not in memory")


async def _open(
    address: str, path: str, token: str
) -> tuple[asyncio.StreamWriter, AsyncGenerator[dict[str, Any]]]:
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=_READ_BYTES)
    writer.write(handshake(address, path, token))
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in head:
        raise ConnectionError(head.decode(errors="replace"))

    async def messages() -> AsyncGenerator[dict[str, Any]]:
        frames = FrameReader()
        while data := await reader.read(_READ_BYTES):
            for opcode, payload in frames.feed(data):
                if opcode == PING:
                    writer.write(client_frame(PONG, payload))
                elif opcode == TEXT:
                    yield json.loads(payload)

    return writer, messages()


async def _read(address: str, path: str, token: str, ask: Ask, answers: list[int]) -> None:
    writer, messages = await _open(address, path, token)
    numbers = count()
    asked = session_id = ""
    last: dict[str, Any] | None = None
    async for message in messages:
        if message["type"] == "connected":
            session_id = message["session_id"]
        elif message.get("request_id") != asked:
            continue
        else:
            answers[0] += 1
            last = message
        asked = f"q{next(numbers)}"
        question = {**ask(last), "session_id": session_id, "request_id": asked}
        writer.write(client_frame(TEXT, json.dumps(question).encode()))


async def _join(address: str, doors: list[tuple[str, str]], answers: list[int]) -> None:
    for number in count():
        writer, messages = await _open(address, *doors[number % len(doors)])
        async for message in messages:
            if message["type"] == "connected":
                break
            raise ConnectionError(message)
        answers[0] += 1
        writer.transport.abort()


async def _main(kind: str, address: str, sockets: list[list[tuple[str, str]]]) -> None:
    """One task for each socket, with the doors that it goes through."""
    answers = [0]
    ask = READS.get(kind)
    tasks = [
        asyncio.create_task(
            _join(address, doors, answers)
            if ask is None
            else _read(address, *doors[0], ask, answers)
        )
        for doors in sockets
    ]
    print("ready", flush=True)
    told = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait([*tasks, told], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    await told
    print(json.dumps({"answers": answers[0]}), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
