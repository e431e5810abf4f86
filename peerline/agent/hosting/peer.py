"""JSON-RPC with an agent's program, an object a line: requests of both sides, and notifications."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, Final

from peerline.agent.acp.values import Object, an_object, text
from peerline.logs import describe
from peerline.tasks import Tasks

INTERNAL: Final = -32603
INVALID: Final = -32602
NO_METHOD: Final = -32601
MAX_REQUESTS: Final = 100
"""Requests of the agent that are answered at once; of more it is told so."""
_log = logging.getLogger("peerline.agent")


class RpcError(Exception):
    """A request was refused; the text says why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class AgentEnded(Exception):  # noqa: N818 - a state
    """The program has ended, or its end of the pipe is closed."""


class Peer:
    """One connection to an agent.

    Args:
        write: Sends a line.
        handle: Answers a request of the agent; RpcError refuses it.
        on_sent: Called with each object that goes to the agent.
        on_received: Called with each object that comes from it, before it is handled.
    """

    def __init__(
        self,
        write: Callable[[bytes], None],
        handle: Callable[[str, Object], Awaitable[object]],
        on_sent: Callable[[Object], None],
        on_received: Callable[[Object], None],
    ) -> None:
        self._write = write
        self._handle = handle
        self._on_sent = on_sent
        self._on_received = on_received
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[Object]] = {}
        self._tasks = Tasks()
        self._has_ended = False

    async def request(self, method: str, params: Object, shown: Object | None = None) -> Object:
        """Ask the agent, and wait for its answer.

        Args:
            method: The method.
            params: Its parameters.
            shown: The parameters that `on_sent` gets instead.

        Raises:
            RpcError: if it refuses.
            AgentEnded: if it ends before.
        """
        if self._has_ended:
            raise AgentEnded
        request_id = next(self._ids)
        answer: asyncio.Future[Object] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        try:
            message = {"id": request_id, "method": method, "params": params}
            self._send(message, None if shown is None else {**message, "params": shown})
            return await answer
        finally:
            self._waiting.pop(request_id, None)

    def notify(self, method: str, params: Object) -> None:
        """Tell the agent something that has no answer."""
        if not self._has_ended:
            self._send({"method": method, "params": params})

    def receive(self, line: bytes) -> None:
        """Take a line; one that makes no sense is left out."""
        try:
            message = an_object(json.loads(line))
        except (ValueError, RecursionError):
            return
        self._on_received(message)
        method = text(message.get("method"))
        if method is None:
            self._answered(message)
            return
        if "id" not in message:
            return
        if len(self._tasks) >= MAX_REQUESTS:
            error = {"code": INTERNAL, "message": f"at most {MAX_REQUESTS} requests at once"}
            self._send({"id": message["id"], "error": error})
            return
        params = an_object(message.get("params"))
        # The log has the names of tasks, and a method is whatever the agent writes.
        self._tasks.spawn(self._reply(message["id"], method, params), "answer the agent")

    def end(self) -> None:
        """The program has ended: nobody waits for answers any more."""
        self._has_ended = True
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(AgentEnded())

    async def close(self) -> None:
        """End what is being answered."""
        self.end()
        await self._tasks.close()

    def _answered(self, message: Object) -> None:
        request_id = message.get("id")
        answer = self._waiting.get(request_id) if isinstance(request_id, int) else None
        if answer is None or answer.done():
            return
        if "error" in message:
            error = an_object(message["error"])
            code = error.get("code")
            said = text(error.get("message")) or "the agent gave no reason"
            answer.set_exception(RpcError(code if isinstance(code, int) else INTERNAL, said))
        else:
            answer.set_result(an_object(message.get("result")))

    async def _reply(self, request_id: object, method: str, params: Object) -> None:
        message: dict[str, Any] = {"id": request_id}
        try:
            message["result"] = await self._handle(method, params)
        except RpcError as error:
            message["error"] = {"code": error.code, "message": str(error)}
        except Exception as error:  # noqa: BLE001 - the agent is told, whatever it is
            _log.error("a request of the agent failed: %s", describe(error))
            message["error"] = {"code": INTERNAL, "message": "it failed"}
        self._send(message)

    def _send(self, message: Object, shown: Object | None = None) -> None:
        if self._has_ended:
            return
        whole = {"jsonrpc": "2.0", **message}
        self._on_sent({"jsonrpc": "2.0", **(shown or message)})
        self._write(json.dumps(whole).encode() + b"\n")
