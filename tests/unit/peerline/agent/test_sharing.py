"""Only what the owner shares leaves."""

from typing import Any

import pytest

from peerline.agent.sharing import (
    DEFAULT_SHARE,
    HOST_SHARE,
    SHARABLE,
    ShareError,
    parse_share,
    shared_event,
    shared_update,
)

UPDATE = {
    "state": "working",
    "doing": "Editing",
    "tool": {"id": "t"},
    "plan": [{"text": "a"}],
    "usage": {"cost": 1},
    "health": 90.0,
    "health_reasons": ["the model's service failed in this turn"],
    "model": "opus",
}
CALL: dict[str, Any] = {
    "kind": "tool_call",
    "id": "t",
    "output": "o",
    "files": [{"file": "a.py", "lines_added": 1, "diff": "+x"}],
}
END: dict[str, Any] = {"kind": "turn_end", "text": "Done.", "usage": {"cost": 1}}


def test_fields_are_named_with_commas() -> None:
    assert parse_share("state, plan,") == {"state", "plan"}
    assert parse_share("") == frozenset()
    with pytest.raises(ShareError, match="'secrets'"):
        parse_share("state,secrets")


@pytest.mark.parametrize(
    ("field", "gone"),
    [
        ("usage", {"usage", "health", "health_reasons"}),
        ("plan", {"plan"}),
        ("tools", {"tool", "doing"}),
        ("prompts", set[str]()),
    ],
)
def test_a_state_without_a_field(field: str, gone: set[str]) -> None:
    found = shared_update(UPDATE, DEFAULT_SHARE - {field})
    assert found is not None
    assert set(UPDATE) - set(found) == gone


def test_nothing_of_a_state_that_is_not_shared() -> None:
    assert shared_update(UPDATE, DEFAULT_SHARE - {"state"}) is None


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("prompt", "prompts"),
        ("turn_end", "prompts"),
        ("tool_call", "tools"),
        ("plan", "plan"),
        ("note", "state"),
    ],
)
def test_an_event_goes_with_its_field(kind: str, field: str) -> None:
    assert shared_event({"kind": kind}, frozenset({field})) == {"kind": kind}
    assert shared_event({"kind": kind}, SHARABLE - {field}) is None


def test_diffs_and_output_only_if_they_are_named() -> None:
    found = shared_event(CALL, DEFAULT_SHARE)
    assert found == {
        "kind": "tool_call",
        "id": "t",
        "files": [{"file": "a.py", "lines_added": 1}],
    }
    assert shared_event(CALL, SHARABLE) == CALL
    assert "files" not in (shared_event(CALL, DEFAULT_SHARE - {"files"}) or {"files": 1})


def test_usage_is_not_in_an_end_if_it_is_not_shared() -> None:
    assert shared_event(END, DEFAULT_SHARE - {"usage"}) == {"kind": "turn_end", "text": "Done."}


def test_the_output_of_terminals_is_shared_by_a_name_of_its_own() -> None:
    def outputs(share: frozenset[str]) -> list[bool]:
        found = [shared_event(CALL, share, is_of_terminal=one) for one in (True, False)]
        return [event is not None and "output" in event for event in found]

    assert outputs(DEFAULT_SHARE) == [False, False]
    assert outputs(HOST_SHARE) == [True, False]
    assert outputs(DEFAULT_SHARE | {"output"}) == [True, True]
