"""Tests of presentation.agent_views: what an editor is shown of an agent."""

from datetime import UTC, datetime

import pytest

from peerline.protocol.agents import (
    AgentActivity,
    AgentInfo,
    AgentState,
    AgentUsage,
    PlanEntry,
    UserKind,
)
from peerline.protocol.editor.participants import EditorAgent, EditorPlanEntry
from peerline.protocol.limits import MAX_PLAN_ENTRY_CHARS
from peerline.protocol.participants import Participant
from peerline.protocol.roles import Role
from peerline_bridge.presentation.agent_views import agent_view, context_percent

JOINED = datetime(2026, 1, 1, 9, tzinfo=UTC)
CLAUDE = Participant(
    id="agent1",
    username="claude",
    role=Role.EDITOR,
    joined_at=JOINED,
    kind=UserKind.AGENT,
    agent=AgentInfo(owner_id="alice", product="claude-code", model="opus"),
)


def test_a_person_has_no_agent() -> None:
    person = CLAUDE.model_copy(update={"kind": None, "agent": None})
    assert agent_view(person, "") is None


def test_an_agent_that_has_told_nothing_is_shown_with_its_owner() -> None:
    expected = EditorAgent(owner="alice", product="claude-code", model="opus")
    assert agent_view(CLAUDE, "alice") == expected


def test_what_an_agent_does_uses_and_plans_is_shown_and_what_is_unknown_is_not() -> None:
    activity = AgentActivity(
        state=AgentState.WORKING,
        doing="Editing\nsrc/a.py",
        plan=[PlanEntry(text="Speed up", status="in_progress")],
        usage=AgentUsage(context_used=512, context_limit=1000, cost=0.17, currency="USD"),
        health=92.0,
        health_reasons=["context 83% full\u202e"],
        model="sonnet",
    )
    shown = agent_view(CLAUDE.model_copy(update={"activity": activity}), "alice")
    assert shown == EditorAgent(
        owner="alice",
        product="claude-code",
        model="sonnet",
        state=AgentState.WORKING,
        doing="Editing src/a.py",
        plan=[EditorPlanEntry(text="Speed up", status="in_progress")],
        context_percent=51,
        cost=0.17,
        currency="USD",
        health=92.0,
        health_reasons=["context 83% full<U+202E>"],
    )


def test_a_plan_of_characters_that_are_written_out_is_longer_than_on_the_wire() -> None:
    entry = PlanEntry(text="\u202e" * MAX_PLAN_ENTRY_CHARS)
    activity = AgentActivity(state=AgentState.IDLE, plan=[entry])
    shown = agent_view(CLAUDE.model_copy(update={"activity": activity}), "alice")
    assert shown is not None
    assert "\u202e" not in shown.plan[0].text


@pytest.mark.parametrize(
    ("usage", "percent"),
    [
        (AgentUsage(), None),
        (AgentUsage(context_used=5), None),
        (AgentUsage(context_used=5, context_limit=0), None),
        (AgentUsage(context_used=0, context_limit=9), 0),
        (AgentUsage(context_used=9, context_limit=9), 100),
    ],
)
def test_context_is_a_share_where_both_numbers_are_known(
    usage: AgentUsage, percent: int | None
) -> None:
    assert context_percent(usage) == percent
