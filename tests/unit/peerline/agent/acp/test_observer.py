"""Tests of peerline.agent.acp.observer."""

import json

from peerline.agent.acp.copies import Copies, Way
from peerline.agent.acp.observer import Observer
from peerline.agent.reports import Report, StateReported, TurnEnded, TurnStarted

PROMPT = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "session/prompt",
    "params": {"sessionId": "s", "prompt": [{"type": "text", "text": "go"}]},
}
DONE = {"jsonrpc": "2.0", "id": 1, "result": {"stopReason": "end_turn"}}


def feed(observer: Observer, *pieces: tuple[Way, bytes], most: int = 1_000_000) -> list[Report]:
    copies = Copies(most)
    for way, piece in pieces:
        copies.put(way, piece)
    copies.close()
    frames: list[bytes] = []
    while frame := copies.take():
        frames.append(frame)
    return observer.feed(b"".join(frames))


def line(message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


def test_both_ways_become_reports() -> None:
    observer = Observer(lambda: "turn")
    found = feed(observer, (Way.OF_EDITOR, line(PROMPT)), (Way.OF_AGENT, line(DONE)))
    assert found == [TurnStarted("go", "turn"), TurnEnded("", "end_turn", "turn")]
    assert observer.end() == [StateReported("done")]


def test_a_list_of_messages_counts_as_its_messages() -> None:
    observer = Observer(lambda: "turn")
    assert feed(observer, (Way.OF_EDITOR, line([PROMPT, {}]))) == [TurnStarted("go", "turn")]


def test_lines_that_make_no_sense_are_counted_and_the_next_one_is_read() -> None:
    observer = Observer(lambda: "turn")
    nonsense = [b"no JSON\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"{\n"]
    found = feed(observer, *((Way.OF_AGENT, piece) for piece in nonsense))
    assert found == []
    assert observer.failed == len(nonsense)
    assert feed(observer, (Way.OF_EDITOR, line(PROMPT))) == [TurnStarted("go", "turn")]


def test_a_line_of_which_a_copy_is_missing_is_left_out() -> None:
    observer = Observer(lambda: "turn")
    whole = line(PROMPT)
    copies = Copies(most=len(whole))
    copies.put(Way.OF_EDITOR, whole[:20])
    copies.put(Way.OF_EDITOR, whole)  # it does not fit any more
    first = copies.take()
    copies.put(Way.OF_EDITOR, whole[20:])
    copies.close()
    rest = b"".join(iter(copies.take, b""))
    assert observer.feed(first + rest) == []
    assert observer.left_out == 1
    assert feed(observer, (Way.OF_EDITOR, whole)) == [TurnStarted("go", "turn")]
