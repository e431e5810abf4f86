"""The answers to one socket: acknowledgements, refusals, and messages to it alone."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from peerline.protocol.base import Ack, Error
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ServerMessage, encode_message
from peerline_server.metrics import Metrics
from peerline_server.transport.base import Outbox

RETRIABLE_WEIGHT: Final = 0.1
"""A client that was only too fast may send more before it is cut than one that sends nonsense."""


class Replies:
    """Writes them into the socket's outbox."""

    def __init__(self, outbox: Outbox, metrics: Metrics, now: Callable[[], datetime]) -> None:
        self.outbox = outbox
        self._metrics = metrics
        self._now = now
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
        self.send(
            Error(
                error_code=code,
                message=text,
                timestamp=self._now(),
                request_id=request_id,
                retry_after=retry_after,
                session_id=self.session_id,
                outcome="unknown" if is_unknown else None,
                document_id=document_id,
            )
        )
