"""The answers to one socket: acknowledgements, refusals, and messages to it alone."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from peerline.protocol.base import Ack, Error
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ServerMessage, encode_message
from peerline_server.metrics import Metrics
from peerline_server.transport.base import Outbox

RETRIABLE_WEIGHT: Final = 0.1
"""A client that was only too fast may send more before it is cut than one that sends nonsense."""
RefusalKey = tuple[ErrorCode, str | None, str | None]
"""The code of an error, its document and its session."""


class _Refusals:
    """Refusals that have one answer: an error about the first of them, and their number."""

    __slots__ = ("_first", "_more", "retry_after")

    def __init__(self, first: Error) -> None:
        self._first = first
        self._more = 0
        self.retry_after = first.retry_after

    def add(self, retry_after: float | None) -> None:
        """One more is refused with the same code."""
        self._more += 1
        if retry_after is not None:
            self.retry_after = max(retry_after, self.retry_after or 0.0)

    def answer(self) -> Error:
        """The message that the peer is sent."""
        if self._more == 0:
            return self._first
        text = f"{self._first.message} (and {self._more} more refused with this code)"
        return self._first.model_copy(update={"message": text, "retry_after": self.retry_after})


class Replies:
    """Writes them into the socket's outbox.

    Refusals that name no request, and have one code, are one message until it is written: a peer
    that sends nonsense as fast as it can does not have an error made for each frame.
    """

    def __init__(self, outbox: Outbox, metrics: Metrics, now: Callable[[], datetime]) -> None:
        self.outbox = outbox
        self._metrics = metrics
        self._now = now
        self._unwritten: dict[RefusalKey, _Refusals] = {}
        self.session_id: str | None = None
        """The session that the socket is in."""
        self.refusals = 0.0
        """Refusals since somebody last looked; one that may be tried again counts less."""

    def send(self, message: ServerMessage) -> None:
        """A message to this socket alone."""
        self.outbox.send_text(encode_message(message))

    def acknowledge(self, request_id: str, seq: int, session_id: str | None = None) -> None:
        """The request had its effect."""
        known = session_id or self.session_id or ""
        self.send(Ack(session_id=known, request_id=request_id, seq=seq))

    def refuse(  # noqa: PLR0913 - the fields of an error
        self,
        code: ErrorCode,
        text: str,
        request_id: str | None = None,
        *,
        retry_after: float | None = None,
        is_unknown: bool = False,
        document_id: str | None = None,
    ) -> None:
        """Something is not done, and why; `retry_after` is in seconds.

        With `is_unknown` it may be done all the same.
        """
        self._metrics.errors[code] += 1
        self.refusals += RETRIABLE_WEIGHT if code.may_retry else 1.0
        key = (code, document_id, self.session_id)
        is_alone = request_id is not None or is_unknown
        same = None if is_alone else self._unwritten.get(key)
        if same is not None:
            same.add(retry_after)
            return
        error = Error(
            error_code=code,
            message=text,
            timestamp=self._now(),
            request_id=request_id,
            retry_after=retry_after,
            session_id=self.session_id,
            outcome="unknown" if is_unknown else None,
            document_id=document_id,
        )
        if is_alone:
            self.send(error)
        else:
            self._refuse_together(key, error)

    def _refuse_together(self, key: RefusalKey, error: Error) -> None:
        self._unwritten[key] = _Refusals(error)
        self.outbox.send_text_made_late(partial(self._take_unwritten, key))

    def _take_unwritten(self, key: RefusalKey) -> bytes:
        return encode_message(self._unwritten.pop(key).answer())
