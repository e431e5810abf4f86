"""Tests of the pure part of peerline.watch.plain; the process is in tests/e2e/test_watch.py."""

from peerline.watch.plain import FIRST_ENTRIES, PlainView
from tests.unit.peerline.watch.conftest import NOW, Room, item


def said(lines: list[str]) -> list[str]:
    """Without the time of day, which is that of this machine's zone."""
    return [line[6:] if line[2:3] == ":" else line for line in lines]


def test_it_begins_with_the_session_and_the_last_of_the_chat() -> None:
    room = Room(status="active", token_count=5)
    room.person("Ann", "host")
    room.comments = [{**item("c1", "Bob", "why?"), "file": "a.py", "line": 3}]
    room.messages = [
        item(f"m{number}", "Bob", f"say {number}", seq=number) for number in range(1, 13)
    ]
    view = PlainView(room.replica)
    lines = said(view.lines(room.connect(), NOW))
    assert lines[:6] == [
        "Pairing  active",
        "AI agents: 5 tokens",
        "Here: Ann (host)",
        "a.py",
        "  3  ",
        "  Bob why?",
    ]
    assert lines[6:] == [f"Bob say {number}" for number in range(3, 13)]
    assert len(lines[6:]) == FIRST_ENTRIES


def test_each_thing_is_printed_once_and_an_edit_again() -> None:
    room = Room()
    view = PlainView(room.replica)
    view.lines(room.connect(), NOW)
    assert said(view.lines(room.say("Bob", "helo"), NOW)) == ["Bob helo"]
    edit = {"message_id": "m2", "content": "hello", "user_id": "bob"}
    assert said(view.lines(room.happen(type="message_edited", **edit), NOW)) == [
        "Bob hello (edited)"
    ]
    reaction = {"message_id": "m2", "user_id": "cy", "emoji": "👍"}
    assert view.lines(room.happen(type="reaction", **reaction), NOW) == []


def test_after_a_new_snapshot_only_what_was_missed_is_printed() -> None:
    room = Room()
    room.messages = [item("m1", "Bob", "one", seq=1)]
    view = PlainView(room.replica)
    view.lines(room.connect(), NOW)
    room.messages.append(item("m2", "Bob", "two", seq=2))
    room.seq = 2
    assert said(view.lines(room.connect(), NOW)) == ["Bob two"]
    assert view.lines(room.connect(resumed=True), NOW) == []
