"""The situations in which somebody types. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

FILE: Final = "big.txt"
MEGABYTES_5: Final = 5_000_000
_LINE: Final = "    total += price_of(product) * count  # %06d"
_NOW: Final = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Typing:
    """One situation: a text, where in it somebody types, and what else there is."""

    name: str
    lines: Sequence[str]
    row: int
    column: int
    comments: int = 0
    people: int = 0
    moves_per_second: float = 0.0
    """Of each of the people; the server sends their states together, as a real one does."""
    flush_seconds: float = 0.0
    """Between two such sendings."""
    is_plain: bool = False
    """The client has no plugin."""
    is_full: bool = False
    """The client sends the whole text for each change."""
    per_second: float = 30.0

    @property
    def text(self) -> str:
        """The text before anybody types."""
        return "\n".join(self.lines) + "\n"


def all_cases(flush_seconds: float) -> list[Typing]:
    """The rows of the table; a server sends the states of 500 so often."""
    count = MEGABYTES_5 // (len(_LINE % 0) + 1)
    short = [_LINE % number for number in range(count)]
    one = ["".join(f"f({number});" for number in range(MEGABYTES_5 // 10))[:MEGABYTES_5]]
    one_fox = ["".join(f"f(«{number} 🦊»);" for number in range(MEGABYTES_5 // 20))]
    foxes = [
        f"    größe = «{number:06d} 🦊 漢字»  # ünïcode" for number in range(MEGABYTES_5 // 50)
    ]
    small = short[:20_000]
    big = short[:50_000]
    middle = len(small) // 2
    return [
        Typing("5 MB in short lines", short, count // 2, 4),
        Typing("5 MB, not ASCII", foxes, len(foxes) // 2, 4),
        Typing("5 MB in one line", one, 0, len(one[0]) // 2),
        Typing("5 MB in one line, not ASCII", one_fox, 0, len(one_fox[0]) // 2),
        Typing("50,000 lines, 10,000 comments", big, len(big) // 2, 4, comments=10_000),
        Typing(
            "50,000 lines, 10,000 comments, no plugin",
            big,
            len(big) // 2,
            4,
            comments=10_000,
            is_plain=True,
        ),
        Typing(
            "500 others who move in the file",
            small,
            middle,
            4,
            people=500,
            moves_per_second=10,
            flush_seconds=flush_seconds,
        ),
        Typing(
            "500 others who move, no plugin",
            small,
            middle,
            4,
            people=500,
            moves_per_second=10,
            flush_seconds=flush_seconds,
            is_plain=True,
        ),
        Typing("5 MB, whole text each time", short, count // 2, 4, is_plain=True, is_full=True),
        Typing(
            "500 KB, whole text each time",
            short[: count // 10],
            count // 20,
            4,
            is_plain=True,
            is_full=True,
        ),
    ]


def connected(case: Typing) -> dict[str, Any]:
    """The server's messages to a client that joins."""
    me = {"id": "me", "username": "alice", "role": "editor"}
    people = [
        {"id": f"u{n}", "username": f"user {n}", "role": "editor"} for n in range(case.people)
    ]
    step = max(1, len(case.lines) // max(1, case.comments))
    return {
        "type": "connected",
        "session_id": "s",
        "user": me,
        "role": "editor",
        "connection_id": "c",
        "session": {"id": "s", "title": "T", "created_at": _NOW},
        "participants": [{**person, "joined_at": _NOW} for person in (me, *people)],
        "comments": [
            {
                "id": f"c{number}",
                "user_id": "u0",
                "username": "bob",
                "file": FILE,
                "line": number * step + 1,
                "content": "why?",
                "code_snippet": case.lines[number * step],
                "timestamp": _NOW,
            }
            for number in range(case.comments)
        ],
        "seq": 1,
        "epoch": "e",
        "resumed": False,
        "limits": {
            "max_message_bytes": 65536,
            "max_content_chars": 8000,
            "messages_per_minute": 100,
            "presence_interval_ms": 50,
            "snapshot_messages": 100,
            "heartbeat_seconds": 20,
        },
    }
