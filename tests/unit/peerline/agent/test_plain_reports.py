"""Reports of scripts."""

from typing import Any

import pytest

from peerline.agent.plain_reports import ReportError, plain_reports
from peerline.agent.reports import (
    FileReported,
    NoteReported,
    PlanEntry,
    PlanReported,
    ProductReported,
    StateReported,
    TouchedFile,
    UsageReported,
)


def test_each_field_is_a_report() -> None:
    assert plain_reports(
        {
            "model": "m",
            "doing": "Deploying",
            "usage": {"context_used": 5, "cost": 0.5},
            "file": "/w/a.py",
            "change": "created",
            "lines_added": 3,
            "plan": [{"text": "a", "status": "completed"}, {"text": "b"}, {"status": "pending"}],
            "note": "n",
            "unknown": 1,
        }
    ) == [
        ProductReported(model="m"),
        StateReported("working", "Deploying"),
        UsageReported(context_used=5, cost=0.5),
        FileReported(TouchedFile("/w/a.py", "created", 3)),
        PlanReported((PlanEntry("a", "completed"), PlanEntry("b"))),
        NoteReported("n"),
    ]
    assert plain_reports({}) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"state": "asleep"}, "state"),
        ({"file": "a", "change": "eaten"}, "change"),
        ({"plan": [{"text": "a", "status": "x"}]}, "status"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(ReportError, match=f"^{field}: must be one of"):
        plain_reports(given)
