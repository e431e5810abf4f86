"""Tests of peerline.agent.hosting.permission."""

import hashlib
import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from peerline.agent.asking.question import HIDES_MORE, PRIVATE, TOO_LONG
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.hosting.permission import CANCELLED, answer_of, merged, question_of
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
    shown = {"title": "make s3cret-t3xt", "rawInput": given}
    whole = json.dumps(shown, sort_keys=True, ensure_ascii=False)
    assert question.digest == f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"
    assert question.expires_in == 60


def test_what_is_known_of_the_call_counts() -> None:
    diff = {"type": "diff", "path": "/w/a.py", "oldText": "a\nb", "newText": "a\nc"}
    places = [{"path": "/w/a.py"}, {"path": "/etc/hosts"}, {"path": "/w/a.py"}]
    known = {"title": "Edit a.py", "kind": "edit", "content": [diff], "locations": places}
    question = asked(known)
    assert question.title == "Edit a.py"
    assert question.detail == "Edit a.py\n\n/w/a.py:\n- a\n- b\n+ a\n+ c"
    assert question.files == ["a.py"]


BOTH = [Choice.ALLOW_ONCE, Choice.DENY]
DIFF = {"type": "diff", "path": "/w/a.py", "oldText": "a", "newText": "b"}
LONG = "echo " + "x" * 250 + " ; rm -rf ~"


@pytest.mark.parametrize(
    ("call", "detail"),
    [
        ({"title": LONG}, LONG),
        ({"title": "ls  \n; rm -rf ~"}, "ls  \n; rm -rf ~"),
        ({"title": "Run", "rawInput": "rm -rf ~"}, "Run\n\nrm -rf ~"),
        ({"title": "Run", "rawInput": ["rm", "~"]}, 'Run\n\n[\n "rm",\n "~"\n]'),
        ({"title": "Run", "rawInput": {"command": "ls"}}, "Run\n\nls"),
        ({"title": "ls", "rawInput": {"command": "ls"}}, "ls"),
        ({"title": "Run", "rawInput": {"a": 1}}, 'Run\n\n{\n "a": 1\n}'),
        (
            {"rawInput": {"command": "rm -rf ~"}, "content": [DIFF]},
            "rm -rf ~\n\n/w/a.py:\n- a\n+ b",
        ),
        (
            {
                "rawInput": {"file_path": "/w/a.py", "old_string": "a", "new_string": "b"},
                "content": [DIFF],
            },
            "/w/a.py:\n- a\n+ b",
        ),
        (
            {"content": [{"type": "content", "content": {"type": "text", "text": "rm -rf ~"}}]},
            "rm -rf ~",
        ),
        ({"content": [{"type": "x", "y": 1}]}, '{\n "type": "x",\n "y": 1\n}'),
        ({"content": ["odd"]}, '"odd"'),
        ({"content": "odd"}, '"odd"'),
        ({"content": [{**DIFF, "z": 1}]}, json.dumps({**DIFF, "z": 1}, indent=1)),
        ({"content": [{**DIFF, "oldText": 5}]}, json.dumps({**DIFF, "oldText": 5}, indent=1)),
    ],
)
def test_all_that_an_agent_gives_is_shown_and_digested(call: dict[str, Any], detail: str) -> None:
    question = asked(**call)
    assert (question.detail, question.options) == (detail, BOTH)
    whole = json.dumps(call, sort_keys=True)
    assert question.digest == f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


@pytest.mark.parametrize("call", [{}, {"kind": "execute"}, {"title": " ", "rawInput": {}}])
def test_a_call_of_which_nothing_is_known_can_only_be_denied(call: dict[str, Any]) -> None:
    assert asked(**call).options == [Choice.DENY]


def test_a_title_that_hides_more_than_a_secret_or_is_too_long_can_only_be_denied() -> None:
    question = asked(title="API_TOKEN=k9Zq8x7Yw2&reboot")
    assert question.detail.endswith(HIDES_MORE)
    assert question.options == [Choice.DENY]
    long = asked(title="x" * (MAX_APPROVAL_DETAIL_BYTES + 1))
    assert (long.detail, long.options) == (TOO_LONG, [Choice.DENY])


def test_an_update_without_a_field_leaves_what_is_known() -> None:
    known = {"title": "Run", "rawInput": {"command": "rm -rf ~"}}
    assert asked(known, title="ls", rawInput=None).detail == "ls\n\nrm -rf ~"
    assert merged(known, {"title": None, "kind": "x"}) == {**known, "kind": "x"}


@pytest.mark.parametrize(
    "call",
    [
        {"content": [{"type": "diff", "path": "/w/.env", "newText": "X=hunter2"}]},
        {"locations": [{"path": "/w/.env"}], "rawInput": {"data": "hunter2"}},
        {"rawInput": {"path": ".env", "content": "hunter2"}, "content": [DIFF]},
        {"rawInput": "*** Begin Patch\n*** Add File: .env\n+hunter2"},
        {"title": "*** Update File: .env", "rawInput": {"data": "hunter2"}},
        {"title": "Write .env", "kind": "edit", "rawInput": {"data": "hunter2"}},
    ],
)
def test_the_content_of_a_private_file_is_withheld(call: dict[str, Any]) -> None:
    question = asked(**call)
    assert (question.detail, question.options) == (PRIVATE, [Choice.DENY])
    assert ".env" in question.title
    assert "hunter2" not in question.model_dump_json()


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
