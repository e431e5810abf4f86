"""An opened document as bytes, for a program that is killed while it is offline. Pure.

The whole shared text, and the own updates that the server has not confirmed. It is written under
other client ids afterwards: what was sent after the bytes were written is not in them, and two
histories under one id would never be the same again.
"""

from dataclasses import dataclass
from typing import Final

from peerline.documents.byte_reader import ByteReader
from peerline.documents.errors import UpdateError
from peerline.documents.frames import encode_number

_MARK: Final = b"peerline document 1\n"


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """The state of an opened document.

    Attributes:
        document_id: Its id.
        generation: The generation that the updates belong to.
        state: An update with the whole shared text, the own updates included.
        updates: The own updates that the server has not confirmed, oldest first.
    """

    document_id: str
    generation: str
    state: bytes
    updates: tuple[bytes, ...]


def encode_kept(kept: KeptDocument) -> bytes:
    """Write it as bytes."""
    strings = (kept.document_id.encode(), kept.generation.encode(), kept.state, *kept.updates)
    parts = (encode_number(len(string)) + string for string in strings)
    return _MARK + encode_number(len(kept.updates)) + b"".join(parts)


def decode_kept(data: bytes) -> KeptDocument:
    """Read what `encode_kept` wrote.

    Raises:
        UpdateError: If it is not that, or not all of it.
    """
    if not data.startswith(_MARK):
        raise UpdateError("it is no document that was kept")
    reader = ByteReader(data[len(_MARK) :])
    count = reader.count(1)
    document_id, generation = reader.text(), reader.text()
    state = reader.bytes()
    updates = tuple(reader.bytes() for _ in range(count))
    if reader.left:
        raise UpdateError("bytes are left over at its end")
    return KeptDocument(document_id, generation, state, updates)
