"""Bytes of shared documents with what they are read as: frames, and documents that were kept."""

from dataclasses import fields
from typing import Any

from peerline.client.documents.kept import KeptDocument, decode_kept, encode_kept
from peerline.documents.errors import UpdateError
from peerline.documents.frames import (
    AccessDenied,
    Awareness,
    DocumentMessage,
    Persisted,
    QueryAwareness,
    SyncStep1,
    SyncStep2,
    Update,
    decode_frame,
    encode_frame,
)

_MESSAGES: list[tuple[int, DocumentMessage]] = [
    (1, SyncStep1(b"\0")),
    (127, SyncStep2(b"\0\0")),
    (128, Update(b"x" * 300)),
    (2**32, Update(b"")),
    (3, Awareness(b"\x01\x02")),
    (4, QueryAwareness()),
    (5, AccessDenied("no: é 😀")),
    (6, Persisted(0)),
    (6, Persisted(2**53 - 1)),
]
_BROKEN = ["", "01", "0100", "010002", "01000205ff", "010003", "0104", "010201", "0170", "01030f"]
_TOO_LARGE = "01" + "70" + "ff" * 8 + "01"
_NO_TEXT = "0502000201ff"
_KEPT = [
    KeptDocument("d1", "g1", b"\0\0", ()),
    KeptDocument("d2", "g2", b"s" * 200, (b"", b"one", b"two" * 100)),
]


def frames() -> list[Any]:
    """Frames of the session's socket."""
    whole = [encode_frame(channel, message).hex() for channel, message in _MESSAGES]
    return [_frame_case(frame) for frame in [*whole, *_BROKEN, _TOO_LARGE, _NO_TEXT]]


def kept() -> list[Any]:
    """Documents that were kept, whole and cut off."""
    whole = [encode_kept(document) for document in _KEPT]
    broken = [b"", b"something else", whole[0][:-1], whole[1] + b"x", whole[0][:20], whole[0][:21]]
    return [_kept_case(data) for data in [*whole, *broken]]


def _frame_case(frame: str) -> dict[str, Any]:
    try:
        channel, message = decode_frame(bytes.fromhex(frame))
    except UpdateError as error:
        return {"frame": frame, "error": str(error)}
    name = type(message).__name__
    read = {field.name: _shown(getattr(message, field.name)) for field in fields(message)}
    kind = name[0].lower() + name[1:]
    return {"frame": frame, "channel": channel, "message": {"kind": kind, **read}}


def _kept_case(data: bytes) -> dict[str, Any]:
    try:
        document = decode_kept(data)
    except UpdateError as error:
        return {"data": data.hex(), "error": str(error)}
    read = {
        "documentId": document.document_id,
        "generation": document.generation,
        "state": document.state.hex(),
        "updates": [update.hex() for update in document.updates],
    }
    return {"data": data.hex(), "kept": read}


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
