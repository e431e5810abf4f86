"""Tests of peerline.agent.asking.requests."""

from typing import Any

import pytest

from peerline.agent.asking.requests import PermissionAsked, permission_asked, settles

CALL = {"tool_name": "Bash", "tool_input": {"command": "ls"}}


def event(name: str, **fields: Any) -> dict[str, Any]:
    return {"session_id": "s", "hook_event_name": name, **CALL, **fields}


def asked(**fields: Any) -> PermissionAsked:
    found = permission_asked(event("PermissionRequest", **fields))
    assert found is not None
    return found


def test_a_request_says_what_it_is_about() -> None:
    assert asked() == PermissionAsked(
        "PermissionRequest", "Bash", "ls", {"command": "ls"}, "s", None
    )
    assert asked(agent_id="a").agent == "a"


@pytest.mark.parametrize("tool", ["AskUserQuestion", "ExitPlanMode", "EnterPlanMode", None, 3, ""])
def test_what_is_more_than_yes_or_no_is_not_asked(tool: object) -> None:
    assert permission_asked(event("PermissionRequest", tool_name=tool)) is None


@pytest.mark.parametrize("given", [None, "ls", ["ls"]])
def test_a_tool_without_an_input_is_not_asked_about(given: object) -> None:
    assert permission_asked(event("PermissionRequest", tool_input=given)) is None


@pytest.mark.parametrize(
    ("mode", "tool", "expected"),
    [
        (None, "Bash", True),
        ("default", "Edit", True),
        ("acceptEdits", "Bash", True),
        ("acceptEdits", "Edit", False),
        ("bypassPermissions", "Bash", False),
        ("plan", "Bash", False),
        ("dontAsk", "Bash", False),
        ("of tomorrow", "Bash", False),
    ],
)
def test_without_a_terminal_only_what_the_mode_would_ask_is_asked(
    mode: str | None, tool: str, expected: bool
) -> None:
    found = permission_asked(event("PreToolUse", permission_mode=mode, tool_name=tool))
    assert (found is not None) is expected


@pytest.mark.parametrize("name", ["PostToolUse", "Stop", "SessionStart", "Notification", None])
def test_other_events_ask_nothing(name: str | None) -> None:
    assert permission_asked({**CALL, "hook_event_name": name}) is None


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (event("PostToolUse"), True),
        (event("PostToolUseFailure"), True),
        (event("PermissionDenied"), True),
        (event("PostToolUse", tool_input={"command": "ls -l"}), False),
        (event("PostToolUse", tool_name="Other"), False),
        (event("PostToolUse", session_id="t"), False),
        (event("PreToolUse"), False),
        (event("Notification"), False),
        (event("UserPromptSubmit"), False),
        (event("Stop"), True),
        (event("Stop", agent_id="a"), False),
        (event("SessionEnd"), True),
        (event("SessionEnd", session_id="t"), False),
    ],
)
def test_what_settles_a_request(happened: dict[str, Any], expected: bool) -> None:
    assert settles(happened, asked()) is expected
