"""Tests of peerline.agent.hosting.permission."""

import hashlib
import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from peerline.agent.asking.question import HIDES_MORE, TOO_LONG
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.hosting.permission import CANCELLED, answer_of, question_of
from peerline.protocol.approvals import ApprovalQuestion, Choice, Outcome
from peerline.protocol.limits import MAX_APPROVAL_DETAIL_BYTES

CLEANER = AgentCleaner(PurePosixPath("/w"), None, {"OF_TOKEN": "s3cret-t3xt"})
HIDDEN = "\u2039secret:environment\u203a"
OPTIONS = [
    {"optionId": "a", "kind": "allow_always"},
    {"optionId": "y", "kind": "allow_once"},
    {"optionId": "n", "kind": "reject_once"},
]


def asked(known: dict[str, Any] | None = None, **fields: Any) -> ApprovalQuestion:
    params = {"options": OPTIONS, "toolCall": {"toolCallId": "c", **fields}}
    return question_of(params, known or {}, CLEANER, 60)


def test_a_command_is_asked_for_as_it_is() -> None:
    given = {"command": "make s3cret-t3xt", "description": "Build"}
    question = asked(title="make s3cret-t3xt", kind="execute", rawInput=given)
    assert (question.title, question.tool, question.detail) == (
        *(f"make {HIDDEN}", "execute", f"make {HIDDEN}"),
    )
    assert question.options == [Choice.ALLOW_ONCE, Choice.DENY]
    whole = json.dumps({"rawInput": given}, sort_keys=True, ensure_ascii=False)
    assert question.digest == f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"
    assert question.expires_in == 60


def test_what_is_known_of_the_call_counts() -> None:
    diff = {"type": "diff", "path": "/w/a.py", "oldText": "a\nb", "newText": "a\nc"}
    places = [{"path": "/w/a.py"}, {"path": "/etc/passwd"}, {"path": "/w/a.py"}]
    known = {"title": "Edit a.py", "kind": "edit", "content": [diff], "locations": places}
    question = asked(known)
    assert question.title == "Edit a.py"
    assert question.detail == "a.py:\n- a\n- b\n+ a\n+ c"
    assert question.files == ["a.py"]


def test_what_cannot_be_shown_whole_cannot_be_allowed() -> None:
    question = asked(rawInput={"command": "x" * (MAX_APPROVAL_DETAIL_BYTES + 1)})
    assert (question.detail, question.options) == (TOO_LONG, [Choice.DENY])


def test_a_command_that_hides_in_a_secret_cannot_be_allowed() -> None:
    question = asked(rawInput={"command": "API_TOKEN=k9Zq8x7Yw2&rm$IFS-rf$IFS~"})
    assert question.detail == f"API_TOKEN=\u2039secret:token\u203a{HIDES_MORE}"
    assert question.options == [Choice.DENY]


def test_what_no_message_can_have_in_it_cannot_be_allowed() -> None:
    for text in ("a\0b", "a\ud800b"):
        assert asked(rawInput={"command": text}).options == [Choice.DENY]


@pytest.mark.parametrize(
    ("options", "outcome", "chosen"),
    [
        (OPTIONS, Outcome.ALLOW_ONCE, "y"),
        (OPTIONS, Outcome.DENY, "n"),
        (OPTIONS, Outcome.EXPIRED, "n"),
        (OPTIONS, Outcome.WITHDRAWN, "n"),
        (OPTIONS[:1], Outcome.ALLOW_ONCE, None),
        ([{"optionId": "r", "kind": "reject_always"}], Outcome.DENY, None),
        (None, Outcome.DENY, None),
    ],
)
def test_nothing_that_lasts_is_chosen(options: Any, outcome: Outcome, chosen: str | None) -> None:
    answer = answer_of({"options": options}, outcome)
    if chosen is None:
        assert answer == CANCELLED
    else:
        assert answer == {"outcome": {"outcome": "selected", "optionId": chosen}}


def test_an_agent_that_offers_nothing_to_allow_can_be_denied() -> None:
    params = {"options": OPTIONS[:1], "toolCall": {}}
    question = question_of(params, {}, CLEANER, 60)
    assert (question.title, question.options) == ("Use a tool", [Choice.DENY])
