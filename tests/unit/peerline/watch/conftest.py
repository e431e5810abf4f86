"""A replica to look at, filled by wire messages."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from peerline.client import Change, Replica
from peerline.protocol.messages import decode_server_message

S = "session1"
NOW = datetime(2026, 1, 1, 9, 45, tzinfo=UTC)
STAMP = "2026-01-01T09:45:00.000Z"
HOSTILE = "\x1b[2J\x1b]0;pwned\x07[bold red]x[/] [@click=app.bell]y[/] \u202etxt\u200b\r"


_TURNS = 10


@pytest.fixture(autouse=True)
def _no_waiting_for_an_idle_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's pilot waits for the messages of all widgets, and then for an idle processor, too.

    That is a fortieth of a second for each key, and on a busy machine a whole one.
    """

    async def turns(_least: float = 0, _most: float = 0) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", turns)


class Room:
    """A session as a server would tell it, and the replica that hears it."""

    def __init__(self, me: str = "ann", **session: Any) -> None:
        self.replica = Replica()
        self.seq = 1
        self.me = me
        self.session = {"id": S, "title": "Pairing", "created_at": STAMP, **session}
        self.people: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []

    def person(self, name: str, role: str = "editor", **presence: Any) -> None:
        """Somebody is here at the snapshot."""
        user = {"id": name.lower(), "username": name, "role": role, "joined_at": STAMP}
        self.people.append({**user, "presence": presence})

    def connect(self, **fields: Any) -> list[Change]:
        """The snapshot."""
        user = next(
            (person for person in self.people if person["id"] == self.me),
            {"id": self.me, "username": self.me.title(), "role": "editor"},
        )
        user = {key: user[key] for key in ("id", "username", "role")}
        limits = {
            "max_message_bytes": 65536,
            "max_content_chars": 8000,
            "messages_per_minute": 100,
            "presence_interval_ms": 50,
            "snapshot_messages": 100,
            "heartbeat_seconds": 20,
        }
        return self.hear(
            type="connected",
            user=user,
            role=user["role"],
            connection_id="c",
            session=self.session,
            participants=self.people,
            comments=self.comments,
            messages=self.messages,
            seq=self.seq,
            epoch="e",
            limits=limits,
            **fields,
        )

    def hear(self, **message: Any) -> list[Change]:
        """Any message of the server."""
        text = json.dumps({"session_id": S, **message})
        heard = decode_server_message(text)
        assert heard is not None
        return list(self.replica.apply(heard))

    def happen(self, **event: Any) -> list[Change]:
        """The next event."""
        self.seq += 1
        return self.hear(seq=self.seq, timestamp=STAMP, **event)

    def say(self, name: str, content: str, **fields: Any) -> list[Change]:
        """A chat message."""
        self.seq += 1
        message = item(f"m{self.seq}", name, content, **fields)
        return self.hear(type="chat_message", seq=self.seq, message=message)

    def comment(self, name: str, content: str, **fields: Any) -> list[Change]:
        """A comment."""
        self.seq += 1
        place = {"file": "src/a.py", "line": 3, "code_snippet": "x = 1"}
        comment = {**item(f"c{self.seq}", name, content), **place, **fields}
        return self.hear(type="code_comment", seq=self.seq, comment=comment)


def item(identifier: str, name: str, content: str, **fields: Any) -> dict[str, Any]:
    """Fields that chat messages, comments and replies have in common."""
    who = {"user_id": name.lower(), "username": name}
    return {"id": identifier, **who, "content": content, "timestamp": STAMP, **fields}
