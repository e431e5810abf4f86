"""Tests of lsp.framing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge.lsp.framing import FrameSplitter, Malformed


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def fed(splitter: FrameSplitter, data: bytes, sizes: Sequence[int] = ()) -> list[bytes | Malformed]:
    """The messages if the data comes in pieces of these sizes, and then the rest."""
    result: list[bytes | Malformed] = []
    for size in sizes:
        result += splitter.feed(data[:size])
        data = data[size:]
    return result + list(splitter.feed(data))


def bodies(items: list[bytes | Malformed]) -> list[bytes]:
    return [item for item in items if isinstance(item, bytes)]


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 30)))
def test_bodies_come_out_as_they_went_in_however_they_are_cut(
    wanted: list[bytes], sizes: list[int]
) -> None:
    data = b"".join(frame(body) for body in wanted)
    assert fed(FrameSplitter(), data, sizes) == wanted


@given(st.binary(max_size=300), st.lists(st.integers(0, 30)))
def test_no_bytes_make_it_fail_and_it_keeps_little(data: bytes, sizes: list[int]) -> None:
    splitter = FrameSplitter(max_header=100, max_body=50)
    fed(splitter, data, sizes)
    assert splitter.kept_bytes <= 164


@given(st.binary(max_size=100).filter(lambda data: b"ontent-length" not in data.lower()))
def test_after_what_is_no_frame_the_next_one_is_found(junk: bytes) -> None:
    result = fed(FrameSplitter(), junk + frame(b"{}"))
    assert bodies(result) == [b"{}"]


@pytest.mark.parametrize(
    "junk",
    [
        b"Content-Length: abc\r\n\r\n{}",
        b"Content-Length: -5\r\n\r\n{}",
        b"Content-Length: 99999999999999999999999\r\n\r\n{}",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"Content-Length: 5\r\nX: " + b"a" * 100_000 + b"\r\n\r\nhello",
        b"X-A: " + b"a" * 200_000 + b"\r\n\r\n",
        b"Foo: 1\r\n" * 10_000 + b"\r\n",
        b"\r\n\r\n\r\n\r\n",
    ],
)
def test_headers_that_make_no_sense_are_told_and_skipped(junk: bytes) -> None:
    result = fed(FrameSplitter(), junk + frame(b"one") + frame(b"two"), [7] * 100)
    assert bodies(result) == [b"one", b"two"]
    assert any(isinstance(item, Malformed) for item in result)


@pytest.mark.parametrize(
    "headers",
    [
        b"content-length:2\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\nX: y\n\n",
    ],
)
def test_headers_may_be_written_in_several_ways(headers: bytes) -> None:
    assert fed(FrameSplitter(), headers + b"{}") == [b"{}"]


@pytest.mark.parametrize("extra", [0, 1])
def test_a_body_is_taken_up_to_its_limit(extra: int) -> None:
    body = b"x" * (50 + extra)
    result = fed(FrameSplitter(max_body=50), frame(body) + frame(b"next"))
    assert bodies(result) == ([body] if extra == 0 else []) + [b"next"]


@pytest.mark.parametrize("extra", [0, 1])
def test_headers_are_taken_up_to_their_limit(extra: int) -> None:
    rest = b"Content-Length: 1\r\n\r\n"
    headers = b"X" * (60 - len(rest) + extra - 2) + b"\r\n" + rest
    splitter = FrameSplitter(max_header=60 - 4)
    assert (fed(splitter, headers + b"!") == [b"!"]) is (extra == 0)
