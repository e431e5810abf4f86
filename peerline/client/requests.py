"""Requests that wait for their answer, across reconnects."""

import asyncio
from dataclasses import dataclass

from peerline.client.errors import NotConnected, RequestRefused, TooManyRequests
from peerline.client.words import in_words
from peerline.documents.frames import encode_share
from peerline.protocol.base import Ack, Error
from peerline.protocol.client_defaults import (
    MAX_PENDING,
    MAX_SHARE_IN_MESSAGE,
    MAX_UNSETTLED,
    UNKNOWN_RETRY_SECONDS,
)
from peerline.protocol.documents import ShareDocument
from peerline.protocol.messages import Answer, ClientMessage, encode_message


@dataclass(slots=True)
class _Pending:
    message: ClientMessage
    answer: "asyncio.Future[Ack | Answer]"
    is_unknown: bool = False
    """Whether the server has said that it may have had its effect."""

    @property
    def frames(self) -> "Frames":
        return frames_of(self.message)


Frames = tuple[str] | tuple[str, bytes]
"""The frames of one request, to be sent one right after the other."""


def frames_of(message: ClientMessage) -> Frames:
    """Write a request; a long text to share goes in a frame of its own behind it."""
    frame = encode_message(message).decode()
    if isinstance(message, ShareDocument) and len(frame) > MAX_SHARE_IN_MESSAGE:
        content = message.data.content
        if content is not None:
            data = message.data.model_copy(update={"content": None})
            head = encode_message(message.model_copy(update={"data": data})).decode()
            return head, encode_share(content.encode())
    return (frame,)


class PendingRequests:
    """Keeps each request until it is answered, so that it can be sent again with the same id."""

    def __init__(self, *, limit: int = MAX_PENDING, unsettled_limit: int = MAX_UNSETTLED) -> None:
        self._limit = limit
        self._unsettled_limit = unsettled_limit
        self._pending: dict[str, _Pending] = {}
        self._unsettled: dict[str, _Pending] = {}

    def add(self, message: ClientMessage) -> "tuple[Frames, asyncio.Future[Ack | Answer]]":
        """The frames to send and the answer to wait for. The message must have a request_id.

        Raises:
            TooManyRequests: if too many wait already.
        """
        if len(self._pending) >= self._limit:
            raise TooManyRequests(f"{self._limit} requests wait for the server")
        assert message.request_id is not None, "a request has an id"
        before = self._unsettled.pop(message.request_id, None)
        if before is not None and before.message == message and before.answer.done():
            # The answer came after nobody waited for it any more.
            return before.frames, before.answer
        answer: asyncio.Future[Ack | Answer] = asyncio.get_running_loop().create_future()
        is_unknown = before is not None and before.is_unknown
        pending = self._pending[message.request_id] = _Pending(message, answer, is_unknown)
        return pending.frames, answer

    def frames(self) -> list[Frames]:
        """Return the frames of each request without an answer, in order."""
        return [pending.frames for pending in self._pending.values()]

    def frames_again(self, request_id: str) -> Frames | None:
        """The frames of a request that waits; None if it does not."""
        pending = self._pending.get(request_id)
        return None if pending is None else pending.frames

    def is_unknown(self, request_id: str) -> bool:
        """Whether the server has said that the request may have had its effect."""
        pending = self._pending.get(request_id)
        return pending is not None and pending.is_unknown

    def again_after(self, error: Error) -> float | None:
        """In how many seconds to send a request again, if its outcome is unknown.

        It stays so through refusals that only put it off.
        """
        pending = self._pending.get(error.request_id or "")
        if pending is None:
            return None
        pending.is_unknown |= error.outcome == "unknown"
        if not pending.is_unknown or not error.error_code.may_retry:
            return None
        return UNKNOWN_RETRY_SECONDS if error.retry_after is None else error.retry_after

    def answer(self, message: Ack | Answer | Error) -> bool:
        """Settle the request that the message answers; whether there was one."""
        request_id = message.request_id or ""
        pending = self._pending.pop(request_id, None)
        if pending is None:
            pending = self._unsettled.get(request_id)
            if pending is None or pending.answer.done() or isinstance(message, Error):
                return pending is not None
        if not pending.answer.done():
            if isinstance(message, Error):
                text = in_words(message.error_code, message.message)
                pending.answer.set_exception(
                    RequestRefused(
                        message.error_code,
                        text,
                        message.retry_after,
                        document_id=message.document_id,
                    )
                )
            else:
                pending.answer.set_result(message)
        return True

    def unsettled(self, request_id: str) -> ClientMessage | None:
        """A request that nobody waits for any more, and that was not seen to be answered."""
        pending = self._unsettled.get(request_id)
        return None if pending is None else pending.message

    def give_up(self, request_id: str) -> None:
        """Nobody waits for the answer any more; it can be asked for again."""
        pending = self._pending.pop(request_id, None)
        if pending is None:
            return
        loop = asyncio.get_running_loop()
        kept = _Pending(pending.message, loop.create_future(), pending.is_unknown)
        self._unsettled[request_id] = kept
        while len(self._unsettled) > self._unsettled_limit:
            del self._unsettled[next(iter(self._unsettled))]

    def fail_all(self) -> None:
        """No answer will come."""
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(NotConnected("the connection was closed"))
        self._pending.clear()
        self._unsettled.clear()
