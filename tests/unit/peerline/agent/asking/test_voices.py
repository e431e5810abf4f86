"""Tests of peerline.agent.asking.voices."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from peerline.agent.asking.voices import OwnVoice
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.room import RoomRefused
from peerline.client import Agent
from peerline.protocol.limits import MAX_PLAN_ENTRIES
from peerline.protocol.links import SessionLink

STEP = {"text": "x", "status": "pending"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"state": "asleep"}, "state: "),
        ({"plan": [STEP] * (MAX_PLAN_ENTRIES + 1)}, "plan: "),
        ({"plan": [STEP, {**STEP, "status": "soon"}]}, "plan.1.status: "),
    ],
)
async def test_a_report_that_is_refused_names_the_field(wrong: dict[str, Any], field: str) -> None:
    agent = Agent(SessionLink("127.0.0.1:1", "s"), "token")
    voice = OwnVoice(agent, AgentCleaner(PurePosixPath("/w"), None, {}))
    with pytest.raises(RoomRefused, match=f"^{field}"):
        await voice.report({"state": "working", "doing": "x", **wrong})
