"""The outcomes of an event that was handed to the store."""

from collections.abc import Callable
from dataclasses import dataclass

from peerline.protocol.errors import ErrorCode
from peerline_server.core.records import Committed, Duplicate, NewEvent, Rejected


@dataclass(frozen=True, slots=True)
class AppendFailed:
    """The store could not keep the event; nothing happened, or that `is_unknown`."""

    code: ErrorCode
    is_unknown: bool = False


AppendOutcome = Committed | Duplicate | Rejected | AppendFailed

AppendEvent = Callable[[NewEvent, Callable[[AppendOutcome], None]], None]
"""Has an event committed and delivered; the outcome is told right after, in order of seq."""
