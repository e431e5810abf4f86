"""Tests of peerline.agent.acp.pump, between pipes."""

import os
import select
import sys

import pytest

from peerline.agent.acp.pump import Passage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs select on pipes")


def test_a_copy_is_kept_before_anybody_can_answer() -> None:
    source, editor = os.pipe()
    agent, target = os.pipe()
    os.write(editor, b"question")
    os.close(editor)
    kept: list[tuple[bytes, bool]] = []

    def keep(data: bytes) -> None:
        kept.append((data, bool(select.select([agent], [], [], 0)[0])))

    Passage(source, target, keep).run()
    assert kept == [(b"question", False)]
    assert os.read(agent, 100) == b"question"
    for descriptor in (source, agent, target):
        os.close(descriptor)
