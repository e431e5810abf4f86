"""Sends requests in order, waits for their answers, and sends them again where that is safe."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

from peerline.client import failures
from peerline.client.errors import NotConnected, OutcomeUnknown, RequestTimeout
from peerline.client.requests import Frames, PendingRequests
from peerline.protocol.base import Ack, Error
from peerline.protocol.messages import Answer, ClientMessage


def new_request_id() -> str:
    """Make an id that no other request has."""
    return uuid4().hex


class RequestSender:
    """The requests of a client, and the frames that wait for its socket."""

    def __init__(self, timeout: float, is_joined: Callable[[], bool]) -> None:
        self._timeout = timeout
        self._is_joined = is_joined
        self._pending = PendingRequests()
        self._outgoing: asyncio.Queue[Frames] = asyncio.Queue()

    async def send(self, message: ClientMessage) -> Ack | Answer:
        """Send a request and wait for its answer.

        Raises:
            ClientError: as `Client.request`.
        """
        request_id = message.request_id or new_request_id()
        numbered = message.model_copy(update={"request_id": request_id})
        frames, answer = self._pending.add(numbered)
        if self._is_joined() and not answer.done():
            self._outgoing.put_nowait(frames)
        try:
            return await asyncio.wait_for(answer, self._timeout)
        except TimeoutError:
            if self._pending.is_unknown(request_id):
                text = "the server's disk failed: the request may have been stored or not"
                raise OutcomeUnknown(text, numbered) from None
            text = "the server did not answer in time; the request may still be carried out"
            raise RequestTimeout(text, numbered) from None
        except NotConnected as error:
            raise NotConnected(str(error), numbered) from None
        finally:
            self._pending.give_up(request_id)

    def unsettled(self, request_id: str) -> ClientMessage | None:
        """Return a request that timed out, if its outcome is still unknown."""
        return self._pending.unsettled(request_id)

    def settle(self, message: Ack | Answer | Error) -> bool:
        """Settle the request that the message answers; false if there is none.

        A request of unknown outcome is sent again instead, when the server says.
        """
        if (
            isinstance(message, Error)
            and (seconds := self._pending.again_after(message)) is not None
        ):
            asyncio.get_running_loop().call_later(
                min(seconds, failures.LONGEST_ADVICE), self._send_again, message.request_id or ""
            )
            return True
        return self._pending.answer(message)

    def send_all_again(self) -> None:
        """Queue each request that has no answer, in order, for a new connection."""
        while not self._outgoing.empty():
            self._outgoing.get_nowait()
        for frames in self._pending.frames():
            self._outgoing.put_nowait(frames)

    async def next_frames(self) -> Frames:
        """Wait for the next request; its frames follow each other without another between them."""
        return await self._outgoing.get()

    def fail_all(self) -> None:
        """End each request with NotConnected: no answer will come."""
        self._pending.fail_all()

    def _send_again(self, request_id: str) -> None:
        # It may have been answered meanwhile.
        frames = self._pending.frames_again(request_id)
        if frames is not None and self._is_joined():
            self._outgoing.put_nowait(frames)
