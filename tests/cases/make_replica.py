"""Messages of a server with what the replica makes of them."""

import json
import random
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from peerline.client import Replica
from peerline.protocol.messages import decode_server_message, encode_message
from tests.session_history import KINDS, USERS, History, S

NOW = "2026-01-02T03:04:05.006Z"
LIMITS = {
    "max_message_bytes": 65536,
    "max_content_chars": 8000,
    "messages_per_minute": 100,
    "presence_interval_ms": 50,
    "snapshot_messages": 3,
    "heartbeat_seconds": 20.0,
}
ALICE = {"id": "alice", "username": "Alice", "role": "host"}
BOB = {"id": "bob", "username": "Bob", "role": "editor"}
ANCHOR = {"file": "src/a.py", "line": 3, "code_snippet": "x = 1", "context_before": ["import os"]}


def replica() -> list[Any]:
    """Every event by hand, and histories of the real core with breaks on the way."""
    cases = [case(name, messages) for name, messages in BY_HAND.items()]
    return cases + [case(f"history {seed}", _history(seed)) for seed in range(8)]


def case(name: str, messages: list[Any]) -> dict[str, Any]:
    """One case: each message with the changes that it makes, and the state in the end."""
    return {"name": name, "steps": run(messages)[0], "end": run(messages)[1]}


def run(messages: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """The changes that messages make, and the replica in the end."""
    held = Replica()
    steps: list[Any] = []
    for data in messages:
        message = decode_server_message(json.dumps(data))
        assert message is not None
        steps.append({"message": data, "changes": [_plain(it) for it in held.apply(message)]})
    me = held.connected
    return steps, {
        "state": _plain(held.state()),
        "me": None if me is None else [me.user.username, me.role.value],
        "presence": {person.id: _plain(person.presence) for person in held.participants.values()},
        "thread_order": list(held.threads),
        "offers": [offer.user_id for offer in held.offers],
        "drafts": [draft.id for draft in held.drafts],
        "has_moderation": held.moderation is not None,
    }


def _plain(value: Any) -> Any:
    """As JSON, with the names that TypeScript has."""
    if isinstance(value, BaseModel):
        return json.loads(encode_message(value))  # pyright: ignore[reportArgumentType]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        if type(value).__name__ == "ReplicaState":
            return found
        known = {_camel(name): entry for name, entry in found.items() if entry is not None}
        kind = type(value).__name__
        return {"kind": kind[0].lower() + kind[1:], **known}
    return value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def connected(seq: int = 0, **extra: Any) -> dict[str, Any]:
    """A snapshot."""
    return {
        "type": "connected",
        "session_id": S,
        "user": ALICE,
        "role": "host",
        "connection_id": "c1",
        "session": {"id": S, "title": "T", "created_at": NOW, "context": {"branch": "main"}},
        "participants": [{**ALICE, "joined_at": NOW, "presence": {"status": "active"}}],
        "seq": seq,
        "epoch": "e1",
        "limits": LIMITS,
        **extra,
    }


def event(kind: str, seq: int, **fields_: Any) -> dict[str, Any]:
    """A durable event, or another message of the session if `seq` is 0."""
    number = {"seq": seq} if seq else {}
    return {"type": kind, "session_id": S, "timestamp": NOW, **number, **fields_}


def chat(seq: int, **extra: Any) -> dict[str, Any]:
    """A chat message of Bob's."""
    message = {"id": f"m{seq}", "user_id": "bob", "username": "Bob", "content": "hi"}
    return event("chat_message", seq, message={**message, "timestamp": NOW, **extra})


def thread(name: str, at: str = NOW, **extra: Any) -> dict[str, Any]:
    """A comment thread of Bob's."""
    author = {"user_id": "bob", "username": "Bob", "content": "why?", "timestamp": at}
    return {"id": name, **author, **ANCHOR, **extra}


def _reply(name: str) -> dict[str, Any]:
    author = {"user_id": "alice", "username": "Alice", "content": "so", "timestamp": NOW}
    return {"id": name, **author}


def _document(name: str = "d1", **extra: Any) -> dict[str, Any]:
    return {
        "id": name,
        "file": "src/a.py",
        "generation": "g1",
        "shared_by": "alice",
        "hash": f"sha256:{'0' * 64}",
        "lines": 1,
        **extra,
    }


def _draft(draft_id: str, **about: Any) -> dict[str, Any]:
    return {"id": draft_id, "generation": "g1", "user_id": "bob", "username": "bob", **about}


def _offer(user: str) -> dict[str, Any]:
    return {"user_id": user, "username": user, "name": "shop", "files": 3}


def _by(seq: int, kind: str, **extra: Any) -> dict[str, Any]:
    return event(kind, seq, user_id="bob", username="Bob", **extra)


def _react(seq: int, emoji: str, user: str, **extra: Any) -> dict[str, Any]:
    return event("reaction", seq, message_id="m1", user_id=user, emoji=emoji, **extra)


MODERATION = {
    "type": "moderation",
    "session_id": S,
    "invites": [],
    "bans": [],
    "pending": [],
    "arrivals": [],
}
BY_HAND: dict[str, list[Any]] = {
    "people come, move, change and go": [
        connected(),
        event("user_joined", 1, user=BOB),
        event("presence_update", 0, user_id="bob", presence={"status": "idle"}),
        event(
            "presence_update",
            0,
            user_id="bob",
            presence={"status": "typing", "cursor": {"file": "a", "line": 1, "col": 2}},
        ),
        event("presence_update", 0, user_id="nobody", presence={"status": "idle"}),
        event("user_joined", 2, user={**BOB, "role": "host"}),
        _by(3, "role_changed", role="viewer", changed_by="alice"),
        _by(4, "name_changed", name="Robert"),
        _by(5, "user_left"),
        _by(6, "user_left"),
        event("user_joined", 7, user=BOB),
        _by(8, "participant_removed", removed_by="alice", is_banned=True),
        _by(9, "role_changed", role="viewer", changed_by="alice"),
        _by(10, "name_changed", name="Rob"),
    ],
    "the own role and name change, and the hosts' view goes with the role": [
        connected(),
        MODERATION,
        event("name_changed", 1, user_id="alice", username="Alice", name="Al"),
        event("role_changed", 2, user_id="alice", username="Al", role="editor", changed_by="carol"),
        MODERATION,
        event("user_joined", 3, user={**ALICE, "role": "host"}),
        MODERATION,
    ],
    "the chat keeps the last messages, and their changes": [
        connected(),
        chat(1, mentions=["alice"]),
        chat(2, parent_id="m1"),
        _react(3, "👍", "alice"),
        _react(4, "👍", "bob"),
        _react(5, "+1", "bob"),
        _react(6, "👍", "alice", is_removed=True),
        _react(7, "👍", "bob", is_removed=True),
        _react(8, "-1", "bob", is_removed=True),
        event("message_edited", 9, message_id="m1", content="ho", mentions=["bob"], user_id="bob"),
        event("message_deleted", 10, message_id="m1", deleted_by="bob"),
        chat(11),
        chat(12),
        event("message_deleted", 13, message_id="m1", deleted_by="bob"),
    ],
    "threads are answered, moved, resolved, reopened and deleted": [
        connected(comments=[thread("t0"), thread("t9", resolved=True)]),
        event("code_comment", 1, comment=thread("t1", "2026-01-03T00:00:00.000Z")),
        event("comment_reply", 2, comment_id="t1", reply=_reply("p1")),
        event("comment_reply", 3, comment_id="gone", reply=_reply("p2")),
        _by(4, "comment_reattached", comment_id="t1", anchor={"file": "b.py", "line": 9}),
        _by(5, "comment_reattached", comment_id="gone", anchor={"file": "b.py", "line": 9}),
        _by(6, "comment_resolved", comment_id="t0", resolved=True),
        _by(7, "comment_resolved", comment_id="t0", resolved=True),
        _by(8, "comment_resolved", comment_id="t0", resolved=False, comment=thread("t0")),
        _by(9, "comment_resolved", comment_id="t0", resolved=False),
        event(
            "message_edited", 10, message_id="p1", comment_id="t1", content="yes", user_id="alice"
        ),
        event("message_deleted", 11, message_id="t1", comment_id="t1", deleted_by="bob"),
        event("message_deleted", 12, message_id="p1", comment_id="t1", deleted_by="bob"),
        event("message_deleted", 13, message_id="t0", comment_id="t0", deleted_by="bob"),
        event("message_deleted", 14, message_id="t0", comment_id="t0", deleted_by="bob"),
    ],
    "documents are shared, renamed, renewed and unshared": [
        connected(documents=[_document("d0")]),
        event("document_shared", 1, document=_document(), username="Alice"),
        _by(2, "document_renamed", document_id="d1", file="src/b.py", old_file="src/a.py"),
        event(
            "document_renewed",
            3,
            document_id="d1",
            generation="g2",
            old_generation="g1",
            hash=f"sha256:{'1' * 64}",
            lines=2,
        ),
        _by(4, "document_renamed", document_id="gone", file="src/b.py", old_file="src/a.py"),
        _by(0, "document_saved", document_id="d1", hash=f"sha256:{'1' * 64}"),
        _by(5, "document_unshared", document_id="d0", file="src/a.py"),
        _by(6, "document_unshared", document_id="d0", file="src/a.py"),
    ],
    "folders are offered": [
        connected(offers=[_offer("bob")]),
        {"type": "files_offered", "session_id": S, "offers": [_offer("bob"), _offer("alice")]},
        connected(0, resumed=True, offers=[_offer("alice")]),
    ],
    "drafts are written together": [
        connected(drafts=[_draft("n1", comment_id="c1")]),
        {
            "type": "drafts_shared",
            "session_id": S,
            "drafts": [
                _draft("n1", comment_id="c1"),
                _draft("n2", anchor={"file": "src/a.py", "line": 3, "code_snippet": "x = 1"}),
            ],
        },
        {"type": "drafts_shared", "session_id": S, "drafts": []},
        connected(0, resumed=True, drafts=[_draft("n3", comment_id="c1")]),
    ],
    "the session changes and ends": [
        connected(),
        event(
            "session_update",
            1,
            changes={"token_count": 5, "context": {"branch": "", "task": "speed"}},
            updated_by="bob",
        ),
        event(
            "session_update",
            2,
            changes={"title": "New", "join_approval": False, "cost": 1.5},
            updated_by="bob",
        ),
        _by(3, "file_event", data={"file": "a", "change": "renamed", "old_file": "b"}),
        event("summoned", 0, user_id="bob", username="Bob"),
        event("session_ended", 4, ended_by="alice"),
    ],
    "what was missed, comes twice or comes too early changes nothing": [
        chat(1),
        connected(5),
        chat(5),
        chat(7),
        chat(6),
        connected(6, resumed=True, participants=[]),
        chat(6),
        event("presence_update", 0, user_id="alice", presence={"status": "away"}),
        chat(8),
        connected(20, epoch="e2", messages=[]),
    ],
}


def _history(seed: int) -> list[Any]:
    """A history of the real core, joined in the middle, with a break, and events that repeat."""
    numbers = random.Random(seed)  # noqa: S311 - the same each time
    steps = [
        (numbers.choice(KINDS), numbers.choice(USERS), numbers.randint(0, 5)) for _ in "." * 45
    ]
    history = History([("join", user, 1) for user in USERS] + steps)
    total = len(history.events)
    start = numbers.randint(0, total // 3)
    lost = numbers.randint(start, total)
    overlap = numbers.randint(start, lost)
    sent = [
        history.snapshots[start],
        *history.events[start:lost],
        history.snapshot(resumed=True),
        *history.events[overlap:],
    ]
    return [json.loads(encode_message(message)) for message in sent]
