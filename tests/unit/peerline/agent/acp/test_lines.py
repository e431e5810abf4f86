"""Tests of peerline.agent.acp.lines."""

from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.acp.lines import LineSplitter


def test_lines_are_found_however_they_are_cut() -> None:
    splitter = LineSplitter()
    found = [
        line for byte in b'{"a":1}\r\n\n{"b":2}\n{"c"' for line in splitter.feed(bytes([byte]))
    ]
    assert found == [b'{"a":1}', b'{"b":2}']
    assert splitter.left_out == 0


def test_a_line_that_is_too_long_is_left_out_and_the_next_one_counts() -> None:
    splitter = LineSplitter(most=4)
    assert list(splitter.feed(b"1234\n12345\n12")) == [b"1234"]
    assert list(splitter.feed(b"34\n")) == [b"1234"]
    assert splitter.left_out == 1


def test_a_line_of_which_a_part_is_missing_is_left_out() -> None:
    splitter = LineSplitter()
    assert list(splitter.feed(b"one\ntw")) == [b"one"]
    splitter.cut()
    assert list(splitter.feed(b"o\nthree\n")) == [b"three"]
    assert splitter.left_out == 1


@given(st.lists(st.binary(max_size=20).map(lambda data: data.replace(b"\n", b"").rstrip(b"\r"))))
def test_lines_come_out_as_they_went_in(lines: list[bytes]) -> None:
    splitter = LineSplitter()
    stream = b"".join(line + b"\n" for line in lines)
    pieces = [stream[at : at + 7] for at in range(0, len(stream), 7)]
    found = [line for piece in pieces for line in splitter.feed(piece)]
    assert found == [line for line in lines if line]
