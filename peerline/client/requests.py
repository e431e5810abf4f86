"""Requests that wait for their answer, across reconnects."""

import asyncio
from dataclasses import dataclass
from typing import Final

from peerline.client.errors import NotConnected, RequestRefused, TooManyRequests
from peerline.protocol.messages import ClientMessage, encode_message
from peerline.protocol.server_messages import Ack, Answer, Error

MAX_PENDING: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Pending:
    frame: str
    answer: "asyncio.Future[Ack | Answer]"


class PendingRequests:
    """Keeps each request until it is answered, so that it can be sent again with the same id."""

    def __init__(self, *, limit: int = MAX_PENDING) -> None:
        self._limit = limit
        self._pending: dict[str, _Pending] = {}

    def add(self, message: ClientMessage) -> "tuple[str, asyncio.Future[Ack | Answer]]":
        """The frame to send and the answer to wait for. The message must have a request_id.

        Raises:
            TooManyRequests: if too many wait already.
        """
        if len(self._pending) >= self._limit:
            raise TooManyRequests(f"{self._limit} requests wait for the server")
        assert message.request_id is not None, "a request has an id"
        frame = encode_message(message).decode()
        answer: asyncio.Future[Ack | Answer] = asyncio.get_running_loop().create_future()
        self._pending[message.request_id] = _Pending(frame, answer)
        return frame, answer

    def frames(self) -> list[str]:
        """What is not answered yet, in order."""
        return [pending.frame for pending in self._pending.values()]

    def answer(self, message: Ack | Answer | Error) -> bool:
        """Settle the request that the message answers; whether there was one."""
        pending = self._pending.pop(message.request_id or "", None)
        if pending is None:
            return False
        if not pending.answer.done():
            if isinstance(message, Error):
                pending.answer.set_exception(
                    RequestRefused(message.error_code, message.message, message.retry_after)
                )
            else:
                pending.answer.set_result(message)
        return True

    def forget(self, request_id: str) -> None:
        """Nobody waits for the answer any more."""
        self._pending.pop(request_id, None)

    def fail_all(self) -> None:
        """No answer will come."""
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(NotConnected("the connection was closed"))
        self._pending.clear()
