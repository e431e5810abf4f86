"""An opened document as bytes."""

import pytest

from peerline.client.documents.kept import KeptDocument, decode_kept, encode_kept
from peerline.documents.errors import UpdateError

KEPT = KeptDocument("d1", "g1", b"\x00\x01", (b"one", b"", b"three" * 100))


def test_what_was_kept_comes_back() -> None:
    assert decode_kept(encode_kept(KEPT)) == KEPT


def test_what_was_cut_off_or_is_something_else_is_an_error() -> None:
    data = encode_kept(KEPT)
    for end in range(len(data)):
        with pytest.raises(UpdateError):
            decode_kept(data[:end])
    for wrong in (data + b"\x00", b"x" + data, b"{}"):
        with pytest.raises(UpdateError):
            decode_kept(wrong)
