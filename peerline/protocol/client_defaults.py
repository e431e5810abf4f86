"""The defaults of clients; `make generate` writes them into the one in TypeScript."""

from typing import Final

CONNECT_SECONDS: Final = 10
"""Until a connection must be open."""
JOIN_SECONDS: Final = 10
"""Until a join must be answered."""
REQUEST_SECONDS: Final = 30
"""Until a request must be answered; it may be carried out all the same."""
LEAVE_SECONDS: Final = 2
"""Until the server must have heard that somebody leaves."""
BACKOFF_BASE_SECONDS: Final = 0.5
"""The longest wait before the first try to connect again; each further one doubles it."""
BACKOFF_CAP_SECONDS: Final = 30
"""The longest wait between two tries to connect."""
GRACE_SECONDS: Final = 1
"""For the answer to a join after something that cannot be read."""
UNKNOWN_RETRY_SECONDS: Final = 1
"""Before a request of unknown outcome is sent again, if the server did not say when."""

MAX_PENDING: Final = 1000
"""Requests that wait for an answer; one more is not taken."""
MAX_UNSETTLED: Final = 1000
"""Requests that nobody waits for any more and whose outcome can still be asked for."""
MAX_SHARE_IN_MESSAGE: Final = 16 * 1024
"""The longest message with a text to share in it, in characters."""
MAX_WAITING: Final = 500
"""Unsent messages that wait or were refused; one more is not taken. They never expire."""
MAX_WAITING_BYTES: Final = 1024 * 1024
"""Of all of them together, as JSON."""
ANSWER_SECONDS: Final = 3
"""How long somebody who writes waits for the server before being told that the message waits."""
UNSENT_RETRY_SECONDS: Final = 1
"""Before the next try, if the server refused for now and did not say until when."""

BATCH_SECONDS: Final = 0.015
"""How long edits are gathered into one update; the first one after silence goes at once."""
MAX_IN_FLIGHT: Final = 64
"""Updates of one document that are sent and not confirmed; what is edited beyond that waits."""
MAX_BATCHED: Final = 256
"""Edits that wait each on its own; with one more they become one update."""
MAX_UNCONFIRMED_BYTES: Final = 8 * 1024 * 1024
"""Own edits of one document that the server has not confirmed; one that goes beyond is not made."""
MAX_EXACT: Final = 20_000
"""The longest changed parts, in code points, that are compared code point by code point."""
MAX_LINES: Final = 5_000
"""The most changed lines that are compared line by line; more are replaced as a whole."""
MAX_REPAIRS: Final = 3
"""Repairs within `REPAIR_SECONDS` before a document is detached."""
REPAIR_SECONDS: Final = 60
DOCUMENT_RETRY_SECONDS: Final = 1
"""Before a busy server is asked again for a document, if it did not say when."""
EVENT_SECONDS: Final = 10
"""The longest wait for the event of a file that the server says is shared."""
