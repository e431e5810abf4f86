"""Messages that come together are handled one after the other."""

import asyncio
import json
import os
from typing import Any

from peerline_bridge.lsp.stdio import read_messages


def framed(message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


async def test_a_request_begins_before_the_next_message_is_handled() -> None:
    """A command is about the texts as they were when the user gave it."""
    reading, writing = os.pipe()
    typed = {"jsonrpc": "2.0", "method": "key", "params": {}}
    messages = [typed, {"jsonrpc": "2.0", "id": 1, "method": "command"}, typed, typed]
    seen: list[str] = []
    tasks: list[asyncio.Task[None]] = []

    async def carry_out() -> None:
        seen.append("command")

    def handle(message: dict[str, Any]) -> None:
        if "id" in message:
            tasks.append(asyncio.create_task(carry_out()))
        else:
            seen.append(message["method"])

    os.write(writing, b"".join(map(framed, messages)))
    os.close(writing)
    await read_messages(reading, handle)
    os.close(reading)
    assert seen == ["key", "command", "key", "key"]
