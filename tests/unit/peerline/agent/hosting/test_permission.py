"""Tests of peerline.agent.hosting.permission."""

import hashlib
import json
from typing import Any

import pytest

from peerline.agent.hosting.permission import CANCELLED, TOO_LONG, answer_of, question_of
from peerline.protocol.approvals import ApprovalQuestion, Choice, Outcome
from peerline.protocol.limits import MAX_APPROVAL_DETAIL_BYTES

OPTIONS = [
    {"optionId": "a", "kind": "allow_always"},
    {"optionId": "y", "kind": "allow_once"},
    {"optionId": "n", "kind": "reject_once"},
]


def asked(known: dict[str, Any] | None = None, **fields: Any) -> ApprovalQuestion:
    params = {"options": OPTIONS, "toolCall": {"toolCallId": "c", **fields}}
    return question_of(params, known or {}, lambda text: text.replace("s3cret", "***"), _path, 60)


def _path(path: str) -> str | None:
    return path.removeprefix("/w/") if path.startswith("/w/") else None


def test_a_command_is_asked_for_as_it_is() -> None:
    given = {"command": "make s3cret", "description": "Build"}
    question = asked(title="make s3cret", kind="execute", rawInput=given)
    assert (question.title, question.tool, question.detail) == ("make ***", "execute", "make ***")
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
    assert question.detail == "/w/a.py:\n- a\n- b\n+ a\n+ c"
    assert question.files == ["a.py"]


def test_what_cannot_be_shown_whole_cannot_be_allowed() -> None:
    question = asked(rawInput={"command": "x" * (MAX_APPROVAL_DETAIL_BYTES + 1)})
    assert (question.detail, question.options) == (TOO_LONG, [Choice.DENY])


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
    question = question_of(params, {}, str, _path, 60)
    assert (question.title, question.options) == ("Use a tool", [Choice.DENY])
