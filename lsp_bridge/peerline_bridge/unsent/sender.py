"""Sends what was typed: at once where it can, else as soon as the server is back, in order."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from peerline.client import Client, ClientError, NotConnected, RequestRefused, RequestUnsettled
from peerline.client.pending import PendingItem, Refusal, Typed
from peerline.protocol.client_defaults import ANSWER_SECONDS, UNSENT_RETRY_SECONDS
from peerline.tasks import Tasks
from peerline_bridge.unsent.storage import SessionFile


class Sender:
    """The one task that sends a session's queue, one request at a time.

    `on_change` is called whenever what waits visibly has changed.
    """

    def __init__(self, file: SessionFile, on_change: Callable[[], None]) -> None:
        self.file = file
        self._queue = file.queue
        self._on_change = on_change
        self._user_id = ""
        self._is_reachable = False
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._answers: dict[str, asyncio.Future[int | None]] = {}

    def move(self, file: SessionFile) -> None:
        """Keep what waits in another file; what waited there is sent too."""
        before, self.file = self.file, file
        self._queue.load(file.queue.dump())
        file.queue, file.token = self._queue, before.token
        file.save()
        before.forget()

    def visible(self) -> list[PendingItem]:
        """Return the pending and refused items that no command of an editor waits for."""
        return [item for item in self._queue.items if item.request_id not in self._answers]

    async def submit(self, message: Typed) -> int | None:
        """Send a message; the seq of its effect, or None if it has to wait.

        Raises:
            RequestRefused: the server said no; the message is not kept.
            TooManyRequests: too many wait already.
        """
        request_id = uuid4().hex
        numbered = message.model_copy(update={"request_id": request_id})
        self._queue.add(numbered, datetime.now(UTC))
        self.file.save()
        self._wake.set()
        try:
            if not self._is_reachable:
                return None
            answer = self._answers[request_id] = asyncio.get_running_loop().create_future()
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError:
            return None
        finally:
            self._answers.pop(request_id, None)
            if self._queue.get(request_id) is not None:
                self._on_change()

    def resend(self, request_id: str, message: Typed) -> None:
        """Send a refused message again, or a waiting one with another text.

        Raises:
            TooManyRequests: the new text has no room.
        """
        item = self._queue.get(request_id)
        # What was never sent keeps its id, and so its place where it is shown.
        is_new = item is None or item.refusal is not None
        new_id = uuid4().hex if is_new else request_id
        numbered = message.model_copy(update={"request_id": new_id})
        self._queue.resend(request_id, numbered, datetime.now(UTC))
        self._changed()
        self._wake.set()

    def discard(self, request_id: str) -> None:
        """Forget a message; if it is on its way just now, it may still arrive."""
        self._queue.discard(request_id)
        self._changed()

    def joined(self, client: Client, user_id: str) -> None:
        """The server is there; what waits is sent now."""
        self._user_id, self._is_reachable = user_id, True
        self._queue.come_as(user_id)
        self._changed()
        if self._task is None or self._task.done():
            # Kept: what waits goes out, whatever failed with the one before.
            self._task = self._tasks.keep(lambda: self._send_all(client), "sending")

    def parted(self) -> None:
        """The server is away; who waits for an answer is told that it will take time."""
        self._is_reachable = False
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result(None)

    def give_up(self, refusal: Refusal) -> None:
        """Nothing will ever be sent to this session."""
        self.parted()
        self._queue.refuse_all(refusal)
        self._changed()

    async def close(self) -> None:
        """Stop; what waits is kept."""
        self.parted()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.file.close()

    async def _next(self) -> PendingItem | None:
        """Wait for something to send; None if the server has gone."""
        while (item := self._queue.head()) is None:
            self._wake.clear()
            await self._wake.wait()
        # What nobody has seen yet can still be changed.
        return item if self._is_reachable else None

    async def _send_all(self, client: Client) -> None:
        while (item := await self._next()) is not None:
            if item.sent_as != self._user_id:
                self._queue.mark_sent(item.request_id, self._user_id)
                self.file.save()
            try:
                ack = await client.request(item.message)
            except RequestRefused as refused:
                if refused.code.may_retry:
                    await asyncio.sleep(refused.retry_after or UNSENT_RETRY_SECONDS)
                else:
                    self._refused(item.request_id, refused)
            except RequestUnsettled:
                pass  # the same again, with its id: it has one effect
            except NotConnected:
                if not self._is_reachable:
                    return
            except ClientError:
                await asyncio.sleep(UNSENT_RETRY_SECONDS)
            else:
                self._queue.settle(item.request_id)
                answer = self._answers.get(item.request_id)
                if answer is not None and not answer.done():
                    answer.set_result(ack.seq)
                self._changed()

    def _refused(self, request_id: str, refused: RequestRefused) -> None:
        answer = self._answers.get(request_id)
        if answer is not None and not answer.done():
            # The command is answered with the reason, and the editor keeps the draft.
            self._queue.discard(request_id)
            answer.set_exception(refused)
        else:
            self._queue.refuse(request_id, Refusal(refused.code, refused.message))
        self._changed()

    def _changed(self) -> None:
        self.file.save()
        self._on_change()
