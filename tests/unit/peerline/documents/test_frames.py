"""The binary frames of shared documents."""

import pytest

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
    decode_message,
    decode_share,
    encode_frame,
    encode_message,
    encode_share,
    is_share,
)

CASES: list[tuple[DocumentMessage, bytes]] = [
    (SyncStep1(b"\x00"), b"\x00\x00\x01\x00"),
    (SyncStep2(b"\x00\x00"), b"\x00\x01\x02\x00\x00"),
    (Update(b"abc"), b"\x00\x02\x03abc"),
    (Awareness(b"a"), b"\x01\x01a"),
    (AccessDenied("no"), b"\x02\x00\x02no"),
    (QueryAwareness(), b"\x03"),
    (Persisted(300), b"\x70\xac\x02"),
]


@pytest.mark.parametrize(("message", "data"), CASES)
def test_messages_are_those_of_the_y_protocols(message: DocumentMessage, data: bytes) -> None:
    assert encode_message(message) == data
    assert decode_message(data) == message
    for channel in (1, 127, 128, 2**32):
        assert decode_frame(encode_frame(channel, message)) == (channel, message)


@pytest.mark.parametrize(("message", "data"), CASES)
def test_a_message_that_is_cut_or_too_long_is_refused(
    message: DocumentMessage, data: bytes
) -> None:
    assert decode_message(data) == message
    for end in range(len(data)):
        with pytest.raises(UpdateError):
            decode_message(data[:end])
    with pytest.raises(UpdateError, match="left over"):
        decode_message(data + b"\x00")


@pytest.mark.parametrize("data", [b"\x04", b"\x71\x00", b"\x00\x03\x00", b"\x02\x01\x00"])
def test_other_messages_are_refused(data: bytes) -> None:
    with pytest.raises(UpdateError, match="no message"):
        decode_message(data)


def test_the_text_of_a_share_is_told_apart() -> None:
    frame = encode_share("ž".encode())
    assert is_share(frame)
    assert decode_share(frame) == "ž".encode()
    assert not is_share(encode_frame(1, QueryAwareness()))
    assert not is_share(b"")
