"""Reading lib0's numbers and strings within the bytes that are there."""

import pytest

from peerline.documents.byte_reader import MAX_NUMBER, ByteReader
from peerline.documents.errors import UpdateError
from tests.yjs_updates import number, text


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**32, MAX_NUMBER])
def test_numbers_are_read_back(value: int) -> None:
    reader = ByteReader(number(value) + b"\x05")
    assert reader.number() == value
    assert reader.left == 1
    assert reader.byte() == 5


@pytest.mark.parametrize("data", [number(MAX_NUMBER + 1), b"\xff" * 8 + b"\x01", b"\x80" * 20])
def test_larger_numbers_are_refused(data: bytes) -> None:
    with pytest.raises(UpdateError, match="too large"):
        ByteReader(data).number()


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff\xff"])
def test_a_number_that_ends_too_early_is_refused(data: bytes) -> None:
    with pytest.raises(UpdateError, match="cut off"):
        ByteReader(data).number()


def test_a_count_is_bounded_by_the_bytes_that_follow() -> None:
    assert ByteReader(number(3) + bytes(6)).count(2) == 3
    with pytest.raises(UpdateError, match="announces more"):
        ByteReader(number(4) + bytes(7)).count(2)
    with pytest.raises(UpdateError, match="announces more"):
        ByteReader(number(2**28)).count(2)


def test_strings_are_strict_utf8_within_the_data() -> None:
    assert ByteReader(text("ž🎉")).text() == "ž🎉"
    for bad in (b"\xc0\x80", "\ud83c".encode("utf-8", "surrogatepass"), b"\xff"):
        with pytest.raises(UpdateError, match="UTF-8"):
            ByteReader(text(bad)).text()
    with pytest.raises(UpdateError, match="cut off"):
        ByteReader(number(5) + b"abcd").text()
    with pytest.raises(UpdateError, match="cut off"):
        ByteReader(b"").byte()
