"""Tests of peerline.agent.acp.copies."""

import pytest

from peerline.agent.acp.copies import MAX_FRAME_BYTES, Copies, FrameReader, Way


def all_of(copies: Copies) -> list[tuple[Way, bytes]]:
    copies.close()
    reader = FrameReader()
    frames: list[tuple[Way, bytes]] = []
    while frame := copies.take():
        frames += reader.feed(frame)
    return frames


def test_copies_of_both_ways_keep_their_order() -> None:
    copies = Copies()
    copies.put(Way.OF_EDITOR, b"one")
    copies.put(Way.OF_AGENT, b"two")
    assert all_of(copies) == [(Way.OF_EDITOR, b"one"), (Way.OF_AGENT, b"two")]


def test_what_is_too_much_is_left_out_and_said_before_what_comes_next() -> None:
    copies = Copies(most=6)
    copies.put(Way.OF_AGENT, b"123456")
    copies.put(Way.OF_AGENT, b"7")
    copies.put(Way.OF_EDITOR, b"8")
    assert copies.take()[-6:] == b"123456"
    copies.put(Way.OF_AGENT, b"9")
    assert all_of(copies) == [(Way.OF_AGENT, b""), (Way.OF_AGENT, b"9")]


def test_nothing_is_kept_when_nobody_reads() -> None:
    copies = Copies()
    copies.put(Way.OF_AGENT, b"one")
    copies.discard()
    copies.put(Way.OF_AGENT, b"two")
    assert copies.take() == b""


def test_frames_are_found_however_they_are_cut() -> None:
    copies = Copies()
    copies.put(Way.OF_EDITOR, b"some\nbytes")
    frame = copies.take()
    reader = FrameReader()
    assert [found for byte in frame for found in reader.feed(bytes([byte]))] == [
        (Way.OF_EDITOR, b"some\nbytes")
    ]


@pytest.mark.parametrize("data", [b"\x02\x00\x00\x00\x00", b"\x00\xff\xff\xff\xff"])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame|Way"):
        list(FrameReader().feed(data))


def test_the_longest_frame_is_taken() -> None:
    copies = Copies()
    copies.put(Way.OF_AGENT, b"x" * MAX_FRAME_BYTES)
    assert all_of(copies) == [(Way.OF_AGENT, b"x" * MAX_FRAME_BYTES)]
