"""How much may be shared in a session; the settings import it for their defaults."""

from dataclasses import dataclass
from typing import Final

from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES

MAX_DOCUMENTS: Final = 200
"""Shared at once in a session."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How much may be shared in a session."""

    text_bytes: int = MAX_DOCUMENT_BYTES
    text_lines: int = MAX_DOCUMENT_LINES
    documents: int = MAX_DOCUMENTS
