"""Tests of peerline_server.admin.replay: a session as a file that plays it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.protocol.activity import ActivityEntry
from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline_server.admin.replay import load_replay, to_replay
from peerline_server.store.base import StoreError

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
TEMPLATE = '<script type="application/json" id="session">{{session}}</script><script>1</script>'
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>&lt;",
    "{{session}}",
    "line\u2028separator\u202e",
    "\\u003c/script>",
]


def entry(text: str) -> ActivityEntry:
    said = ChatMessage(id="m1", user_id="u1", username=text, content=text, timestamp=NOON, seq=1)
    return ActivityEntry(
        type="chat_message",
        user_id="u1",
        username=text,
        timestamp=NOON,
        event=ChatMessageSent(session_id="s", seq=1, message=said),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_ends_its_element_and_each_comes_back(text: str) -> None:
    file = to_replay(TEMPLATE, text, [entry(text)])
    found = re.fullmatch(
        r'<script[^>]*id="session">(.*)</script><script>1</script>', file, re.DOTALL
    )
    assert found is not None
    data = found.group(1)
    assert "<" not in data
    assert data.isprintable()
    shown = json.loads(data)
    assert shown["title"] == text
    assert shown["entries"][0]["event"]["message"]["content"] == text


async def test_a_session_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no session nobody"):
        await load_replay(tmp_path, "nobody")
