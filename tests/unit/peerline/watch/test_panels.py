"""Tests of peerline.watch.panels."""

from datetime import UTC
from typing import Any

import pytest

from peerline.client import LinkState
from peerline.client.colors import assign_colors
from peerline.watch import panels
from peerline.watch.feed import Feed
from peerline.watch.spans import Line, Span, plain
from tests.unit.peerline.watch.conftest import HOSTILE, NOW, Room, item

AT = {"file": "src/a.py", "line": 12, "col": 3}


def texts(lines: list[Line]) -> list[str]:
    return [plain(line) for line in lines]


def look(room: Room) -> panels.Look:
    return panels.Look.at(room.replica, UTC)


def styles(line: Line) -> dict[str, str]:
    return {span.text.strip(): span.style for span in line}


def entries(room: Room) -> list[str]:
    feed = Feed(room.replica)
    feed.update(room.connect(), NOW)
    return [
        line
        for entry in feed.entries.values()
        for line in texts(panels.entry(entry, look(room), feed.entries))
    ]


def test_people_are_shown_with_role_status_and_place() -> None:
    room = Room()
    room.person("Ann", "host", status="active", cursor=AT)
    room.person("Bob", status="typing", viewport={"file": "src/b.py", "start": 1, "end": 9})
    room.person("Cy", "viewer", status="away")
    room.connect()
    assert texts(panels.people(room.replica, look(room), 40)) == [
        "● Ann (you) host             src/a.py:12",
        "✎ Bob editor                src/b.py:1-9",
        "○ Cy viewer",
    ]


def test_a_place_in_a_notebook_has_its_cell() -> None:
    room = Room()
    room.person("Bob", cursor={**AT, "file": "plots.ipynb", "cell": 3})
    room.connect()
    (line,) = texts(panels.people(room.replica, look(room), 60))
    assert line.endswith(" plots.ipynb, cell 3, line 12")


def test_a_place_that_does_not_fit_goes_below_and_keeps_its_end() -> None:
    room = Room()
    room.person("Bob", cursor={**AT, "file": "a/very/long/path/to/cart.py"})
    room.connect()
    lines = texts(panels.people(room.replica, look(room), 20))
    assert lines == ["● Bob editor", "  …ath/to/cart.py:12"]
    assert all(len(line) <= 20 for line in lines)


@pytest.mark.parametrize(
    ("session", "shown", "style"),
    [
        ({}, "", ""),
        ({"token_count": 999}, "999 tokens", ""),
        ({"token_count": 1_200, "token_limit": 0}, "1.2k tokens", ""),
        ({"token_limit": 200_000}, "limit 200k tokens", ""),
        ({"token_count": 159_999, "token_limit": 200_000}, "160k of 200k tokens (80%)", ""),
        ({"token_count": 160_000, "token_limit": 200_000}, "160k of 200k tokens (80%)", "warning"),
        ({"token_count": 190_000, "token_limit": 200_000}, "190k of 200k tokens (95%)", "error"),
        ({"token_count": 3_000_000}, "3M tokens", ""),
        ({"health_score": 75}, "health 75 of 100", "good"),
        ({"health_score": 74.9}, "health 74.9 of 100", "warning"),
        ({"health_score": 49.9}, "health 49.9 of 100", "error"),
        ({"cost": 1234.5}, "cost 1,234.50", ""),
        ({"model": "m-1"}, "m-1", ""),
        ({"context": {"branch": "main"}}, "branch main", "dim"),
    ],
)
def test_the_facts_of_a_session(session: dict[str, Any], shown: str, style: str) -> None:
    room = Room(**session)
    room.connect()
    first, *rest = panels.facts(room.replica.session) or (Span(""),)
    if "context" in session:
        rest = [first, *rest]
    elif session:
        assert first == Span("AI agents: ", "dim")
    assert plain(tuple(rest)) == shown
    assert [span.style for span in rest] == ([style] if shown else [])


def test_the_title_says_whether_the_session_goes_on() -> None:
    room = Room(status="active")
    assert plain(panels.title(room.replica)) == "Peerline"
    room.connect()
    assert plain(panels.title(room.replica)) == "Pairing  active"
    room.happen(type="session_ended", ended_by="ann")
    assert plain(panels.title(room.replica)) == "Pairing  ended"


def test_the_connection_says_who_one_is_or_what_is_wrong() -> None:
    room = Room()
    assert "connecting" in plain(panels.connection(room.replica, LinkState.CONNECTING))
    room.connect()
    assert plain(panels.connection(room.replica, LinkState.JOINED)) == "● Ann editor"
    assert "reconnecting" in plain(panels.connection(room.replica, LinkState.RECONNECTING))
    assert "closed" in plain(panels.connection(room.replica, LinkState.CLOSED))


def test_threads_are_grouped_by_file_and_ordered_by_line() -> None:
    room = Room()
    room.connect()
    room.comment("Bob", "two", line=9)
    room.comment("Bob", "one", line=3)
    room.comment("Bob", "other", file="README.md")
    found = panels.threads_by_file(room.replica)
    assert [(file, [one.content for one in threads]) for file, threads in found] == [
        ("README.md", ["other"]),
        ("src/a.py", ["one", "two"]),
    ]


def test_a_thread_shows_its_place_snippet_and_replies() -> None:
    room = Room()
    room.comments = [
        {
            **item("c1", "Bob", "why?"),
            "file": "a.py",
            "line": 3,
            "end_line": 5,
            "code_snippet": "    x = 1\n    y = 2",
            "replies": [item("r1", "Ann", "so", edited_at="2026-01-01T10:00:00Z")],
        }
    ]
    room.connect()
    (comment,) = room.replica.threads.values()
    assert texts(panels.thread(comment, look(room))) == [
        "3-5  x = 1…",
        "Bob why?",
        "↳ Ann so (edited)",
    ]


def test_chat_shows_answers_edits_deletions_and_reactions() -> None:
    room = Room()
    room.messages = [
        item("m1", "Bob", "first\n\tsecond", seq=1),
        item("m2", "Ann", "yes", seq=2, parent_id="m1", edited_at="2026-01-01T10:00:00Z"),
        item("m3", "Bob", "", seq=3, deleted_at="2026-01-01T10:00:00Z"),
        item(
            "m4",
            "Bob",
            "liked",
            seq=4,
            parent_id="gone",
            reactions=[
                {"emoji": "👍", "user_ids": ["ann", "cy"]},
                {"emoji": "🎉", "user_ids": ["cy"]},
            ],
        ),
    ]
    assert entries(room) == [
        "09:45 Bob first",
        "          second",
        "      ┌ Bob first…",
        "09:45 Ann yes (edited)",
        "09:45 Bob deleted this",
        "      ┌ an older message",
        "09:45 Bob liked",
        "      👍 2  🎉 1",
    ]


def test_one_message_takes_only_so_many_lines() -> None:
    room = Room()
    most = "\n".join(map(str, range(panels.MAX_LINES)))
    room.messages = [item("m1", "Bob", most, seq=1)]
    assert len(entries(room)) == panels.MAX_LINES
    room.messages = [item("m1", "Bob", most + "\nx\ny", seq=1)]
    assert len(entries(room)) == panels.MAX_LINES + 1
    assert entries(room)[-1].strip() == "… 2 more lines"


def test_mentions_are_marked_ones_own_most() -> None:
    room = Room()
    for name in ("Ann", "Bob", "Bobby"):
        room.person(name)
    content = "@ANN and @Bobby, not @Carol"
    room.messages = [item("m1", "Bob", content, seq=1, mentions=["ann", "bob", "bobby"])]
    feed = Feed(room.replica)
    feed.update(room.connect(), NOW)
    (line,) = panels.entry(feed.entries["m1"], look(room), feed.entries)
    assert plain(line).endswith(content)
    marked = styles(line)
    assert (marked["@ANN"], marked["@Bobby"]) == ("mention-me", "mention")
    assert marked[", not @Carol"] == ""


def test_who_is_typing_is_said_in_words() -> None:
    room = Room()
    room.person("Ann", status="typing", typing_in="chat")
    room.person("Coder", status="typing")
    for name, sentence in (
        ("Bob", "Bob is typing…"),
        ("Cy", "Bob and Cy are typing…"),
        ("Di", "3 people are typing…"),
    ):
        room.person(name, status="typing", typing_in="chat")
        room.connect()
        assert panels.typing(room.replica, look(room)) == sentence
    room.people = room.people[:2]
    room.connect()
    assert panels.typing(room.replica, look(room)) == ""


def test_a_name_has_the_colour_that_it_has_in_the_editors() -> None:
    room = Room()
    room.person("Ann")
    room.person("Bob")
    room.connect()
    color = assign_colors(["ann", "bob"])["bob"]
    assert look(room).author("bob", "Bob").style == f"user-{color}"


def test_hostile_text_is_shown_as_text_everywhere() -> None:
    room = Room(
        title=HOSTILE, status=HOSTILE, model=HOSTILE, context={HOSTILE: HOSTILE}, token_count=1
    )
    room.person("Ann")
    room.people.append({**room.people[0], "id": "eve", "username": HOSTILE})
    room.people[1]["presence"] = {
        "status": "typing",
        "typing_in": "chat",
        "cursor": {**AT, "file": "\u202ea.py"},
    }
    room.messages = [
        item("m1", HOSTILE, HOSTILE, seq=1) | {"user_id": "eve"},
        item("m2", HOSTILE, HOSTILE, seq=2, parent_id="m1", mentions=["eve"]) | {"user_id": "eve"},
    ]
    room.messages[0]["reactions"] = [{"emoji": "☠\x1b[31m", "user_ids": ["eve"]}]
    room.comments = [
        item("c1", HOSTILE, HOSTILE)
        | {"user_id": "eve", "file": "\u202eb.py", "line": 1, "code_snippet": HOSTILE}
    ]
    shown = entries(room)
    (comment,) = room.replica.threads.values()
    shown += texts(panels.thread(comment, look(room)))
    shown += texts(panels.people(room.replica, look(room), 30))
    shown += texts([panels.title(room.replica), panels.facts(room.replica.session)])
    shown.append(panels.typing(room.replica, look(room)))
    everything = "".join(shown)
    assert "<U+001B>[2J" in everything
    assert not set(everything) & set("\x1b\x07\r\u202e\u200b")
