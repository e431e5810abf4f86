"""The limits of what the tools take and give."""

from typing import Final

MAX_WAIT_SECONDS: Final = 25.0
"""Clients give up a tool that does not answer within half a minute or so."""
DEFAULT_MESSAGES: Final = 20
MAX_MESSAGES: Final = 50
MAX_THREADS: Final = 30
MAX_UNREAD: Final = 200
"""Messages that wait for the agent; of more the oldest are left out."""
MAX_DELIVERED: Final = 20
"""Messages of one answer."""
MAX_REMEMBERED: Final = 2_000
"""Ids of messages that were seen, so that none is delivered twice."""
MAX_READ_CHARS: Final = 7_500
"""Of a document in one answer; the rest is read from the next line on."""
MAX_NAME_CHARS: Final = 128
MAX_PEOPLE: Final = 200
PROGRESS_SECONDS: Final = 10.0
"""How often a client that waits for a permission is told that it is waited for."""
JOIN_SECONDS: Final = 20.0
EDIT_SECONDS: Final = 20.0
"""How long an edit waits until the server has it."""
