"""Tests of server.frames against websockets' own serializer and decompressor."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from peerline_server.transport.frames import (
    MIN_COMPRESSED_BYTES,
    WINDOW_BITS,
    SharedFrame,
    text_frame,
)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_a_frame_is_what_the_library_would_write(size: int) -> None:
    payload = b"x" * size
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


@given(st.text(min_size=MIN_COMPRESSED_BYTES).map(str.encode))
def test_a_compressed_frame_holds_the_message(payload: bytes) -> None:
    frame = SharedFrame(payload)
    assert frame.plain == text_frame(payload)
    deflated = frame.bytes_for(deflates=True)
    assert deflated[0] == 0xC1
    head = {126: 4, 127: 10}.get(deflated[1], 2)
    inflate = zlib.decompressobj(wbits=-WINDOW_BITS)
    assert inflate.decompress(deflated[head:] + b"\x00\x00\xff\xff") == payload


def test_the_compressed_frame_is_made_once_and_only_where_it_is_wanted() -> None:
    frame = SharedFrame(b"a" * MIN_COMPRESSED_BYTES)
    assert frame.bytes_for(deflates=False) is frame.plain
    assert len(frame.bytes_for(deflates=True)) < len(frame.plain)
    assert frame.bytes_for(deflates=True) is frame.bytes_for(deflates=True)


def test_a_short_message_stays_plain() -> None:
    frame = SharedFrame(b"a" * (MIN_COMPRESSED_BYTES - 1))
    assert frame.bytes_for(deflates=True) is frame.plain
