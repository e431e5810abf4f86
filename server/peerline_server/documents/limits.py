"""The limits of a shared document, and how much one connection may send of it."""

from dataclasses import dataclass
from typing import Final

from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES, MAX_UPDATE_BYTES

MAX_REFUSALS: Final = 3
"""Refused updates of one connection within `REFUSAL_SECONDS`; with this one its channel ends."""
REFUSAL_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """As an operator has set them."""

    text_bytes: int = MAX_DOCUMENT_BYTES
    text_lines: int = MAX_DOCUMENT_LINES
    update_bytes: int = MAX_UPDATE_BYTES
    items: int = 200_000
    """Pieces of history, which are what a CRDT takes time by."""
    renew_items: int = 50_000
    """Beyond these a new generation begins."""
    renew_idle_items: int = 20_000
    """The same when nobody has the document open."""
    snapshot_updates: int = 500
    snapshot_bytes: int = 256 * 1024
    """Of updates since the last snapshot; beyond either, another one is made."""
    updates_per_second: int = 100
    update_bytes_per_second: int = 1024 * 1024
    """Of one connection; then reading waits."""
    awareness_bytes: int = 4 * 1024
    awareness_per_second: int = 20
