"""Tests of peerline.client.agent_words."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from peerline.client import agent_words
from peerline.protocol.agents import AgentEventData, AgentState, AgentUsage

_DATA: TypeAdapter[AgentEventData] = TypeAdapter(AgentEventData)
EDIT = {"kind": "tool_call", "id": "t", "name": "Edit", "status": "completed"}
FILE = {"file": "src/a.py", "lines_added": 12, "lines_removed": 3}
STEPS = [
    {"text": "read", "status": "completed"},
    {"text": "write", "status": "in_progress"},
    {"text": "test"},
]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "prompt", "turn_id": "1", "text": " Speed\n\nit up "}, "prompt: Speed it up"),
        ({"kind": "note", "text": "The context\nwas cut"}, "note: The context was cut"),
        ({"kind": "plan", "entries": []}, "plan: empty"),
        ({"kind": "plan", "entries": STEPS}, "plan: 1 of 3 done, now: write"),
        ({"kind": "plan", "entries": STEPS[:1]}, "plan: 1 of 1 done"),
        (EDIT, "Edit"),
        ({**EDIT, "title": "src/a.py"}, "Edit src/a.py"),
        ({**EDIT, "title": "src/a.py", "files": [FILE]}, "Edit src/a.py (+12 -3)"),
        ({**EDIT, "files": [FILE]}, "Edit src/a.py (+12 -3)"),
        ({**EDIT, "files": [FILE, FILE]}, "Edit src/a.py and 1 more (+24 -6)"),
        ({**EDIT, "files": [{"file": "b", "lines_added": 0}]}, "Edit b (+0)"),
        ({**EDIT, "files": [{"file": "b"}]}, "Edit b"),
        ({**EDIT, "title": "edit of a.py"}, "edit of a.py"),
        ({**EDIT, "title": "editor.py"}, "Edit editor.py"),
        ({**EDIT, "title": "x", "status": "failed"}, "Edit x failed"),
        ({**EDIT, "title": "x", "status": "denied"}, "Edit x denied"),
        ({**EDIT, "title": "x", "duration_ms": 9_999}, "Edit x"),
        ({**EDIT, "title": "x", "duration_ms": 10_000}, "Edit x (10 s)"),
        (
            {**EDIT, "files": [FILE], "duration_ms": 72_000, "status": "failed"},
            "Edit src/a.py failed (+12 -3, 1:12 min)",
        ),
        (
            {**EDIT, "title": "x", "status": "failed", "output": "a\nb\nc\n[exit code 2]"},
            "Edit x failed: b c [exit code 2]",
        ),
        ({**EDIT, "title": "x", "output": "y" * 300}, f"Edit x: …{'y' * 199}"),
        ({"kind": "turn_end", "turn_id": "1", "reason": "cancelled"}, "turn ended (cancelled)"),
        (
            {
                "kind": "turn_end",
                "turn_id": "1",
                "reason": "end_turn",
                "text": "Done.\nAll green.",
                "duration_ms": 8_400,
                "usage": {"cost": 0.17, "currency": "USD"},
            },
            "turn ended (end_turn, 8.4 s, 0.17 USD): Done. All green.",
        ),
    ],
)
def test_an_event_in_words(data: dict[str, Any], words: str) -> None:
    assert agent_words.deed(_DATA.validate_python(data)) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 s"),
        (1_940, "1.9 s"),
        (59_400, "59 s"),
        (59_600, "1:00 min"),
        (3_605_000, "60:05 min"),
    ],
)
def test_a_duration(milliseconds: int, words: str) -> None:
    assert agent_words.duration(milliseconds) == words


def test_what_is_not_known_is_not_nothing() -> None:
    unknown = AgentUsage()
    assert agent_words.cost(unknown) is None
    assert agent_words.context_share(unknown) is None
    assert agent_words.context_share(AgentUsage(context_used=5, context_limit=0)) is None
    assert agent_words.context_share(AgentUsage(context_used=5, context_limit=50)) == 0.1
    assert agent_words.cost(AgentUsage(cost=0)) == "0.00"
    assert agent_words.cost(AgentUsage(cost=1234.5, currency="EUR")) == "1,234.50 EUR"


def test_every_state_has_words() -> None:
    assert set(agent_words.STATES) == set(AgentState)
