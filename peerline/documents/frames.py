"""The binary frames of shared documents: a channel, then one message of the y-protocols.

On the session's socket a frame begins with the number of the channel; on `/ws/doc` a frame is the
message alone. Numbers are unsigned LEB128 as in lib0.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from peerline.documents.byte_reader import ByteReader
from peerline.documents.errors import UpdateError

SHARE_CHANNEL: Final = 0
"""The channel of the text that follows `share_document`; open documents count from 1."""

_SYNC, _AWARENESS, _AUTH, _QUERY_AWARENESS, _PERSISTED = 0, 1, 2, 3, 0x70
_STEP_1, _STEP_2, _UPDATE = 0, 1, 2
_DENIED = 0


@dataclass(frozen=True, slots=True)
class SyncStep1:
    """A state vector: send me what I lack."""

    state: bytes


@dataclass(frozen=True, slots=True)
class SyncStep2:
    """The answer to SyncStep1: an update with all that was lacking."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Update:
    """An update."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Awareness:
    """States of y-protocols' awareness, encoded."""

    states: bytes


@dataclass(frozen=True, slots=True)
class QueryAwareness:
    """Send me the awareness of everybody."""


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """The y-protocols' auth message: why something was refused."""

    reason: str


@dataclass(frozen=True, slots=True)
class Persisted:
    """The first `count` updates of this connection on this channel are on disk."""

    count: int


DocumentMessage: TypeAlias = (
    SyncStep1 | SyncStep2 | Update | Awareness | QueryAwareness | AccessDenied | Persisted
)


def encode_number(value: int) -> bytes:
    """Write a number that is not negative as unsigned LEB128."""
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(0x80 | (value & 0x7F))
        value >>= 7
    out.append(value)
    return bytes(out)


def encode_message(message: DocumentMessage) -> bytes:
    """Write a message as it is sent on `/ws/doc`."""
    match message:
        case SyncStep1():
            return bytes((_SYNC, _STEP_1)) + _with_length(message.state)
        case SyncStep2():
            return bytes((_SYNC, _STEP_2)) + _with_length(message.update)
        case Update():
            return bytes((_SYNC, _UPDATE)) + _with_length(message.update)
        case Awareness():
            return bytes((_AWARENESS,)) + _with_length(message.states)
        case QueryAwareness():
            return bytes((_QUERY_AWARENESS,))
        case AccessDenied():
            return bytes((_AUTH, _DENIED)) + _with_length(message.reason.encode())
        case Persisted():
            return bytes((_PERSISTED,)) + encode_number(message.count)


def encode_frame(channel: int, message: DocumentMessage) -> bytes:
    """Write a message as it is sent on the session's socket."""
    return encode_number(channel) + encode_message(message)


def decode_message(data: bytes) -> DocumentMessage:
    """Read a message as it comes on `/ws/doc`.

    Raises:
        UpdateError: If it is none, or has bytes left over.
    """
    return _read_message(ByteReader(data))


def decode_frame(data: bytes) -> tuple[int, DocumentMessage]:
    """Read a channel and its message, as they come on the session's socket.

    Raises:
        UpdateError: If it is none, or has bytes left over.
    """
    reader = ByteReader(data)
    channel = reader.number()
    return channel, _read_message(reader)


def encode_share(content: bytes) -> bytes:
    """Write the frame with the text that follows `share_document`, UTF-8."""
    return encode_number(SHARE_CHANNEL) + content


def is_share(data: bytes) -> bool:
    """Whether a frame is the text that follows `share_document`."""
    return data[:1] == bytes((SHARE_CHANNEL,))


def decode_share(data: bytes) -> bytes:
    """The text, UTF-8, of a frame of which `is_share` is true."""
    return data[1:]


def _with_length(data: bytes) -> bytes:
    return encode_number(len(data)) + data


def _read_message(reader: ByteReader) -> DocumentMessage:
    message = _read_kind(reader, reader.number())
    if reader.left:
        raise UpdateError("bytes are left over at its end")
    return message


def _read_kind(reader: ByteReader, kind: int) -> DocumentMessage:
    match kind:
        case 0:
            return _read_sync(reader, reader.number())
        case 1:
            return Awareness(reader.bytes())
        case 2:
            if reader.number() != _DENIED:
                raise UpdateError("it is no message of a document")
            return AccessDenied(reader.text())
        case 3:
            return QueryAwareness()
        case 0x70:
            return Persisted(reader.number())
        case _:
            raise UpdateError("it is no message of a document")


def _read_sync(reader: ByteReader, step: int) -> DocumentMessage:
    match step:
        case 0:
            return SyncStep1(reader.bytes())
        case 1:
            return SyncStep2(reader.bytes())
        case 2:
            return Update(reader.bytes())
        case _:
            raise UpdateError("it is no message of a document")
