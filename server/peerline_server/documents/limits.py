"""The limits of a shared document, and how much one connection may send of it."""

from dataclasses import dataclass
from typing import Final

MAX_REFUSALS: Final = 3
"""Refused updates of one connection within `REFUSAL_SECONDS`; with this one its channel ends."""
REFUSAL_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """As an operator has set them."""

    text_bytes: int
    text_lines: int
    update_bytes: int
    items: int
    """Pieces of history, which are what a CRDT takes time by."""
    renew_items: int
    """Beyond these a new generation begins."""
    renew_idle_items: int
    """The same when nobody has the document open."""
    snapshot_updates: int
    snapshot_bytes: int
    """Of updates since the last snapshot; beyond either, another one is made."""
    updates_per_second: int
    update_bytes_per_second: int
    """Of one connection; then reading waits."""
    awareness_bytes: int
    awareness_per_second: int

    @property
    def stock_update_bytes(self) -> int:
        """One update of a client that cannot send it in parts: a text as long as any may be."""
        return self.text_bytes + self.update_bytes
