"""The limits of what is made of an agent's reports; those of the wire are the protocol's."""

from typing import Final

MERGE_SECONDS: Final = 2.0
"""Calls that read or search within this time become one event."""
MAX_RUNNING_CALLS: Final = 64
"""Tool calls whose end has not come; of more the oldest is forgotten."""
MAX_TEXT_CHARS: Final = 64 * 1024
"""The part of a text that is looked at, before it is cut to its own limit."""
