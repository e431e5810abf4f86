"""Tests of peerline.agent.asking.voices."""

import asyncio
import sys
import tempfile
from pathlib import PurePosixPath
from typing import Any

import pytest

from peerline.agent.asking.voices import OwnVoice, ResidentVoice
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.room import RoomRefused, RoomUnavailable
from peerline.client import Agent
from peerline.protocol.approvals import Outcome
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


ANSWER = b'{"outcome":"deny","sender":"Ann","role":"host","comment":"no"}\n'


@pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
@pytest.mark.parametrize(
    ("pieces", "is_answered"),
    [([b" ", b" ", ANSWER[:9], ANSWER[9:]], True), ([ANSWER], True), ([b" "], False)],
)
async def test_a_resident_that_falls_silent_after_its_signs_is_given_up(
    pieces: list[bytes], *, is_answered: bool
) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        await is_over.wait()
        writer.close()

    is_over = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="pl") as folder:
        path = f"{folder}/a.sock"
        async with await asyncio.start_unix_server(serve, path):
            voice = ResidentVoice(lambda: path, 60.0 if is_answered else 0.05)
            try:
                if is_answered:
                    assert (await voice.ask({"title": "x"})).outcome is Outcome.DENY
                else:
                    with pytest.raises(RoomUnavailable):
                        await voice.ask({"title": "x"})
            finally:
                is_over.set()
