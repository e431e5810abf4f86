"""Tests of peerline_server.admin.markdown_agents: what a person reads of an agent's work."""

from datetime import UTC, datetime, timedelta
from typing import Any

from peerline.protocol.activity import ActivityEntry
from peerline_server.admin.markdown_agents import agent_parts

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NAMES = {"u1": "Ann", "a1": "claude"}


def entry(minute: int, user_id: str, event: dict[str, Any]) -> ActivityEntry:
    at = NOON + timedelta(minutes=minute)
    whole = {"session_id": "s", "seq": minute + 1, "timestamp": at, **event}
    return ActivityEntry.model_validate(
        {
            "type": event["type"],
            "user_id": user_id,
            "username": NAMES[user_id],
            "timestamp": at,
            "event": whole,
        }
    )


def did(minute: int, **data: object) -> ActivityEntry:
    event = {"type": "agent_event", "user_id": "a1", "username": "claude", "data": data}
    return entry(minute, "a1", event)


def asked(minute: int, **fields: object) -> ActivityEntry:
    approval = {
        "id": "q1",
        "user_id": "a1",
        "username": "claude",
        "owner_id": "u1",
        "title": "Run command",
        "options": ["allow_once", "deny"],
        "asked_at": NOON,
        "expires_at": NOON,
        **fields,
    }
    return entry(minute, "a1", {"type": "approval_asked", "approval": approval})


def answered(minute: int, user_id: str, **fields: object) -> ActivityEntry:
    event = {"type": "approval_answered", "approval_id": "q1", "user_id": "a1", "by": user_id}
    return entry(minute, user_id, {**event, **fields})


def text(*entries: ActivityEntry) -> str:
    newest_first = list(reversed(entries))
    return "\n\n".join(agent_parts(newest_first, NAMES, UTC, lambda at: f"{at:%Y-%m-%d}"))


def test_a_turn_reads_from_its_prompt_to_its_answer() -> None:
    files = [{"file": "a_b.py", "lines_added": 2, "lines_removed": 0, "diff": "-x\n+y"}]
    entries = [
        did(0, kind="prompt", turn_id="t", text="Speed *it* up"),
        did(1, kind="plan", entries=[{"text": "Measure", "status": "completed"}, {"text": "Mend"}]),
        did(2, kind="tool_call", id="c", name="Edit", status="completed", files=files),
        asked(3, tool="Bash", detail="rm -r `x`"),
        answered(4, "u1", answer="deny", comment="Not that"),
        did(5, kind="tool_call", id="d", name="Bash", title="rm", status="denied", input="rm -r x"),
        did(6, kind="note", text="Hm."),
        did(7, kind="turn_end", turn_id="t", reason="end_turn", text="Done."),
    ]
    assert (
        text(*entries)
        == """## Agents

### 2026-01-31

**claude** 12:00: was given a prompt

Speed \\*it\\* up

**claude** 12:01: planned

- [x] Measure
- [ ] Mend

**claude** 12:02: used Edit

- a_b.py +2 -0

```diff
-x
+y
```

**claude** 12:03: asked: Run command (Bash)

```
rm -r `x`
```

**Ann** 12:04: denied “Run command” of claude

Not that

**claude** 12:05: used Bash rm (denied)

```
rm -r x
```

**claude** 12:06: noted

Hm.

**claude** 12:07: ended its turn (end_turn)

Done."""
    )


def test_questions_may_end_without_a_person_and_without_their_beginning() -> None:
    assert text(asked(0), answered(1, "a1", answer="expired")).endswith(
        "**claude** 12:01: got no answer in time for “Run command”"
    )
    assert text(answered(0, "u1", answer="allow_once")).endswith(
        "**Ann** 12:00: allowed once a question of claude"
    )


def test_prompts_of_a_shared_agent() -> None:
    prompt = {
        "id": "p1",
        "agent_id": "a1",
        "user_id": "u1",
        "username": "Ann",
        "text": "Go *on*",
        "asked_at": NOON,
    }
    changed = {"type": "prompt_changed", "prompt_id": "p1", "agent_id": "a1", "by": "u1"}
    shown = text(
        entry(0, "u1", {"type": "agent_prompted", "prompt": prompt}),
        entry(1, "u1", {**changed, "state": "running"}),
        entry(2, "u1", {**changed, "state": "stopping"}),
        entry(3, "u1", {**changed, "state": "cancelled"}),
    )
    assert shown.split("\n\n")[2:] == [
        "**Ann** 12:00: prompted claude",
        "Go \\*on\\*",
        "**Ann** 12:02: stopped claude",
        "**Ann** 12:03: took a prompt for claude back",
    ]


def test_nothing_of_an_agent_acts() -> None:
    hostile = "<img src=x>\u202e[click](http://x)\x1b[2J\n# head\n```\n</script>"
    shown = text(
        did(0, kind="prompt", turn_id="t", text=hostile),
        did(1, kind="tool_call", id="c", name="x", title=hostile, status="failed", input=hostile),
        did(2, kind="plan", entries=[{"text": hostile}]),
        did(3, kind="turn_end", turn_id="t", reason="a\u202eb", text=hostile),
        asked(4, title=hostile, detail=hostile),
    )
    assert all(char.isprintable() or char == "\n" for char in shown)
    outside = "\n".join(shown.split("````")[::2])
    assert "<img" not in outside.replace("\\<img", "")
    assert "\n# head" not in outside


def test_without_agents_there_is_no_part_of_them() -> None:
    assert text() == ""
    assert text(entry(0, "u1", {"type": "user_left", "user_id": "u1", "username": "Ann"})) == ""
